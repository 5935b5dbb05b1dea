package flow

import (
	"net/netip"

	"rung/capture"
	"rung/decode"
)

// Options say how flows are built. The zero value works.
type Options struct {
	Names *Names // names and roles of addresses; may be nil
	// Each calls f for 0 to n-1, in any order and at the same time if it likes,
	// and waits for all. Nil: one after the other.
	Each func(n int, f func(i int))
}

// each is opt.Each, or the plain loop.
func (b *Builder) each(n int, f func(i int)) {
	if b.opt.Each != nil {
		b.opt.Each(n, f)
		return
	}
	for i := range n {
		f(i)
	}
}

// A Builder takes messages in capture order and groups them. Grouping is
// incremental; what a flow means is worked out when it is finished.
type Builder struct {
	opt    Options
	groups []*group
	byKey  map[decode.Key]*group
	paths  map[capture.Path]*pathLog
	stray  []*decode.Message // ICMP errors about packets that no message came from
	live   *Live             // nil where a capture is read to its end
}

// A group is a flow under construction.
type group struct {
	key      string // what Flow.Key is made from
	kind     decode.Kind
	messages []*decode.Message
	closed   bool         // a call that is over: a new dialog may take the Call-ID
	fromTag  string       // of the request that began it
	closedAt capture.Time // the latest message that said so; 0: it goes on
	last     capture.Time
	live     *standing // nil where a capture is read to its end
}

// A pathLog remembers whose packets went along a path lately.
type pathLog struct {
	recent []sent // a ring once it has grown to pathMemory
	n      int
	last   capture.Time
}

type sent struct {
	ipid  uint32
	group *group
}

// New returns an empty Builder.
func New(opt Options) *Builder {
	return &Builder{
		opt:   opt,
		byKey: make(map[decode.Key]*group),
		paths: make(map[capture.Path]*pathLog),
	}
}

// Add takes the next message.
func (b *Builder) Add(m *decode.Message) {
	switch {
	case m.Facts.Quote != nil:
		b.quote(m)
	case m.Facts.Conn != nil:
		b.connection(m)
	default:
		if g := b.groupOf(m); g != nil {
			b.join(g, m)
		}
	}
}

func (b *Builder) join(g *group, m *decode.Message) {
	g.messages = append(g.messages, m)
	g.last = m.Time
	if t := m.Facts.Transaction; t != nil {
		switch {
		case ends(g, t):
			g.closed, g.closedAt = true, m.Time
		case t.Method == "INVITE" && t.Status >= 200 && t.Status < 300:
			g.closedAt = 0 // refused on one way, accepted on another
		}
	}
	b.remember(m, g)
}

// ends tells that a call is over: BYE, or its INVITE refused for good. A
// B2BUA that keeps the Call-ID gives its own legs other tags; their failures
// don't end the call.
func ends(g *group, t *decode.Transaction) bool {
	if t.Method == "BYE" {
		return true
	}
	return t.Method == "INVITE" && t.Status >= 400 && t.Status != 401 && t.Status != 407 && t.FromTag == g.fromTag
}

func (b *Builder) open(key string, kind decode.Kind) *group {
	if kind == "" {
		kind = decode.KindOther
	}
	g := &group{key: key, kind: kind}
	b.groups = append(b.groups, g)
	if b.live != nil {
		b.live.opened(g)
	}
	return g
}

// bind lets a key lead to g.
func (b *Builder) bind(key decode.Key, g *group) {
	b.byKey[key] = g
	if g.live != nil {
		g.live.keys = append(g.live.keys, key)
	}
}

// groupOf finds or opens the group of a message by its first key.
func (b *Builder) groupOf(m *decode.Message) *group {
	if len(m.Keys) == 0 {
		return b.open(m.Protocol+" "+m.Path.String()+" "+m.Time.Std().String(), m.Kind)
	}
	key := m.Keys[0]
	t := m.Facts.Transaction
	if g := b.byKey[key]; g != nil && !startsAnew(g, t) {
		return g
	}
	if g := b.series(m, t); g != nil {
		b.bind(key, g)
		return g
	}
	before, anew := b.live.left(key, t)
	kind := m.Kind
	if before.kind != "" {
		kind = before.kind
	}
	g := b.open(key.Kind+" "+key.Value, kind)
	if before.kind != "" {
		g.live.goesOn, g.live.counted = true, before.outcome
	}
	if t != nil {
		g.fromTag = t.FromTag
		if b.byKey[key] != nil || anew {
			g.key += " " + t.FromTag
		}
	}
	b.bind(key, g)
	return g
}

