package chart

import (
	"net/netip"
	"time"

	"rung/capture"
	"rung/decode"
	"rung/decode/flow"
	"rung/decode/media"
	"rung/render"
)

var (
	zero  = capture.TimeOf(time.Date(2013, 4, 17, 15, 53, 55, 312e6, time.UTC))
	phone = netip.MustParseAddrPort("10.6.1.102:16384")
	alt   = netip.MustParseAddrPort("10.9.9.9:30000")
	pbx   = netip.MustParseAddrPort("10.7.3.21:24180")
)

// stream is a voice stream of n seconds that begins at second from; every
// 40th second is bad.
func stream(src, dst netip.AddrPort, ssrc uint32, from, n int) *media.Stream {
	s := &media.Stream{
		SSRC: ssrc, Kind: "audio", Codec: "PCMU", Clock: 8000, PayloadTypes: []uint8{0},
		Path:  capture.Path{Transport: capture.UDP, Src: src, Dst: dst},
		Start: zero.Add(time.Duration(from) * time.Second),
		Delta: &media.Spread{Min: 18, Mean: 20, Max: 61}, Jitter: &media.Jitter{Mean: 1.9, Max: 9.4, Last: 1.2},
	}
	s.Series = media.Series{Interval: time.Second, Start: s.Start}
	for i := range n {
		p := media.Point{
			At: s.Start.Add(time.Duration(i) * time.Second), Packets: 50, Bytes: 10000,
			DeltaMax: 21 + float64((i*7+int(ssrc))%5), DeltaMean: 20,
			JitterMax: 1.5 + float64((i*3+int(ssrc))%7)/5, Jitter: 1,
		}
		if i%40 == 17 {
			p.Lost, p.DeltaMax, p.JitterMax = 3, 61, 9.4
			s.Lost += 3
		}
		s.Series.Points = append(s.Series.Points, p)
		s.Packets += 50
	}
	s.Expected = s.Packets + s.Lost
	s.End = s.Start.Add(time.Duration(n) * time.Second)
	return s
}

func sip(at float64, method string, status int, session *decode.Session, toTag string) flow.Message {
	m := &decode.Message{Time: zero.Add(time.Duration(at * float64(time.Second))), Protocol: "sip", Name: method}
	m.Facts.Transaction = &decode.Transaction{Method: method, Status: status, Request: status == 0, ToTag: toTag}
	m.Facts.Session = session
	return flow.Message{Message: m, RetransmissionOf: -1}
}

func audio(direction string) *decode.Session {
	return &decode.Session{Media: []decode.Media{{Kind: "audio", Direction: direction, Host: "10.0.0.1"}}}
}

// call is a call of n seconds with both directions of media.
func call(n int) *flow.Flow {
	f := &flow.Flow{
		ID: 3, Key: "k3", Kind: decode.KindCall, Title: "Call 5737 → 3250", Start: zero,
		End: zero.Add(time.Duration(n+6) * time.Second),
		Parties: []flow.Party{
			{ID: 1, Name: "Aastra 400", Addresses: []netip.AddrPort{netip.MustParseAddrPort("10.6.1.102:5060")}},
			{ID: 2, Name: "10.7.3.21", Addresses: []netip.AddrPort{netip.MustParseAddrPort("10.7.3.21:5060")}},
		},
		Streams: []*media.Stream{stream(phone, pbx, 0x1111, 5, n), stream(pbx, phone, 0x2222, 5, n-1)},
	}
	f.Messages = []flow.Message{
		sip(0, "INVITE", 0, audio("sendrecv"), ""),
		sip(0.1, "INVITE", 100, nil, ""),
		sip(0.8, "INVITE", 180, nil, "t"),
		sip(4.3, "INVITE", 200, audio("sendrecv"), "t"),
		sip(4.4, "ACK", 0, nil, "t"),
		sip(30, "INVITE", 0, audio("sendonly"), "t"),
		sip(45, "INVITE", 0, audio("sendrecv"), "t"),
		sip(float64(n+5), "BYE", 0, nil, "t"),
	}
	return f
}

func document(flows ...*flow.Flow) *render.Document {
	d := &render.Document{Version: "0.1.0", Command: "rung rtp trunk.pcapng -o x.svg", Flows: flows}
	d.Capture.Files = []render.File{{Name: "/tmp/trunk.pcapng", Format: "pcapng"}}
	of := make(map[*media.Stream]int)
	for _, f := range flows {
		for _, s := range f.Streams {
			d.Streams = append(d.Streams, s)
			of[s] = f.ID
		}
	}
	d.StreamFlow = func(s *media.Stream) (int, string) { return of[s], "" }
	return d
}

func zeroHost() *decode.Session {
	s := audio("sendrecv")
	s.Media[0].Host = "0.0.0.0"
	return s
}

func again(m flow.Message) flow.Message {
	m.RetransmissionOf = 0
	return m
}
