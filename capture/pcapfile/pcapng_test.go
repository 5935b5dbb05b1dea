package pcapfile_test

import (
	"bytes"
	"io"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"rung/capture"
	"rung/capture/pcapfile"
)

func TestPcapng(t *testing.T) {
	for _, tt := range []struct {
		name string
		data []byte
		want string
	}{
		{"microseconds by default, little endian",
			cat(shb(little), idb(little, 1, 0), epb(little, 0, 1700000000000005, 60, "abcd"), epb(little, 0, 1700000001000000, 3, "xyz")), `
			frame 1: if 0 ethernet, 1700000000.000005000, wire 60, "abcd"
			frame 2: if 0 ethernet, 1700000001.000000000, wire 3, "xyz"
			pcapng 2 frames, 7 bytes, [ethernet]`},
		{"big endian",
			cat(shb(big), idb(big, 276, 0), epb(big, 0, 1700000000000005, 60, "abcd")), `
			frame 1: if 0 linux-sll2, 1700000000.000005000, wire 60, "abcd"
			pcapng 1 frames, 4 bytes, [linux-sll2]`},
		{"no packets is no error",
			shb(little), `
			pcapng 0 frames, 0 bytes, []`},
		{"resolution 10^-9",
			cat(shb(little), idb(little, 1, 0, opt(little, 9, []byte{9})), epb(little, 0, 7000000123, 4, "abcd")), `
			frame 1: if 0 ethernet, 7.000000123, wire 4, "abcd"
			pcapng 1 frames, 4 bytes, [ethernet]`},
		{"resolution 10^0",
			cat(shb(big), idb(big, 1, 0, opt(big, 9, []byte{0})), epb(big, 0, 7, 4, "abcd")), `
			frame 1: if 0 ethernet, 7.000000000, wire 4, "abcd"
			pcapng 1 frames, 4 bytes, [ethernet]`},
		{"resolution 10^-12",
			cat(shb(little), idb(little, 1, 0, opt(little, 9, []byte{12})), epb(little, 0, 7000000123999, 4, "abcd")), `
			frame 1: if 0 ethernet, 7.000000123, wire 4, "abcd"
			pcapng 1 frames, 4 bytes, [ethernet]`},
		{"resolution 2^-10",
			cat(shb(little), idb(little, 1, 0, opt(little, 9, []byte{0x80 | 10})), epb(little, 0, 7*1024+512, 4, "abcd")), `
			frame 1: if 0 ethernet, 7.500000000, wire 4, "abcd"
			pcapng 1 frames, 4 bytes, [ethernet]`},
		{"resolution 2^-32, a time of today",
			cat(shb(little), idb(little, 1, 0, opt(little, 9, []byte{0x80 | 32})), epb(little, 0, 1700000000<<32|1<<31, 4, "abcd")), `
			frame 1: if 0 ethernet, 1700000000.500000000, wire 4, "abcd"
			pcapng 1 frames, 4 bytes, [ethernet]`},
		{"time offset, forth and back",
			cat(shb(little), idb(little, 1, 0, opt64(little, 14, 1700000000)), idb(little, 1, 0, opt64(little, 14, 1<<64-5)),
				epb(little, 0, 5, 4, "abcd"), epb(little, 1, 1700000006000000, 4, "efgh")), `
			frame 1: if 0 ethernet, 1700000000.000005000, wire 4, "abcd"
			frame 2: if 1 ethernet, 1700000001.000000000, wire 4, "efgh"
			pcapng 2 frames, 8 bytes, [ethernet]`},
		{"a time beyond the year 2262 is that of the frame before",
			cat(shb(little), idb(little, 1, 0), epb(little, 0, 7000000, 4, "abcd"), epb(little, 0, 1<<64-1, 4, "efgh")), `
			frame 1: if 0 ethernet, 7.000000000, wire 4, "abcd"
			frame 2: if 0 ethernet, 7.000000000, wire 4, "efgh"
			pcapng 2 frames, 8 bytes, [ethernet]
			time-out-of-range [2]: frame 2 has a time out of range; it is given that of the frame before`},
		{"an offset beyond all years",
			cat(shb(little), idb(little, 1, 0, opt64(little, 14, 1<<62)), epb(little, 0, 7000000, 4, "abcd")), `
			frame 1: if 0 ethernet, 0.000000000, wire 4, "abcd"
			pcapng 1 frames, 4 bytes, [ethernet]
			time-out-of-range [1]: frame 1 has a time out of range; it is given that of the frame before`},
		{"interfaces of different links",
			cat(shb(little), idb(little, 1, 0), idb(little, 101, 0, opt(little, 9, []byte{9})),
				epb(little, 1, 7, 4, "abcd"), epb(little, 0, 8, 4, "efgh")), `
			frame 1: if 1 raw, 0.000000007, wire 4, "abcd"
			frame 2: if 0 ethernet, 0.000008000, wire 4, "efgh"
			pcapng 2 frames, 8 bytes, [raw ethernet]`},
		{"sections of either byte order; interfaces are counted on",
			cat(shb(little), idb(little, 1, 0), idb(little, 1, 0), epb(little, 1, 7, 4, "abcd"),
				shb(big), idb(big, 12, 0), epb(big, 0, 8, 4, "efgh"),
				shb(little), idb(little, 113, 0), epb(little, 0, 9, 4, "ijkl")), `
			frame 1: if 1 ethernet, 0.000007000, wire 4, "abcd"
			frame 2: if 2 raw, 0.000008000, wire 4, "efgh"
			frame 3: if 3 linux-sll, 0.000009000, wire 4, "ijkl"
			pcapng 3 frames, 12 bytes, [ethernet raw linux-sll]
			another-header []: another section begins at byte 104, after frame 1 (and 1 more like it)`},
		{"simple packets have no time and are cut at the snaplen",
			cat(shb(little), idb(little, 1, 6), epb(little, 0, 7000000, 4, "abcd"),
				block(little, 3, append(u32s(little, nil, 60), "efghij\x00\x00"...)), block(little, 3, append(u32s(little, nil, 2), "kl"...))), `
			frame 1: if 0 ethernet, 7.000000000, wire 4, "abcd"
			frame 2: if 0 ethernet, 7.000000000, wire 60, "efghij"
			frame 3: if 0 ethernet, 7.000000000, wire 2, "kl"
			pcapng 3 frames, 12 bytes, [ethernet]
			time-missing [2 3]: frame 2 has no time (simple packet block); it is given that of the frame before (and 1 more like it)`},
		{"obsolete packet blocks, with drops",
			cat(shb(little), idb(little, 1, 0), block(little, 2, append(u32s(little, nil, 0|3<<16, 0, 7, 4, 60), "abcd"...)),
				block(little, 2, append(u32s(little, nil, 0|0xffff<<16, 0, 8, 2, 2), "ef"...))), `
			frame 1: if 0 ethernet, 0.000007000, wire 60, "abcd"
			frame 2: if 0 ethernet, 0.000008000, wire 2, "ef"
			pcapng 2 frames, 6 bytes, [ethernet], 3 drops
			interface-drops! []: 3 frames were lost while capturing, as the file itself says`},
		{"the last statistics of each interface count",
			cat(shb(little), idb(little, 1, 0), idb(little, 1, 0), isb(little, 0, opt64(little, 5, 2)), epb(little, 1, 7, 4, "abcd", opt64(little, 4, 1)),
				isb(little, 0, opt64(little, 4, 99), opt64(little, 5, 10), opt64(little, 7, 5)), isb(little, 1, opt64(little, 5, 0)), isb(little, 9, opt64(little, 5, 77))), `
			frame 1: if 1 ethernet, 0.000007000, wire 4, "abcd"
			pcapng 1 frames, 4 bytes, [ethernet], 16 drops
			interface-drops! []: 16 frames were lost while capturing, as the file itself says`},
		{"comments everywhere",
			cat(shb(big, opt(big, 1, []byte("one"))), idb(big, 1, 0, opt(big, 1, []byte("two")), opt(big, 0, nil), opt(big, 1, []byte("behind the end"))),
				epb(big, 0, 7, 4, "abcd", opt(big, 1, []byte("three")), opt(big, 1, []byte("four"))),
				isb(big, 0, opt(big, 1, []byte("five"))), block(big, 10, cat(u32s(big, nil, 1, 2), []byte("ab\x00\x00"), opt(big, 1, []byte("six"))))), `
			frame 1: if 0 ethernet, 0.000007000, wire 4, "abcd"
			pcapng 1 frames, 4 bytes, [ethernet], 6 comments`},
		{"unknown blocks are skipped by their length",
			cat(shb(little), idb(little, 1, 0), block(little, 77, make([]byte, 3<<20)), block(little, 0, nil), epb(little, 0, 7, 4, "abcd")), `
			frame 1: if 0 ethernet, 0.000007000, wire 4, "abcd"
			pcapng 1 frames, 4 bytes, [ethernet]`},
		{"records without packets take a number, as in Wireshark",
			cat(shb(little), idb(little, 1, 0), epb(little, 0, 7, 4, "abcd"), block(little, 0x0bad, []byte("custom")),
				block(little, 9, []byte("__REALTIME_TIMESTAMP=1\n")), epb(little, 0, 8, 4, "efgh"), []byte{1}), `
			frame 1: if 0 ethernet, 0.000007000, wire 4, "abcd"
			frame 4: if 0 ethernet, 0.000008000, wire 4, "efgh"
			pcapng 2 frames, 8 bytes, [ethernet], truncated
			other-records [2 3]: record 2 is no packet (custom, journal or system call block) (and 1 more like it)
			cut-file! []: cut in the middle of a block at byte 177, after frame 4`},
		{"fewer bytes on the wire than captured",
			cat(shb(little), idb(little, 1, 0), epb(little, 0, 7, 3, "abcd")), `
			frame 1: if 0 ethernet, 0.000007000, wire 4, "abcd"
			pcapng 1 frames, 4 bytes, [ethernet]
			short-wire-length [1]: frame 1 has 4 bytes, but 3 on the wire`},
		{"a frame larger than any is clipped",
			cat(shb(little), idb(little, 1, 0), epb(little, 0, 7, 300<<10, strings.Repeat("x", 300<<10)), epb(little, 0, 8, 4, "abcd")), `
			frame 1: if 0 ethernet, 0.000007000, wire 307200, "xxxxxxxx…262144"
			frame 2: if 0 ethernet, 0.000008000, wire 4, "abcd"
			pcapng 2 frames, 262148 bytes, [ethernet]
			clipped-frame [1]: frame 1 has 307200 bytes; rung takes 262144`},
		{"an interface that is not described",
			cat(shb(little), epb(little, 0, 7, 4, "abcd"), idb(little, 1, 0), epb(little, 0, 7, 4, "efgh"), epb(little, 1<<31, 7, 4, "ijkl")), `
			frame 1: if -1 linktype-65535, 0.000000000, wire 4, "abcd"
			frame 2: if 0 ethernet, 0.000007000, wire 4, "efgh"
			frame 3: if -1 linktype-65535, 0.000007000, wire 4, "ijkl"
			pcapng 3 frames, 12 bytes, [linktype-65535 ethernet]
			unknown-interface! [1]: frame 1 is of interface 0, which is not described: its link type and time are not known
			unknown-interface! [3]: frame 3 is of interface 2147483648, which is not described: its link type and time are not known`},
		{"an unknown version is read as 1.0",
			cat(set(little, shb(little), 12, 2), idb(little, 1, 0), epb(little, 0, 7, 4, "abcd")), `
			frame 1: if 0 ethernet, 0.000007000, wire 4, "abcd"
			pcapng 1 frames, 4 bytes, [ethernet]
			unknown-version []: pcapng version 2.0; read as 1.0`},
		{"cut in a block's header",
			cat(shb(little), idb(little, 1, 0), epb(little, 0, 7, 4, "abcd"), epb(little, 0, 7, 4, "abcd")[:5]), `
			frame 1: if 0 ethernet, 0.000007000, wire 4, "abcd"
			pcapng 1 frames, 4 bytes, [ethernet], truncated
			cut-file! []: cut in the middle of a block at byte 89, after frame 1`},
		{"cut in a block",
			cat(shb(little), idb(little, 1, 0), epb(little, 0, 7, 4, "abcd"), epb(little, 0, 7, 4, "abcd")[:35]), `
			frame 1: if 0 ethernet, 0.000007000, wire 4, "abcd"
			pcapng 1 frames, 4 bytes, [ethernet], truncated
			cut-file! []: cut in the middle of a block at byte 119, after frame 1`},
		{"cut in the section header",
			shb(little)[:20], `
			error: standard input: pcapng section header cut: 20 of 28 bytes`},
	} {
		t.Run(tt.name, func(t *testing.T) { want(t, told(tt.data), tt.want) })
	}
}

