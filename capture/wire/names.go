package wire

import "fmt"

// EtherTypes that are read, and the smallest that is a type and not a length
// (IEEE 802.3 §3.2.6).
const (
	typeIPv4          = 0x0800
	typeIPv6          = 0x86DD
	typeMPLS          = 0x8847
	typeMPLSMulticast = 0x8848 // or upstream-assigned labels (RFC 5332)
	typePPPoESession  = 0x8864
	minEtherType      = 0x0600
)

// etherTypeName names what is carried by Ethernet and not read.
func (d *Decoder) etherTypeName(t int) string {
	if s := knownEtherType(t); s != "" {
		return s
	}
	return d.name("ethertype-0x%04x", 0, uint16(t))
}

// knownEtherType is etherTypeName for the numbers that have a name, else "".
func knownEtherType(t int) string {
	switch t {
	case 0x0806:
		return "arp"
	case 0x0842:
		return "wake-on-lan"
	case 0x22F0:
		return "avtp"
	case 0x2000:
		return "cdp"
	case 0x8035:
		return "rarp"
	case 0x809B, 0x80F3:
		return "appletalk"
	case 0x8137:
		return "ipx"
	case 0x8808:
		return "ethernet-flow-control"
	case 0x8809:
		return "slow-protocols" // LACP
	case 0x8863:
		return "pppoe-discovery"
	case 0x888E:
		return "eapol"
	case 0x8892:
		return "profinet"
	case 0x8899:
		return "realtek-remote" // loop detection of switches
	case 0x88A2:
		return "ata-over-ethernet"
	case 0x88B8:
		return "goose"
	case 0x88BA:
		return "sampled-values"
	case 0x88CC:
		return "lldp"
	case 0x88E1, 0x8912:
		return "homeplug"
	case 0x88E5:
		return "macsec"
	case 0x88E7:
		return "pbb"
	case 0x88F7:
		return "ptp"
	case 0x8902:
		return "cfm"
	case 0x8906, 0x8914:
		return "fcoe"
	case 0x8915:
		return "roce"
	case 0x893F:
		return "802.1br"
	case 0x9000:
		return "loopback-test"
	}
	return ""
}

// protocolNames are the IP protocols that are not read, by number.
var protocolNames = nameProtocols(map[uint8]string{
	0:   "ipv6-hop-by-hop",
	2:   "igmp",
	4:   "ipip",
	8:   "egp",
	9:   "igp",
	27:  "rdp",
	33:  "dccp",
	41:  "6in4",
	46:  "rsvp",
	47:  "gre",
	50:  "esp",
	51:  "ah",
	55:  "mobile",
	59:  "ipv6-no-next-header",
	88:  "eigrp",
	89:  "ospf",
	94:  "ipip",
	97:  "etherip",
	103: "pim",
	108: "ipcomp",
	112: "vrrp",
	115: "l2tpv3",
	111: "ipx-in-ip",
	124: "isis",
	132: "sctp",
	135: "mobility",
	136: "udp-lite",
	137: "mpls-in-ip",
	139: "hip",
	138: "manet",
	140: "shim6",
	141: "wesp",
	142: "rohc",
	143: "ethernet-in-ip",
})

func nameProtocols(known map[uint8]string) (names [256]string) {
	for n := range names {
		names[n] = known[uint8(n)]
		if names[n] == "" {
			names[n] = fmt.Sprintf("ip-protocol-%d", n)
		}
	}
	return names
}
