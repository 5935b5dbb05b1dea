package reassemble

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"rung/capture"
	"rung/capture/capturetest"
	"rung/capture/wire"
)

// A place is what one host captured: shift is its clock's error.
type place struct {
	text  string
	shift time.Duration
	iface int32
}

// watch feeds the places' packets, merged by time as files are, to a Dedup and
// a Clocks. Places with an interface belong to the input before them.
func watch(t testing.TB, places ...place) []capture.Diagnostic {
	t.Helper()
	var all []capture.Packet
	var names []string
	for _, pl := range places {
		if pl.iface == 0 {
			names = append(names, fmt.Sprintf("%c.pcap", 'a'+len(names)))
		}
		for _, p := range capturetest.Packets(t, pl.text) {
			p.Frame.File, p.Interface, p.Time = int32(len(names)-1), pl.iface, p.Time.Add(pl.shift)
			all = append(all, p)
		}
	}
	return watchPackets(all, names)
}

func watchPackets(all []capture.Packet, names []string) []capture.Diagnostic {
	sortByTime(all)
	dedup, clocks := NewDedup(DedupOptions{}), NewClocks(names)
	var dec wire.Decoder
	var g wire.Datagram
	for i := range all {
		p := &all[i]
		p.Index = uint64(i)
		if dec.Decode(p, &g); g.Fate != 0 {
			continue
		}
		_, dup := dedup.Seen(p, &g)
		clocks.See(p, &g, dup)
	}
	return clocks.Diagnostics()
}

// talk makes n packets a second apart, with the way of each and what it says.
// IP ids count on unless options give one.
func talk(n int, options string, from time.Duration, bothWays bool) string {
	var b strings.Builder
	for i := range n {
		way := "10.0.0.1:5060 > 10.0.0.2:5060"
		if bothWays && i%2 == 1 {
			way = "10.0.0.2:5060 > 10.0.0.1:5060"
		}
		fmt.Fprintf(&b, "-- %f udp %s ipid=%d %s --\npacket %d of a longer conversation\n", (from + time.Duration(i)*time.Second).Seconds(), way, i+100, options, i)
	}
	return b.String()
}

