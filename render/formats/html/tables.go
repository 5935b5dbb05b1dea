package html

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"rung/capture"
	"rung/decode"
	"rung/decode/flow"
	"rung/decode/media"
	"rung/render/ladder"
)

// steps are the parts of a login in order.
func (b *builder) steps(f *flow.Flow) template.HTML {
	t := &table{caption: "Steps", head: []string{"Step", "Outcome", "Frames"}}
	for _, s := range f.Steps {
		t.add(text(s.Name), cell{text: string(s.Outcome), class: outcomeClass(s.Outcome)}, text(frameList(b.doc, s.Frames)))
	}
	return t.HTML()
}

// identities show who each leg says is talking to whom. What differs from
// the leg before is marked.
func (b *builder) identities(f *flow.Flow) template.HTML {
	t := &table{caption: "Who is who, leg by leg", head: []string{"Leg", "Frame", "From", "P-Asserted-Identity", "P-Preferred-Identity",
		"Remote-Party-ID", "Diversion", "Contact", "To", "Request-URI", "Privacy"}}
	at := framesOf(f)
	marked := false
	for _, r := range f.Identities {
		if r.Identity == nil {
			continue
		}
		id := r.Identity
		mark := func(name string, p decode.Party) cell {
			c := text(address(p))
			if slices.Contains(r.Changed, name) {
				c.class, marked = "changed", true
			}
			return c
		}
		t.add(text(r.Leg), cell{text: b.frameName(r.Frame), message: at[r.Frame]},
			mark("from", id.From), mark("pai", id.Asserted), text(address(id.Preferred)), mark("rpid", id.RemoteParty),
			mark("diversion", id.Diversion), mark("contact", id.Contact), mark("to", id.To), mark("ruri", id.RequestURI), text(id.Privacy))
	}
	h := t.HTML()
	if marked {
		h += `<p class="quiet">Marked with ≠: differs from the leg before.</p>`
	}
	return h
}

// framesOf finds the message a frame completes: 1 + its index.
func framesOf(f *flow.Flow) map[capture.Frame]int {
	at := make(map[capture.Frame]int, len(f.Messages))
	for i := len(f.Messages) - 1; i >= 0; i-- {
		if m := f.Messages[i].Message; m != nil {
			at[m.Frame] = i + 1
		}
	}
	return at
}

// sessions lists every m= line of every offer and answer.
func (b *builder) sessions(f *flow.Flow) template.HTML {
	t := &table{caption: "Media offered and answered (SDP)", head: []string{"Frame", "In", "Way", "Media", "Address", "Direction",
		"Codecs", "Transport", "ptime", "Security", "ICE", "Label"}}
	for i := range f.Messages {
		m := &f.Messages[i]
		if m.Message == nil || m.Facts.Session == nil || m.RetransmissionOf >= 0 && m.RetransmissionOf != i {
			continue
		}
		for k := range m.Facts.Session.Media {
			x := &m.Facts.Session.Media[k]
			t.add(cell{text: b.frameName(m.Frame), message: i + 1}, text(m.Name), text(m.Path.Src.String()+" → "+m.Path.Dst.String()),
				text(x.Kind), mediaAddress(x), text(x.Direction), text(codecs(x.Codecs)), text(x.Transport), text(ptime(x.Ptime)),
				text(security(x)), text(ice(x)), text(strings.TrimSpace(x.Label+" "+x.Content)))
		}
	}
	return t.HTML()
}

