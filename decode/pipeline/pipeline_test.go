package pipeline_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"rung/capture"
	"rung/capture/capturetest"
	"rung/capture/spool"
	"rung/decode"
	"rung/decode/pipeline"
	"rung/decode/protocols"
)

// outcome is what a run gave, as text that can be compared.
type outcome struct {
	result   *pipeline.Result
	messages []*decode.Message
	text     string
	bytes    []string
}

func read(t testing.TB, workers int, packets []capture.Packet) outcome {
	t.Helper()
	store := spool.New(nil, nil)
	defer store.Close()
	var o outcome
	var b strings.Builder
	r, err := pipeline.Run(context.Background(), capturetest.Source(packets), store,
		&pipeline.Options{Workers: workers, Protocols: protocols.All},
		func(m *decode.Message) { o.messages = append(o.messages, m) })
	if err != nil {
		t.Fatal(err)
	}
	o.result = r
	for _, m := range o.messages {
		raw, err := store.Get(m.Raw)
		if err != nil && !m.Raw.IsZero() {
			t.Fatal(err)
		}
		o.bytes = append(o.bytes, string(raw))
		fmt.Fprintf(&b, "%d.%d %v %s %s %q copies %d digest %x raw %d\n", m.Order.Index, m.Order.Offset,
			m.AllFrames(), m.Path, m.Name, m.Summary, m.Copies, m.Digest, len(raw))
	}
	for _, d := range r.Diagnostics {
		fmt.Fprintf(&b, "%s %v %s\n", d.Code, d.Frames, d.Text)
	}
	fmt.Fprintf(&b, "%d tracks, %d decoded, %d duplicate, %d transport\n", len(r.Tracks),
		r.Account.Decoded, r.Account.Duplicate, r.Account.TransportOnly)
	o.text = b.String()
	return o
}

func parse(t testing.TB, text string) []capture.Packet {
	t.Helper()
	packets, err := capturetest.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return packets
}

const options = "OPTIONS sip:b@example.com SIP/2.0\n" +
	"Via: SIP/2.0/TCP 10.0.0.1:5060;branch=z9hG4bK%d\nFrom: <sip:a@example.com>;tag=%d\n" +
	"To: <sip:b@example.com>\nCall-ID: call-%d\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"

func message(n int) string { return fmt.Sprintf(options, n, n, n) }

// names lists the Call-IDs that were read.
func callIDs(o outcome) string {
	var ids []string
	for _, m := range o.messages {
		if len(m.Keys) > 0 && m.Keys[0].Kind == "call-id" {
			ids = append(ids, m.Keys[0].Value)
		}
	}
	return strings.Join(ids, " ")
}

func TestStreams(t *testing.T) {
	const way = "tcp 10.0.0.1:40000 > 10.0.0.2:5060"
	for _, tc := range []struct{ name, text, want, diagnostic string }{
		{"three messages in one segment are three",
			"-- 0 " + way + " --\n" + message(1) + message(2) + message(3), "call-1 call-2 call-3", ""},
		{"a message over many segments is one",
			"-- 0 " + way + " split=7 --\n" + message(1), "call-1", ""},
		{"segments out of order are put in order",
			"-- 0 " + way + " split=50 reorder --\n" + message(1) + message(2), "call-1 call-2", ""},
		{"a repeated segment says nothing new",
			"-- 0 " + way + " --\n" + message(1) + "-- 1 " + way + " resend --\n-- 2 " + way + " --\n" + message(2), "call-1 call-2", ""},
		{"a connection joined in the middle of a message is read from the next",
			"-- 0 " + way + " midstream --\nX-Rest: of something\nContent-Length: 0\n\n" + message(2), "call-2", "stream-resync"},
		{"a connection joined in the middle between messages loses none",
			"-- 0 " + way + " midstream --\n" + message(1), "call-1", ""},
		{"after a hole the next message is read",
			"-- 0 " + way + " --\n" + message(1) + "-- 1 " + way + " drop --\n" + message(2) + "-- 2 " + way + " --\n" + message(3),
			"call-1 call-3", "tcp-hole"},
		{"a hole inside a message costs that message's rest, not the next",
			"-- 0 " + way + " --\n" + strings.TrimSuffix(message(1), "Content-Length: 0\n\n") + "-- 1 " + way + " drop --\nContent-Length: 0\n\n" +
				"-- 2 " + way + " --\n" + message(2), "call-1 call-2", "tcp-hole"},
		{"an odd port is no obstacle",
			"-- 0 tcp 10.0.0.1:40000 > 10.0.0.2:12345 --\n" + message(1), "call-1", ""},
		{"keepalives between messages are nobody's message",
			"-- 0 " + way + " --\n" + message(1) + "-- 1 " + way + " --\n\n\n-- 2 " + way + " --\n" + message(2), "call-1 call-2", ""},
		{"something else on a connection does not hide the message that follows",
			"-- 0 " + way + " --\nhello there\n-- 1 " + way + " --\nstill something else\n-- 2 " + way + " --\nand more\n-- 3 " + way + " --\nand more\n-- 4 " + way + " --\n" + message(1),
			"call-1", ""},
		{"a message cut by the end of the connection is shown as far as it goes",
			"-- 0 " + way + " --\n" + message(1) + "-- 1 " + way + " fin --\n" + strings.TrimSuffix(message(2), "\n\n"), "call-1 call-2", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := read(t, 2, parse(t, tc.text))
			if got := callIDs(o); got != tc.want {
				t.Errorf("messages %q, want %q\n%s", got, tc.want, o.text)
			}
			if tc.diagnostic != "" && !strings.Contains(o.text, tc.diagnostic) {
				t.Errorf("no %s in\n%s", tc.diagnostic, o.text)
			}
			checkAccount(t, o)
		})
	}
}