func TestPcapngDamage(t *testing.T) {
	head := cat(shb(little), idb(little, 1, 0)) // 48 bytes
	at := func(us uint64, data string) []byte { return epb(little, 0, us, 60, data) }
	for _, tt := range []struct {
		name string
		data []byte
		want string
	}{
		{"a block's length lies: its frame is read all the same",
			cat(head, at(7, "abcd"), set(little, at(8, "efgh"), 4, 0x7fffffff), at(9, "ijkl")), `
			frame 1: if 0 ethernet, 0.000007000, wire 60, "abcd"
			frame 2: if 0 ethernet, 0.000008000, wire 60, "efgh"
			frame 3: if 0 ethernet, 0.000009000, wire 60, "ijkl"
			pcapng 3 frames, 12 bytes, [ethernet]
			lying-length! [1]: the block at byte 84, after frame 1, gives a length of 2147483647: reading goes on 36 bytes further, at byte 120`},
		{"a length of 0",
			cat(head, at(7, "abcd"), set(little, at(8, "efgh"), 4, 0), at(9, "ijkl")), `
			frame 1: if 0 ethernet, 0.000007000, wire 60, "abcd"
			frame 2: if 0 ethernet, 0.000008000, wire 60, "efgh"
			frame 3: if 0 ethernet, 0.000009000, wire 60, "ijkl"
			pcapng 3 frames, 12 bytes, [ethernet]
			lying-length! [1]: the block at byte 84, after frame 1, gives a length of 0: reading goes on 36 bytes further, at byte 120`},
		{"a length up to behind the end",
			cat(head, at(7, "abcd"), set(little, at(8, "efgh"), 4, 5000), at(9, "ijkl")), `
			frame 1: if 0 ethernet, 0.000007000, wire 60, "abcd"
			frame 2: if 0 ethernet, 0.000008000, wire 60, "efgh"
			frame 3: if 0 ethernet, 0.000009000, wire 60, "ijkl"
			pcapng 3 frames, 12 bytes, [ethernet]
			lying-length! [1]: the block at byte 84, after frame 1, gives a length of 5000: reading goes on 36 bytes further, at byte 120`},
		{"a length that swallows the next block",
			cat(head, at(7, "abcd"), set(little, at(8, "efgh"), 4, 72), at(9, "ijkl"), at(10, "mnop")), `
			frame 1: if 0 ethernet, 0.000007000, wire 60, "abcd"
			frame 2: if 0 ethernet, 0.000008000, wire 60, "efgh"
			frame 3: if 0 ethernet, 0.000009000, wire 60, "ijkl"
			frame 4: if 0 ethernet, 0.000010000, wire 60, "mnop"
			pcapng 4 frames, 16 bytes, [ethernet]
			lying-length! [1]: the block at byte 84, after frame 1, gives a length of 72: reading goes on 36 bytes further, at byte 120`},
		{"the second length lies",
			cat(head, at(7, "abcd"), set(little, at(8, "efgh"), 32, 999), at(9, "ijkl")), `
			frame 1: if 0 ethernet, 0.000007000, wire 60, "abcd"
			frame 2: if 0 ethernet, 0.000008000, wire 60, "efgh"
			frame 3: if 0 ethernet, 0.000009000, wire 60, "ijkl"
			pcapng 3 frames, 12 bytes, [ethernet]
			lying-trailer! [1]: the block at byte 84, after frame 1, is 36 bytes long, but ends with a length of 999`},
		{"the captured length lies within its block",
			cat(head, set(little, at(8, "efgh"), 20, 999), at(9, "ijkl")), `
			frame 1: if 0 ethernet, 0.000008000, wire 60, "efgh"
			frame 2: if 0 ethernet, 0.000009000, wire 60, "ijkl"
			pcapng 2 frames, 8 bytes, [ethernet]
			lying-caplen! [1]: frame 1: 999 bytes declared, 4 present in its block`},
		{"the captured length lies within its block, and beyond 31 bits",
			cat(head, set(little, at(8, "efgh"), 20, 0xffffffff), at(9, "ijkl")), `
			frame 1: if 0 ethernet, 0.000008000, wire 60, "efgh"
			frame 2: if 0 ethernet, 0.000009000, wire 60, "ijkl"
			pcapng 2 frames, 8 bytes, [ethernet]
			lying-caplen! [1]: frame 1: 4294967295 bytes declared, 4 present in its block`},
		{"a block's beginning is lost: so is its frame",
			cat(head, at(7, "abcd"), at(8, "efgh")[10:], at(9, "ijkl")), `
			frame 1: if 0 ethernet, 0.000007000, wire 60, "abcd"
			frame 2: if 0 ethernet, 0.000009000, wire 60, "ijkl"
			pcapng 2 frames, 8 bytes, [ethernet]
			lying-length! [1]: the block at byte 84, after frame 1, gives a length of 524288: reading goes on 26 bytes further, at byte 110`},
		{"garbage, and a new section of the other byte order",
			cat(head, at(7, "abcd"), []byte(strings.Repeat("garbage", 1000)), shb(big), idb(big, 101, 0), epb(big, 0, 9, 4, "ijkl")), `
			frame 1: if 0 ethernet, 0.000007000, wire 60, "abcd"
			frame 2: if 1 raw, 0.000009000, wire 4, "ijkl"
			pcapng 2 frames, 8 bytes, [ethernet raw]
			lying-length! [1]: the block at byte 84, after frame 1, gives a length of 1734698849: reading goes on 7000 bytes further, at byte 7084
			another-header []: another section begins at byte 7084, after frame 1`},
		{"a cut file with a whole one behind it",
			cat(head, at(7, "abcd"), at(8, "efgh")[:30], head, at(9, "ijkl")), `
			frame 1: if 0 ethernet, 0.000007000, wire 60, "abcd"
			frame 2: if 1 ethernet, 0.000009000, wire 60, "ijkl"
			pcapng 2 frames, 8 bytes, [ethernet]
			lying-length! [1]: the block at byte 84, after frame 1, gives a length of 36: reading goes on 30 bytes further, at byte 114
			another-header []: another section begins at byte 114, after frame 1`},
		{"garbage to the end",
			cat(head, at(7, "abcd"), []byte(strings.Repeat("\xff", 2<<20))), `
			frame 1: if 0 ethernet, 0.000007000, wire 60, "abcd"
			pcapng 1 frames, 4 bytes, [ethernet]
			unreadable-rest! []: the block at byte 84, after frame 1, gives a length of 4294967295: nothing like a block follows, reading stops`},
		{"blocks too small for what they hold",
			cat(head, block(little, 6, make([]byte, 8)), block(little, 3, nil), block(little, 5, nil), block(little, 1, nil), block(little, 10, []byte("abcd")), at(9, "ijkl")), `
			frame 1: if 0 ethernet, 0.000009000, wire 60, "ijkl"
			pcapng 1 frames, 4 bytes, [ethernet]
			bad-block! []: enhanced packet block of 20 bytes at byte 48, after frame 0, is too short
			bad-block! []: simple packet block of 12 bytes at byte 68, after frame 0, is too short
			bad-block! []: interface statistics block of 12 bytes at byte 80, after frame 0, is too short
			bad-block! []: interface description block of 12 bytes at byte 92, after frame 0, is too short
			bad-block! []: decryption secrets block of 16 bytes at byte 104, after frame 0, is too short`},
		{"a section header without its mark",
			cat(set(little, shb(little), 8, 0)), `
			error: standard input: pcapng section header without its byte order mark`},
	} {
		t.Run(tt.name, func(t *testing.T) { want(t, told(tt.data), tt.want) })
	}
}