func TestClocksThatDiffer(t *testing.T) {
	const ms = time.Millisecond
	same := strings.Repeat("-- +30 udp 10.0.0.1:5060 > 10.0.0.2:5060 ipid=0 --\nOPTIONS with the same bytes\n", 20)
	for name, tt := range map[string]struct {
		places []place
		want   string // parts of the one diagnostic, between "…"; "" for none
	}{
		"one input has no clock but its own": {[]place{{text: talk(20, "", 0, true)}}, ""},
		"equal clocks need no word":          {[]place{{text: talk(20, "", 0, true)}, {text: talk(20, "", 0, true)}}, ""},
		"less than a millisecond neither":    {[]place{{text: talk(20, "", 0, true)}, {text: talk(20, "mac=1", 0, true), shift: ms / 2}}, ""},
		"within the window of span copies: information": {[]place{{text: talk(20, "", 0, true)}, {text: talk(20, "mac=1", 0, true), shift: 5 * ms}},
			"clock-offset info [1 2:1] b.pcap's clock is 5.000 ms ahead of a.pcap's (from 20 packets in both, spread ±0.000 ms): times and delays across the two are wrong by that much; shift it with editcap -t -0.005000 b.pcap out.pcapng"},
		"beyond it packets count twice: warning": {[]place{{text: talk(20, "", 0, true)}, {text: talk(20, "ttl=60 mac=1", 0, true), shift: 2314 * ms}},
			"clock-offset warning [1 2:1] b.pcap's clock is 2.314 s ahead of a.pcap's (from 20 packets in both, spread ±0.000 ms): …; packets in both were counted twice, as frames 1 and 2:1: …editcap -t -2.314000 b.pcap"},
		"behind": {[]place{{text: talk(20, "", 0, true)}, {text: talk(20, "", 0, true), shift: -2314 * ms}},
			"clock-offset warning …b.pcap's clock is 2.314 s behind a.pcap's …editcap -t 2.314000 b.pcap"},
		"hours apart and only partly in both": {[]place{{text: talk(40, "", 0, true)}, {text: talk(40, "", 0, true)[len(talk(25, "", 0, true)):] + talk(10, "ipid=7", 50*time.Second, false), shift: 2*time.Hour + 300*ms}},
			"clock-offset warning [26 2:1] b.pcap's clock is 7200.300 s ahead of a.pcap's, about 2 h: a time zone or summer time? (from 15 packets"},
		"another snaplen": {[]place{{text: talk(20, "", 0, true)}, {text: talk(20, "snaplen=60", 0, true), shift: time.Second}}, ""}, // cut into clockBytes
		"a snaplen of 128": {[]place{{text: longer(talk(20, "", 0, true))}, {text: longer(talk(20, "snaplen=128", 0, true)), shift: time.Second}},
			"clock-offset warning …1.000 s ahead"},
		"a snaplen of 128 and equal clocks": {[]place{{text: longer(talk(20, "", 0, true))}, {text: longer(talk(20, "snaplen=128", 0, true))}},
			"copies-cut warning [1 2:1] packets are in both a.pcap and b.pcap, in one of them cut …counted twice, as frames 1 and 2:1: "},
		"equal beginnings at the same time prove nothing": {[]place{{text: longer(talk(20, "", 0, true))}, {text: strings.ReplaceAll(longer(talk(20, "", 0, true)), "and on\n", "and off")}}, ""},
		"the way back tells the time on the way": {[]place{{text: talk(40, "", 0, true)}, {text: later(talk(40, "", 0, true), 30*ms), shift: 100 * ms}},
			"clock-offset warning …b.pcap's clock is 100.0 ms ahead of a.pcap's (from 40 packets in both, spread ±0.000 ms, 30.0 ms on the way)"},
		"without it the time on the way is part of it": {[]place{{text: talk(20, "", 0, false)}, {text: talk(20, "", 0, false), shift: 100 * ms}},
			"clock-offset warning …100.0 ms ahead of …one direction only"},
		"equal clocks, a long way: counted twice all the same": {[]place{{text: talk(40, "", 0, true)}, {text: later(talk(40, "mac=1 ttl=60", 0, true), 30*ms)}},
			"copies-beyond-window warning [1 2:1] packets in both a.pcap and b.pcap come too far apart …30.0 ms on the way) and were counted twice, as frames 1 and 2:1: …a --dup-window beyond 30.0 ms takes them out"},
		"a clock that drifts": {[]place{{text: talk(60, "", 0, true)}, {text: slower(talk(60, "", 0, true), 1.0002), shift: time.Second}},
			"clock-offset warning …1.006 s ahead …, drifts: it grows by 12.0 ms a minute)"},
		"four packets are too few":                     {[]place{{text: talk(4, "", 0, true)}, {text: talk(4, "", 0, true), shift: time.Second}}, ""},
		"packets repeated byte by byte don't fool it":  {[]place{{text: same}, {text: same, shift: 15 * time.Second}}, ""},
		"one such packet a path in each neither":       {[]place{{text: pings(0)}, {text: pings(30)}}, ""},
		"conversations without IP ids do count":        {[]place{{text: talk(20, "ipid=0", 0, true)}, {text: talk(20, "ipid=0", 0, true), shift: time.Second}}, "clock-offset warning …1.000 s ahead"},
		"copies within one input don't hide its clock": {[]place{{text: talk(20, "dup", 0, true)}, {text: talk(20, "dup", 0, true), shift: time.Second}}, "clock-offset warning …(from 20 packets"},
		"other packets prove nothing":                  {[]place{{text: talk(20, "", 0, true)}, {text: strings.ReplaceAll(talk(20, "", 0, true), "10.0.0.", "10.0.1."), shift: time.Second}}, ""},
		"two interfaces of one input": {[]place{{text: talk(20, "", 0, true)}, {text: talk(20, "", 0, true), shift: time.Second, iface: 1}},
			"clock-offset warning …interface 1 of a.pcap's clock is 1.000 s ahead of interface 0 of a.pcap's …before merging"},
		"two hosts merged into one interface": {[]place{{text: talk(20, "", 0, true) + talk(20, "mac=1", 10500*ms, true)}},
			"clock-offset warning [1 12] packets are in a.pcap twice, 10.500 s apart (from 20 packets, spread ±0.000 ms), as frames 1 and 12: two captures"},
		"VLAN copies in one input that come late": {[]place{{text: talk(20, "", 0, true) + talk(20, "mac=1", 30*ms, true)}},
			"copies-beyond-window warning [1 2] packets are in a.pcap twice, 30.0 ms apart and with other link headers, …as frames 1 and 2, …; --dup-window 40ms takes the copies out"},
		"as late as --dup-window takes": {[]place{{text: talk(20, "", 0, true) + talk(20, "mac=1", 99*ms, true)}},
			"copies-beyond-window …--dup-window 100ms takes"},
		"later than it takes": {[]place{{text: talk(20, "", 0, true) + talk(20, "mac=1", 101*ms, true)}},
			"clock-offset warning …101.0 ms apart …two captures"},
		"copies with the same link headers, which it does not take": {[]place{{text: talk(20, "", 0, true) + talk(20, "", 30*ms, true)}},
			"clock-offset warning …30.0 ms apart …two captures"},
		"retransmissions without IP ids are not two hosts": {[]place{{text: talk(20, "ipid=0", 0, true) + talk(20, "ipid=0", 10500*ms, true)}}, ""},
		"a few packets sent again are not two hosts":       {[]place{{text: talk(200, "", 0, true) + talk(10, "", 10500*ms, true)}}, ""},
		"nor what is sent again and again":                 {[]place{{text: talk(20, "", 0, true) + talk(20, "", 10*time.Second, true) + talk(20, "", 20*time.Second, true)}}, ""},
		"a third input is compared with the first": {[]place{{text: talk(20, "", 0, true)}, {text: talk(20, "", 0, true)}, {text: talk(20, "", 0, true), shift: time.Second}},
			"clock-offset warning [1 3:1] c.pcap's clock is 1.000 s ahead of a.pcap's"},
		"TCP": {[]place{{text: conversation}, {text: conversation, shift: time.Second}}, "clock-offset warning …1.000 s ahead"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, d := range watch(t, tt.places...) {
				got = append(got, fmt.Sprintf("%s %s %v %s", d.Code, d.Severity, d.Frames, d.Text))
			}
			wantParts(t, got, tt.want)
		})
	}
}

