package sip

import (
	"bytes"
	"strconv"
	"strings"

	"rung/decode"
)

// Kinds of links. For linkXCallID, linkReplaces, linkJoin, linkTargetDialog
// and linkRefer the value is the Call-ID of another leg, as its key
// "call-id" has it; for the others both legs publish the same link.
const (
	linkSessionID    = "session-id"    // RFC 7989, one UUID, 32 hex digits
	linkGuid         = "cisco-guid"    // four words, 32 hex digits
	linkGuidCallID   = "cucm-call-id"  // words 1 and 4 of the Cisco-Guid, as CUCM puts them into its Call-ID
	linkCI           = "cucm-ci"       // node and two neighbouring call identifiers
	linkGCI          = "cisco-gci"     // Call-Info gci=
	linkXCallID      = "x-call-id"     // the other leg's Call-ID
	linkReplaces     = "replaces"      // RFC 3891
	linkJoin         = "join"          // RFC 3911
	linkTargetDialog = "target-dialog" // RFC 4538
	linkRefer        = "refer-to"      // Replaces inside Refer-To (RFC 5589)
	linkMedia        = "media"         // "udp 192.0.2.1:4000" offered or answered
	linkOrigin       = "sdp-origin"    // o= passed on unchanged
	linkNumber       = "number"        // caller and called, last four digits
)

// A linker collects links, so that what is kept has the right size.
type linker struct {
	n    int
	few  [4]decode.Link
	many []decode.Link
}

func (r *reader) link(kind, v string, s decode.Strength) *decode.Link {
	l := &r.linker
	x := decode.Link{Kind: kind, Value: v, Strength: s}
	if l.n < len(l.few) {
		l.few[l.n] = x
		l.n++
		return &l.few[l.n-1]
	}
	l.many = append(l.many, x)
	return &l.many[len(l.many)-1]
}

// list returns the links in the order in which they were found.
func (l *linker) list() []decode.Link {
	if l.n == 0 {
		return nil
	}
	out := make([]decode.Link, l.n+len(l.many))
	copy(out[copy(out, l.few[:l.n]):], l.many)
	return out
}

// links publishes what may tie this leg to others.
func (r *reader) links() {
	r.headerLinks()
	if r.method == "INVITE" {
		r.inviteLinks()
	}
	r.out.Links = r.linker.list()
}

// linking are the headers that make links.
const linking = 1<<idSessionID | 1<<idCiscoGuid | 1<<idXCallID | 1<<idXCID | 1<<idReplaces |
	1<<idJoin | 1<<idTargetDialog | 1<<idReferTo | 1<<idCallInfo

func (r *reader) headerLinks() {
	if r.m.present&linking == 0 {
		return
	}
	for i := range r.m.n {
		h := r.m.at(i)
		switch h.id {
		case idSessionID:
			r.sessionID(r.m.value(h))
		case idCiscoGuid:
			r.ciscoGuid(r.m.value(h))
		case idXCallID, idXCID:
			r.callIDLink(linkXCallID, r.m.value(h))
		case idReplaces:
			r.callIDLink(linkReplaces, r.m.value(h))
		case idJoin:
			r.callIDLink(linkJoin, r.m.value(h))
		case idTargetDialog:
			r.callIDLink(linkTargetDialog, r.m.value(h))
		case idReferTo:
			r.referReplaces(r.m.value(h))
		case idCallInfo:
			r.gci(r.m.value(h))
		}
	}
}

func (r *reader) inviteLinks() {
	r.cucmTags()
	if r.m.Request && len(r.toTag) == 0 {
		r.cucmCallID()
		r.numbers()
	}
	r.mediaLinks()
}

// sessionID reads <local>;remote=<remote>; the nil UUID says nothing
// (RFC 7989 §5).
func (r *reader) sessionID(v []byte) {
	local, params := param(v)
	remote, _ := paramValue(params, "remote")
	for _, id := range [][]byte{local, remote} {
		if isUUID(id) {
			var low [32]byte
			for i, c := range id {
				low[i] = lower(c)
			}
			r.link(linkSessionID, r.whole(low[:]), decode.Strong)
		}
	}
}

// isUUID: 32 hex digits, not all zero.
func isUUID(b []byte) bool {
	if len(b) != 32 {
		return false
	}
	nonzero := false
	for _, c := range b {
		if !digit(c) && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
		nonzero = nonzero || c != '0'
	}
	return nonzero
}

// ciscoGuid reads four decimal words: 1234567890-12345-67890-12345. The first
// and the last are the first and last group of the Call-ID that CUCM makes.
func (r *reader) ciscoGuid(v []byte) {
	var words [4]uint32
	rest := v
	for i := range words {
		var w []byte
		var ok bool
		w, rest, _ = bytes.Cut(rest, []byte("-"))
		if words[i], ok = number(trim(w)); !ok {
			return
		}
	}
	if words == [4]uint32{} {
		return
	}
	var b [32]byte
	for i, w := range words {
		hex8(b[i*8:], w)
	}
	r.link(linkGuid, r.whole(b[:]), decode.Strong)
	if r.method == "INVITE" {
		r.guidCallID(words[0], words[3])
	}
}

