package decodetest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"runtime/debug"
	"testing"

	"rung/capture"
	"rung/decode"
)

const (
	// maxCuts bounds how many truncations of a sample are tried: all of a
	// small one, spread evenly over a large one.
	maxCuts = 400
	// flips is how many damaged copies of a sample are tried.
	flips = 300
)

// A reporter is the part of testing.T that the checks need; the kit's own
// tests give another to see that a check can fail.
type reporter interface {
	Helper()
	Error(...any)
	Errorf(string, ...any)
	Failed() bool
}

// Run checks p with samples, each the first thing said on a connection or a
// datagram, whole and as it should be. Several messages in a row are a good
// sample for a stream.
func Run(t *testing.T, p *decode.Protocol, samples ...[]byte) {
	t.Helper()
	talks := make([]Talk, len(samples))
	for i, s := range samples {
		talks[i] = Talk{{Data: s}}
	}
	RunTalks(t, p, talks...)
}

// RunTalks is Run for protocols that need both sides of a connection.
func RunTalks(t *testing.T, p *decode.Protocol, talks ...Talk) {
	t.Helper()
	t.Run("descriptor", func(t *testing.T) { checkDescriptor(t, p) })
	if t.Failed() {
		return
	}
	if len(talks) == 0 {
		t.Error("no samples")
	}
	for i, talk := range talks {
		t.Run(fmt.Sprintf("sample %d", i+1), func(t *testing.T) {
			checkProbe(t, p, talk)
			for _, stream := range ways(p) {
				checkTalk(t, p, talk, stream)
				checkDamage(t, p, talk, stream)
			}
		})
	}
}

// ways lists how p may be fed: as a stream (true), as datagrams (false).
func ways(p *decode.Protocol) []bool {
	var w []bool
	if p.Datagrams {
		w = append(w, false)
	}
	if p.Streams {
		w = append(w, true)
	}
	return w
}

var nameRE = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

func checkDescriptor(t reporter, p *decode.Protocol) {
	if !nameRE.MatchString(p.Name) {
		t.Errorf("name %q is not lower case", p.Name)
	}
	if p.Doc == "" {
		t.Error("no Doc")
	}
	if p.Probe == nil {
		t.Error("no Probe")
	}
	if !p.Datagrams && !p.Streams {
		t.Error("neither Datagrams nor Streams")
	}
	if (p.Open == nil) == (p.Parse == nil) {
		t.Error("want one of Open and Parse")
	}
	if p.Streams && p.Open == nil && p.Split == nil {
		t.Error("a stream needs Split or Open")
	}
}

// checkProbe: Yes for a whole sample, never No for a prefix of it on a
// stream, no panic for anything, no allocation.
func checkProbe(t reporter, p *decode.Protocol, talk Talk) {
	t.Helper()
	if len(talk) == 0 {
		return
	}
	data := talk[0].Data
	if v := p.Probe(data); v != decode.Yes {
		t.Errorf("Probe of the whole sample = %d, want Yes", v)
	}
	if v := p.Probe(nil); v == decode.Yes {
		t.Error("Probe of nothing = Yes")
	}
	if p.Streams {
		for _, n := range cuts(len(data)) {
			if v := p.Probe(data[:n:n]); n > 0 && v == decode.No {
				t.Errorf("Probe of the first %d bytes (%.60q) = No", n, data[:n])
				break
			}
		}
	}
	for _, n := range []int{len(data), len(data) / 2, 4} {
		prefix := data[:min(n, len(data))]
		if allocs := testing.AllocsPerRun(20, func() { p.Probe(prefix) }); allocs != 0 {
			t.Errorf("Probe of %d bytes allocates %v times", len(prefix), allocs)
		}
	}
}

// checkTalk: readable, complete, the same every time, nothing retained, and
// on a stream independent of how the bytes arrive.
func checkTalk(t reporter, p *decode.Protocol, talk Talk, stream bool) {
	t.Helper()
	first := mustPlay(t, p, talk, how{stream: stream})
	if len(first.Messages)+len(first.Inside)+len(first.Switched) == 0 {
		t.Errorf("%s: nothing came of the sample", way(stream))
	}
	for _, m := range first.Messages {
		checkMessage(t, p, m)
	}
	for _, d := range first.Diagnostics {
		checkDiagnostic(t, d)
	}
	same(t, way(stream)+": the same bytes again", first, mustPlay(t, p, talk, how{stream: stream}))
	same(t, way(stream)+": with the borrowed bytes overwritten", first,
		mustPlay(t, p, talk, how{stream: stream, scribble: true}))
	if stream {
		same(t, "stream: one byte at a time", first,
			mustPlay(t, p, talk, how{stream: true, byByte: true, scribble: true}))
	}
}

func way(stream bool) string {
	if stream {
		return "stream"
	}
	return "datagram"
}

func mustPlay(t reporter, p *decode.Protocol, talk Talk, h how) *Sink {
	t.Helper()
	s := &Sink{}
	if err := safePlay(p, talk, h, s); err != nil {
		t.Errorf("%s: %v", way(h.stream), err)
	}
	return s
}

