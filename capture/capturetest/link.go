package capturetest

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"rung/capture"
)

// linkHeader makes a frame of a packet.
func (e *entry) linkHeader(p carried, mac int, tags []int) ([]byte, capture.LinkType, error) {
	frame := func() []byte { return ethernet(e.src.Addr(), e.dst.Addr(), mac, tags, p) }
	switch e.options["link"] {
	case "":
		return frame(), capture.LinkEthernet, nil
	case "fcs":
		f := frame()
		return binary.LittleEndian.AppendUint32(f, crc32.ChecksumIEEE(f)), capture.LinkEthernet, nil
	case "sll":
		// From frame on: addresses, tags, EtherType.
		return append([]byte{0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, byte(mac), 0, 0}, frame()[12:]...), capture.LinkSLL, nil
	case "sll2":
		h := be.AppendUint16(nil, p.kind)
		h = append(h, 0, 0, 0, 0, 0, 3, 0, 1, 0, 6, 2, 0, 0, 0, 0, byte(mac), 0, 0)
		return append(h, p.data...), capture.LinkSLL2, nil
	case "ppp":
		f, err := ppp(p, false)
		return f, capture.LinkPPP, err
	case "ppphdlc":
		f, err := ppp(p, true)
		return f, capture.LinkPPPHDLC, err
	case "wlan":
		return e.wlan(p, mac, false), capture.LinkWLAN, nil
	case "radiotap":
		// TSFT at 8, flags at 16: the frame header is padded.
		h := []byte{0, 0, 18, 0, 3, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0x20, 0}
		return append(h, e.wlan(p, mac, true)...), capture.LinkRadiotap, nil
	}
	if !p.isIP() {
		return nil, 0, fmt.Errorf("link=%s can't hold EtherType 0x%04x", e.options["link"], p.kind)
	}
	switch e.options["link"] {
	case "raw":
		return p.data, capture.LinkRaw, nil
	case "null":
		family := byte(2)
		if p.kind == kindIPv6 {
			family = 30
		}
		return append([]byte{family, 0, 0, 0}, p.data...), capture.LinkNull, nil
	case "nflog":
		return nflog(p, mac), capture.LinkNFLOG, nil
	}
	return nil, 0, fmt.Errorf("link=%s: unknown", e.options["link"])
}

// wlan is a QoS data frame from a station to its access point.
func (e *entry) wlan(p carried, variant int, padded bool) []byte {
	f := []byte{0x88, 0x01, 0, 0, 2, 0, 0, 0, 0, 0xAA}
	f = append(f, mac(e.src.Addr(), variant)...)
	f = append(f, mac(e.dst.Addr(), variant)...)
	f = append(f, 0x10, 0, 0, 0)
	if padded {
		f = append(f, 0, 0)
	}
	f = append(f, 0xAA, 0xAA, 3, 0, 0, 0)
	return append(be.AppendUint16(f, p.kind), p.data...)
}

// nflog has a prefix, an interface and the packet. Its attributes are in the
// byte order of the file, which WritePcap makes big-endian.
func nflog(p carried, iface int) []byte {
	f := []byte{2, 0, 0, 5}
	if p.kind == kindIPv6 {
		f[0] = 10
	}
	f = append(f, 0, 6, 0, 10, 'x', 0, 0, 0) // NFULA_PREFIX, padded
	f = append(f, 0, 8, 0, 4, 0, 0, 0, byte(iface))
	f = be.AppendUint16(f, uint16(4+len(p.data)))
	f = be.AppendUint16(f, 9)
	f = append(f, p.data...)
	for len(f)%4 != 0 {
		f = append(f, 0)
	}
	return f
}