// wantParts wants one line with all parts in their order, or none.
func wantParts(t *testing.T, got []string, want string) {
	t.Helper()
	if want == "" {
		if len(got) > 0 {
			t.Errorf("got %q, want nothing", got)
		}
		return
	}
	if len(got) != 1 {
		t.Fatalf("got %q, want one line with %q", got, want)
	}
	rest := got[0]
	for i, part := range strings.Split(want, "…") {
		at := strings.Index(rest, part)
		if at < 0 || i == 0 && at > 0 {
			t.Fatalf("got %q, want %q at %q", got[0], part, rest)
		}
		rest = rest[at+len(part):]
	}
}

const conversation = `
-- 0 tcp 10.0.0.1:40000 > 10.0.0.2:5060 split=20 --
REGISTER sip:example.com SIP/2.0
Call-ID: 1
-- 0.1 tcp 10.0.0.2:5060 > 10.0.0.1:40000 split=20 --
SIP/2.0 401 Unauthorized
Call-ID: 1
-- 0.2 tcp 10.0.0.1:40000 > 10.0.0.2:5060 split=20 --
REGISTER sip:example.com SIP/2.0
Authorization: Digest
`

// longer makes every packet longer than clockBytes.
func longer(text string) string {
	return strings.ReplaceAll(text, "conversation\n", "conversation"+strings.Repeat(" and on", 30)+"\n")
}

