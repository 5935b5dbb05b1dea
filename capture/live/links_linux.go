package live

import (
	"encoding/binary"
	"syscall"

	"rung/capture"
)

// ARPHRD types of interfaces (include/uapi/linux/if_arp.h).
const (
	arphrdEther    = 1
	arphrdSLIP     = 256
	arphrdCSLIP6   = 259
	arphrdPPP      = 512
	arphrdRawIP    = 519
	arphrdTunnel   = 768 // ipip, vti
	arphrdTunnel6  = 769
	arphrdLoopback = 772
	arphrdSIT      = 776
	arphrdIPGRE    = 778
	arphrd80211    = 801
	arphrdRadiotap = 803
	arphrdIP6GRE   = 823
	arphrdNone     = 65534 // tun, WireGuard
)

// A link says how the packets of an interface come.
type link struct {
	typ      capture.LinkType
	cooked   bool // ask the kernel for the packet without its link header
	loopback bool // every packet passes twice: going out, coming in
}

// linkOf returns the link of an ARPHRD type. Of tunnels the kernel is asked for
// the IP packet alone: what stands before it differs between drivers and
// between directions.
func linkOf(arphrd uint16) (link, bool) {
	switch arphrd {
	case arphrdEther:
		return link{typ: capture.LinkEthernet}, true
	case arphrdLoopback:
		return link{typ: capture.LinkEthernet, loopback: true}, true
	case arphrd80211:
		return link{typ: capture.LinkWLAN}, true
	case arphrdRadiotap:
		return link{typ: capture.LinkRadiotap}, true
	case arphrdPPP, arphrdRawIP, arphrdNone, arphrdTunnel, arphrdTunnel6,
		arphrdSIT, arphrdIPGRE, arphrdIP6GRE:
		return link{typ: capture.LinkRaw, cooked: true}, true
	}
	if arphrd >= arphrdSLIP && arphrd <= arphrdCSLIP6 {
		return link{typ: capture.LinkRaw, cooked: true}, true
	}
	return link{}, false
}

// linkTypes asks the kernel for the ARPHRD type of each interface, by index.
// (/sys/class/net would show those of the namespace in which it was mounted.)
func linkTypes() (map[int]uint16, error) {
	reply, err := syscall.NetlinkRIB(syscall.RTM_GETLINK, syscall.AF_UNSPEC)
	if err != nil {
		return nil, err
	}
	messages, err := syscall.ParseNetlinkMessage(reply)
	if err != nil {
		return nil, err
	}
	types := make(map[int]uint16)
	for _, m := range messages {
		// struct ifinfomsg: family u8, pad u8, type u16, index s32, …
		if m.Header.Type != syscall.RTM_NEWLINK || len(m.Data) < syscall.SizeofIfInfomsg {
			continue
		}
		index := int32(binary.NativeEndian.Uint32(m.Data[4:]))
		types[int(index)] = binary.NativeEndian.Uint16(m.Data[2:])
	}
	return types, nil
}
