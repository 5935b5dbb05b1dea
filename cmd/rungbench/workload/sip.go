package workload

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// proxy is the one that all calls go through.
var proxy = netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, 10}), 5060)

const (
	domain    = "voice.example.com"
	userAgent = "Bench-Phone/12.8.1 (build 0042)"
	server    = "Bench-Proxy/5.7.2"
)

// A call is a dialog through the proxy.
type call struct {
	number           int
	caller, callee   netip.AddrPort
	from, to         string // users
	callID           string
	fromTag, toTag   string
	branch           uint64
	callerRTP, toRTP netip.AddrPort
	sdpID            uint64
}

func newCall(g *generator, n int) *call {
	caller, callee := host(1, n%5000), host(2, n*7%5000)
	return &call{
		number: n,
		caller: netip.AddrPortFrom(caller, 5060), callee: netip.AddrPortFrom(callee, 5060),
		from: fmt.Sprintf("+4930%07d", n%9000000), to: fmt.Sprintf("%d", 5000+n%4000),
		callID:  fmt.Sprintf("%016x-%d@%v", g.id(), n, caller),
		fromTag: fmt.Sprintf("%08x", uint32(g.id())), toTag: fmt.Sprintf("%08x", uint32(g.id())),
		branch:    g.id(),
		callerRTP: netip.AddrPortFrom(caller, uint16(16384+2*(n%8000))),
		toRTP:     netip.AddrPortFrom(callee, uint16(16384+2*(n*3%8000))),
		sdpID:     g.id() >> 16,
	}
}

// A leg is one of the two hops of a call: before the proxy, behind it.
type leg int

const (
	before leg = iota
	behind
)

// peers returns who sends a request on a leg, and who gets it.
func (c *call) peers(l leg) (src, dst netip.AddrPort) {
	if l == before {
		return c.caller, proxy
	}
	return proxy, c.callee
}

// vias writes the Via headers that a request of the caller has on a leg.
func (c *call) vias(b *strings.Builder, l leg, method string) {
	if l == behind {
		fmt.Fprintf(b, "Via: SIP/2.0/UDP %v;branch=z9hG4bKpx%016x%s.0\r\n", proxy, c.branch, method)
		fmt.Fprintf(b, "Via: SIP/2.0/UDP %v;received=%v;rport=5060;branch=z9hG4bK%016x%s\r\n",
			c.caller, c.caller.Addr(), c.branch, method)
		return
	}
	fmt.Fprintf(b, "Via: SIP/2.0/UDP %v;branch=z9hG4bK%016x%s;rport\r\n", c.caller, c.branch, method)
}

func (c *call) names(b *strings.Builder, toTag bool) {
	fmt.Fprintf(b, "From: \"Caller %d\" <sip:%s@%s>;tag=%s\r\n", c.number, c.from, domain, c.fromTag)
	fmt.Fprintf(b, "To: <sip:%s@%s>", c.to, domain)
	if toTag {
		fmt.Fprintf(b, ";tag=%s", c.toTag)
	}
	fmt.Fprintf(b, "\r\nCall-ID: %s\r\n", c.callID)
}

// request returns a request of the caller as it looks on a leg.
func (c *call) request(l leg, method string, seq int) []byte {
	var b strings.Builder
	target := fmt.Sprintf("sip:%s@%s", c.to, domain)
	inDialog := method == "BYE" || method == "ACK" || method == "INFO"
	if inDialog || l == behind {
		target = fmt.Sprintf("sip:%s@%v", c.to, c.callee)
	}
	fmt.Fprintf(&b, "%s %s SIP/2.0\r\n", method, target)
	c.vias(&b, l, tail(method))
	if inDialog && l == before {
		fmt.Fprintf(&b, "Route: <sip:%v;lr>\r\n", proxy)
	}
	if method == "INVITE" && l == behind {
		fmt.Fprintf(&b, "Record-Route: <sip:%v;lr>\r\n", proxy)
	}
	fmt.Fprintf(&b, "Max-Forwards: %d\r\n", 70-int(l))
	c.names(&b, inDialog)
	fmt.Fprintf(&b, "CSeq: %d %s\r\n", seq, method)
	if method != "INVITE" {
		fmt.Fprintf(&b, "User-Agent: %s\r\nContent-Length: 0\r\n\r\n", userAgent)
		return []byte(b.String())
	}
	fmt.Fprintf(&b, "Contact: <sip:%s@%v;transport=udp>\r\n", c.from, c.caller)
	fmt.Fprintf(&b, "P-Asserted-Identity: <sip:%s@%s>\r\n", c.from, domain)
	b.WriteString("Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, REFER, NOTIFY, INFO\r\n" +
		"Supported: replaces, timer, 100rel\r\nSession-Expires: 1800\r\nMin-SE: 90\r\n")
	fmt.Fprintf(&b, "User-Agent: %s\r\n", userAgent)
	withBody(&b, c.sdp(c.callerRTP, 0))
	return []byte(b.String())
}

