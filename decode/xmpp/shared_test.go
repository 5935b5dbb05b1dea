package xmpp

import (
	"testing"

	"rung/capture"
	"rung/decode"
)

// keeper is a Sink with a Memory, as the pipeline has one.
type keeper struct {
	memory   *decode.Memory
	messages []*decode.Message
}

func (k *keeper) Memory() *decode.Memory      { return k.memory }
func (k *keeper) Emit(m *decode.Message)      { k.messages = append(k.messages, m) }
func (k *keeper) Report(d capture.Diagnostic) {}
func (k *keeper) Inner(s capture.Segment)     {}
func (k *keeper) Switch(protocol string)      {}
func (k *keeper) last() *decode.Message       { return k.messages[len(k.messages)-1] }

const chatStanza = `<message from='user1@lab.example/x' to='user2@lab.example' type='chat' id='m1'><body>hello</body></message>`

func TestMessagesShareWhatTheySayAlike(t *testing.T) {
	k := &keeper{memory: decode.NewMemory()}
	a := open(conn("10.0.0.1:1", "10.0.0.2:5222", true))
	b := open(conn("10.0.0.3:1", "10.0.0.2:5222", true))
	for _, d := range []decode.Decoder{a, b, a} {
		say(d, k, decode.Forward, header)
		say(d, k, decode.Forward, chatStanza)
	}
	first, other, again := k.messages[1], k.messages[3], k.messages[5]
	if first.Facts.Login != other.Facts.Login || first.Facts.Login != again.Facts.Login {
		t.Error("a Login that says the same is not shared")
	}
	if &first.Keys[0] != &again.Keys[0] {
		t.Error("the key of the connection is not shared")
	}
	if cap(first.Keys) != 1 {
		t.Error("whoever appends to the keys of one message changes the others'")
	}
	if k.messages[0].Facts.Login == first.Facts.Login {
		t.Error("another step has the same Login")
	}
}

func TestALoginThatIsSharedDoesNotChange(t *testing.T) {
	k := &keeper{memory: decode.NewMemory()}
	d := open(conn("10.0.0.1:1", "10.0.0.2:5222", true))
	say(d, k, decode.Forward, chatStanza)
	m := k.last()
	before := *m.Facts.Login
	for _, text := range []string{
		header, `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AHVzZXIxAHNlY3JldA==</auth>`,
		`<message type='error' to='a'><error><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
		"</stream:stream>",
	} {
		say(d, k, decode.Forward, text)
	}
	if *m.Facts.Login != before {
		t.Errorf("was %+v, is %+v", before, *m.Facts.Login)
	}
}

// The guard on what a stanza costs: the message and its summary.
func TestAChatMessageIsTwoAllocations(t *testing.T) {
	k := &keeper{memory: decode.NewMemory()}
	d := open(conn("10.0.0.1:1", "10.0.0.2:5222", true))
	say(d, k, decode.Forward, header)
	data, pass := []byte(chatStanza), &decode.Pass{}
	allocs := testing.AllocsPerRun(200, func() {
		k.messages = k.messages[:0]
		_, token, err := d.Split(decode.Forward, data, false)
		if err != nil || len(token) != len(data) {
			t.Fatal(len(token), err)
		}
		*pass = decode.Pass{Sink: k, Segment: capture.Segment{Data: token}}
		if err := d.Parse(pass); err != nil {
			t.Fatal(err)
		}
	})
	if allocs > 2 {
		t.Errorf("%v allocations", allocs)
	}
	if got, want := k.last().Summary, "from user1@lab.example/x to user2@lab.example, body 5 characters"; got != want {
		t.Errorf("summary %q, want %q", got, want)
	}
}

func BenchmarkDecoder(b *testing.B) {
	k := &keeper{memory: decode.NewMemory()}
	d := open(conn("10.0.0.1:1", "10.0.0.2:5222", true))
	say(d, k, decode.Forward, header)
	data, pass := []byte(chatStanza), &decode.Pass{}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		k.messages = k.messages[:0]
		_, token, _ := d.Split(decode.Forward, data, false)
		*pass = decode.Pass{Sink: k, Segment: capture.Segment{Data: token}}
		if err := d.Parse(pass); err != nil {
			b.Fatal(err)
		}
	}
}
