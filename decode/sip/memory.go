package sip

import (
	"bytes"

	"rung/decode"
	"rung/decode/sdp"
)

// memory is what messages share besides texts: who they are between, the key
// of their Call-ID, their session description. All are found by hash and
// compared; what comes later pushes out what was there. nil remembers nothing.
type memory struct {
	identities [identitySlots]*decode.Identity
	keys       [keySlots]*[1]decode.Key
	sessions   [sessionSlots]description
}

// A description is a body and what was read of it.
type description struct {
	body     []byte
	session  *decode.Session
	problems []sdp.Problem
}

// remember finds the memory that comes with a Pass.
func (r *reader) remember() {
	r.texts = r.pass.Memory()
	r.memory, _ = r.texts.Of(Name, func() any { return new(memory) }).(*memory)
}

// key returns the one key that messages of a Call-ID have.
func (r *reader) key() []decode.Key {
	if len(r.callID) == 0 {
		return nil
	}
	if r.memory == nil || len(r.callID) > maxShared {
		return []decode.Key{{Kind: "call-id", Value: r.whole(r.callID)}}
	}
	slot := &r.memory.keys[decode.Hash(0, r.callID)%keySlots]
	if *slot == nil || (*slot)[0].Value != string(r.callID) {
		*slot = &[1]decode.Key{{Kind: "call-id", Value: r.whole(r.callID)}}
	}
	return (*slot)[:]
}

// session reads a description, or finds it read: both hops of a call and all
// repetitions have the same.
func (r *reader) session(body []byte) (*decode.Session, []sdp.Problem) {
	if r.memory == nil || len(body) > maxSharedBody {
		return sdp.Parse(body, r.texts)
	}
	d := &r.memory.sessions[decode.Hash(0, body)%sessionSlots]
	if d.session == nil || !bytes.Equal(d.body, body) {
		d.session, d.problems = sdp.Parse(body, r.texts)
		d.body = append(d.body[:0], body...)
	}
	return d.session, d.problems
}
