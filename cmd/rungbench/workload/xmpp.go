package workload

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"time"
)

var xmppServer = netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, 11}), 5222)

const (
	flagFIN = 1
	flagSYN = 2
	flagPSH = 8
	flagACK = 16
)

// A conn is one TCP connection of a client to the server.
type conn struct {
	client               netip.AddrPort
	clientSeq, serverSeq uint32
}

func (c *conn) say(g *generator, fromClient bool, flags byte, data []byte) {
	n := uint32(len(data))
	if flags&(flagSYN|flagFIN) != 0 {
		n++
	}
	if fromClient {
		ack := c.serverSeq
		if flags == flagSYN {
			ack = 0
		}
		g.tcp(c.client, xmppServer, c.clientSeq, ack, flags, data)
		c.clientSeq += n
		return
	}
	g.tcp(xmppServer, c.client, c.serverSeq, c.clientSeq, flags, data)
	c.serverSeq += n
}

// at is a segment after a pause.
func (c *conn) at(after time.Duration, fromClient bool, flags byte, data string) line {
	return line{after, func(g *generator) { c.say(g, fromClient, flags, []byte(data)) }}
}

// send is bytes after a pause, and the acknowledgement right behind them.
func (c *conn) send(after time.Duration, fromClient bool, data string) script {
	return script{
		c.at(after, fromClient, flagPSH|flagACK, data),
		c.at(300*time.Microsecond, !fromClient, flagACK, ""),
	}
}

// newSession is a login, some presence and messages, and a logout.
func newSession(g *generator, n int) actor {
	c := &conn{
		client:    netip.AddrPortFrom(host(5, n%60000), uint16(49152+n/60000*7+n%1000)),
		clientSeq: uint32(g.id()), serverSeq: uint32(g.id()),
	}
	s := script{
		c.at(0, true, flagSYN, ""),
		c.at(ms, false, flagSYN|flagACK, ""),
		c.at(ms, true, flagACK, ""),
	}
	say := func(after time.Duration, fromClient bool, format string, args ...any) {
		s = append(s, c.send(after, fromClient, fmt.Sprintf(format, args...))...)
	}
	login(say, g, n)
	chat(say, g, n)
	say(time.Second, true, "</stream:stream>")
	say(ms, false, "</stream:stream>")
	s = append(s,
		c.at(ms, true, flagFIN|flagACK, ""),
		c.at(ms, false, flagFIN|flagACK, ""),
		c.at(ms, true, flagACK, ""))
	return &running{script: s}
}

type sayer func(after time.Duration, fromClient bool, format string, args ...any)

const (
	clientOpen = "<?xml version='1.0'?><stream:stream to='example.com' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
	serverOpen = "<?xml version='1.0'?><stream:stream id='%016x' from='example.com' version='1.0' xml:lang='en' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
	bindNS     = "urn:ietf:params:xml:ns:xmpp-bind"
	saslNS     = "urn:ietf:params:xml:ns:xmpp-sasl"
)

// login opens the stream, authenticates and binds (RFC 6120 §4, §6, §7).
func login(say sayer, g *generator, n int) {
	user := fmt.Sprintf("user%05d", n)
	say(5*ms, true, clientOpen)
	say(2*ms, false, serverOpen+"<stream:features><mechanisms xmlns='%s'><mechanism>PLAIN</mechanism></mechanisms></stream:features>", g.id(), saslNS)
	say(10*ms, true, "<auth xmlns='%s' mechanism='PLAIN'>%s</auth>", saslNS,
		base64.StdEncoding.EncodeToString([]byte("\x00"+user+"\x00secret-"+user)))
	say(20*ms, false, "<success xmlns='%s'/>", saslNS)
	say(2*ms, true, clientOpen)
	say(2*ms, false, serverOpen+"<stream:features><bind xmlns='%s'/><sm xmlns='urn:xmpp:sm:3'/></stream:features>", g.id(), bindNS)
	say(3*ms, true, "<iq type='set' id='b1'><bind xmlns='%s'><resource>jabber_%d</resource></bind></iq>", bindNS, n%7)
	say(3*ms, false, "<iq type='result' id='b1'><bind xmlns='%s'><jid>%s@example.com/jabber_%d</jid></bind></iq>", bindNS, user, n%7)
}

// chat is a roster, presence and messages.
func chat(say sayer, g *generator, n int) {
	user := fmt.Sprintf("user%05d", n)
	say(5*ms, true, "<iq type='get' id='r1'><query xmlns='jabber:iq:roster'/></iq>")
	roster := ""
	for i := range 8 {
		roster += fmt.Sprintf("<item jid='user%05d@example.com' name='Colleague %d' subscription='both'><group>Team</group></item>", n+i+1, i)
	}
	say(8*ms, false, "<iq type='result' id='r1' to='%s@example.com'><query xmlns='jabber:iq:roster'>%s</query></iq>", user, roster)
	say(5*ms, true, "<presence><show>chat</show><status>At work</status><priority>1</priority></presence>")
	for i := range 3 + int(g.random(10)) {
		peer := fmt.Sprintf("user%05d", n+i%8+1)
		fromClient := g.random(2) == 0
		from, to := user, peer
		if !fromClient {
			from, to = peer, user
		}
		say(time.Duration(200+g.random(5000))*ms, fromClient,
			"<message from='%s@example.com/x' to='%s@example.com' type='chat' id='m%d'><body>The line to branch %d rings twice and stops, %016x.</body></message>",
			from, to, i, n%97, g.id())
	}
}