// A panicked is a panic of a protocol, caught.
type panicked struct {
	value any
	stack []byte
}

func (e *panicked) Error() string { return fmt.Sprintf("panic: %v\n%s", e.value, e.stack) }

func safePlay(p *decode.Protocol, talk Talk, h how, s *Sink) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicked{v, debug.Stack()}
		}
	}()
	return play(p, talk, h, s)
}

func checkMessage(t reporter, p *decode.Protocol, m *decode.Message) {
	t.Helper()
	if m.Protocol != p.Name {
		t.Errorf("message %q: protocol %q, want %q", m.Name, m.Protocol, p.Name)
	}
	if m.Name == "" {
		t.Error("a message without a name")
	}
	for _, k := range m.Keys {
		if k.Kind == "" || k.Value == "" {
			t.Errorf("message %q: half a key %+v", m.Name, k)
		}
	}
	for _, l := range m.Links {
		if l.Kind == "" || l.Value == "" || l.Strength < decode.Weak || l.Strength > decode.Strong {
			t.Errorf("message %q: half a link %+v", m.Name, l)
		}
	}
	for _, d := range m.Diagnostics {
		checkDiagnostic(t, d)
	}
}

func checkDiagnostic(t reporter, d capture.Diagnostic) {
	t.Helper()
	if !nameRE.MatchString(d.Code) {
		t.Errorf("diagnostic code %q is not kebab-case", d.Code)
	}
	if d.Severity < capture.Info || d.Severity > capture.Error || d.Text == "" {
		t.Errorf("diagnostic %q: severity %d, text %q", d.Code, d.Severity, d.Text)
	}
}

// checkDamage: cut and bent samples never make the protocol panic or loop,
// and on a stream the tokens still don't depend on how the bytes arrive.
func checkDamage(t reporter, p *decode.Protocol, talk Talk, stream bool) {
	t.Helper()
	for i := range talk {
		for _, n := range cuts(len(talk[i].Data)) {
			bent := append(append(Talk{}, talk[:i]...), Turn{talk[i].Dir, talk[i].Data[:n]})
			if !damaged(t, p, bent, stream, fmt.Sprintf("turn %d cut to %d bytes", i+1, n)) {
				return
			}
		}
	}
	rnd := uint32(2463534242)
	for n := range flips {
		bent := append(Talk{}, talk...)
		i := int(next(&rnd)) % len(talk)
		bent[i].Data = bend(bent[i].Data, &rnd, n)
		if !damaged(t, p, bent, stream, fmt.Sprintf("damaged copy %d, turn %d", n, i+1)) {
			return
		}
	}
}

func damaged(t reporter, p *decode.Protocol, talk Talk, stream bool, what string) bool {
	t.Helper()
	s := &Sink{}
	err := safePlay(p, talk, how{stream: stream}, s)
	if pe, ok := err.(*panicked); ok {
		t.Errorf("%s: %s: %v\ninput %q", way(stream), what, pe, talk)
		return false
	}
	for _, turn := range talk {
		p.Probe(turn.Data)
	}
	for _, m := range s.Messages {
		checkMessage(t, p, m)
	}
	return !t.Failed()
}

// bend returns a copy of data with a few bytes changed, removed or doubled.
func bend(data []byte, rnd *uint32, n int) []byte {
	out := append([]byte(nil), data...)
	for range 1 + n%4 {
		if len(out) == 0 {
			return out
		}
		at := int(next(rnd)) % len(out)
		switch next(rnd) % 5 {
		case 0:
			out[at] ^= 1 << (next(rnd) % 8)
		case 1:
			out[at] = byte(next(rnd))
		case 2:
			out[at] = [...]byte{0, 0xff, '\r', '\n', ':', ';', '<', '"'}[next(rnd)%8]
		case 3:
			out = append(out[:at], out[min(at+1+int(next(rnd)%8), len(out)):]...)
		case 4:
			out = append(out[:at:at], append([]byte{out[at]}, out[at:]...)...)
		}
	}
	return out
}

// next is Marsaglia's xorshift: the same damage in every run.
func next(x *uint32) uint32 {
	*x ^= *x << 13
	*x ^= *x >> 17
	*x ^= *x << 5
	return *x >> 1
}

// cuts lists lengths from 0 to n-1, at most maxCuts of them.
func cuts(n int) []int {
	step := max(1, (n+maxCuts-1)/maxCuts)
	var c []int
	for i := 0; i < n; i += step {
		c = append(c, i)
	}
	return c
}

func same(t reporter, what string, want, got *Sink) {
	t.Helper()
	if reflect.DeepEqual(want, got) {
		return
	}
	a, b := dump(want), dump(got)
	at := 0
	for at < len(a) && at < len(b) && a[at] == b[at] {
		at++
	}
	from := max(0, at-60)
	t.Errorf("%s: differs at\n\t%.200s\nwant\n\t%.200s", what, b[from:], a[from:])
}

func dump(s *Sink) string {
	b, err := json.Marshal(s)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
