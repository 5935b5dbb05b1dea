package pcapfile

import (
	"bytes"
	"net/netip"
)

// Types of records in a name resolution block.
const (
	nameEnd  = 0
	nameIPv4 = 1
	nameIPv6 = 2
)

// names reads a name resolution block: records of type, length, and an
// address with names that end in NUL, padded to 4; then options.
func (r *ngReader) names(b []byte) {
	for len(b) >= 4 {
		typ, n := r.u16(b), int(r.u16(b[2:]))
		b = b[4:]
		if n > len(b) {
			r.short("name resolution", n)
			return
		}
		switch value := b[:n]; typ {
		case nameEnd:
			r.countComments(b)
			return
		case nameIPv4:
			r.name(value, 4)
		case nameIPv6:
			r.name(value, 16)
		}
		b = b[min(pad4(n), len(b)):]
	}
}

func (r *ngReader) name(b []byte, size int) {
	f := r.f
	if len(b) <= size {
		return
	}
	if len(f.shared.names) >= maxNames || f.shared.nameBytes+len(b) > maxNameBytes {
		if !f.notes.again(codeLimitNames, noFrame) {
			f.notes.add(codeLimitNames, 0, "more than %d addresses or %d bytes of names: the rest is not kept",
				maxNames, maxNameBytes)
		}
		return
	}
	f.shared.nameBytes += len(b)
	addr, _ := netip.AddrFromSlice(b[:size])
	n := Name{File: f.index, Addr: addr}
	for _, name := range bytes.Split(bytes.TrimRight(b[size:], "\x00"), []byte{0}) {
		if len(name) > 0 {
			n.Names = append(n.Names, string(name))
		}
	}
	if len(n.Names) > 0 {
		f.shared.names = append(f.shared.names, n)
	}
}

// secretCost is what a secret takes beside its bytes: empty ones are not
// free.
const secretCost = 64

// secrets keeps a decryption secrets block for later.
//
//	type    4
//	length  4
//	data, padded to 4; options
func (r *ngReader) secrets(b []byte) {
	const fixed = 8
	f := r.f
	if len(b) < fixed || r.size(b[4:]) > len(b)-fixed {
		r.short("decryption secrets", len(b))
		return
	}
	n := r.size(b[4:])
	r.countComments(b[fixed+min(pad4(n), len(b)-fixed):])
	if f.shared.secretBytes+n+secretCost > maxSecrets {
		f.notes.add(codeLimitSecret, 0, "more than %d bytes of decryption secrets: the rest is not kept", maxSecrets)
		return
	}
	f.shared.secretBytes += n + secretCost
	f.shared.secrets = append(f.shared.secrets, Secret{
		File:  f.index,
		After: f.numbered,
		Type:  SecretType(r.u32(b)),
		Data:  bytes.Clone(b[fixed : fixed+n]),
	})
}
