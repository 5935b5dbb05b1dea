package capturetest

import "fmt"

// ICMP types and codes of RFC 792, RFC 1812 §5.2.7 and RFC 4443 §3.
var unreachable = map[string]struct{ v4, v6 [2]byte }{
	"net":           {[2]byte{3, 0}, [2]byte{1, 0}},
	"host":          {[2]byte{3, 1}, [2]byte{1, 3}},
	"protocol":      {[2]byte{3, 2}, [2]byte{4, 1}},
	"port":          {[2]byte{3, 3}, [2]byte{1, 4}},
	"fragmentation": {[2]byte{3, 4}, [2]byte{2, 0}},
	"admin":         {[2]byte{3, 13}, [2]byte{1, 1}},
}

func (b *builder) icmp(e *entry) error {
	msg := []byte{byte(e.number("type", 8)), byte(e.number("code", 0)), 0, 0}
	v4 := e.src.Addr().Is4()
	quote := false
	if word, ok := e.options["unreachable"]; ok {
		codes, ok := unreachable[word]
		if !ok {
			return fmt.Errorf("unreachable=%s: unknown", word)
		}
		quote = true
		copy(msg, codes.v6[:])
		if v4 {
			copy(msg, codes.v4[:])
		}
	}
	if e.has("timeexceeded") {
		quote = true
		msg[0], msg[1] = 3, 0
		if v4 {
			msg[0] = 11
		}
	}
	if quote {
		last := b.last[e.dst.Addr()]
		if last == nil {
			return fmt.Errorf("%s has sent nothing to quote", e.dst.Addr())
		}
		// RFC 1812 §4.3.2.3 lets an ICMP packet grow to 576 bytes.
		msg = append(append(msg, 0, 0, 0, 0), last[:min(len(last), 548)]...)
	} else {
		msg = append(msg, e.body...)
	}
	proto, sum := uint8(1), uint32(0)
	if !v4 {
		proto = 58
		sum = pseudo(e.src.Addr(), e.dst.Addr(), proto, len(msg))
	}
	be.PutUint16(msg[2:], checksum(sum, msg))
	return b.send(e, e.at, proto, msg)
}