// checkAccount wants every frame to have one fate; tracks settle later.
func checkAccount(t testing.TB, o outcome) {
	t.Helper()
	n := o.result.Account.Total()
	for _, tr := range o.result.Tracks {
		n += tr.Packets
	}
	if n != o.result.Frames {
		t.Errorf("account holds %d frames of %d\n%s", n, o.result.Frames, o.text)
	}
}

func TestDatagrams(t *testing.T) {
	const way = "udp 10.0.0.1:5060 > 10.0.0.2:5060"
	for _, tc := range []struct {
		name, text, want string
		copies           int
		duplicates       int64
	}{
		{"one datagram is one message", "-- 0 " + way + " --\n" + message(1), "call-1", 1, 0},
		{"a span copy is counted with its message", "-- 0 " + way + " dup --\n" + message(1), "call-1", 2, 1},
		{"a routed copy, too", "-- 0 " + way + " ttl=64 dup=0.005 dupttl=63 --\n" + message(1), "call-1", 2, 1},
		{"a retransmission is a message", "-- 0 " + way + " --\n" + message(1) + "-- 0.5 " + way + " --\n" + message(1), "call-1 call-1", 1, 0},
		{"fragments are joined", "-- 0 " + way + " frag=64 --\n" + message(1), "call-1", 1, 0},
		{"fragments in any order", "-- 0 " + way + " frag=64 fragreverse --\n" + message(1), "call-1", 1, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := read(t, 1, parse(t, tc.text))
			if got := callIDs(o); got != tc.want {
				t.Fatalf("messages %q, want %q\n%s", got, tc.want, o.text)
			}
			if got := o.messages[0].Copies; got != tc.copies {
				t.Errorf("copies %d, want %d", got, tc.copies)
			}
			if got := o.result.Account.Duplicate; got != tc.duplicates {
				t.Errorf("%d duplicate frames, want %d", got, tc.duplicates)
			}
			if want := strings.ReplaceAll(message(1), "\n", "\r\n"); o.bytes[0] != want {
				t.Errorf("kept %q, want %q", o.bytes[0], want)
			}
			checkAccount(t, o)
		})
	}
}

// manyCalls is a capture with many connections, holes and copies.
func manyCalls(n int) string {
	var b strings.Builder
	for i := range n {
		at := fmt.Sprintf("%d.%03d", i/50, i%50*20)
		way := fmt.Sprintf("10.0.%d.%d:%d > 10.1.0.1:5060", i%7, 1+i%200, 10000+i)
		switch i % 5 {
		case 0:
			fmt.Fprintf(&b, "-- %s tcp %s split=90 reorder --\n%s", at, way, message(i))
		case 1:
			fmt.Fprintf(&b, "-- %s udp %s dup --\n%s", at, way, message(i))
		case 2:
			fmt.Fprintf(&b, "-- %s udp %s frag=128 --\n%s", at, way, message(i))
		case 3:
			fmt.Fprintf(&b, "-- %s tcp %s midstream --\nrest\n%s", at, way, message(i))
		case 4:
			fmt.Fprintf(&b, "-- %s tcp %s syn --\n", at, way)
		}
	}
	return b.String()
}

