package rendertest

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"rung/capture"
	"rung/decode"
	"rung/decode/flow"
	"rung/decode/media"
	"rung/render"
)

// Start is the capture time at which every sample begins:
// 2013-04-17 15:53:55.312 UTC.
var Start = capture.TimeOf(time.Date(2013, 4, 17, 15, 53, 55, 312e6, time.UTC))

// A Builder puts a flow together message by message.
type Builder struct {
	F      *flow.Flow
	at     time.Duration
	frame  int32
	method string // of the last request
	bytes  map[*decode.Message][]byte
	path   map[int]netip.AddrPort
}

// NewBuilder begins a flow of a kind.
func NewBuilder(id int, kind decode.Kind) *Builder {
	return &Builder{
		F:     &flow.Flow{ID: id, Kind: kind, Key: fmt.Sprintf("key-%d", id), Start: Start, End: Start},
		frame: 11, bytes: map[*decode.Message][]byte{}, path: map[int]netip.AddrPort{},
	}
}

// Party adds a lifeline and returns its index.
func (b *Builder) Party(name, role, addr string) int {
	ap := netip.MustParseAddrPort(addr)
	n := len(b.F.Parties)
	b.F.Parties = append(b.F.Parties, flow.Party{ID: n + 1, Name: name, Role: role, Addresses: []netip.AddrPort{ap}})
	b.path[n] = ap
	return n
}

// Leg adds a leg between two parties and returns its index.
func (b *Builder) Leg(protocol string, tr capture.Transport, from, to int, joinedBy string) int {
	n := len(b.F.Legs)
	b.F.Legs = append(b.F.Legs, flow.Leg{
		ID: fmt.Sprintf("%d.%d", b.F.ID, n+1), Protocol: protocol, Transport: tr,
		CallID: fmt.Sprintf("call-%d-%d@lab.example", b.F.ID, n+1), JoinedBy: joinedBy,
		Src: b.path[from], Dst: b.path[to],
	})
	return n
}

// Say adds a message after the given pause and returns its index.
func (b *Builder) Say(pause time.Duration, leg, from, to int, name, summary string) int {
	b.at += pause
	b.frame++
	m := &decode.Message{
		Order: capture.Order{Index: uint64(b.frame)}, Time: Start.Add(b.at),
		Frame: capture.Frame{Number: b.frame}, Name: name, Summary: summary, Copies: 1, Protocol: "sip",
		Path: capture.Path{Transport: capture.UDP, Src: b.path[from], Dst: b.path[to]},
	}
	if leg >= 0 {
		m.Protocol, m.Path.Transport = b.F.Legs[leg].Protocol, b.F.Legs[leg].Transport
	}
	if m.Protocol == "sip" {
		m.Facts.Transaction = transaction(name)
		if t := m.Facts.Transaction; t.Request {
			t.Authorized = strings.Contains(summary, "with credentials")
			b.method = t.Method
		} else if b.method != "" {
			t.Method = b.method
		}
	}
	b.bytes[m] = []byte(name + " sip:3250@10.96.1.8 SIP/2.0\r\nVia: SIP/2.0/UDP 10.6.1.102;branch=z9hG4bK-1\r\n" +
		"From: <sip:5737@10.6.1.102>;tag=a\r\nTo: <sip:3250@10.96.1.8>\r\nCall-ID: call-1\r\n" +
		"Proxy-Authorization: Digest username=\"5737\", realm=\"lab\", nonce=\"n\", response=\"0123456789abcdef\"\r\n" +
		"Content-Length: 0\r\n\r\n")
	b.F.Messages = append(b.F.Messages, flow.Message{Message: m, Leg: leg, From: from, To: to, RetransmissionOf: -1})
	b.F.End = m.Time
	return len(b.F.Messages) - 1
}

// Again repeats message n, as a retransmission.
func (b *Builder) Again(pause time.Duration, n int) int {
	o := b.F.Messages[n]
	i := b.Say(pause, o.Leg, o.From, o.To, o.Name, o.Summary)
	b.F.Messages[i].RetransmissionOf = n
	return i
}

// Skip lets frames pass (media between two messages).
func (b *Builder) Skip(frames int32) { b.frame += frames }

// Now is the capture time of the last message.
func (b *Builder) Now() capture.Time { return Start.Add(b.at) }

// Last is the message added last.
func (b *Builder) Last() *flow.Message { return &b.F.Messages[len(b.F.Messages)-1] }

