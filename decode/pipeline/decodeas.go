package pipeline

import (
	"rung/capture"
	"rung/decode"
)

// A PortRule says what is spoken on a port, at either end of a packet, so that
// no protocol is asked (--decode-as). Protocol is the name of one of
// Options.Protocols, AsRTP or AsNone. A name that is not read over Transport
// has no effect.
type PortRule struct {
	Transport capture.Transport
	Port      uint16
	Protocol  string
}

// Protocols of a PortRule that are in no table.
const (
	AsRTP  = "rtp"  // RTP and RTCP: UDP only
	AsNone = "none" // leave the port alone: its frames are counted as "decode-as-none"
)

// unreadName counts the frames of ports that the user told rung not to read.
const unreadName = "decode-as-none"

// A rule is a PortRule with its protocol looked up.
type rule struct {
	name  string
	proto *decode.Protocol // nil for AsRTP and AsNone
	order int              // of several rules that fit a packet the last one holds
}

type ruleKey struct {
	transport capture.Transport
	port      uint16
}

// rules are the port rules of a run. Nil when there are none.
type rules map[ruleKey]rule

// newRules looks the protocols of the rules up in t.
func newRules(ports []PortRule, t *table) rules {
	var r rules
	for i, p := range ports {
		x := rule{name: p.Protocol, order: i}
		switch p.Protocol {
		case AsNone:
		case AsRTP:
			if p.Transport != capture.UDP {
				continue
			}
		default:
			if x.proto = t.over(p.Protocol, p.Transport); x.proto == nil {
				continue
			}
		}
		if r == nil {
			r = make(rules)
		}
		r[ruleKey{p.Transport, p.Port}] = x
	}
	return r
}

// over finds the protocol of a name that is read over a transport.
func (t *table) over(name string, transport capture.Transport) *decode.Protocol {
	for _, p := range t.all {
		if p.Name == name && ReadsOver(p, transport) {
			return p
		}
	}
	return nil
}

// ReadsOver reports whether p is looked for in what transport carries. SCTP
// carries messages, as UDP does.
func ReadsOver(p *decode.Protocol, transport capture.Transport) bool {
	switch transport {
	case capture.TCP:
		return p.Streams
	case capture.UDP, capture.SCTP:
		return p.Datagrams && p.Name != "icmp"
	}
	return false
}

// of returns the rule for a path, the same for both directions.
func (r rules) of(p *capture.Path) (rule, bool) {
	if r == nil {
		return rule{}, false
	}
	a, okA := r[ruleKey{p.Transport, p.Src.Port()}]
	b, okB := r[ruleKey{p.Transport, p.Dst.Port()}]
	if okB && (!okA || b.order > a.order) {
		return b, true
	}
	return a, okA
}

// noTunnel lists the ports that are no tunnel's because a rule says what they
// are; nil when there are none.
func noTunnel(ports []PortRule) map[uint16]bool {
	var no map[uint16]bool
	for _, p := range ports {
		if p.Transport != capture.UDP {
			continue
		}
		if no == nil {
			no = make(map[uint16]bool)
		}
		no[p.Port] = true
	}
	return no
}

// told reads a datagram as its rule says.
func (s *shard) told(r rule, seg *capture.Segment, it *item) {
	switch {
	case len(seg.Data) == 0:
		s.count(capture.FateTransportOnly, "", it)
	case r.name == AsNone:
		s.count(capture.FateOther, unreadName, it)
	case r.name == AsRTP:
		s.toldRTP(seg, it)
	default:
		s.parse(r.proto, seg, it)
	}
}

// toldRTP gives a datagram to the tracker. What shares a port with RTP by
// design (RFC 7983: STUN, DTLS, ZRTP, keepalives) is counted by its name.
func (s *shard) toldRTP(seg *capture.Segment, it *item) {
	if s.media.FeedTold(seg) {
		s.keepMedia(seg, it)
		return
	}
	if name := besideMedia(seg.Data); name != "" {
		s.count(capture.FateOther, name, it)
		return
	}
	s.Report(capture.Diagnostic{
		Code: "rtp-unreadable", Severity: capture.Warning, Ref: "RFC 3550 §5.1",
		Text:   "rtp: no RTP or RTCP header, though --decode-as says RTP",
		Frames: append([]capture.Frame(nil), seg.AllFrames()...),
	})
	s.count(capture.FateUndecoded, "rtp-unreadable", it)
}

// toldStream makes a new stream what its rule says.
func (st *stream) toldStream(r rule) {
	if r.name == AsNone {
		st.other = unreadName
		return
	}
	st.choose(r.proto)
	st.byRule = true
}