// later moves packets from 10.0.0.1 to the future and those to it to the past,
// as a place nearer to 10.0.0.2 sees them.
func later(text string, way time.Duration) string {
	return eachTime(text, func(at float64, line string) float64 {
		if strings.Contains(line, "> 10.0.0.1") {
			return at - way.Seconds()
		}
		return at + way.Seconds()
	})
}

// slower makes a clock run by a factor.
func slower(text string, factor float64) string {
	return eachTime(text, func(at float64, _ string) float64 { return at * factor })
}

func eachTime(text string, f func(at float64, line string) float64) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		var at float64
		if n, _ := fmt.Sscanf(line, "-- %f", &at); n == 1 {
			words := strings.Fields(line)
			words[1] = fmt.Sprintf("%f", f(at, line))
			lines[i] = strings.Join(words, " ")
		}
	}
	return strings.Join(lines, "\n")
}

// pings are what ten hosts send every 30 s with always the same bytes.
func pings(at int) string {
	var b strings.Builder
	for i := range 10 {
		fmt.Fprintf(&b, "-- %d udp 10.0.0.%d:5060 > 10.0.0.200:5060 ipid=0 --\nOPTIONS with the same bytes\n", at, i+1)
	}
	return b.String()
}

// rtp makes n packets of 20 ms of a stream.
func rtp(file int32, n int, ssrc byte, shift time.Duration) []capture.Packet {
	out := make([]capture.Packet, n)
	for i := range out {
		b := make([]byte, 14+20+8+172)
		copy(b[12:], []byte{8, 0, 0x45, 0, 0, 200})
		copy(b[22:], []byte{64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, ssrc, 0x40, 0, 0x40, 0, 0, 180})
		copy(b[42:], []byte{0x80, 0, byte(i >> 8), byte(i), 0, byte(i >> 9), byte(i >> 1), byte(i << 7), 0, 0, 0, ssrc})
		out[i] = capture.Packet{
			Frame: capture.Frame{File: file, Number: int32(i + 1)}, Time: capture.Time(i) * 20e6, Link: capture.LinkEthernet,
			WireLen: len(b), Data: b,
		}
		out[i].Time = out[i].Time.Add(shift)
	}
	return out
}

func sortByTime(p []capture.Packet) {
	slices.SortStableFunc(p, func(x, y capture.Packet) int { return cmp.Compare(x.Time, y.Time) })
}

func TestClocksOfMedia(t *testing.T) {
	all := append(rtp(0, 60000, 9, 0), rtp(1, 30000, 9, 1500*time.Millisecond)...)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range all {
		all[i].Time = all[i].Time.Add(time.Duration(rng.IntN(2000)) * time.Microsecond)
	}
	d := watchPackets(all, []string{"a.pcap", "b.pcap"})
	if len(d) != 1 || !strings.Contains(d[0].Text, "b.pcap's clock is 1.500 s ahead of a.pcap's") {
		t.Fatalf("got %v", d)
	}
	var packets int
	var spread float64
	_, rest, _ := strings.Cut(d[0].Text, "(")
	if _, err := fmt.Sscanf(rest, "from %d packets in both, spread ±%f ms", &packets, &spread); err != nil {
		t.Fatal(err)
	}
	if packets < 300 || packets > 700 || spread < 0.3 || spread > 1 { // 30000/64; triangle of ±2 ms
		t.Errorf("%d packets, spread %f ms", packets, spread)
	}
}

