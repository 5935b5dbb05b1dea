package pcapfile_test

import (
	"strings"
	"testing"
)

const (
	micro    = 0xa1b2c3d4
	nano     = 0xa1b23c4d
	modified = 0xa1b2cd34
)

func TestPcap(t *testing.T) {
	for _, tt := range []struct {
		name string
		data []byte
		want string
	}{
		{"microseconds, little endian",
			cat(pcapHeader(little, micro, 1), rec(little, 1700000000, 5, 60, "abcd"), rec(little, 1700000001, 999999, 3, "xyz")), `
			frame 1: if 0 ethernet, 1700000000.000005000, wire 60, "abcd"
			frame 2: if 0 ethernet, 1700000001.999999000, wire 3, "xyz"
			pcap 2 frames, 7 bytes, [ethernet]`},
		{"microseconds, big endian",
			cat(pcapHeader(big, micro, 113), rec(big, 7, 5, 4, "abcd")), `
			frame 1: if 0 linux-sll, 7.000005000, wire 4, "abcd"
			pcap 1 frames, 4 bytes, [linux-sll]`},
		{"nanoseconds, little endian",
			cat(pcapHeader(little, nano, 1), rec(little, 7, 123456789, 4, "abcd")), `
			frame 1: if 0 ethernet, 7.123456789, wire 4, "abcd"
			pcap 1 frames, 4 bytes, [ethernet]`},
		{"nanoseconds, big endian",
			cat(pcapHeader(big, nano, 276), rec(big, 7, 123456789, 4, "abcd")), `
			frame 1: if 0 linux-sll2, 7.123456789, wire 4, "abcd"
			pcap 1 frames, 4 bytes, [linux-sll2]`},
		{"modified record headers are 8 bytes longer",
			cat(pcapHeader(little, modified, 1), u32s(little, nil, 7, 5, 4, 60, 2, 0x00000800), []byte("abcd"),
				u32s(little, nil, 8, 5, 2, 2, 2, 0x00000800), []byte("ef")), `
			frame 1: if 0 ethernet, 7.000005000, wire 60, "abcd"
			frame 2: if 0 ethernet, 8.000005000, wire 2, "ef"
			pcap 2 frames, 6 bytes, [ethernet]`},
		{"no packets is no error",
			pcapHeader(little, micro, 1), `
			pcap 0 frames, 0 bytes, []`},
		{"a frame longer than the snaplen is whole",
			cat(set(little, pcapHeader(little, micro, 1), 16, 2), rec(little, 7, 0, 60, "abcd")), `
			frame 1: if 0 ethernet, 7.000000000, wire 60, "abcd"
			pcap 1 frames, 4 bytes, [ethernet]`},
		{"checksum flags above the link type are ignored",
			cat(pcapHeader(little, micro, 0x24000001), rec(little, 7, 0, 4, "abcd")), `
			frame 1: if 0 ethernet, 7.000000000, wire 4, "abcd"
			pcap 1 frames, 4 bytes, [ethernet]`},
		{"DLT 12 is raw IP",
			cat(pcapHeader(little, micro, 12), rec(little, 7, 0, 4, "abcd")), `
			frame 1: if 0 raw, 7.000000000, wire 4, "abcd"
			pcap 1 frames, 4 bytes, [raw]`},
		{"DLT 14 is raw IP",
			cat(pcapHeader(big, micro, 14), rec(big, 7, 0, 4, "abcd")), `
			frame 1: if 0 raw, 7.000000000, wire 4, "abcd"
			pcap 1 frames, 4 bytes, [raw]`},
		{"version 2.2 has its lengths swapped",
			cat(set(little, pcapHeader(little, micro, 1), 4, 2|2<<16), u32s(little, nil, 7, 0, 60, 4), []byte("abcd")), `
			frame 1: if 0 ethernet, 7.000000000, wire 60, "abcd"
			pcap 1 frames, 4 bytes, [ethernet]`},
		{"version 2.3 has them swapped when the first is larger",
			cat(set(little, pcapHeader(little, micro, 1), 4, 2|3<<16), u32s(little, nil, 7, 0, 60, 4), []byte("abcd"),
				u32s(little, nil, 8, 0, 2, 60), []byte("ef")), `
			frame 1: if 0 ethernet, 7.000000000, wire 60, "abcd"
			frame 2: if 0 ethernet, 8.000000000, wire 60, "ef"
			pcap 2 frames, 6 bytes, [ethernet]`},
		{"an unknown version is read as 2.4",
			cat(set(little, pcapHeader(little, micro, 1), 4, 3), rec(little, 7, 0, 4, "abcd")), `
			frame 1: if 0 ethernet, 7.000000000, wire 4, "abcd"
			pcap 1 frames, 4 bytes, [ethernet]
			unknown-version []: pcap version 3.0; read as 2.4`},
		{"an empty frame is a frame",
			cat(pcapHeader(little, micro, 1), rec(little, 7, 0, 60, ""), rec(little, 8, 0, 60, "ab")), `
			frame 1: if 0 ethernet, 7.000000000, wire 60, ""
			frame 2: if 0 ethernet, 8.000000000, wire 60, "ab"
			pcap 2 frames, 2 bytes, [ethernet]`},
		{"a fraction of more than a second is kept and told",
			cat(pcapHeader(little, micro, 1), rec(little, 7, 1500000, 4, "abcd"), rec(little, 9, 2000000, 4, "abcd")), `
			frame 1: if 0 ethernet, 8.500000000, wire 4, "abcd"
			frame 2: if 0 ethernet, 11.000000000, wire 4, "abcd"
			pcap 2 frames, 8 bytes, [ethernet]
			time-fraction [1 2]: frame 1 has 1500000 as its fraction of a second, of 1000000 (and 1 more like it)`},
		{"fewer bytes on the wire than captured",
			cat(pcapHeader(little, micro, 1), rec(little, 7, 0, 0, "abcd")), `
			frame 1: if 0 ethernet, 7.000000000, wire 4, "abcd"
			pcap 1 frames, 4 bytes, [ethernet]
			short-wire-length [1]: frame 1 has 4 bytes, but 0 on the wire`},
		{"a clock set back is told, the order of frames stays",
			cat(pcapHeader(little, micro, 1), rec(little, 100, 0, 1, "a"), rec(little, 99, 500000, 1, "b"), rec(little, 50, 0, 1, "c")), `
			frame 1: if 0 ethernet, 100.000000000, wire 1, "a"
			frame 2: if 0 ethernet, 99.500000000, wire 1, "b"
			frame 3: if 0 ethernet, 50.000000000, wire 1, "c"
			pcap 3 frames, 3 bytes, [ethernet]
			clock-set-back [3]: frame 3 is 49.5s earlier than the frame before it`},
		{"two files one after another",
			cat(pcapHeader(little, micro, 1), rec(little, 7, 0, 4, "abcd"), pcapHeader(big, nano, 101), rec(big, 8, 9, 2, "ef")), `
			frame 1: if 0 ethernet, 7.000000000, wire 4, "abcd"
			frame 2: if 1 raw, 8.000000009, wire 2, "ef"
			pcap 2 frames, 6 bytes, [ethernet raw]
			another-header []: another pcap header at byte 44, after frame 1: several files in one`},
		{"cut in a record's header",
			cat(pcapHeader(little, micro, 1), rec(little, 7, 0, 4, "abcd"), rec(little, 7, 0, 4, "abcd")[:9]), `
			frame 1: if 0 ethernet, 7.000000000, wire 4, "abcd"
			pcap 1 frames, 4 bytes, [ethernet], truncated
			cut-file! []: cut in the middle of a record header at byte 53, after frame 1`},
		{"cut in a record",
			cat(pcapHeader(little, micro, 1), rec(little, 7, 0, 4, "abcd"), rec(little, 7, 0, 4, "abcd")[:18]), `
			frame 1: if 0 ethernet, 7.000000000, wire 4, "abcd"
			pcap 1 frames, 4 bytes, [ethernet], truncated
			cut-file! []: cut in the middle of a record at byte 62, after frame 1`},
		{"cut in the file header",
			pcapHeader(little, micro, 1)[:20], `
			error: standard input: pcap header cut: 20 of 24 bytes`},
	} {
		t.Run(tt.name, func(t *testing.T) { want(t, told(tt.data), tt.want) })
	}
}

