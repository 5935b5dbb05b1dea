package filter

import "rung/capture/wire"

// The words of filters.
const (
	wordAnd   = "and"
	wordOr    = "or"
	wordNot   = "not"
	wordSrc   = "src"
	wordDst   = "dst"
	wordHost  = "host"
	wordNet   = "net"
	wordPort  = "port"
	wordRange = "portrange"
	wordVLAN  = "vlan"
	wordIP    = "ip"
	wordIP6   = "ip6"
	wordUDP   = "udp"
	wordTCP   = "tcp"
	wordSCTP  = "sctp"
	wordICMP  = "icmp"
)

// kindOf returns the kind of the words that take a value and src or dst.
func kindOf(word string) kind {
	switch word {
	case wordHost:
		return kindHost
	case wordNet:
		return kindNet
	case wordPort:
		return kindPort
	case wordRange:
		return kindRange
	}
	return 0
}

func kindWord(k kind) string {
	switch k {
	case kindHost:
		return wordHost
	case kindNet:
		return wordNet
	case kindPort:
		return wordPort
	case kindRange:
		return wordRange
	case kindVLAN:
		return wordVLAN
	}
	return ""
}

func protoOf(word string) uint8 {
	switch word {
	case wordUDP:
		return wire.ProtoUDP
	case wordTCP:
		return wire.ProtoTCP
	case wordSCTP:
		return wire.ProtoSCTP
	case wordICMP:
		return wire.ProtoICMP
	}
	return 0
}

func protoWord(proto uint8) string {
	switch proto {
	case wire.ProtoUDP:
		return wordUDP
	case wire.ProtoTCP:
		return wordTCP
	case wire.ProtoSCTP:
		return wordSCTP
	case wire.ProtoICMP:
		return wordICMP
	}
	return ""
}

func endOf(word string) end {
	switch word {
	case wordSrc:
		return endSrc
	case wordDst:
		return endDst
	}
	return 0
}

// isKnown reports whether a word means something by itself.
func isKnown(word string) bool {
	switch word {
	case "(", ")", wordAnd, wordOr, wordNot, wordVLAN, wordIP, wordIP6:
		return true
	}
	return kindOf(word) != 0 || protoOf(word) != 0 || endOf(word) != 0
}

// services are the port names that people who look at calls may try. They are
// guessed for hints, never read: which port SIP is on, the network decides.
var services = map[string]string{
	"sip": "5060", "sips": "5061", "sip-tls": "5061",
	"xmpp": "5222", "xmpp-client": "5222", "jabber": "5222", "xmpp-server": "5269",
	"stun": "3478", "turn": "3478", "stuns": "5349", "turns": "5349",
	"dns": "53", "domain": "53", "http": "80", "https": "443", "tftp": "69",
	"ntp": "123", "mgcp": "2427", "sccp": "2000", "skinny": "2000", "h323": "1720",
	"iax": "4569", "ldap": "389", "ldaps": "636", "rtsp": "554", "ssh": "22",
}