// drain reads data to its end and returns the Reader for what it has kept.
func drain(t *testing.T, data []byte) *pcapfile.Reader {
	t.Helper()
	r, err := pcapfile.Open([]string{"-"}, &pcapfile.Options{Stdin: bytes.NewReader(data)})
	if err != nil {
		t.Fatal(err)
	}
	var p capture.Packet
	for r.Next(&p) == nil {
	}
	if err := r.Next(&p); err != io.EOF {
		t.Fatalf("after the end: %v", err)
	}
	return r
}

func TestNames(t *testing.T) {
	for _, o := range []order{little, big} {
		record := func(typ uint16, value string) []byte { return opt(o, typ, []byte(value)) }
		r := drain(t, cat(shb(o), block(o, 4, cat(
			record(1, "\x0a\x00\x00\x01proxy\x00sip.example.com\x00"),
			record(3, "\x00\x01\x02\x03\x04\x05eth\x00"),
			record(2, strings.Repeat("\x20\x01", 8)+"v6\x00"),
			record(1, "\x0a\x00\x00\x02\x00\x00"),
			record(1, "\x0a"),
			record(1, "\x0a\x00\x00\x03no end"),
			record(0, ""),
			opt(o, 1, []byte("a comment"))))))
		want := []pcapfile.Name{
			{Addr: netip.MustParseAddr("10.0.0.1"), Names: []string{"proxy", "sip.example.com"}},
			{Addr: netip.MustParseAddr("2001:2001:2001:2001:2001:2001:2001:2001"), Names: []string{"v6"}},
			{Addr: netip.MustParseAddr("10.0.0.3"), Names: []string{"no end"}},
		}
		if got := r.Names(); !reflect.DeepEqual(got, want) {
			t.Errorf("%v: got %v", o, got)
		}
		if n := r.Files()[0].Comments; n != 1 {
			t.Errorf("%v: %d comments", o, n)
		}
	}
}