func mediaAddress(x *decode.Media) cell {
	host := x.Host
	if host == "" && x.Addr.IsValid() {
		host = x.Addr.Addr().String()
	}
	if x.Port == 0 {
		return cell{text: strings.TrimSpace(host + " off (port 0)"), class: mild}
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return text(fmt.Sprintf("%s:%d", host, x.Port))
}

func codecs(cs []decode.Codec) string {
	var parts []string
	for _, c := range cs {
		s := fmt.Sprintf("%d", c.PT)
		if c.Name != "" {
			s += " " + c.Name
		}
		if c.Clock != 0 {
			s += fmt.Sprintf("/%d", c.Clock)
		}
		if c.Channels > 1 {
			s += fmt.Sprintf("/%d", c.Channels)
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, ", ")
}

func ptime(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d ms", n)
}

func security(x *decode.Media) string {
	parts := slices.Clone(x.Crypto)
	if x.Fingerprint != "" {
		parts = append(parts, "DTLS "+x.Setup)
	}
	return strings.Join(parts, ", ")
}

func ice(x *decode.Media) string {
	if x.ICEUfrag == "" && len(x.Candidates) == 0 {
		return ""
	}
	return fmt.Sprintf("%d candidates", len(x.Candidates))
}

// legs are the dialogs and sessions of the flow and why they belong to it.
func (b *builder) legs(f *flow.Flow) template.HTML {
	t := &table{caption: "Legs", head: []string{"Leg", "Protocol", "From", "To", "Call-ID", "Session-ID", "Joined by", "Evidence in frames"}}
	for i := range f.Legs {
		l := &f.Legs[i]
		t.add(texts(l.ID, strings.TrimSpace(l.Protocol+" "+l.Transport.String()), addrPort(l.Src), addrPort(l.Dst),
			l.CallID, l.SessionID, l.JoinedBy, frameList(b.doc, l.Evidence))...)
	}
	return t.HTML()
}

func parties(f *flow.Flow) template.HTML {
	t := &table{caption: "Parties", head: []string{"Name", "Role", "Addresses", "Known from"}}
	for i := range f.Parties {
		p := &f.Parties[i]
		var as []string
		for _, a := range p.Addresses {
			as = append(as, addrPort(a))
		}
		t.add(texts(p.Name, p.Role, join(as), p.Evidence)...)
	}
	return t.HTML()
}

func addrPort(a interface {
	IsValid() bool
	String() string
}) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

// streams are the numbers of contract.md, a row a stream.
func (b *builder) streams(ss []*media.Stream) template.HTML {
	t := &table{caption: "RTP streams", head: []string{"From → to, SSRC", "Codec", "Length", "Packets", "Lost", "Reordered", "Duplicates",
		"Jitter ms, mean / max", "Distance ms, mean / max", "Skew ms", "kbit/s", "DSCP", "DTMF", "Remarks"},
		kind:    "tight",
		numeric: map[int]bool{2: true, 3: true, 4: true, 5: true, 6: true, 7: true, 8: true, 9: true, 10: true, 11: true}}
	for i, s := range ss {
		if i == maxStreams {
			t.dropped = len(ss) - i
			break
		}
		t.add(b.streamRow(s)...)
	}
	return t.HTML()
}

func (b *builder) streamRow(s *media.Stream) []cell {
	lost := cell{text: fmt.Sprintf("%s (%.2f %%)", thousands(s.Lost), s.LostPercent())}
	if s.Lost > 0 {
		lost.class = mild
	}
	jitter, distance, skew := "unknown", "", ""
	switch {
	case s.Video != nil || s.Kind == "video":
		jitter = "see remarks" // packets of a frame leave together: their jitter says nothing
	case s.Jitter != nil:
		jitter = ms(s.Jitter.Mean) + " / " + ms(s.Jitter.Max)
	}
	if s.Delta != nil {
		distance = ms(s.Delta.Mean) + " / " + ms(s.Delta.Max)
	}
	if s.SkewMS != nil {
		skew = ms(*s.SkewMS)
	}
	return []cell{
		{text: addrPort(s.Path.Src) + " → " + addrPort(s.Path.Dst) + fmt.Sprintf(" 0x%08x", s.SSRC), class: "ends"}, text(codecWord(s)), text(length(s.Duration())),
		text(thousands(s.Packets)), lost, count(s.Reordered), count(s.Duplicates), text(jitter), text(distance), text(skew),
		text(fmt.Sprintf("%.1f", s.BitrateKbps())), text(fmt.Sprint(s.DSCP)), text(digits(s)),
		text(b.streamRemarks(s)),
	}
}

// count leaves nothing where nothing happened, so that the column goes.
func count(n int64) cell {
	if n == 0 {
		return cell{}
	}
	return cell{text: thousands(n), class: mild}
}

func codecWord(s *media.Stream) string {
	c := s.Codec
	if c == "" {
		c = "payload type " + strings.Trim(fmt.Sprint(s.PayloadTypes), "[]")
	}
	if s.Encrypted {
		c += ", encrypted"
	}
	return c
}

// digits writes DTMF as dialled.
func digits(s *media.Stream) string {
	const shown = 64
	var out strings.Builder
	for i, d := range s.DTMF {
		if i == shown {
			fmt.Fprintf(&out, " … %d more", len(s.DTMF)-shown)
			break
		}
		if i > 0 {
			out.WriteByte(' ')
		}
		out.WriteString(d.Digit)
	}
	return out.String()
}

// streamRemarks says the rest in words.
func (b *builder) streamRemarks(s *media.Stream) string {
	var r []string
	if s.Jitter == nil && s.JitterNote != "" && s.Video == nil {
		r = append(r, "jitter unknown: "+s.JitterNote)
	}
	if s.Restarts > 0 {
		r = append(r, plural(s.Restarts, "restart", "restarts"))
	}
	if n := len(s.LossBursts); n > 0 {
		longest := s.LossBursts[0]
		for _, x := range s.LossBursts {
			if x.Packets > longest.Packets {
				longest = x
			}
		}
		r = append(r, fmt.Sprintf("longest loss %s at frame %s", plural(longest.Packets, "packet", "packets"), b.doc.FrameName(longest.Frame)))
	}
	if v := ladder.VideoText(s); v != "" {
		r = append(r, v)
	}
	if c := s.RTCP; c != nil {
		r = append(r, rtcpWords(c, addrPort(s.Path.Dst)))
	}
	return strings.Join(r, "; ")
}

// rtcpWords says what the receiver at an address reported.
func rtcpWords(c *media.RTCP, receiver string) string {
	w := plural(c.Reports, "RTCP report", "RTCP reports") + fmt.Sprintf(", worst loss reported %.1f %%", c.FractionLostMax)
	if c.RTT != nil {
		w += ", from here to " + receiver + " and back " + length(time.Duration(c.RTT.Mean*float64(time.Millisecond)))
	}
	for _, x := range []struct {
		n    int64
		name string
	}{{c.PLI, "PLI"}, {c.FIR, "FIR"}, {c.NACK, "NACK"}} {
		if x.n > 0 {
			w += fmt.Sprintf(", %d %s", x.n, x.name)
		}
	}
	return w
}
