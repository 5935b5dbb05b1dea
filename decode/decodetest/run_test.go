package decodetest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"rung/capture"
	"rung/decode"
)

// line is a protocol of lines that begin with "L".
func line() *decode.Protocol {
	return &decode.Protocol{
		Name: "line", Doc: "lines", Datagrams: true, Streams: true,
		Probe: func(b []byte) decode.Verdict {
			switch {
			case len(b) == 0:
				return decode.MaybeMore
			case b[0] == 'L':
				return decode.Yes
			}
			return decode.No
		},
		Split: func(b []byte, atEOF bool) (int, []byte, error) {
			if i := bytes.IndexByte(b, '\n'); i >= 0 {
				return i + 1, b[:i+1], nil
			}
			if atEOF {
				return len(b), b, nil
			}
			return 0, nil, nil
		},
		Parse: func(p *decode.Pass) error {
			p.Emit(&decode.Message{Protocol: "line", Name: "L", Summary: string(p.Segment.Data)})
			return nil
		},
	}
}

// echo is a protocol with memory: an answer is named after its question.
type echo struct{ asked []string }

func (e *echo) Split(_ decode.Direction, b []byte, atEOF bool) (int, []byte, error) {
	return line().Split(b, atEOF)
}
func (e *echo) Gap(decode.Direction) {}
func (e *echo) Parse(p *decode.Pass) error {
	m := &decode.Message{Protocol: "echo", Name: "ask", Summary: string(p.Segment.Data)}
	if p.Dir == decode.Forward {
		e.asked = append(e.asked, m.Summary)
	} else if len(e.asked) > 0 {
		m.Name, e.asked = "answer to "+e.asked[0], e.asked[1:]
	}
	p.Emit(m)
	return nil
}

func TestRunPassesASoundProtocol(t *testing.T) {
	Run(t, line(), []byte("Lone\nLtwo\n"), []byte("L"))
}

func TestRunTalksPassesAProtocolWithMemory(t *testing.T) {
	p := line()
	p.Name, p.Split, p.Parse = "echo", nil, nil
	p.Open = func(*decode.Conn) decode.Decoder { return &echo{} }
	RunTalks(t, p, Talk{{decode.Forward, []byte("La\nLb\n")}, {decode.Back, []byte("x\ny\n")}})
}

func TestPlayNumbersFramesByTurn(t *testing.T) {
	p := line()
	p.Datagrams = false
	s := Play(t, p, Talk{{Data: []byte("La\nL")}, {Data: []byte("b\n")}})
	if len(s.Messages) != 2 || s.Messages[1].Frame.Number != 2 || s.Messages[1].Summary != "Lb\n" {
		t.Errorf("got %s", dump(s))
	}
	if o := s.Messages[1].Order.Offset; o != 3 {
		t.Errorf("offset %d, want 3", o)
	}
}

// A notebook is a reporter that only writes down.
type notebook struct{ lines []string }

func (n *notebook) Helper()                   {}
func (n *notebook) Failed() bool              { return len(n.lines) > 0 }
func (n *notebook) Error(a ...any)            { n.lines = append(n.lines, fmt.Sprint(a...)) }
func (n *notebook) Errorf(f string, a ...any) { n.lines = append(n.lines, fmt.Sprintf(f, a...)) }

func TestEveryCheckCanFail(t *testing.T) {
	var kept []byte
	var count int
	tests := []struct {
		name, want string
		spoil      func(*decode.Protocol)
	}{
		{"upper-case name", "not lower case", func(p *decode.Protocol) { p.Name = "Line" }},
		{"no framing", "needs Split or Open", func(p *decode.Protocol) { p.Split = nil }},
		{"probe refuses a prefix", "= No", func(p *decode.Protocol) {
			p.Probe = func(b []byte) decode.Verdict {
				if len(b) < 3 {
					return decode.No
				}
				return decode.Yes
			}
		}},
		{"probe allocates", "allocates", func(p *decode.Protocol) {
			p.Probe = func(b []byte) decode.Verdict { kept = append([]byte{}, b...); return decode.Yes }
		}},
		{"bytes retained", "overwritten", func(p *decode.Protocol) {
			p.Parse = func(p *decode.Pass) error {
				p.Emit(&decode.Message{Protocol: "line", Name: "L", Facts: decode.Facts{
					Quote: &decode.Quote{Data: p.Segment.Data}}})
				return nil
			}
		}},
		{"not the same twice", "the same bytes again", func(p *decode.Protocol) {
			p.Parse = func(p *decode.Pass) error {
				count++
				p.Emit(&decode.Message{Protocol: "line", Name: fmt.Sprint(count)})
				return nil
			}
		}},
		{"framing depends on arrival", "one byte at a time", func(p *decode.Protocol) {
			p.Split = func(b []byte, _ bool) (int, []byte, error) { return len(b), b, nil }
		}},
		{"message without name", "without a name", func(p *decode.Protocol) {
			p.Parse = func(p *decode.Pass) error { p.Emit(&decode.Message{Protocol: "line"}); return nil }
		}},
		{"nothing said", "nothing came", func(p *decode.Protocol) {
			p.Parse = func(*decode.Pass) error { return nil }
		}},
		{"error for a sound sample", "bad day", func(p *decode.Protocol) {
			p.Parse = func(*decode.Pass) error { return errors.New("bad day") }
		}},
		{"panic when cut", "panic", func(p *decode.Protocol) {
			parse := p.Parse
			p.Parse = func(p *decode.Pass) error { _ = p.Segment.Data[3]; return parse(p) }
		}},
		{"diagnostic in prose", "kebab-case", func(p *decode.Protocol) {
			parse := p.Parse
			p.Parse = func(p *decode.Pass) error {
				p.Report(capture.Diagnostic{Code: "Bad Line", Severity: capture.Info, Text: "x"})
				return parse(p)
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, n, talk := line(), &notebook{}, Talk{{Data: []byte("Lone\nLtwo\n")}}
			tt.spoil(p)
			checkDescriptor(n, p)
			if !n.Failed() {
				checkProbe(n, p, talk)
				checkTalk(n, p, talk, true)
				checkDamage(n, p, talk, true)
			}
			if all := strings.Join(n.lines, "\n"); !strings.Contains(all, tt.want) {
				t.Errorf("got %q, want something with %q", all, tt.want)
			}
		})
	}
	_ = kept
}

func TestTokensEndsAtTheFirstError(t *testing.T) {
	split := func(b []byte, _ bool) (int, []byte, error) {
		if b[0] == '!' {
			return 0, nil, errors.New("stop")
		}
		return 1, b[:1], nil
	}
	tokens, err := Tokens(split, []byte("ab!c"), 2)
	if len(tokens) != 2 || err == nil {
		t.Errorf("got %q, %v", tokens, err)
	}
}
