package png

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"io"
)

// A file is a PNG file of palette indices that grows from top to bottom
// (PNG 3rd edition §5, §11). Package image/png wants the whole page before it
// begins; here a strip is packed as soon as it is drawn.
type file struct {
	width, height int
	palette       *palette
	packed        bytes.Buffer // image data, zlib
	zip           *zlib.Writer
	line          []uint8 // filter type 0, then an index for every pixel
	row           []uint8 // the pixels that line was made of
}

func newFile(width, height int, p *palette) *file {
	f := &file{width: width, height: height, palette: p, line: make([]uint8, 1+width)}
	f.zip, _ = zlib.NewWriterLevel(&f.packed, zlib.BestSpeed) // fails for unknown levels only
	return f
}

// strip adds rows. Most are as the one above.
func (f *file) strip(img *image.RGBA) error {
	for y := range img.Rect.Dy() {
		row := img.Pix[y*img.Stride : (y+1)*img.Stride]
		if !bytes.Equal(row, f.row) {
			f.palette.convert(f.line[1:], row)
			f.row = append(f.row[:0], row...)
		}
		if _, err := f.zip.Write(f.line); err != nil {
			return err
		}
	}
	return nil
}

// write writes the file. The palette, which is known last, stands before the
// image.
func (f *file) write(w io.Writer) error {
	if err := f.zip.Close(); err != nil {
		return err
	}
	header := binary.BigEndian.AppendUint32(nil, uint32(f.width))
	header = binary.BigEndian.AppendUint32(header, uint32(f.height))
	header = append(header, 8, 3, 0, 0, 0) // bits, colour type palette, deflate, filters, not interlaced
	colours := make([]byte, 0, 3*len(f.palette.colours))
	for _, c := range f.palette.colours {
		r, g, b, _ := c.RGBA()
		colours = append(colours, uint8(r>>8), uint8(g>>8), uint8(b>>8))
	}
	if _, err := io.WriteString(w, "\x89PNG\r\n\x1a\n"); err != nil {
		return err
	}
	for _, c := range []struct {
		name string
		data []byte
	}{{"IHDR", header}, {"PLTE", colours}, {"IDAT", f.packed.Bytes()}, {"IEND", nil}} {
		if err := chunk(w, c.name, c.data); err != nil {
			return err
		}
	}
	return nil
}

// chunk writes length, name, data and checksum (§5.3).
func chunk(w io.Writer, name string, data []byte) error {
	b := append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), name...)
	sum := crc32.Update(crc32.ChecksumIEEE([]byte(name)), crc32.IEEETable, data)
	for _, p := range [][]byte{b, data, binary.BigEndian.AppendUint32(nil, sum)} {
		if _, err := w.Write(p); err != nil {
			return err
		}
	}
	return nil
}
