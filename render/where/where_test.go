package where

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"rung/render/record"
	"rung/render/rendertest"
)

// trunk is an answered call 5737 → 3250 with two legs and a retransmission.
func trunk() record.Flow {
	doc := rendertest.Document("rung list", rendertest.TrunkCall(1))
	return record.NewFlow(doc, doc.Flows[0])
}

// dead is a call that nobody answered: no status, no timing.
func dead() record.Flow {
	doc := rendertest.Document("rung list", rendertest.DeadTrunk(1))
	return record.NewFlow(doc, doc.Flows[0])
}

func ptr[T any](v T) *T { return &v }

// rows is a flow with identities, some of whose headers are absent.
func rows() record.Flow {
	f := dead()
	f.Parent = ptr(7)
	f.Identities = []record.Names{
		{Leg: ptr("1.1"), From: &record.Person{User: ptr("5737")}},
		{Leg: ptr("1.2"), From: &record.Person{User: ptr("875737")}, PAI: &record.Person{User: ptr("875737")}, Changed: []string{"from"}},
	}
	return f
}

func TestMatch(t *testing.T) {
	flows := map[string]record.Flow{"trunk": trunk(), "dead": dead(), "rows": rows()}
	for _, c := range []struct {
		expr, flow string
		want       bool
	}{
		{`kind == "call" and outcome != "answered"`, "trunk", false},
		{`kind == "call" and outcome != "answered"`, "dead", true},
		{`timing.setup_ms > 4000`, "trunk", true},
		{`timing.setup_ms > 5000`, "trunk", false},
		{`from.user endsWith "5737"`, "trunk", true},
		{`from.user endsWith "5737"`, "dead", true},
		{`from.user == "5737"`, "dead", false},
		{`any(messages, .name startsWith "INVITE")`, "trunk", true},
		{`any(messages, .name startsWith "5")`, "trunk", false},
		{`all(legs, .protocol == "sip")`, "trunk", true},
		{`count(messages, .retransmission_of != nil) == 1`, "trunk", true},
		{`count(messages, .retransmission_of != nil) == 6`, "dead", false},
		{`any(messages, .copies > 1)`, "trunk", true},
		{`len(messages) > 10 and len(streams) == 2`, "trunk", true},
		{`status == 200`, "trunk", true},
		{`status in [200, 202]`, "trunk", true},
		{`status in 200..299`, "trunk", true},
		{`status >= 200 && status < 300`, "trunk", true},
		{`outcome in ["timeout", "failed"]`, "dead", true},
		{`outcome == "answered" ? len(legs) == 2 : false`, "trunk", true},
		{`start > "2013-04-17T15:53"`, "trunk", true},
		{`start < "2013-04-17T15:53"`, "trunk", false},
		{`duration_ms / 1000 > 60`, "trunk", true},
		{`lower(reason) == "ok"`, "trunk", true},
		{`reason matches "^O"`, "trunk", true},
		{`reason matches "//" or duration_ms / 2 > 1`, "trunk", true},
		{`messages[0].src == "10.6.1.102:5060"`, "trunk", true},
		{`first(messages).name == "INVITE 3250"`, "trunk", true},
		{`any(legs, .joined_by == "session-id")`, "trunk", true},
		{`any(legs, any(.evidence_frames, # > 0))`, "trunk", false},
		{`any(parties, .role contains "B2BUA" and "10.96.1.8:5060" in .addresses)`, "trunk", true},
		{`sum(messages, .t_ms) > 0 and max(map(messages, .t_ms)) == last(messages).t_ms`, "trunk", true},

		// null
		{`timing.setup_ms > 4000`, "dead", false},
		{`timing.setup_ms < 4000`, "dead", false},
		{`timing.setup_ms + 1 > 0`, "dead", false},
		{`timing.setup_ms == nil`, "dead", true},
		{`nil != timing.setup_ms`, "trunk", true},
		{`timing.setup_ms == nil`, "trunk", false},
		{`(timing.setup_ms ?? 0) == 0`, "dead", true},
		{`(timing.setup_ms ?? 0) > 4000`, "trunk", true},
		{`status == nil`, "dead", true},
		{`status == 200`, "dead", false},
		{`status != 200`, "dead", true},
		{`status in [200, 486]`, "dead", false},
		{`from.host == "" and from.host == nil`, "dead", true},
		{`from.host contains "."`, "dead", false},
		{`len(from.host) == 0`, "dead", true},
		{`parent == nil`, "dead", true},
		{`parent == 7`, "rows", true},
		{`scenario == nil`, "dead", true},
		{`any(identities, .pai.user == "875737")`, "rows", true},
		{`any(identities, .pai == nil)`, "rows", true},
		{`all(identities, .pai != nil)`, "rows", false},
		{`any(identities, .from.user != .pai.user and .pai != nil)`, "rows", false},
		{`any(identities, "from" in .changed)`, "rows", true},
		{`all(identities, .diversion.user == "")`, "rows", true},
		{`identities[0].pai?.user == "x"`, "rows", false},
	} {
		t.Run(c.flow+"/"+c.expr, func(t *testing.T) {
			f, err := Compile(c.expr)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // the machine is used again
				got, err := f.Match(flows[c.flow])
				if err != nil || got != c.want {
					t.Fatalf("got %v, %v", got, err)
				}
			}
		})
	}
}

func TestCompileSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ expr, text, snippet, hint string }{
		{`outcom == "answered"`, `a flow has no field "outcom"`, "  outcom == \"answered\"\n  ^", "did you mean outcome?"},
		{`kind == "call" and setup_ms > 1`, `a flow has no field "setup_ms"`, "  kind == \"call\" and setup_ms > 1\n                     ^", "did you mean timing.setup_ms?"},
		{`setup > 1`, `a flow has no field "setup"`, "  setup > 1\n  ^", "did you mean timing.setup_ms?"},
		{`call_id == "x"`, `a flow has no field "call_id"`, "  call_id == \"x\"\n  ^", "did you mean any(legs, .call_id …)?"},
		{`kind == call`, `a flow has no field "call"`, "  kind == call\n          ^", ""},
		{`zzzzzzz`, `a flow has no field "zzzzzzz"`, "  zzzzzzz\n  ^", "texts need quotes; fields are: id, key, kind,"},
		{`from.usr == "1"`, `a Person has no field "usr"`, "  from.usr == \"1\"\n       ^", "did you mean user?"},
		{`any(messages, .nam == "BYE")`, `a Message has no field "nam"`, "  any(messages, .nam == \"BYE\")\n                 ^", "did you mean name?"},
		{`messages.name == "BYE"`, "a list has no fields of its own", "", `look at each element`},
		{`kind = "call"`, "one = is not a comparison", "  kind = \"call\"\n       ^", "write =="},
		{`kind == "calls"`, `no kind is called "calls"`, "  kind == \"calls\"\n          ^", "did you mean call?"},
		{`"anserwed" != outcome`, `no outcome is called "anserwed"`, "  \"anserwed\" != outcome\n  ^", "did you mean answered?"},
		{`outcome in ["busy", "gone"]`, `no outcome is called "gone"`, "", ""},
		{`from.user`, "the expression gives a text, not true or false", "", "an expression says true or false"},
		{`len(messages)`, "the expression gives a number, not true or false", "", "an expression says true or false"},
		{`kind ==`, "the expression is not finished", "", ""},
		{``, "the expression is empty", "", "an expression says"},
		{`from.user > 5`, "invalid operation: > (mismatched types text and number)", "  from.user > 5\n            ^", ""},
		{`kind == "é" and`, "the expression is not finished", "", ""},
		{"kind ==\n\t\"calls\"", `no kind is called "calls"`, "   \"calls\"\n   ^", "did you mean call?"},
		{`reason matches "("`, "error parsing regexp: missing closing ): `(`", "", ""},
		{`reason matches reason`, "the pattern of matches must be written out", "", ""},
		{`true /* " */ and true`, "comments are not part of --where", "  true /* \" */ and true\n       ^", ""},
		{`true // yes`, "comments are not part of --where", "", ""},
		{`let x = 1; x == 1`, "let is not part of --where", "", ""},
		{`$env["kind"] == "call"`, "$env is not part of --where", "", ""},
		{`now() > start`, `a flow has no field "now"`, "", ""},
		{`reduce(messages, #acc + #acc, "x") == ""`, "reduce is not part of --where", "", ""},
		{`len(groupBy(messages, .name)) > 1`, "groupBy is not part of --where", "", ""},
		{`repeat("x", 1000000) == ""`, `a flow has no field "repeat"`, "", ""},
		{strings.Repeat("(", 99) + "true" + strings.Repeat(")", 99), "brackets and pipes are nested more than 16 deep", "", ""},
		{"1" + strings.Repeat("|trim()", 200) + ` == ""`, "brackets and pipes are nested more than 16 deep", "", ""},
		{`kind == "call"` + strings.Repeat(` || kind == "((|"`, 20), `no kind is called "((|"`, "", ""},
		{`any(legs, any(legs, any(legs, any(legs, true))))`, "lists are nested more than 3 deep", "", ""},
		{strings.Repeat("true and ", 600) + "true", "the expression is longer than 4096 bytes", "", ""},
		{strings.Repeat("1+", 700) + "1 == 1", "the expression has more than 1000 parts", "", ""},
	} {
		t.Run(c.expr[:min(len(c.expr), 60)], func(t *testing.T) {
			f, err := Compile(c.expr)
			var e *Error
			if f != nil || !errors.As(err, &e) {
				t.Fatalf("got %v, %v", f, err)
			}
			if c.text != "" && e.Text != c.text {
				t.Errorf("text %q", e.Text)
			}
			if c.snippet != "" && e.Snippet != c.snippet {
				t.Errorf("snippet\n%s", e.Snippet)
			}
			if !strings.Contains(e.Hint(), c.hint) {
				t.Errorf("hint %q", e.Hint())
			}
		})
	}
}