func TestSameWithAnyNumberOfWorkers(t *testing.T) {
	packets := parse(t, manyCalls(3000))
	want := read(t, 1, packets)
	if len(want.messages) < 2000 {
		t.Fatalf("only %d messages", len(want.messages))
	}
	for _, workers := range []int{2, 3, 8, 64} {
		if got := read(t, workers, packets); got.text != want.text {
			t.Errorf("%d workers give another text", workers)
		}
	}
}

// broken is a Source that fails after some packets.
type broken struct {
	capture.Source
	left int
}

func (b *broken) Next(p *capture.Packet) error {
	if b.left--; b.left < 0 {
		return io.ErrUnexpectedEOF
	}
	return b.Source.Next(p)
}

func TestErrorOfTheSourceKeepsWhatWasRead(t *testing.T) {
	packets := parse(t, manyCalls(100))
	store := spool.New(nil, nil)
	defer store.Close()
	n := 0
	r, err := pipeline.Run(context.Background(), &broken{capturetest.Source(packets), 50}, store,
		&pipeline.Options{Protocols: protocols.All}, func(*decode.Message) { n++ })
	if err != io.ErrUnexpectedEOF {
		t.Errorf("error %v, want %v", err, io.ErrUnexpectedEOF)
	}
	if r.Frames != 50 || n == 0 {
		t.Errorf("%d frames and %d messages read", r.Frames, n)
	}
}

// endless is a Source that begins again at its end.
type endless struct {
	packets []capture.Packet
	n       int
}

func (e *endless) Next(p *capture.Packet) error {
	*p = e.packets[e.n%len(e.packets)]
	p.Index = uint64(e.n)
	e.n++
	return nil
}

func TestCancelledRunEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	store := spool.New(nil, nil)
	defer store.Close()
	_, err := pipeline.Run(ctx, &endless{packets: parse(t, manyCalls(100))}, store,
		&pipeline.Options{Protocols: protocols.All}, func(*decode.Message) { cancel() })
	if err != context.Canceled {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

// FuzzRun damages a capture and wants every frame accounted for, and the same
// text from one worker and from three.
func FuzzRun(f *testing.F) {
	f.Add(uint16(0), byte(0), uint16(3))
	f.Add(uint16(1234), byte(0xff), uint16(77))
	seed := parse(f, manyCalls(40))
	f.Fuzz(func(t *testing.T, at uint16, value byte, step uint16) {
		packets := make([]capture.Packet, len(seed))
		for i, p := range seed {
			p.Data = bytes.Clone(p.Data)
			for k := int(at) % len(p.Data); k < len(p.Data); k += 20 + int(step) {
				p.Data[k] ^= value
			}
			packets[i] = p
		}
		one := read(t, 1, packets)
		checkAccount(t, one)
		if three := read(t, 3, packets); three.text != one.text {
			t.Errorf("1 and 3 workers differ:\n%s\n---\n%s", one.text, three.text)
		}
	})
}

func BenchmarkRun(b *testing.B) {
	packets := parse(b, manyCalls(3000))
	size := int64(0)
	for i := range packets {
		size += int64(len(packets[i].Data))
	}
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				store := spool.New(nil, nil)
				_, err := pipeline.Run(context.Background(), capturetest.Source(packets), store,
					&pipeline.Options{Workers: workers, Protocols: protocols.All}, func(*decode.Message) {})
				store.Close()
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(packets)), "packets/op")
		})
	}
}

func TestOnePacketFromTheFutureEndsNothing(t *testing.T) {
	const way = "tcp 10.0.0.1:40000 > 10.0.0.2:5060"
	first := message(1)
	packets := parse(t, "-- 0 "+way+" --\n"+first[:40]+"\n-- 1 udp 10.0.0.9:9 > 10.0.0.8:9 --\nodd\n-- 2 "+way+" --\n"+first[40:])
	for i := range packets {
		if bytes.Contains(packets[i].Data, []byte("odd")) {
			packets[i].Time += capture.Time(400 * 24 * time.Hour)
		}
	}
	if got := callIDs(read(t, 1, packets)); got != "call-1" {
		t.Errorf("messages %q, want call-1", got)
	}
}
