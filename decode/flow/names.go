package flow

import (
	"net/netip"
	"sort"
)

// Names gives addresses the names and roles people know them by. What the
// user's names file says comes first; names found in the capture (Add) fill
// the rest. A nil *Names knows nothing and may be asked.
type Names struct {
	sockets  map[netip.AddrPort]nameEntry // ADDRESS:PORT
	prefixes map[namePrefix]nameEntry     // ADDRESS/BITS, with port or without
	bits     []int                        // prefix lengths in use, longest first
	seen     map[netip.Addr]nameEntry     // from the capture
	dropped  int
}

// A namePrefix is a network, and a port in it unless that is 0.
type namePrefix struct {
	net  netip.Prefix
	port uint16
}

// A nameEntry is what is known of an address.
type nameEntry struct {
	name, role, source string
}

// namesFile is the evidence for what the user said.
const namesFile = "names file"

// Lookup returns the name and role of a socket, and where they come from:
// "names file line 3", or the source given to Add. An exact ADDRESS:PORT goes
// before the longest prefix, and at the same length a line with port before
// one without. role may be empty.
func (n *Names) Lookup(a netip.AddrPort) (name, role, evidence string, ok bool) {
	if n == nil || !a.IsValid() {
		return "", "", "", false
	}
	addr := plainAddr(a.Addr())
	e, ok := n.find(addr, a.Port())
	if !ok {
		e, ok = n.seen[addr]
	}
	return e.name, e.role, e.source, ok
}

func (n *Names) find(addr netip.Addr, port uint16) (nameEntry, bool) {
	if e, ok := n.sockets[netip.AddrPortFrom(addr, port)]; ok {
		return e, true
	}
	for _, bits := range n.bits {
		if bits > addr.BitLen() {
			continue
		}
		net, err := addr.Prefix(bits)
		if err != nil {
			continue
		}
		if e, ok := n.prefixes[namePrefix{net, port}]; ok {
			return e, true
		}
		if e, ok := n.prefixes[namePrefix{net, 0}]; ok {
			return e, true
		}
	}
	return nameEntry{}, false
}

// Add notes a name that the capture itself gives, such as a name resolution
// block or a DNS answer; source says which and is returned as evidence. The
// names file goes before it, and the first name of an address stays. Beyond
// maxSeenNames names are counted (Dropped) and not kept.
func (n *Names) Add(addr netip.Addr, name, source string) {
	addr = plainAddr(addr)
	if n == nil || !addr.IsValid() || name == "" || addr.IsUnspecified() {
		return
	}
	if _, ok := n.seen[addr]; ok {
		return
	}
	if len(n.seen) >= maxSeenNames {
		n.dropped++
		return
	}
	if n.seen == nil {
		n.seen = make(map[netip.Addr]nameEntry)
	}
	n.seen[addr] = nameEntry{name: clipName(name), source: source}
}

// Dropped is how many names of the capture were over maxSeenNames.
func (n *Names) Dropped() int {
	if n == nil {
		return 0
	}
	return n.dropped
}

// put keeps one line of the names file. It reports the line that already
// said something else of the same address.
func (n *Names) put(net netip.Prefix, port uint16, e nameEntry) (earlier nameEntry, clash bool) {
	if net.IsSingleIP() && port != 0 {
		socket := netip.AddrPortFrom(net.Addr(), port)
		if old, ok := n.sockets[socket]; ok {
			return old, true
		}
		n.sockets[socket] = e
		return nameEntry{}, false
	}
	key := namePrefix{net, port}
	if old, ok := n.prefixes[key]; ok {
		return old, true
	}
	n.prefixes[key] = e
	n.useBits(net.Bits())
	return nameEntry{}, false
}

func (n *Names) useBits(bits int) {
	at := sort.Search(len(n.bits), func(i int) bool { return n.bits[i] <= bits })
	if at < len(n.bits) && n.bits[at] == bits {
		return
	}
	n.bits = append(n.bits, 0)
	copy(n.bits[at+1:], n.bits[at:])
	n.bits[at] = bits
}

// plainAddr takes off what doesn't tell hosts apart: the IPv4-in-IPv6 form
// and the zone, which names an interface of the capturing host.
func plainAddr(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

// clipName cuts a captured name to maxNameLen bytes, not inside a character.
func clipName(s string) string {
	if len(s) <= maxNameLen {
		return s
	}
	cut := maxNameLen
	for cut > 0 && s[cut]&0xc0 == 0x80 {
		cut--
	}
	return s[:cut]
}