func TestLongExpressionIsShownAroundTheMistake(t *testing.T) {
	_, err := Compile(strings.Repeat("true and ", 50) + "nonsens" + strings.Repeat(" and true", 50))
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[1], "  …") || !strings.HasSuffix(lines[1], "…") || len(lines[1]) > 140 {
		t.Fatalf("got %q", lines)
	}
	at := strings.Index(string([]rune(lines[2])), "^")
	if rest := string([]rune(lines[1])[at:]); !strings.HasPrefix(rest, "nonsens") {
		t.Errorf("the caret points at %q", rest)
	}
}

func TestStepsAreLimited(t *testing.T) {
	f, err := Compile(`all(messages, all(messages, all(messages, true)))`)
	if err != nil {
		t.Fatal(err)
	}
	big := trunk()
	for len(big.Messages) < 300 {
		big.Messages = append(big.Messages, big.Messages...)
	}
	if _, err := f.Match(big); err == nil || !strings.Contains(err.Error(), "more than 2000000 elements visited in one flow") {
		t.Errorf("got %v", err)
	}
	if ok, err := f.Match(trunk()); !ok || err != nil {
		t.Errorf("the next flow: %v, %v", ok, err)
	}
}

func TestWrongIndexIsAnErrorNotAPanic(t *testing.T) {
	f, err := Compile(`messages[1000].name == "BYE"`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Match(trunk()); err == nil || !strings.Contains(err.Error(), "  messages[1000]") {
		t.Errorf("got %v", err)
	}
}

// FuzzCompile asserts that any text is compiled or refused in bounded time,
// that errors point into the text, and that what was compiled runs.
func FuzzCompile(f *testing.F) {
	for _, s := range []string{
		`kind == "call" and outcome != "answered"`, `any(messages, .name startsWith "5")`,
		`(timing.setup_ms ?? 0) > 1 or from.user matches "^4"`, `status in 200..299`,
		`trim(trim(trim(trim(1))))`, `count(filter(legs, .call_id != nil), true) > 0`, "`", `map(legs, {"a": 1})`,
		`identities[0].pai?.user ?? "x" == "y"`, `!!!!!true`, `1 in 1..1000000`,
	} {
		f.Add(s)
	}
	flow := rows()
	f.Fuzz(func(t *testing.T, src string) {
		begin := time.Now()
		filter, err := Compile(src)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Text == "" {
				t.Fatalf("error without text: %#v", err)
			}
			if e.Snippet != "" && (e.Line < 1 || e.Column < 1) {
				t.Fatalf("no place: %#v", e)
			}
		} else {
			_, _ = filter.Match(flow)
		}
		if d := time.Since(begin); d > 5*time.Second {
			t.Fatalf("took %v", d)
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	f, err := Compile(`kind == "call" and timing.setup_ms > 4000 and any(messages, .name == "BYE")`)
	if err != nil {
		b.Fatal(err)
	}
	flow := trunk()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.Match(flow); err != nil {
			b.Fatal(err)
		}
	}
}

// TestHelpPageIsTrue compiles every example of the help page.
func TestHelpPageIsTrue(t *testing.T) {
	page, err := os.ReadFile("../../cmd/rung/help/where.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile(`--where '([^']+)'`).FindAllSubmatch(page, -1)
	if len(examples) < 8 {
		t.Fatalf("%d examples found", len(examples))
	}
	for _, e := range examples {
		f, err := Compile(string(e[1]))
		if err != nil {
			t.Errorf("%s: %v", e[1], err)
			continue
		}
		if _, err := f.Match(trunk()); err != nil {
			t.Errorf("%s: %v", e[1], err)
		}
	}
	for _, name := range allowed() {
		if !regexp.MustCompile(`\b` + name + `\b`).Match(page) {
			t.Errorf("the page does not name %s", name)
		}
	}
}
