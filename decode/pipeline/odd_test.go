package pipeline_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rung/capture"
	"rung/decode/media"
)

// Where headers begin in Ethernet frames without tags.
const (
	ip4Length = 14 + 2
	ip6Length = 14 + 4
	ip4Sum    = 14 + 10
	udpSum    = 14 + 20 + 6
	tcpSum    = 14 + 20 + 16
)

func setAt(p *capture.Packet, at int, v uint16) {
	p.Data = bytes.Clone(p.Data)
	binary.BigEndian.PutUint16(p.Data[at:], v)
}

const (
	udpWay  = "udp 10.0.0.1:5060 > 10.0.0.2:5060 "
	tcpWay  = "tcp 10.0.0.1:40000 > 10.0.0.2:5060 "
	tcpBack = "tcp 10.0.0.2:5060 > 10.0.0.1:40000 "
	rtpWay  = "10.0.0.1:16384 > 10.0.0.2:20000"
)

// A sender's own capture holds TCP packets larger than any link takes, with an
// IP length of 0 when they don't fit it.
func TestSuperPacketsAreRead(t *testing.T) {
	for _, way := range []string{tcpWay, "tcp [2001:db8::1]:40000 > [2001:db8::2]:5060 "} {
		for _, n := range []int{1, 300, 400} { // of 200 bytes
			t.Run(fmt.Sprint(way, n), func(t *testing.T) {
				var text strings.Builder
				for i := range n {
					text.WriteString(message(i))
				}
				packets := parse(t, "-- 0 "+way+" --\n"+text.String()+"-- 1 "+way+" --\n"+message(n))
				for i := range packets {
					if p := &packets[i]; i == len(packets)-2 {
						if n == 400 && len(p.Data) < 70000 {
							t.Fatalf("only %d bytes", len(p.Data))
						}
						if p.Data[14]>>4 == 4 {
							setAt(p, ip4Length, 0)
						} else {
							setAt(p, ip6Length, 0)
						}
					}
				}
				o := read(t, 2, packets)
				if len(o.messages) != n+1 || len(o.result.Diagnostics) != 0 || o.result.Account.Undecoded() != nil && len(o.result.Account.Undecoded()) != 0 {
					t.Errorf("%d messages, want %d; diagnostics %v", len(o.messages), n+1, o.result.Diagnostics)
				}
			})
		}
	}
}

func TestChecksumsDoNotMatter(t *testing.T) {
	text := "-- 0 " + udpWay + "--\n" + message(1) + "-- 1 " + tcpWay + "split=60 --\n" + message(2) + rtp(rtpWay, "", 20)
	want := read(t, 2, parse(t, text))
	for _, sum := range []uint16{0, 0x1234} {
		packets := parse(t, text)
		for i := range packets {
			p := &packets[i]
			setAt(p, ip4Sum, sum)
			if p.Data[14+9] == 6 {
				setAt(p, tcpSum, sum)
			} else {
				setAt(p, udpSum, sum)
			}
		}
		if got := read(t, 2, packets); got.text != want.text {
			t.Errorf("checksums %x: got\n%s\nwant\n%s", sum, got.text, want.text)
		}
	}
}

func TestPaddingAndTrailersAreNoPayload(t *testing.T) {
	text := "-- 0 " + udpWay + "--\n" + message(1) + "-- 1 " + tcpWay + "split=60 --\n" + message(2) +
		"-- 1.5 " + tcpWay + "ack --\n-- 1.6 " + tcpWay + "nonl --\n\n-- 2 " + tcpWay + "--\n" + message(3) + rtp(rtpWay, "", 20)
	want := read(t, 2, parse(t, text))
	if got := callIDs(want); got != "call-1 call-2 call-3" {
		t.Fatalf("got %q", got)
	}
	for _, trailer := range []int{4, 6, 18, 46} { // FCS, padding, padding, padding and more
		packets := parse(t, text)
		for i := range packets {
			p := &packets[i]
			p.Data = append(bytes.Clone(p.Data), bytes.Repeat([]byte("OPTIONS"), 7)[:trailer]...)
			p.WireLen += trailer
		}
		if got := read(t, 2, packets); got.text != want.text {
			t.Errorf("%d bytes behind: got\n%s\nwant\n%s", trailer, got.text, want.text)
		}
	}
}

func TestPacketsWithoutPayload(t *testing.T) {
	o := read(t, 1, parse(t, "-- 0 "+udpWay+"--\n-- 1 "+udpWay+"--\n"+message(1)+
		"-- 2 "+tcpWay+"--\n"+message(2)+"-- 3 "+tcpWay+"ack --\n-- 4 "+tcpBack+"ack --\n-- 5 "+tcpWay+"--\n"+message(3)))
	if got := callIDs(o); got != "call-1 call-2 call-3" || len(o.result.Diagnostics) != 0 {
		t.Errorf("got %q, %v", got, o.result.Diagnostics)
	}
	if a := &o.result.Account; a.Decoded != 3 || a.TransportOnly != 6 || a.Total() != 9 {
		t.Errorf("%d decoded, %d transport only of %d", a.Decoded, a.TransportOnly, a.Total())
	}
}

