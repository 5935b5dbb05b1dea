package workload

import (
	"fmt"
	"net/netip"
	"time"
)

const (
	ms  = time.Millisecond
	hop = 2 * time.Millisecond // what the proxy takes
)

// ringing is how each call begins: up to 180.
func (c *call) ringing() script {
	return script{
		c.ask(0, before, "INVITE", 1),
		c.tell(hop, before, "100 Trying", "INVITE", 1),
		c.ask(hop, behind, "INVITE", 1),
		c.tell(20*ms, behind, "100 Trying", "INVITE", 1),
		c.tell(80*ms, behind, "180 Ringing", "INVITE", 1),
		c.tell(hop, before, "180 Ringing", "INVITE", 1),
	}
}

// answered goes on to the ACK of a 200.
func (c *call) answered(ring time.Duration) script {
	return append(c.ringing(),
		c.tell(ring, behind, "200 OK", "INVITE", 1),
		c.tell(hop, before, "200 OK", "INVITE", 1),
		c.ask(15*ms, before, "ACK", 1),
		c.ask(hop, behind, "ACK", 1))
}

// over is the end of an answered call.
func (c *call) over(after time.Duration) script { return c.bye(2, after) }

// bye ends a call with the request of that number.
func (c *call) bye(seq int, after time.Duration) script {
	return script{
		c.ask(after, before, "BYE", seq),
		c.ask(hop, behind, "BYE", seq),
		c.tell(8*ms, behind, "200 OK", "BYE", seq),
		c.tell(hop, before, "200 OK", "BYE", seq),
	}
}

// busy is a call that is refused.
func (c *call) busy() script {
	return append(c.ringing(),
		c.tell(200*ms, behind, "486 Busy Here", "INVITE", 1),
		c.failed(hop, behind),
		c.tell(hop, before, "486 Busy Here", "INVITE", 1),
		c.failed(15*ms, before))
}

// cancelled is a call that the caller gives up.
func (c *call) cancelled() script {
	return append(c.ringing(),
		c.ask(4*time.Second, before, "CANCEL", 1),
		c.tell(hop, before, "200 OK", "CANCEL", 1),
		c.ask(hop, behind, "CANCEL", 1),
		c.tell(10*ms, behind, "200 OK", "CANCEL", 1),
		c.tell(hop, behind, "487 Request Terminated", "INVITE", 1),
		c.failed(hop, behind),
		c.tell(hop, before, "487 Request Terminated", "INVITE", 1),
		c.failed(15*ms, before))
}

// newTrunkCall is an answered call with speech.
func newTrunkCall(g *generator, n int) actor {
	c := newCall(g, n)
	s := c.answered(time.Duration(1+g.random(8000)) * ms)
	speech := newTalk(g, c.callerRTP, c.toRTP, 30, &running{script: c.over(0)})
	return &running{script: append(s, line{10 * ms, func(g *generator) { g.push(0, speech) }})}
}

// newSIP is a registration, a call or a keep-alive, as they come at a registrar.
func newSIP(g *generator, n int) actor {
	switch n % 8 {
	case 0, 1, 2:
		return &running{script: registration(g, n)}
	case 3, 4:
		return &running{script: options(g, n)}
	}
	c := newCall(g, n)
	switch n % 16 {
	case 5:
		return &running{script: c.busy()}
	case 14:
		return &running{script: c.cancelled()}
	}
	s := c.answered(time.Duration(1+g.random(8000)) * ms)
	return &running{script: append(s, c.over(time.Duration(5+g.random(60))*time.Second)...)}
}

// registration is REGISTER, 401, REGISTER, 200.
func registration(g *generator, n int) script {
	phone := netip.AddrPortFrom(host(3, n%60000), 5060)
	user, id, nonce := fmt.Sprint(100000+n%60000), g.id(), g.id()
	tag := uint32(g.id())
	head := func(first string, seq int, toTag string) string {
		return fmt.Sprintf("%s\r\nVia: SIP/2.0/UDP %v;branch=z9hG4bK%016x%d;rport\r\n"+
			"From: <sip:%s@%s>;tag=%08x\r\nTo: <sip:%s@%s>%s\r\nCall-ID: %016x@%v\r\nCSeq: %d REGISTER\r\n",
			first, phone, id, seq, user, domain, tag, user, domain, toTag, id, phone.Addr(), seq)
	}
	register := func(after time.Duration, seq int, auth string) line {
		return line{after, func(g *generator) {
			g.udp(phone, proxy, []byte(head("REGISTER sip:"+domain+" SIP/2.0", seq, "")+
				fmt.Sprintf("Max-Forwards: 70\r\nContact: <sip:%s@%v>;+sip.instance=\"<urn:uuid:00000000-0000-0000-0000-%012x>\"\r\n"+
					"%sExpires: 3600\r\nUser-Agent: %s\r\nContent-Length: 0\r\n\r\n", user, phone, n, auth, userAgent)))
		}}
	}
	answer := func(after time.Duration, seq int, status, extra string) line {
		return line{after, func(g *generator) {
			g.udp(proxy, phone, []byte(head("SIP/2.0 "+status, seq, fmt.Sprintf(";tag=%08x", tag^0xffff))+
				extra+"Server: "+server+"\r\nContent-Length: 0\r\n\r\n"))
		}}
	}
	return script{
		register(0, 1, ""),
		answer(3*ms, 1, "401 Unauthorized", fmt.Sprintf(
			"WWW-Authenticate: Digest realm=\"%s\", nonce=\"%016x\", qop=\"auth\", algorithm=MD5\r\n", domain, nonce)),
		register(12*ms, 2, fmt.Sprintf("Authorization: Digest username=\"%s\", realm=\"%s\", nonce=\"%016x\", "+
			"uri=\"sip:%s\", response=\"%016x%016x\", algorithm=MD5, qop=auth, nc=00000001, cnonce=\"%08x\"\r\n",
			user, domain, nonce, domain, mix(nonce), mix(nonce+1), uint32(nonce))),
		answer(4*ms, 2, "200 OK", fmt.Sprintf("Contact: <sip:%s@%v>;expires=3600\r\n", user, phone)),
	}
}

// options is a keep-alive of a gateway and its answer.
func options(g *generator, n int) script {
	gateway := netip.AddrPortFrom(host(4, n%200), 5060)
	id := g.id()
	head := func(first, toTag string) string {
		return fmt.Sprintf("%s\r\nVia: SIP/2.0/UDP %v;branch=z9hG4bK%016x\r\nFrom: <sip:ping@%v>;tag=%08x\r\n"+
			"To: <sip:%s>%s\r\nCall-ID: ping-%016x@%v\r\nCSeq: 101 OPTIONS\r\n",
			first, gateway, id, gateway.Addr(), uint32(id), domain, toTag, id, gateway.Addr())
	}
	return script{
		{0, func(g *generator) {
			g.udp(gateway, proxy, []byte(head("OPTIONS sip:"+domain+" SIP/2.0", "")+
				fmt.Sprintf("Max-Forwards: 0\r\nContact: <sip:%v>\r\nUser-Agent: Bench-GW\r\nContent-Length: 0\r\n\r\n", gateway)))
		}},
		{2 * ms, func(g *generator) {
			g.udp(proxy, gateway, []byte(head("SIP/2.0 200 OK", fmt.Sprintf(";tag=%08x", uint32(id>>32)))+
				"Accept: application/sdp\r\nAllow: INVITE, ACK, CANCEL, BYE, OPTIONS\r\nServer: "+server+"\r\nContent-Length: 0\r\n\r\n"))
		}},
	}
}
