package live

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
	"unsafe"

	"rung/capture"
)

// A block as the kernel writes it.
type block struct {
	memory []byte
	at     int
}

func newBlock(size int) *block {
	b := &block{memory: make([]byte, size), at: blockHeader}
	binary.NativeEndian.PutUint32(b.memory[blockStatus:], statusUser)
	binary.NativeEndian.PutUint32(b.memory[blockFirst:], blockHeader)
	return b
}

// add puts a packet into the block, 82 bytes behind its header as the kernel
// does it for Ethernet.
func (b *block) add(sec, status, tci uint32, proto uint16, wire int, data []byte) {
	h := b.memory[b.at:]
	next := (82 + len(data) + 15) &^ 15
	for i, v := range []uint32{uint32(next), sec, 5, uint32(len(data)), uint32(wire), status | statusUser} {
		binary.NativeEndian.PutUint32(h[4*i:], v)
	}
	binary.NativeEndian.PutUint16(h[24:], 82)
	binary.NativeEndian.PutUint32(h[32:], tci)
	binary.NativeEndian.PutUint16(h[36:], proto)
	copy(h[82:], data)
	b.at += next
	binary.NativeEndian.PutUint32(b.memory[blockPackets:], binary.NativeEndian.Uint32(b.memory[blockPackets:])+1)
}

// ringOf joins blocks to a ring.
func ringOf(blocks ...*block) *ring {
	r := &ring{size: len(blocks[0].memory), tags: true}
	// The status word must lie as it does in a mapped page.
	words := make([]uint64, len(blocks)*r.size/8)
	r.memory = unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), len(blocks)*r.size)
	for i, b := range blocks {
		copy(r.memory[i*r.size:], b.memory)
	}
	return r
}

func TestRingGivesBlocksBackOnceTheyAreRead(t *testing.T) {
	first, second, empty := newBlock(4096), newBlock(4096), newBlock(4096)
	first.add(1, 0, 0, 0, 60, frame(1, 40))
	first.add(2, 0, 0, 0, 60, frame(2, 41))
	second.add(3, 0, 0, 0, 60, frame(3, 42))
	r := ringOf(first, empty, second)
	var p capture.Packet
	for n := 1; n <= 3; n++ {
		found, err := r.next(&p)
		if !found || err != nil {
			t.Fatalf("packet %d: %v %v", n, found, err)
		}
		if !bytes.Equal(p.Data, frame(uint32(n), 39+n)) || p.Time != seconds(n)+5 || p.WireLen != 60 {
			t.Errorf("packet %d: %+v", n, p)
		}
	}
	status := func(i int) uint32 { return binary.NativeEndian.Uint32(r.memory[i*r.size+blockStatus:]) }
	if status(0) != 0 || status(1) != 0 || status(2) != statusUser {
		t.Errorf("statuses %d %d %d while the last packet is borrowed", status(0), status(1), status(2))
	}
	if found, err := r.next(&p); found || err != nil || status(2) != 0 || r.at != 0 {
		t.Errorf("at the end: %v %v, status %d, block %d", found, err, status(2), r.at)
	}
}

func TestRingPutsTagsBackWhereTheyWere(t *testing.T) {
	plain := frame(1, 40)
	cases := []struct {
		name        string
		status, tci uint32
		proto       uint16
		tags        bool
		want        []byte
	}{
		{"none", 0, 100, 0x8100, true, plain},
		{"802.1Q", statusVLAN | statusVLANProto, 100, 0x8100, true, frame(1, 40, 0x8100<<16|100)},
		{"802.1ad", statusVLAN | statusVLANProto, 0xffff, 0x88a8, true, frame(1, 40, 0x88a8ffff)},
		{"all zeroes", statusVLAN | statusVLANProto, 0, 0x8100, true, frame(1, 40, 0x81000000)},
		{"of a kernel that tells no TPID", statusVLAN, 7, 0, true, frame(1, 40, 0x81000007)},
		{"not without Ethernet addresses", statusVLAN | statusVLANProto, 100, 0x8100, false, plain},
	}
	for _, c := range cases {
		b := newBlock(4096)
		b.add(1, c.status, c.tci, c.proto, 1000, plain)
		b.add(2, 0, 0, 0, 1000, plain)
		r := ringOf(b)
		r.tags = c.tags
		var p capture.Packet
		if found, err := r.next(&p); !found || err != nil || !bytes.Equal(p.Data, c.want) || p.WireLen != 1000+len(c.want)-len(plain) {
			t.Errorf("%s: %v %v %d %x", c.name, found, err, p.WireLen, p.Data)
		}
		if found, err := r.next(&p); !found || err != nil || !bytes.Equal(p.Data, plain) {
			t.Errorf("%s: the packet behind it: %v %v %x", c.name, found, err, p.Data)
		}
	}
}

// Whatever lies in the ring: no panic, an end, and no byte of another block.
func FuzzRing(f *testing.F) {
	b := newBlock(1024)
	b.add(1, statusVLAN, 7, 0, 60, frame(1, 40))
	b.add(2, 0, 0, 0, 60, frame(2, 300))
	f.Add(append(b.memory, b.memory...))
	f.Fuzz(func(t *testing.T, memory []byte) {
		const size = 1024
		if len(memory) < size {
			return
		}
		var blocks []*block
		for len(memory) >= size && len(blocks) < 8 {
			blocks = append(blocks, &block{memory: memory[:size]})
			memory = memory[size:]
		}
		r := ringOf(blocks...)
		var p capture.Packet
		for range len(blocks) * (size/packetHeader + 1) {
			found, err := r.next(&p)
			if err != nil {
				if !errors.Is(err, errRing) {
					t.Fatal(err)
				}
				return
			}
			if !found {
				return
			}
			if len(p.Data) == 0 {
				continue
			}
			start := int(uintptr(unsafe.Pointer(&p.Data[0])) - uintptr(unsafe.Pointer(&r.memory[0])))
			if start/size != r.at || (start+len(p.Data)-1)/size != r.at {
				t.Fatalf("%d bytes from %d are not of block %d", len(p.Data), start, r.at)
			}
		}
		t.Fatal("no end: more packets than there is room for")
	})
}

// BenchmarkRing is what a packet costs without a kernel beside it.
func BenchmarkRing(b *testing.B) {
	for name, status := range map[string]uint32{"plain": 0, "tagged": statusVLAN} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			full := newBlock(blockSize)
			for full.at < blockSize-1000 {
				full.add(1, status, 7, 0, 214, frame(1, 200))
			}
			r := ringOf(full, full)
			var p capture.Packet
			for b.Loop() {
				found, err := r.next(&p)
				if err != nil {
					b.Fatal(err)
				}
				if !found { // the kernel fills it anew
					for i := range 2 {
						binary.NativeEndian.PutUint32(r.memory[i*r.size+blockStatus:], statusUser)
					}
				}
			}
		})
	}
}