func (r *reader) guidCallID(first, last uint32) {
	var b [17]byte
	hex8(b[:], first)
	b[8] = '-'
	hex8(b[9:], last)
	r.link(linkGuidCallID, r.whole(b[:]), decode.Strong).Window = guidWindow
}

func hex8(b []byte, w uint32) {
	for i := range 8 {
		b[i] = "0123456789abcdef"[w>>(28-4*i)&15]
	}
}

// cucmCallID recognises <8 hex>-<hex>-<hex>-<hex>@ip, the Call-ID of CUCM.
func (r *reader) cucmCallID() {
	local, host, ok := bytes.Cut(r.callID, []byte("@"))
	if !ok || len(host) == 0 || len(local) < 9 || local[8] != '-' || bytes.Count(local, []byte("-")) != 3 {
		return
	}
	f := bytes.Split(local, []byte("-"))
	first, err1 := strconv.ParseUint(string(f[0]), 16, 32)
	last, err2 := strconv.ParseUint(string(f[3]), 16, 32)
	if err1 != nil || err2 != nil || first == 0 {
		return
	}
	r.guidCallID(uint32(first), uint32(last))
}

// cucmTags recognises CUCM's tags, <sip id>~<node UUID>-<CI>. The two legs of
// one call have neighbouring identifiers, so a tag publishes both pairs it
// may be part of. Neighbouring calls share a pair too: the link is weak.
func (r *reader) cucmTags() {
	if r.m.Request && len(r.toTag) > 0 {
		return
	}
	tag := r.fromTag
	if !r.m.Request {
		tag = r.toTag
	}
	tilde := bytes.IndexByte(tag, '~')
	dash := bytes.LastIndexByte(tag, '-')
	if tilde <= 0 || dash-tilde != 37 {
		return
	}
	ci, ok := number(tag[dash+1:])
	if !ok || ci == 0 {
		return
	}
	node := tag[tilde+1 : dash]
	for _, low := range [2]uint32{ci - 1, ci} {
		var pair [48]byte
		b := append(append(pair[:0], node...), ' ')
		b = strconv.AppendUint(b, uint64(low), 10)
		r.link(linkCI, r.whole(b), decode.Weak).Window = ciWindow
	}
}

// gci reads the global call identifier that CUCM gives to phones:
// Call-Info: <urn:x-cisco-remotecc:callinfo>;…;gci=1-12345.
func (r *reader) gci(v []byte) {
	for len(v) > 0 {
		var one []byte
		one, v = value(v)
		if g, ok := paramValue(parseAddress(one).params, "gci"); ok && len(g) > 0 {
			r.link(linkGCI, r.keep(unquote(g)), decode.Strong).Window = guidWindow
		}
	}
}

// callIDLink publishes the Call-ID at the beginning of a value: X-Call-ID,
// Replaces, Join, Target-Dialog.
func (r *reader) callIDLink(kind string, v []byte) {
	callID, _ := param(v)
	if len(callID) > 0 && !bytes.Equal(callID, r.callID) {
		r.link(kind, r.whole(callID), decode.Strong)
	}
}

// referReplaces reads the dialog that a transfer shall replace:
// Refer-To: <sip:c@example.com?Replaces=12345%40host%3Bto-tag%3D1> (RFC 3891 §6.1).
func (r *reader) referReplaces(v []byte) {
	headers := parseURI(parseAddress(v).uri).headers
	for len(headers) > 0 {
		var h []byte
		h, headers, _ = bytes.Cut(headers, []byte("&"))
		if name, v, ok := bytes.Cut(h, []byte("=")); ok && equalFold(name, "replaces") {
			r.callIDLink(linkRefer, unescapeUser(v))
		}
	}
}

// numbers publishes who calls whom, the last four digits of each so that
// 5737 and 875737 meet. Names count whole.
func (r *reader) numbers() {
	id := r.out.Facts.Identity
	from, to := tail(id.From.User), tail(first2(id.RequestURI.User, id.To.User))
	if from == "" || to == "" {
		return
	}
	var buf [64]byte
	b := append(append(buf[:0], from...), '>')
	r.link(linkNumber, r.whole(append(b, to...)), decode.Weak).Window = numberWindow
}

func tail(user string) string {
	if !isDigits(user) {
		return strings.ToLower(user)
	}
	return user[max(0, len(user)-4):]
}

// mediaLinks publishes the addresses where RTP is wanted, and the origin.
func (r *reader) mediaLinks() {
	s := r.out.Facts.Session
	if s == nil {
		return
	}
	n := 0
	for i := range s.Media {
		a := s.Media[i].Addr
		if !a.IsValid() || a.Addr().IsUnspecified() || a.Port() <= 9 || n == maxMediaLinks {
			continue // port 9 is discard: trickle ICE (RFC 8840 §4.1.1)
		}
		n++
		var b [64]byte
		r.link(linkMedia, r.whole(a.AppendTo(append(b[:0], "udp "...))), decode.Medium).Window = mediaWindow
	}
	if len(s.SessionID) >= 4 {
		r.link(linkOrigin, s.Origin, decode.Medium).Window = mediaWindow
	}
}
