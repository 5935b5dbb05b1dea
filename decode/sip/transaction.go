package sip

import (
	"bytes"
	"strconv"

	"rung/decode"
)

// A via is one value of a Via header (RFC 3261 §20.42):
// SIP/2.0/UDP host:port;branch=z9hG4bK….
type via struct {
	one    []byte // the value
	rest   []byte // those after it
	sentBy []byte
	params []byte
	ok     bool // there is a sent-by
}

// parseVia reads the first value of v.
func parseVia(v []byte) (x via) {
	x.one, x.rest = value(v)
	head := x.one
	semi := bytes.IndexByte(head, ';')
	if semi >= 0 {
		head = head[:semi]
	}
	// sent-protocol may have blanks around its slashes, sent-by follows the
	// last blank: "SIP / 2.0 / UDP host : 5060" keeps blanks before the colon.
	slash := bytes.LastIndexByte(head, '/')
	if slash < 0 {
		return x
	}
	_, sentBy := word(head[slash+1:])
	x.sentBy = trim(sentBy)
	x.ok = len(x.sentBy) > 0
	if semi >= 0 {
		x.params = x.one[semi+1:]
	}
	return x
}

// cookie begins branches that are unique (§8.1.1.7).
const cookie = "z9hG4bK"

// transaction fills what RFC 3261 §17 calls a transaction, on one hop.
func (r *reader) transaction(t *decode.Transaction) {
	m := &r.m
	t.Method, t.Request, t.Status, t.Seq = r.method, m.Request, r.status, r.seq
	if t.Method != "" && known([]byte(t.Method)) == "" {
		t.Method = r.keep([]byte(t.Method))
	}
	if !m.Request {
		t.Reason = phrase(r.status, m.Reason)
		if t.Reason == "" {
			t.Reason = r.keep(m.Reason)
		}
	}
	t.FromTag, t.ToTag = r.whole(r.fromTag), r.whole(r.toTag)
	t.ID = r.transactionID()
	t.Authorized = m.Request && (m.has(idAuthorization) || m.has(idProxyAuthorization))
	event, _ := param(m.get(idEvent))
	t.Event = r.keep(event)
	state, _ := param(m.get(idSubscriptionState))
	t.SubscriptionState = r.keep(bytes.ToLower(state))
	t.Expires = r.expires()
}

// transactionID is the same on a request, its retransmissions and its
// responses: branch, sent-by and method (§17.1.3, §17.2.3), where the ACK of
// a failed INVITE counts as INVITE. CSeq's number is added for devices that
// use one branch for ever. Without the cookie, or with nothing but the cookie
// (RFC 4475 §3.2.1), the rules of RFC 2543 apply: Call-ID, CSeq, From tag and
// topmost Via; To's tag and the Request-URI are left out because a response
// has another tag or no URI.
func (r *reader) transactionID() string {
	method := r.method
	if method == "ACK" {
		method = "INVITE"
	}
	var num [10]byte
	seq := strconv.AppendUint(num[:0], uint64(r.seq), 10)
	modern := len(r.branch) > len(cookie) && bytes.HasPrefix(r.branch, []byte(cookie))
	var buf [idSize]byte
	b := append(append(buf[:0], method...), ' ')
	b = append(append(b, seq...), ' ')
	for _, c := range r.via.sentBy {
		if !blank(c) {
			b = append(b, lower(c))
		}
	}
	b = append(b, ' ')
	if modern {
		return r.whole(append(b, r.branch...))
	}
	b = append(append(b, r.callID...), ' ')
	return r.whole(append(b, r.fromTag...))
}

// idSize is room for a usual transaction ID on the stack.
const idSize = 160

// expires reads the Expires header, -1 when absent or no number.
func (r *reader) expires() int {
	if n, ok := number(r.m.get(idExpires)); ok {
		return int(min(n, 1<<31-1))
	}
	return -1
}