// tail tells the branches of a call's transactions apart; CANCEL and the ACK of
// a failure have their INVITE's (RFC 3261 §9.1, §17.1.1.3).
func tail(method string) string {
	switch method {
	case "INVITE", "CANCEL":
		return "i"
	}
	return strings.ToLower(method[:1])
}

// response returns an answer of the callee (behind) as it looks on a leg.
func (c *call) response(l leg, status, method string, seq int) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "SIP/2.0 %s\r\n", status)
	c.vias(&b, l, tail(method))
	trying := status[:3] == "100"
	if method == "INVITE" && !trying {
		fmt.Fprintf(&b, "Record-Route: <sip:%v;lr>\r\n", proxy)
	}
	c.names(&b, !trying)
	fmt.Fprintf(&b, "CSeq: %d %s\r\n", seq, method)
	if trying {
		fmt.Fprintf(&b, "Server: %s\r\nContent-Length: 0\r\n\r\n", server)
		return []byte(b.String())
	}
	fmt.Fprintf(&b, "Contact: <sip:%s@%v>\r\n", c.to, c.callee)
	if method != "INVITE" || status[0] != '2' {
		fmt.Fprintf(&b, "Server: %s\r\nContent-Length: 0\r\n\r\n", userAgent)
		return []byte(b.String())
	}
	fmt.Fprintf(&b, "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE\r\nSession-Expires: 1800;refresher=uac\r\nServer: %s\r\n", userAgent)
	withBody(&b, c.sdp(c.toRTP, 1))
	return []byte(b.String())
}

func withBody(b *strings.Builder, sdp string) {
	fmt.Fprintf(b, "Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s", len(sdp), sdp)
}

func (c *call) sdp(at netip.AddrPort, answer uint64) string {
	formats, maps := "0 8 101", "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
	if answer > 0 {
		formats, maps = "0 101", "a=rtpmap:0 PCMU/8000\r\n"
	}
	return fmt.Sprintf("v=0\r\no=- %d %d IN IP4 %v\r\ns=call\r\nc=IN IP4 %v\r\nt=0 0\r\n"+
		"m=audio %d RTP/AVP %s\r\n%sa=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"+
		"a=ptime:20\r\na=sendrecv\r\n", c.sdpID+answer, c.sdpID, at.Addr(), at.Addr(), at.Port(), formats, maps)
}

// ask is a request on a leg, after a pause.
func (c *call) ask(after time.Duration, l leg, method string, seq int) line {
	return line{after, func(g *generator) {
		src, dst := c.peers(l)
		g.udp(src, dst, c.request(l, method, seq))
	}}
}

// tell is an answer on a leg, after a pause.
func (c *call) tell(after time.Duration, l leg, status, method string, seq int) line {
	return line{after, func(g *generator) {
		dst, src := c.peers(l)
		g.udp(src, dst, c.response(l, status, method, seq))
	}}
}

// failed is the ACK of a failure on a leg: it has its INVITE's branch.
func (c *call) failed(after time.Duration, l leg) line {
	return line{after, func(g *generator) {
		src, dst := c.peers(l)
		b := strings.Replace(string(c.request(l, "ACK", 1)), fmt.Sprintf("%016xa", c.branch), fmt.Sprintf("%016xi", c.branch), -1)
		g.udp(src, dst, []byte(b))
	}}
}
