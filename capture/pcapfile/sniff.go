package pcapfile

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// kind is what the first bytes of an input say it is.
type kind uint8

const (
	kindUnknown kind = iota
	kindPcap
	kindPcapng
	kindGzip
	kindZstd
)

// magicLen is the number of bytes that kindOf needs.
const magicLen = 4

// kindOf tells captures and compressed files by their magic number.
func kindOf(b []byte) kind {
	if len(b) < 2 {
		return kindUnknown
	}
	if b[0] == 0x1f && b[1] == 0x8b { // RFC 1952 §2.3.1
		return kindGzip
	}
	if len(b) < magicLen {
		return kindUnknown
	}
	if _, ok := pcapMagic(b); ok {
		return kindPcap
	}
	switch m := binary.LittleEndian.Uint32(b); {
	case m == blockSection:
		return kindPcapng
	case m == 0xfd2fb528, m&^0xf == 0x184d2a50: // RFC 8878 §3.1.1, §3.1.2 skippable
		return kindZstd
	}
	return kindUnknown
}

// looksLen is the number of bytes that looks wants to see.
const looksLen = 512

// signatures are files that people mistake for captures, or captures of other
// programs.
var signatures = []struct {
	prefix string
	looks  string
}{
	{"snoop\x00\x00\x00", "snoop"},
	{"btsnoop\x00", "btsnoop"},
	{"BZh", "bzip2"},
	{"\xfd7zXZ\x00", "xz"},
	{"\x04\x22\x4d\x18", "lz4"},
	{"PK\x03\x04", "zip"},
	{"7z\xbc\xaf\x27\x1c", "7-Zip"},
	{"GMBU", "Microsoft Network Monitor"},
	{"RTSS", "Microsoft Network Monitor"},
	{"TRSNIFF data    \x1a", "Sniffer"},
	{"XCP\x00", "NetXRay"},
	{"iptrace ", "iptrace"},
	{"ObserverPktBuffe", "Observer"},
	{"\x05VNF", "Visual Networks"},
	{"\x1c\x00\x01\xab", "Ixia lcap"},
	{"\x1c\x00\x01\xac", "Ixia lcap"},
	{"%PDF-", "PDF"},
	{"\x89PNG", "PNG"},
	{"\x7fELF", "program"},
	{"MZ", "program"},
	{"SQLite format 3\x00", "SQLite"},
	{"\xff\xfe", "text (UTF-16)"},
	{"\xfe\xff", "text (UTF-16)"},
}

// looks guesses what an input is that is no capture; "" when it can't tell.
func looks(b []byte) string {
	for _, s := range signatures {
		if bytes.HasPrefix(b, []byte(s.prefix)) {
			return s.looks
		}
	}
	switch {
	case kindOf(b) == kindGzip:
		return "gzip"
	case kindOf(b) == kindZstd:
		return "zstd"
	case len(b) > 262 && string(b[257:262]) == "ustar":
		return "tar"
	case isText(b): // before ERF, which four letters in the right place can feign
		return "text"
	case isERF(b):
		return "ERF"
	}
	return ""
}

// isText reports whether b is printable UTF-8; its last rune may be cut.
func isText(b []byte) bool {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			return len(b) < utf8.UTFMax && !utf8.FullRune(b)
		}
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' && r != 0x1b {
			return false
		}
		b = b[n:]
	}
	return true
}

// isERF guesses Endace's format, which has no magic number:
//
//	timestamp  8, little endian, seconds in the upper half
//	type       1, upper bit: extension headers follow
//	flags      1
//	rlen       2, big endian, the record with this header
//	lctr/color 2
//	wlen       2
func isERF(b []byte) bool {
	const header = 16
	if len(b) < header {
		return false
	}
	seconds := binary.LittleEndian.Uint32(b[4:])
	typ, rlen := b[8]&0x7f, int(binary.BigEndian.Uint16(b[10:]))
	wlen := int(binary.BigEndian.Uint16(b[14:]))
	return seconds > 946684800 && seconds < 4102444800 && // 2000 to 2100
		typ >= 1 && typ <= 48 && rlen >= header && wlen > 0 && wlen <= rlen+1<<14
}