func transaction(name string) *decode.Transaction {
	t := &decode.Transaction{ID: "z9hG4bK", Method: "INVITE", Expires: -1}
	if n, err := fmt.Sscanf(name, "%d %s", &t.Status, &t.Reason); n == 2 && err == nil {
		return t
	}
	t.Request, t.Status = true, 0
	fmt.Sscanf(name, "%s", &t.Method)
	return t
}

// Stream makes an audio stream of one packet every 20 ms.
func (b *Builder) Stream(src, dst string, start capture.Time, length time.Duration, lost int64, digits string) *media.Stream {
	n := int64(length / (20 * time.Millisecond))
	s := &media.Stream{
		ID: fmt.Sprintf("%d.%d", b.F.ID, len(b.F.Streams)+1), SSRC: 0x1234abcd + uint32(len(b.F.Streams)),
		Path: capture.Path{Transport: capture.UDP, Src: netip.MustParseAddrPort(src), Dst: netip.MustParseAddrPort(dst)},
		Kind: "audio", PayloadTypes: []uint8{0}, Codec: "PCMU", Clock: 8000, DSCP: 46,
		Order:      capture.Order{Index: uint64(b.frame + 1)},
		FirstFrame: capture.Frame{Number: b.frame + 1}, LastFrame: capture.Frame{Number: b.frame + int32(2*n)},
		Start: start, End: start.Add(length), Packets: n - lost, Bytes: 200 * (n - lost), Expected: n, Lost: lost,
		Delta: &media.Spread{Min: 17.2, Mean: 20, Max: 61.25}, Jitter: &media.Jitter{Mean: 1.94, Max: 6.2, Last: 1.1},
	}
	for i, d := range digits {
		at := start.Add(time.Duration(i+1) * time.Second)
		s.DTMF = append(s.DTMF, media.Digit{Digit: string(d), Time: at, Duration: 100 * time.Millisecond, Frame: s.FirstFrame})
		s.PayloadTypes = []uint8{0, 101}
	}
	for i := range int64(min(length, time.Minute) / time.Second) {
		s.Series.Points = append(s.Series.Points, media.Point{At: start.Add(time.Duration(i) * time.Second), Packets: 50,
			Bytes: 10000, DeltaMax: 22 + float64(i%7), DeltaMean: 20, Jitter: 1 + float64(i%5)/4, JitterMax: 2 + float64(i%5)/4})
	}
	s.Series.Interval, s.Series.Start = time.Second, start
	b.F.Streams = append(b.F.Streams, s)
	return s
}

// Document wraps flows made by builders into a Document as cmd makes one.
func Document(command string, builders ...*Builder) *render.Document {
	d := &render.Document{Version: "0.1.0", Command: command}
	bytes := map[*decode.Message][]byte{}
	owner := map[*media.Stream]int{}
	d.Capture.Files = []render.File{{Name: "trunk.pcapng", Format: "pcapng", LinkTypes: []string{"ethernet"}, First: Start, Last: Start}}
	for _, b := range builders {
		d.Flows = append(d.Flows, b.F)
		for _, s := range b.F.Streams {
			owner[s] = b.F.ID
			d.Streams = append(d.Streams, s)
		}
		for m, v := range b.bytes {
			bytes[m] = v
		}
		for i := range b.F.Messages {
			d.Capture.Account.Add(capture.FateDecoded, "", b.F.Messages[i].Frame, b.F.Messages[i].Order.Index)
		}
		d.Capture.Files[0].Last = max(d.Capture.Files[0].Last, b.F.End)
	}
	c := &d.Capture
	c.Account.Add(capture.FateOther, "arp", capture.Frame{Number: 3}, 3)
	c.Account.Add(capture.FateUndecoded, "no keys: tls", capture.Frame{Number: 5}, 5)
	c.Frames = c.Account.Total()
	c.Bytes, c.First, c.Last = c.Frames*300, Start, c.Files[0].Last
	c.Files[0].Frames, c.Files[0].Bytes = c.Frames, c.Bytes
	d.StreamFlow = func(s *media.Stream) (int, string) {
		if id := owner[s]; id != 0 {
			return id, fmt.Sprintf("%d.1", id)
		}
		return 0, ""
	}
	d.Bytes = func(m *decode.Message) ([]byte, error) {
		if v, ok := bytes[m]; ok {
			return v, nil
		}
		return nil, fmt.Errorf("message of frame %s is not kept", m.Frame)
	}
	return d
}