func TestNamesAreCapped(t *testing.T) {
	one := block(little, 4, opt(little, 1, append([]byte{10, 0, 0, 1}, strings.Repeat("n", 60000)...)))
	r := drain(t, append(shb(little), bytes.Repeat(one, 200)...))
	size := 0
	for _, n := range r.Names() {
		size += len(n.Names[0])
	}
	if size > 9<<20 || size < 7<<20 {
		t.Errorf("%d bytes kept", size)
	}
	if d := r.Diagnostics(); len(d) != 1 || d[0].Code != "limit-names" {
		t.Errorf("diagnostics: %v", d)
	}
}

func TestSecrets(t *testing.T) {
	dsb := func(typ uint32, n uint32, data string) []byte {
		return block(little, 10, append(u32s(little, nil, typ, n), data...))
	}
	r := drain(t, cat(shb(little), idb(little, 1, 0), dsb(0x544c534b, 5, "CLIEN"), epb(little, 0, 1, 4, "abcd"), dsb(7, 0, "")))
	want := []pcapfile.Secret{
		{After: 0, Type: pcapfile.SecretTLS, Data: []byte("CLIEN")},
		{After: 1, Type: 7, Data: []byte{}},
	}
	if got := r.Secrets(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestSecretsAreCapped(t *testing.T) {
	for _, n := range []int{1 << 20, 0} {
		one := block(little, 10, append(u32s(little, nil, 1, uint32(n)), make([]byte, n)...))
		count := 40
		if n == 0 {
			count = 300000
		}
		r := drain(t, append(shb(little), bytes.Repeat(one, count)...))
		size := 0
		for _, s := range r.Secrets() {
			size += len(s.Data) + 64
		}
		if size > 17<<20 {
			t.Errorf("pieces of %d: %d bytes kept", n, size)
		}
		if d := r.Diagnostics(); len(d) != 1 || d[0].Code != "limit-secrets" {
			t.Errorf("diagnostics: %v", d)
		}
	}
}

func TestInterfacesAreCapped(t *testing.T) {
	r := drain(t, cat(shb(little), bytes.Repeat(idb(little, 1, 0), 70000), epb(little, 69999, 1, 4, "abcd"), epb(little, 65535, 1, 4, "abcd"),
		shb(little), idb(little, 1, 0), epb(little, 0, 1, 4, "abcd")))
	codes := ""
	for _, d := range r.Diagnostics() {
		codes += d.Code + " "
	}
	if codes != "limit-interfaces unknown-interface another-header " {
		t.Error(codes)
	}
	if n := r.Files()[0].Frames; n != 3 {
		t.Errorf("%d frames", n)
	}
}