func TestPcapDamage(t *testing.T) {
	header := pcapHeader(little, micro, 1)
	at := func(sec uint32, data string) []byte { return rec(little, sec, 0, 60, data) }
	huge := strings.Repeat("x", 300<<10)
	for _, tt := range []struct {
		name string
		data []byte
		want string
	}{
		{"a length beyond all sense: the next records are found",
			cat(header, at(7, "abcd"), set(little, at(8, "efgh"), 8, 0xfffffff0), at(9, "ijkl"), at(10, "mnop"), at(11, "q")), `
			frame 1: if 0 ethernet, 7.000000000, wire 60, "abcd"
			frame 2: if 0 ethernet, 9.000000000, wire 60, "ijkl"
			frame 3: if 0 ethernet, 10.000000000, wire 60, "mnop"
			frame 4: if 0 ethernet, 11.000000000, wire 60, "q"
			pcap 4 frames, 13 bytes, [ethernet]
			lying-length! [1]: the record header at byte 44, after frame 1, gives a length of 4294967280: 20 bytes skipped, reading goes on at byte 64`},
		{"a length up to behind the end: not cut, but lying",
			cat(header, at(7, "abcd"), set(little, at(8, "efgh"), 8, 50), at(9, "ijkl"), at(10, "mnop")), `
			frame 1: if 0 ethernet, 7.000000000, wire 60, "abcd"
			frame 2: if 0 ethernet, 9.000000000, wire 60, "ijkl"
			frame 3: if 0 ethernet, 10.000000000, wire 60, "mnop"
			pcap 3 frames, 12 bytes, [ethernet]
			lying-length! [1]: the record header at byte 44, after frame 1, gives a length of 50: 20 bytes skipped, reading goes on at byte 64`},
		{"garbage between records",
			cat(header, at(7, "abcd"), []byte(strings.Repeat("\xde\xad\xbe\xef", 25)), at(9, "ijkl"), at(10, "mnop")), `
			frame 1: if 0 ethernet, 7.000000000, wire 60, "abcd"
			frame 2: if 0 ethernet, 9.000000000, wire 60, "ijkl"
			frame 3: if 0 ethernet, 10.000000000, wire 60, "mnop"
			pcap 3 frames, 12 bytes, [ethernet]
			lying-length! [1]: the record header at byte 44, after frame 1, gives a length of 4022250974: 100 bytes skipped, reading goes on at byte 144`},
		{"zeros to the end, as of a full disk",
			cat(header, at(7, "abcd"), make([]byte, 5000)), `
			frame 1: if 0 ethernet, 7.000000000, wire 60, "abcd"
			pcap 1 frames, 4 bytes, [ethernet]
			unreadable-rest! []: the record header at byte 44, after frame 1, gives a length of 0: nothing like a record follows, reading stops`},
		{"garbage to the end",
			cat(header, at(7, "abcd"), []byte(strings.Repeat("\xff", 2<<20))), `
			frame 1: if 0 ethernet, 7.000000000, wire 60, "abcd"
			pcap 1 frames, 4 bytes, [ethernet]
			unreadable-rest! []: the record header at byte 44, after frame 1, gives a length of 4294967295: nothing like a record follows, reading stops`},
		{"the first record lies",
			cat(header, set(little, at(8, "efgh"), 8, 0xfffffff0), at(9, "ijkl"), at(10, "mnop"), at(11, "q")), `
			frame 1: if 0 ethernet, 9.000000000, wire 60, "ijkl"
			frame 2: if 0 ethernet, 10.000000000, wire 60, "mnop"
			frame 3: if 0 ethernet, 11.000000000, wire 60, "q"
			pcap 3 frames, 9 bytes, [ethernet]
			lying-length! []: the record header at byte 24, after frame 0, gives a length of 4294967280: 20 bytes skipped, reading goes on at byte 44`},
		{"a frame larger than any is clipped, not lost",
			cat(header, rec(little, 7, 0, 300<<10, huge), at(8, "ab")), `
			frame 1: if 0 ethernet, 7.000000000, wire 307200, "xxxxxxxx…262144"
			frame 2: if 0 ethernet, 8.000000000, wire 60, "ab"
			pcap 2 frames, 262146 bytes, [ethernet]
			clipped-frame [1]: frame 1 has 307200 bytes; rung takes 262144`},
	} {
		t.Run(tt.name, func(t *testing.T) { want(t, told(tt.data), tt.want) })
	}
}
