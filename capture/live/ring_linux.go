package live

import (
	"encoding/binary"
	"errors"
	"sync/atomic"
	"unsafe"

	"rung/capture"
)

// The ring is memory shared with the kernel: blocks that change hands by their
// status word, each with packets end to end (include/uapi/linux/if_packet.h).
//
//	struct tpacket_block_desc          struct tpacket3_hdr
//	 0 version                          0 tp_next_offset
//	 4 offset_to_priv                   4 tp_sec
//	 8 block_status                     8 tp_nsec
//	12 num_pkts                        12 tp_snaplen
//	16 offset_to_first_pkt             16 tp_len
//	   …                               20 tp_status
//	                                   24 tp_mac (u16), tp_net (u16)
//	                                   28 tp_rxhash
//	                                   32 tp_vlan_tci
//	                                   36 tp_vlan_tpid (u16)
//	                                   48 struct sockaddr_ll, then room, then
//	                                      the packet at tp_mac
//
// The library could read it, too, but takes three allocations and a copy for
// each packet with a VLAN tag, of which a span port sends nothing else, loses a
// tag of all zeroes, and reads the status word without the barrier that ARM
// needs.
const (
	blockStatus  = 8
	blockPackets = 12
	blockFirst   = 16
	blockHeader  = 48

	packetHeader = 48

	statusUser      = 1 << 0 // TP_STATUS_USER
	statusVLAN      = 1 << 4 // TP_STATUS_VLAN_VALID
	statusVLANProto = 1 << 6 // TP_STATUS_VLAN_TPID_VALID
)

const (
	addresses = 12 // two MAC addresses; the tag goes behind them
	tagLength = 4
	protoVLAN = 0x8100 // 802.1Q, where an old kernel tells no TPID
)

// errRing says that the ring is not as the kernel describes it.
var errRing = errors.New("the packet ring is inconsistent")

// A ring walks through the blocks in turn.
type ring struct {
	memory []byte
	size   int  // of a block
	tags   bool // put VLAN tags back

	at   int    // the block that is read or comes next
	held bool   // it is ours
	off  int    // of the next packet in it
	left uint32 // packets in it from off on
}

// next fills p with time, data and length of the next packet, borrowed until
// the call after it. It returns false when the kernel has filled no more blocks.
func (r *ring) next(p *capture.Packet) (bool, error) {
	for r.left == 0 {
		if r.held {
			r.release()
		}
		if atomic.LoadUint32(r.status())&statusUser == 0 {
			return false, nil
		}
		block := r.block()
		r.held = true
		r.left = binary.NativeEndian.Uint32(block[blockPackets:])
		r.off = int(binary.NativeEndian.Uint32(block[blockFirst:]))
	}
	return true, r.packet(p)
}

// packet reads the packet at off and moves on to the next.
func (r *ring) packet(p *capture.Packet) error {
	block := r.block()
	if r.off < blockHeader || r.off > len(block)-packetHeader {
		return r.broken()
	}
	h := block[r.off:]
	var (
		next   = int(binary.NativeEndian.Uint32(h))
		sec    = binary.NativeEndian.Uint32(h[4:])
		nsec   = binary.NativeEndian.Uint32(h[8:])
		length = int(binary.NativeEndian.Uint32(h[12:]))
		status = binary.NativeEndian.Uint32(h[20:])
		start  = int(binary.NativeEndian.Uint16(h[24:]))
	)
	if start < packetHeader+tagLength || length > len(h)-start {
		return r.broken()
	}
	if r.left--; r.left > 0 && next < packetHeader {
		return r.broken()
	}
	r.off += next
	p.Time = capture.Time(int64(sec)*1e9 + int64(nsec))
	p.WireLen = int(binary.NativeEndian.Uint32(h[16:]))
	p.Data = h[start : start+length : start+length]
	if r.tags && status&statusVLAN != 0 && length >= addresses {
		p.Data = tag(h, start, length, status)
		p.WireLen += tagLength
	}
	return nil
}

// tag puts back the VLAN tag that the kernel took off. The block is ours, and
// there is room before the packet: the addresses move, the rest stays.
func tag(h []byte, start, length int, status uint32) []byte {
	proto := uint16(protoVLAN)
	if status&statusVLANProto != 0 {
		proto = binary.NativeEndian.Uint16(h[36:])
	}
	tci := uint16(binary.NativeEndian.Uint32(h[32:]))
	data := h[start-tagLength : start+length : start+length]
	copy(data, data[tagLength:tagLength+addresses])
	binary.BigEndian.PutUint16(data[addresses:], proto)
	binary.BigEndian.PutUint16(data[addresses+2:], tci)
	return data
}

// broken gives the block up.
func (r *ring) broken() error {
	r.left = 0
	return errRing
}

func (r *ring) block() []byte { return r.memory[r.at*r.size : (r.at+1)*r.size] }

func (r *ring) status() *uint32 {
	return (*uint32)(unsafe.Pointer(&r.memory[r.at*r.size+blockStatus]))
}

// release gives the block back to the kernel and turns to the next.
func (r *ring) release() {
	atomic.StoreUint32(r.status(), 0) // TP_STATUS_KERNEL
	r.held = false
	if r.at++; (r.at+1)*r.size > len(r.memory) {
		r.at = 0
	}
}
