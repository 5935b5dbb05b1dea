package pcapfile_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"rung/capture"
	"rung/capture/pcapfile"
)

// packetsOf makes any packets out of any bytes, 20 and the data each:
//
//	time 8, length on the wire 4, link type 2, interface 2, length 4
func packetsOf(b []byte) []capture.Packet {
	const head = 20
	var out []capture.Packet
	for le := binary.LittleEndian; len(b) >= head && len(out) < 200; {
		p := capture.Packet{
			Time:      capture.Time(le.Uint64(b)),
			WireLen:   int(int32(le.Uint32(b[8:]))),
			Link:      capture.LinkType(le.Uint16(b[12:])),
			Interface: int32(int16(le.Uint16(b[14:]))),
		}
		n := int(le.Uint32(b[16:]) % (300 << 10))
		b = b[head:]
		p.Data = b[:min(n, len(b))]
		if n > 250<<10 { // few inputs are that long
			p.Data = make([]byte, n)
		}
		b = b[min(n, len(b)):]
		out = append(out, p)
	}
	return out
}

// kept is what a file can hold of p.
func kept(p capture.Packet) capture.Packet {
	p.WireLen = max(p.WireLen, len(p.Data))
	p.Time = max(p.Time, 0)
	p.Data = p.Data[:min(len(p.Data), 256<<10)]
	return p
}

// equal compares what is in a file. Link types 12 and 14 are read as 101.
func equal(got, want *capture.Packet) bool {
	link := want.Link
	if link == 12 || link == 14 {
		link = capture.LinkRaw
	}
	return got.Time == want.Time && got.WireLen == want.WireLen && got.Link == link &&
		bytes.Equal(got.Data, want.Data)
}

func seedPackets(f *testing.F) {
	le := binary.LittleEndian
	one := func(at int64, wire uint32, link, iface uint16, n int) []byte {
		b := le.AppendUint32(le.AppendUint64(nil, uint64(at)), wire)
		b = le.AppendUint16(le.AppendUint16(b, link), iface)
		return append(le.AppendUint32(b, uint32(n)), make([]byte, min(n, 1000))...)
	}
	f.Add([]byte(nil))
	f.Add(cat(one(1700000000e9, 60, 1, 0, 60), one(1700000001e9, 1500, 1, 0, 96), one(1700000000e9, 60, 276, 1, 61)))
	f.Add(cat(one(-1, 0, 1, 0xffff, 3), one(-1<<63, 1<<31, 0xffff, 7, 0), one(1<<63-1, 0, 12, 1, 299<<10)))
}

// FuzzWriter: any packets in, the same packets out, without a word about
// damage.
func FuzzWriter(f *testing.F) {
	seedPackets(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		packets := packetsOf(data)
		ids := make(map[capture.LinkType]int)
		file := written(t, nil, func(w *pcapfile.Writer) error {
			for i := range packets {
				p := &packets[i]
				id, ok := ids[p.Link]
				if !ok {
					var err error
					if id, err = w.AddInterface(pcapfile.InterfaceInfo{Link: p.Link, Snaplen: 96}); err != nil {
						return err
					}
					ids[p.Link] = id
				}
				if err := w.Write(p, id); err != nil {
					return err
				}
			}
			return nil
		})
		r, err := pcapfile.Open([]string{"-"}, &pcapfile.Options{Stdin: bytes.NewReader(file)})
		if err != nil {
			t.Fatal(err)
		}
		var p capture.Packet
		for i := range packets {
			if err := r.Next(&p); err != nil {
				t.Fatalf("packet %d of %d: %v", i, len(packets), err)
			}
			want := kept(packets[i])
			if !equal(&p, &want) || int(p.Interface) != ids[packets[i].Link] || int(p.Frame.Number) != i+1 {
				t.Fatalf("packet %d: %v %d/%d %v, want %v %d/%d %v", i, p.Time, len(p.Data), p.WireLen, p.Link,
					want.Time, len(want.Data), want.WireLen, want.Link)
			}
		}
		if r.Next(&p) == nil {
			t.Error("more packets than were written")
		}
		for _, d := range r.Diagnostics() {
			if d.Damage || d.Severity > capture.Info {
				t.Errorf("%s: %s", d.Code, d.Text)
			}
		}
	})
}
