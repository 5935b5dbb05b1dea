package wire

// The functions of this file look before the decoder leaps: some tunnels
// don't say what they carry, and a well-known port proves nothing. They say
// true of bytes that the snaplen cut, as far as they are there.

// looksIP reports whether r can be an IPv4 or IPv6 packet.
func looksIP(r rest) bool {
	if len(r.b) == 0 {
		return r.wire >= ipv4Len
	}
	switch r.b[0] >> 4 {
	case 4:
		if len(r.b) < ipv4Len {
			return r.wire >= ipv4Len
		}
		header, total := int(r.b[0]&0x0F)*4, be16(r.b[2:])
		return header >= ipv4Len && total >= header && total <= r.wire
	case 6:
		if len(r.b) < ipv6Len {
			return r.wire >= ipv6Len
		}
		return ipv6Len+be16(r.b[4:]) <= r.wire
	}
	return false
}

// looksEthernet reports whether r can be an Ethernet frame with something in
// it that we have a name for.
func looksEthernet(r rest) bool {
	if len(r.b) < ethernetLen {
		return r.wire >= ethernetLen
	}
	t, r := be16(r.b[12:]), r.skip(ethernetLen)
	for n := 0; isTag(t) && n < maxTags; n++ {
		if len(r.b) < tagLen {
			return r.wire >= tagLen
		}
		t, r = be16(r.b[2:]), r.skip(tagLen)
	}
	return looksLike(t, r)
}

// looksLike reports whether r can be what an EtherType, or length, says.
func looksLike(t int, r rest) bool {
	switch {
	case t == typeIPv4:
		return len(r.b) == 0 || r.b[0]>>4 == 4
	case t == typeIPv6:
		return len(r.b) == 0 || r.b[0]>>4 == 6
	case t < minEtherType:
		return llcLen <= t && t <= r.wire && (len(r.b) < llcLen || knownSAP(be16(r.b)))
	}
	return isRead(t) || knownEtherType(t) != ""
}

// isRead reports whether the decoder reads what follows an EtherType.
func isRead(t int) bool {
	switch t {
	case typeIPv4, typeIPv6, typeMPLS, typeMPLSMulticast, typePPPoESession:
		return true
	}
	return isTag(t)
}

// looksPPP reports whether r can be a PPP frame of a protocol we know.
func looksPPP(r rest) bool {
	proto, left, ok := pppHeader(r)
	switch {
	case !ok:
		return r.wire > len(r.b)
	case proto == pppIPv4:
		return len(left.b) == 0 || left.b[0]>>4 == 4
	case proto == pppIPv6:
		return len(left.b) == 0 || left.b[0]>>4 == 6
	}
	return proto == pppMPLS || knownPPP(proto) != ""
}
