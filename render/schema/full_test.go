package schema_test

import (
	"net/netip"
	"time"

	"rung/capture"
	"rung/decode"
	"rung/decode/flow"
	"rung/decode/media"
	"rung/render"
	"rung/render/rendertest"
)

// full is a document in which every property of the schema has a value that
// is not null somewhere, over two inputs.
func full() *render.Document {
	b := rendertest.TrunkCall(1)
	doc := rendertest.Document("rung list", b)
	doc.Capture.Files = append(doc.Capture.Files, render.File{Name: "rotated.pcap+", Format: "pcap+gzip", Frames: 1, Bytes: 60, LinkTypes: []string{"raw"}, Truncated: true})
	both := []capture.Frame{{Number: 7}, {File: 1, Number: 1}}
	odd := capture.Diagnostic{Code: "length", Severity: capture.Warning, Frames: both, Text: "512 bytes declared", Ref: "RFC 3261 §18.3", Damage: true}
	doc.Capture.Diagnostics = []capture.Diagnostic{odd, {Code: "no-frames", Severity: capture.Info, Text: "none"}}

	f := b.F
	f.Parent, f.Children = 9, []int{2, 3}
	f.From.Display, f.To.Display = "Алиса", "Bob"
	f.Diagnostics = doc.Capture.Diagnostics
	f.Parties[0].Evidence = "names file line 1"
	f.Legs[0].SessionID, f.Legs[0].Evidence = "ab30", both
	f.Steps = []flow.Step{{Name: "auth", Outcome: flow.Accepted, Frames: both}}
	p := decode.Party{User: "5737", Host: "h", Display: "d"}
	f.Identities = []flow.IdentityRow{
		{Leg: "1.1", Frame: both[0], Changed: []string{"from"}, Identity: &decode.Identity{From: p, To: p, RequestURI: p, Contact: p,
			Asserted: p, Preferred: p, RemoteParty: p, Diversion: p, Privacy: "id"}},
		{},
	}
	m := f.Messages[4]
	m.Message.Frames, m.Message.Frame, m.RetransmissionOf = both, both[1], 2
	m.Message.Diagnostics = []capture.Diagnostic{odd}
	f.Messages[4] = m
	doc.Streams = append(doc.Streams, video(), bare())
	doc.Streams[2].Diagnostics = []capture.Diagnostic{odd}
	return doc
}

// video is a stream with everything RTCP and a codec can tell.
func video() *media.Stream {
	skew, keys := -3.25, int64(4)
	at := rendertest.Start
	return &media.Stream{
		ID: "v1", SSRC: 0xfffffff1, Kind: "video", PayloadTypes: []uint8{97}, Codec: "H264", Clock: 90000, ClockMeasured: true, Encrypted: true, DSCP: 34,
		Path:       capture.Path{Transport: capture.UDP, Src: netip.MustParseAddrPort("[2001:db8::1]:4000"), Dst: netip.MustParseAddrPort("10.0.0.1:4002")},
		FirstFrame: capture.Frame{Number: 5}, LastFrame: capture.Frame{File: 1, Number: 1}, Start: at, End: at.Add(time.Second),
		Packets: 100, Bytes: 100000, Expected: 103, Lost: 3, Duplicates: 1, Reordered: 2, Restarts: 1,
		Delta: &media.Spread{Min: 0.0004, Mean: 10.12349, Max: 99.9996}, Jitter: &media.Jitter{Mean: 1, Max: 2, Last: 3}, SkewMS: &skew,
		LossBursts: []media.Burst{{FirstSeq: 65535, Packets: 3, Frame: capture.Frame{Number: 6}}},
		Video:      &media.Video{Frames: 30, FPS: 29.97, KeyFrames: &keys, IncompleteFrames: 1, FrameJitterMS: 4.5, Width: 640, Height: 480},
		RTCP:       &media.RTCP{Reports: 2, FractionLostMax: 2.9126, RTT: &media.Spread{Min: 1, Mean: 2, Max: 3}, PLI: 1, FIR: 2, NACK: 3},
	}
}

// bare is a stream of one packet of which nothing is known, beside the
// candidates video and RTCP of which nothing is known either.
func bare() *media.Stream {
	return &media.Stream{
		ID: "b1", PayloadTypes: []uint8{96}, Packets: 1, Bytes: 200, Start: rendertest.Start, End: rendertest.Start,
		Video: &media.Video{Frames: 1}, RTCP: &media.RTCP{PLI: 1},
		Diagnostics: []capture.Diagnostic{{Code: "odd", Severity: capture.Error}},
	}
}