func TestClocksAreBounded(t *testing.T) {
	c := NewClocks([]string{"a", "b"})
	g := wire.Datagram{Path: testPath, Payload: make([]byte, 40), PayloadLen: 40}
	for i := range 2 * maxClockTotal {
		g.IPID = uint32(i)
		binary.BigEndian.PutUint64(g.Payload, uint64(i)*k0>>2)
		p := capture.Packet{Frame: capture.Frame{File: int32(i % 2), Number: int32(i + 1)}, Interface: int32(i % (maxClockPlaces + 100))}
		c.See(&p, &g, false)
		if c.total > maxClockTotal {
			t.Fatalf("%d samples", c.total)
		}
	}
	total := 0
	for _, place := range c.places {
		total += len(place.seen)
	}
	if len(c.places) != maxClockPlaces || total != c.total || total < maxClockTotal/4 || c.level == 0 {
		t.Errorf("%d places, %d samples, %d said, level %d", len(c.places), total, c.total, c.level)
	}
	one := &clockPlace{seen: make(map[uint64]sighting)}
	for i := range uint64(3 * maxClockSamples) {
		one.see(i, sighting{score: uint8(i % 3)})
		if len(one.seen) > maxClockSamples {
			t.Fatalf("%d samples", len(one.seen))
		}
	}
	d := c.Diagnostics()
	if len(d) == 0 || d[len(d)-1].Code != codeClockPlaces {
		t.Errorf("nothing said about too many places: %v", d)
	}
}

// The sample is the same wherever a packet was seen: a long capture still has
// packets in common with a short one.
func TestClocksOfALongAndAShortCapture(t *testing.T) {
	c := NewClocks([]string{"long.pcap", "short.pcap"})
	see := func(file int32, i int, at capture.Time) {
		g := wire.Datagram{Path: testPath, Payload: fmt.Appendf(nil, "message number %032d", i), PayloadLen: 47, IPID: uint32(i%65535 + 1)}
		c.See(&capture.Packet{Frame: capture.Frame{File: file, Number: int32(i + 1)}, Time: at}, &g, false)
	}
	for i := range 50 * maxClockSamples {
		see(0, i, capture.Time(i)*1e6)
	}
	for i := range 4000 {
		see(1, i+100000, capture.Time(i+100000)*1e6+3e9)
	}
	d := c.Diagnostics()
	if len(d) != 1 || !strings.Contains(d[0].Text, "short.pcap's clock is 3.000 s ahead of long.pcap's (from ") {
		t.Errorf("got %v", d)
	}
}

func TestClocksSayTheSameWhateverTheOrderOfMaps(t *testing.T) {
	once := ""
	for range 5 {
		all := append(append(rtp(0, 3000, 9, 0), rtp(1, 3000, 9, time.Second)...), rtp(2, 3000, 9, time.Minute)...)
		s := fmt.Sprint(watchPackets(all, []string{"a", "b", "c d"}))
		if once == "" {
			once = s
		}
		if s != once || !strings.Contains(s, "'c d'") {
			t.Fatalf("got %s, before %s", s, once)
		}
	}
}

func BenchmarkClocksMedia(b *testing.B) {
	c := NewClocks([]string{"a"})
	packets := rtp(0, 60000, 9, 0)
	gs := make([]wire.Datagram, len(packets))
	var dec wire.Decoder
	for i := range packets {
		dec.Decode(&packets[i], &gs[i])
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		c.See(&packets[i%len(packets)], &gs[i%len(packets)], false)
	}
}

// The --dup-window that is advised takes all the copies out, and what is no
// copy stays.
func TestAdvisedWindowTakesTheCopiesOut(t *testing.T) {
	packets := func() []capture.Packet {
		all := capturetest.Packets(t, talk(20, "", 0, true)+talk(20, "mac=1", 30*time.Millisecond, true))
		sortByTime(all)
		return all
	}
	if d := watchPackets(packets(), []string{"a.pcap"}); len(d) != 1 || !strings.Contains(d[0].Text, "--dup-window 40ms") {
		t.Fatalf("told %v", d)
	}
	dedup := NewDedup(DedupOptions{Same: time.Millisecond, Differ: 40 * time.Millisecond})
	var dec wire.Decoder
	var g wire.Datagram
	copies := 0
	for _, p := range packets() {
		dec.Decode(&p, &g)
		if _, dup := dedup.Seen(&p, &g); dup {
			copies++
		}
	}
	if copies != 20 {
		t.Errorf("%d copies, not 20", copies)
	}
}