// The snaplen cuts packets; what is left is read, counted with its length on
// the wire, and said to be cut.
func TestPacketsCutBySnaplen(t *testing.T) {
	t.Run("SIP over UDP", func(t *testing.T) {
		o := read(t, 1, parse(t, "-- 0 "+udpWay+"snaplen=150 --\n"+message(1)+"-- 1 "+udpWay+"--\n"+message(2)))
		if len(o.messages) != 2 || len(o.bytes[0]) != 150-42 {
			t.Fatalf("got\n%s", o.text)
		}
		damage := func(d capture.Diagnostic) bool { return d.Damage }
		if !slices.ContainsFunc(o.messages[0].Diagnostics, damage) || slices.ContainsFunc(o.messages[1].Diagnostics, damage) {
			t.Errorf("diagnostics %v and %v", o.messages[0].Diagnostics, o.messages[1].Diagnostics)
		}
	})
	t.Run("TCP in mid-stream: the next message is found", func(t *testing.T) {
		for _, cut := range []int{54, 55, 100, 150, 249} {
			o := read(t, 1, parse(t, "-- 0 "+tcpWay+"midstream --\n"+message(1)+fmt.Sprintf("-- 1 %ssnaplen=%d --\n", tcpWay, cut)+message(2)+
				"-- 2 "+tcpWay+"--\n"+message(3)))
			if got := callIDs(o); !strings.HasPrefix(got, "call-1 ") || !strings.HasSuffix(got, " call-3") {
				t.Errorf("cut at %d: got %q", cut, got)
			}
			if !strings.Contains(o.text, fmt.Sprintf("tcp-hole [3] %d bytes", 54+196-cut)) {
				t.Errorf("cut at %d: nothing said of the hole:\n%s", cut, o.text)
			}
		}
	})
	t.Run("RTP is sized by the length on the wire", func(t *testing.T) {
		whole, cut := read(t, 1, parse(t, rtp(rtpWay, "", 40))), read(t, 1, parse(t, rtp(rtpWay, "snaplen=60", 40)))
		if len(cut.result.Tracks) != 1 || cut.result.Tracks[0].Frames != 40 || !cut.result.Tracks[0].Recognised() {
			t.Fatalf("tracks %v", cut.result.Tracks)
		}
		w, c := streamOf(t, whole.result.Tracks[0]), streamOf(t, cut.result.Tracks[0])
		if c.Packets != 40 || c.Bytes != w.Bytes || c.Bytes != 40*(20+8+12+160) || c.Lost != 0 {
			t.Errorf("%d packets, %d bytes, %d lost", c.Packets, c.Bytes, c.Lost)
		}
	})
	t.Run("headers only", func(t *testing.T) {
		o := read(t, 1, parse(t, "-- 0 "+udpWay+"snaplen=42 --\n"+message(1)+"-- 1 "+udpWay+"snaplen=30 --\n"+message(2)+
			"-- 2 "+tcpWay+"midstream snaplen=54 --\n"+message(3)))
		var got string
		for _, u := range o.result.Account.Undecoded() {
			got += fmt.Sprintf("%s %d ", u.Name, u.Frames)
		}
		if got != "cut 2 tcp-cut 1 " {
			t.Errorf("undecoded: %q", got)
		}
	})
	t.Run("a fragment", func(t *testing.T) {
		o := read(t, 1, parse(t, "-- 0 "+udpWay+"frag=96 snaplen=100 --\n"+message(1)))
		if len(o.messages) != 1 || len(o.messages[0].AllFrames()) != 3 || len(o.bytes[0]) != 100-34-8 {
			t.Errorf("got\n%s", o.text)
		}
	})
}

func streamOf(t *testing.T, tr *media.Track) *media.Stream {
	t.Helper()
	s := tr.Streams(nil, nil)
	if len(s) != 1 {
		t.Fatalf("%d streams", len(s))
	}
	return s[0]
}

// Clocks are set while a capture runs. Frames keep their order; nothing is
// lost, nothing ends early, and no stream starts anew. A jump forward can't be
// told from silence, so it must not come where something waits.
func TestTimeThatJumps(t *testing.T) {
	inOrder := "-- 0 " + tcpWay + "--\n" + message(1) + "-- 0.2 " + udpWay + "--\n" + message(2) +
		"-- 0.3 " + tcpWay + "split=70 --\n" + message(3) + "-- 0.4 " + udpWay + "--\n" + message(4) +
		"-- 1 " + tcpBack + "--\n" + message(5) + "-- 1.1 " + tcpWay + "--\n" + message(6) + rtp(rtpWay, "", 60)
	waiting := strings.NewReplacer("split=70", "split=70 reorder", "0.4 "+udpWay, "0.4 "+udpWay+"frag=64 fragreverse ").Replace(inOrder)
	for jump, text := range map[time.Duration]string{
		-time.Hour: waiting, -time.Second: waiting, -3 * time.Millisecond: waiting, time.Hour: inOrder,
	} {
		n := len(parse(t, text))
		for at := range n {
			packets := parse(t, text)
			for i := at; i < n; i++ {
				packets[i].Time = packets[i].Time.Add(jump)
			}
			o := read(t, 2, packets)
			if got := callIDs(o); got != "call-1 call-2 call-3 call-4 call-5 call-6" {
				t.Fatalf("jump of %v at %d: got %q\n%s", jump, at, got, o.text)
			}
			if len(o.result.Tracks) != 1 || o.result.Account.Total()+60 != int64(n) {
				t.Fatalf("jump of %v at %d: %d tracks, %d frames", jump, at, len(o.result.Tracks), o.result.Account.Total())
			}
			if s := streamOf(t, o.result.Tracks[0]); s.Packets != 60 || s.Lost != 0 || s.Restarts != 0 || s.Duplicates != 0 {
				t.Fatalf("jump of %v at %d: %+v", jump, at, s)
			}
		}
	}
}
