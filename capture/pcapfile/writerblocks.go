package pcapfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"strings"

	"rung/capture"
)

// Option codes that only the Writer needs.
const (
	optSectionOS  = 3 // section header: shb_os
	optSectionApp = 4 // section header: shb_userappl

	optIfName        = 2 // interface description: if_name
	optIfDescription = 3 // interface description: if_description

	optStatsStart = 2 // interface statistics: isb_starttime
	optStatsEnd   = 3 // interface statistics: isb_endtime
	optIfReceived = 4 // interface statistics: isb_ifrecv
)

// Stats writes what interface iface has counted until at: frames received and
// frames dropped, both since the file was begun. It may be called again; the
// last one counts.
//
//	interface  4
//	timestamp  8, upper half first
//	options
func (w *Writer) Stats(iface int, at capture.Time, received, dropped uint64) error {
	if iface < 0 || iface >= len(w.links) {
		return fmt.Errorf("pcapng: no interface %d", iface)
	}
	at = max(0, at)
	b := newBlock(blockStats)
	b = binary.LittleEndian.AppendUint32(b, uint32(iface))
	b = append(b, stampOf(at)...)
	if w.made.packets > 0 {
		b = appendOption(b, optStatsStart, stampOf(max(0, w.made.first)))
	}
	b = appendOption(b, optStatsEnd, stampOf(at))
	b = appendOption(b, optIfReceived, binary.LittleEndian.AppendUint64(nil, received))
	b = appendOption(b, optIfDrop, binary.LittleEndian.AppendUint64(nil, dropped))
	return w.emit(endBlock(b))
}

// statsSize is the most that a block of Stats takes.
const statsSize = blockMin + 12 + 4*12 + 4

// stampOf is a time as blocks hold it: upper half first.
func stampOf(t capture.Time) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(uint64(t)>>32))
	return binary.LittleEndian.AppendUint32(b, uint32(t))
}

// Secrets writes a decryption secrets block; kind tells what data is. Readers
// want it before the frames that it opens. Data must fit a block of 16 MiB.
//
//	type    4
//	length  4
//	data, padded to 4; options
func (w *Writer) Secrets(kind SecretType, data []byte) error {
	const fixed = blockMin + 8
	if len(data) > maxBlock-fixed {
		return fmt.Errorf("pcapng: %d bytes of secrets don't fit a block", len(data))
	}
	b := newBlock(blockSecrets)
	b = binary.LittleEndian.AppendUint32(b, uint32(kind))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	return w.emit(endBlock(append(b, data...)))
}

// Names writes a name resolution block that gives an address its names. Names
// that don't fit one record (64 KiB) go into further ones.
func (w *Writer) Names(addr netip.Addr, names []string) error {
	if !addr.IsValid() {
		return errors.New("pcapng: names without an address")
	}
	typ := uint16(nameIPv4)
	if addr.Is6() {
		typ = nameIPv6
	}
	prefix := addr.AsSlice() // without its zone: a name of this host's
	b := newBlock(blockNames)
	value := bytes.Clone(prefix)
	for _, name := range names {
		switch {
		case name == "" || strings.Contains(name, "\x00"):
			return fmt.Errorf("pcapng: %q is no name", name)
		case len(name) > math.MaxUint16-len(prefix)-1:
			return fmt.Errorf("pcapng: a name of %d bytes", len(name))
		case len(value)+len(name)+1 > math.MaxUint16:
			b = appendOption(b, typ, value)
			value = append(value[:0], prefix...)
		}
		value = append(append(value, name...), 0)
	}
	if len(value) == len(prefix) {
		return nil
	}
	b = appendOption(b, typ, value)
	if b = endBlock(b); len(b) > maxBlock {
		return fmt.Errorf("pcapng: %d bytes of names don't fit a block", len(b))
	}
	return w.emit(b)
}

// A textOption is an option that people read; it is left out when empty.
type textOption struct {
	code uint16
	text string
}

func textOptions(b []byte, options []textOption) ([]byte, error) {
	for _, o := range options {
		text := strings.ToValidUTF8(o.text, "\uFFFD")
		if len(text) > math.MaxUint16 {
			return nil, fmt.Errorf("a text of %d bytes doesn't fit an option", len(text))
		}
		if text != "" {
			b = appendOption(b, o.code, []byte(text))
		}
	}
	return b, nil
}

// appendOption appends an option, or a record of a name resolution block; the
// value fits 16 bits of length.
func appendOption(b []byte, code uint16, value []byte) []byte {
	b = binary.LittleEndian.AppendUint16(b, code)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(value)))
	return padded(append(b, value...))
}

func padded(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

// endOptions ends options, and the records of a name resolution block.
func endOptions(b []byte) []byte { return append(b, 0, 0, 0, 0) }

// newBlock begins a block; endBlock ends it.
func newBlock(typ uint32) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, typ), 0, 0, 0, 0)
}

// endBlock ends a block's options and fills in its length.
func endBlock(b []byte) []byte {
	b = endOptions(padded(b))
	n := uint32(len(b) + 4)
	binary.LittleEndian.PutUint32(b[4:], n)
	return binary.LittleEndian.AppendUint32(b, n)
}
