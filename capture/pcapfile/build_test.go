package pcapfile_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rung/capture"
	"rung/capture/pcapfile"
)

// order is a byte order that both reads and appends.
type order interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

var (
	little order = binary.LittleEndian
	big    order = binary.BigEndian
)

// u32s appends 32-bit numbers.
func u32s(o order, b []byte, n ...uint32) []byte {
	for _, v := range n {
		b = o.AppendUint32(b, v)
	}
	return b
}

// pcapHeader makes a pcap file header, version 2.4, snaplen 65535.
func pcapHeader(o order, magic, link uint32) []byte {
	b := o.AppendUint32(nil, magic)
	b = o.AppendUint16(b, 2)
	b = o.AppendUint16(b, 4)
	return u32s(o, b, 0, 0, 65535, link)
}

// rec makes a pcap record around data.
func rec(o order, sec, frac uint32, wirelen int, data string) []byte {
	return append(u32s(o, nil, sec, frac, uint32(len(data)), uint32(wirelen)), data...)
}

func cat(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// block makes a pcapng block; body is padded.
func block(o order, typ uint32, body []byte) []byte {
	body = pad(bytes.Clone(body))
	n := uint32(12 + len(body))
	return u32s(o, append(u32s(o, nil, typ, n), body...), n)
}

func pad(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

// opt makes an option.
func opt(o order, code uint16, value []byte) []byte {
	b := o.AppendUint16(nil, code)
	b = o.AppendUint16(b, uint16(len(value)))
	return pad(append(b, value...))
}

func opt64(o order, code uint16, v uint64) []byte {
	return opt(o, code, o.AppendUint64(nil, v))
}

// shb makes a section header block.
func shb(o order, opts ...[]byte) []byte {
	b := o.AppendUint32(nil, 0x1a2b3c4d)
	b = o.AppendUint16(b, 1)
	b = o.AppendUint16(b, 0)
	b = o.AppendUint64(b, 1<<64-1)
	return block(o, 0x0a0d0d0a, append(b, cat(opts...)...))
}

// idb makes an interface description block.
func idb(o order, link uint16, snaplen uint32, opts ...[]byte) []byte {
	b := o.AppendUint16(nil, link)
	b = o.AppendUint16(b, 0)
	b = o.AppendUint32(b, snaplen)
	return block(o, 1, append(b, cat(opts...)...))
}

// epb makes an enhanced packet block.
func epb(o order, id uint32, ts uint64, wirelen int, data string, opts ...[]byte) []byte {
	b := u32s(o, nil, id, uint32(ts>>32), uint32(ts), uint32(len(data)), uint32(wirelen))
	return block(o, 6, append(pad(append(b, data...)), cat(opts...)...))
}

// isb makes an interface statistics block.
func isb(o order, id uint32, opts ...[]byte) []byte {
	return block(o, 5, append(u32s(o, nil, id, 0, 0), cat(opts...)...))
}

// set puts v at offset of a copy of b.
func set(o order, b []byte, offset int, v uint32) []byte {
	b = bytes.Clone(b)
	o.PutUint32(b[offset:], v)
	return b
}

// story is all that a Reader tells, as text: a line per packet, per file, per
// diagnostic, per error.
func story(names []string, opt *pcapfile.Options) string {
	r, err := pcapfile.Open(names, opt)
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	defer r.Close()
	var b strings.Builder
	var p capture.Packet
	for {
		if err := r.Next(&p); err != nil {
			if err != io.EOF {
				fmt.Fprintf(&b, "next: %v\n", err)
			}
			break
		}
		fmt.Fprintf(&b, "frame %v: if %d %v, %d.%09d, wire %d, %q\n", p.Frame, p.Interface, p.Link,
			p.Time/1e9, p.Time%1e9, p.WireLen, short(p.Data))
	}
	tell(&b, r)
	return b.String()
}

func tell(b *strings.Builder, r *pcapfile.Reader) {
	for _, f := range r.Files() {
		format := f.Format
		if format == "" {
			format = "unread"
		}
		fmt.Fprintf(b, "%s %d frames, %d bytes, %v", format, f.Frames, f.Bytes, f.Links)
		if f.Truncated {
			b.WriteString(", truncated")
		}
		if f.Drops > 0 {
			fmt.Fprintf(b, ", %d drops", f.Drops)
		}
		if f.Comments > 0 {
			fmt.Fprintf(b, ", %d comments", f.Comments)
		}
		b.WriteString("\n")
	}
	for _, d := range r.Diagnostics() {
		mark := ""
		if d.Damage {
			mark = "!"
		}
		fmt.Fprintf(b, "%s%s %v: %s\n", d.Code, mark, d.Frames, strings.TrimPrefix(d.Text, "standard input: "))
	}
	for _, err := range r.Errors() {
		fmt.Fprintf(b, "error: %v\n", err)
	}
}

// short keeps the beginning of what is long.
func short(b []byte) string {
	if len(b) > 16 {
		return fmt.Sprintf("%s…%d", b[:8], len(b))
	}
	return string(b)
}

// told is the story of data on standard input.
func told(data []byte) string {
	return story([]string{"-"}, &pcapfile.Options{Stdin: bytes.NewReader(data)})
}

// want compares a story with the expected one, whose indentation is taken off.
func want(t *testing.T, got, want string) {
	t.Helper()
	var lines []string
	for line := range strings.Lines(want) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line+"\n")
		}
	}
	if w := strings.Join(lines, ""); got != w {
		t.Errorf("got\n%swant\n%s", got, w)
	}
}

// write puts files into a new folder and returns its name.
func write(t testing.TB, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