// startsAnew tells that an INVITE takes the Call-ID of a call that is over:
// some test tools and gateways use one Call-ID for ever.
func startsAnew(g *group, t *decode.Transaction) bool {
	return t != nil && g.closed && t.Request && t.Method == "INVITE" && t.ToTag == "" &&
		t.FromTag != g.fromTag
}

// series puts keepalives from one host to one socket into one flow: each
// OPTIONS has a Call-ID of its own, and a day of them is one story.
func (b *Builder) series(m *decode.Message, t *decode.Transaction) *group {
	if m.Kind != decode.KindKeepalive || t == nil {
		return nil
	}
	p := m.Path
	if !t.Request {
		p = p.Reverse() // its request was not captured
	}
	from := p.Src.Addr().String()
	if p.Src.Addr() == p.Dst.Addr() {
		from = p.Src.String() // on one host every socket is somebody else
	}
	key := decode.Key{Kind: "keepalive", Value: p.Transport.String() + " " + from + " " + p.Dst.String()}
	g := b.byKey[key]
	if g == nil {
		g = b.open(key.Kind+" "+key.Value, decode.KindKeepalive)
		b.bind(key, g)
	}
	return g
}

// remember notes that g sent a packet along m's path.
func (b *Builder) remember(m *decode.Message, g *group) {
	p := m.Path
	if p.Transport == capture.TCP {
		p, _ = p.Canonical()
	}
	log := b.paths[p]
	if log == nil {
		if len(b.paths) >= maxPaths {
			return
		}
		log = new(pathLog)
		b.paths[p] = log
	}
	if len(log.recent) < pathMemory {
		log.recent = append(log.recent, sent{m.IPID, g})
	} else {
		log.recent[log.n%pathMemory] = sent{m.IPID, g}
	}
	log.n++
	log.last = m.Time
}

// find returns the group whose packet went along p with this IP id, else the
// latest one of the path.
func (b *Builder) find(p capture.Path, ipid uint32) *group {
	log := b.paths[p]
	if log == nil {
		return nil
	}
	for _, s := range log.recent {
		if ipid != 0 && s.ipid == ipid && s.group.messages != nil {
			return s.group
		}
	}
	if g := log.recent[(log.n-1)%pathMemory].group; g.messages != nil {
		return g
	}
	return nil // it has left a live capture's memory
}

// quote ties an ICMP error to the flow whose packet it returns.
func (b *Builder) quote(m *decode.Message) {
	q := m.Facts.Quote
	p := q.Path
	if p.Transport == capture.TCP {
		p, _ = p.Canonical()
	}
	if g := b.find(p, q.IPID); g != nil {
		g.messages = append(g.messages, m)
		return
	}
	if q.Path.Transport == capture.TCP && signallingPorts[q.Path.Dst.Port()] {
		// The answer to a SYN: the connection never came up.
		g := b.failedConnection(q.Path.Src, q.Path.Dst)
		g.messages = append(g.messages, m)
		return
	}
	b.stray = append(b.stray, m)
}

// connection ties an event of a TCP connection to the flow that used it, or
// opens one for a signalling connection that never came up.
func (b *Builder) connection(m *decode.Message) {
	ev := m.Facts.Conn.Event
	for _, k := range m.Keys {
		if g := b.byKey[k]; g != nil {
			g.messages = append(g.messages, m)
			return
		}
	}
	switch ev {
	case capture.EventReset:
		p, _ := m.Path.Canonical()
		if g := b.find(p, 0); g != nil && m.Time.Sub(g.last) <= resetWindow {
			g.messages = append(g.messages, m)
		}
	case capture.EventNoAnswer, capture.EventRefused:
		client, server := m.Path.Src, m.Path.Dst
		if ev == capture.EventRefused && signallingPorts[m.Path.Src.Port()] && !signallingPorts[m.Path.Dst.Port()] {
			client, server = server, client // the RST comes back from the server
		}
		if signallingPorts[server.Port()] {
			b.join(b.failedConnection(client, server), m)
		}
	}
}

func (b *Builder) failedConnection(client, server netip.AddrPort) *group {
	key := decode.Key{Kind: "connection", Value: client.Addr().String() + " " + server.String()}
	g := b.byKey[key]
	if g == nil {
		g = b.open(key.Kind+" "+key.Value, decode.KindOther)
		b.bind(key, g)
	}
	return g
}
