package wire

import "encoding/binary"

const (
	wlanLen     = 24 // with three addresses
	radiotapLen = 8
)

// radiotap steps over the header that drivers put before 802.11 frames
// (radiotap.org; little-endian):
//
//	version, padding, length (2), bits of the fields present (4, more when bit 31 is set)
//
// Of the fields only the flags count: one says that the driver padded the
// 802.11 header.
func (d *Decoder) radiotap(r rest, g *Datagram) {
	const (
		tsft, flags, more = 1 << 0, 1 << 1, 1 << 31
		tsftLen           = 8
		dataPad           = 0x20
	)
	if len(r.b) < radiotapLen {
		short(r, g, radiotapLen, ReasonLinkHeader, LinkHeaderLen)
		return
	}
	le := binary.LittleEndian
	size := int(le.Uint16(r.b[2:]))
	if r.b[0] != 0 || size < radiotapLen || size > len(r.b) {
		short(r, g, max(size, len(r.b)+1), ReasonLinkHeader, LinkHeaderLen)
		return
	}
	head := r.b[:size]
	present := le.Uint32(head[4:])
	at := radiotapLen
	for word := present; word&more != 0 && at+4 <= size; at += 4 {
		word = le.Uint32(head[at:])
	}
	if present&tsft != 0 {
		at = (at+tsftLen-1)&^(tsftLen-1) + tsftLen // aligned (radiotap.org, "Alignment")
	}
	padded := present&flags != 0 && at < size && head[at]&dataPad != 0
	d.wlan(r.skip(size), g, padded)
}

// wlan reads an 802.11 frame (IEEE 802.11-2020 §9.2.3, §9.3.2):
//
//	frame control (2), duration (2), three addresses (18), sequence (2),
//	fourth address (6, between access points), QoS (2), HT control (4)
//
// and the LLC header of its data. padded says that the header fills words.
func (d *Decoder) wlan(r rest, g *Datagram, padded bool) {
	const (
		management, control, data = 0, 1, 2
		qos, noData               = 8, 4 // of the subtype
		toDS, fromDS, moreFrag    = 0x01, 0x02, 0x04
		protected, order          = 0x40, 0x80
		aggregated                = 0x80 // of the QoS field
	)
	if len(r.b) < 2 {
		short(r, g, 2, ReasonLinkHeader, LinkHeaderLen)
		return
	}
	kind, subtype, flags := r.b[0]>>2&3, r.b[0]>>4, r.b[1]
	switch {
	case r.b[0]&3 != 0:
		g.other("wlan")
		return
	case kind == management:
		g.other("wlan-management")
		return
	case kind == control:
		g.other("wlan-control")
		return
	case kind != data:
		g.other("wlan")
		return
	case subtype&noData != 0:
		g.other("wlan-null")
		return
	case flags&protected != 0:
		g.other("wlan-encrypted")
		return
	}
	size := wlanLen
	if flags&(toDS|fromDS) == toDS|fromDS {
		size += 6
	}
	atQoS := size
	if subtype&qos != 0 {
		size += 2
		if flags&order != 0 {
			size += 4
		}
	}
	if padded {
		size = (size + 3) &^ 3
	}
	if len(r.b) < size {
		short(r, g, size, ReasonLinkHeader, LinkHeaderLen)
		return
	}
	switch {
	case flags&moreFrag != 0, r.b[22]&0x0F != 0:
		g.other("wlan-fragment")
		return
	case subtype&qos != 0 && r.b[atQoS]&aggregated != 0:
		g.other("wlan-amsdu")
		return
	}
	// The three addresses, without the duration before and the sequence behind.
	g.LinkSum = mix(mix(mix(g.LinkSum+5, be64(r.b[4:])), be64(r.b[12:])), uint64(be16(r.b[20:])))
	d.llc(r.skip(size), g)
}
