package decodetest

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"

	"rung/capture"
	"rung/decode"
)

// A Turn is bytes that one side says.
type Turn struct {
	Dir  decode.Direction
	Data []byte
}

// A Talk is a connection, or datagrams between two sockets, in frame order.
type Talk []Turn

// Parse gives data to p and returns the messages it finds: as one datagram
// where p reads datagrams, else as all bytes of a stream. An error of Parse
// or Split fails the test.
func Parse(t testing.TB, p *decode.Protocol, data []byte) []*decode.Message {
	t.Helper()
	return Play(t, p, Talk{{Data: data}}).Messages
}

// ParseStream is Parse with data as all bytes of a stream.
func ParseStream(t testing.TB, p *decode.Protocol, data []byte) []*decode.Message {
	t.Helper()
	s := &Sink{}
	if err := play(p, Talk{{Data: data}}, how{stream: true}, s); err != nil {
		t.Errorf("%s: %v", p.Name, err)
	}
	return s.Messages
}

// Play plays a talk through p and returns what p said: datagrams where p
// reads datagrams, else a byte stream. An error of Parse or Split fails the
// test. Frame numbers are those of the turns, from 1.
func Play(t testing.TB, p *decode.Protocol, talk Talk) *Sink {
	t.Helper()
	s := &Sink{}
	if err := play(p, talk, how{stream: !p.Datagrams}, s); err != nil {
		t.Errorf("%s: %v", p.Name, err)
	}
	return s
}

// how says how a talk reaches a protocol.
type how struct {
	stream   bool
	byByte   bool // one byte at a time
	scribble bool // overwrite every buffer once the protocol has seen it
}

// The sockets of every talk.
var (
	forward = netip.MustParseAddrPort("192.0.2.1:40000")
	back    = netip.MustParseAddrPort("192.0.2.2:5060")
)

// epoch is when every talk begins.
const epoch = capture.Time(1_700_000_000_000_000_000)

// A player carries one talk through one protocol.
type player struct {
	p    *decode.Protocol
	how  how
	conn *decode.Conn
	dec  decode.Decoder // nil for protocols without memory
	sink *Sink
	side [2]side
	err  error
}

// A side is what one direction of a stream has said and Split not yet taken.
type side struct {
	buf    []byte
	offset uint32
	dead   bool // Split gave an error
}

func play(p *decode.Protocol, talk Talk, h how, s *Sink) error {
	pl := &player{p: p, how: h, sink: s, conn: &decode.Conn{
		Path: path(h.stream, decode.Forward), Time: epoch,
		Frame: capture.Frame{Number: 1}, Opened: h.stream, ID: "test",
	}}
	if p.Open != nil {
		pl.dec = p.Open(pl.conn)
	}
	for i, turn := range talk {
		if !h.stream {
			pl.parse(i, turn.Dir, 0, turn.Data)
			continue
		}
		pl.feed(i, turn)
	}
	if h.stream {
		last := max(len(talk)-1, 0)
		pl.drain(last, decode.Forward, true)
		pl.drain(last, decode.Back, true)
	}
	return pl.err
}

func path(stream bool, dir decode.Direction) capture.Path {
	p := capture.Path{Transport: capture.UDP, Src: forward, Dst: back}
	if stream {
		p.Transport = capture.TCP
	}
	if dir == decode.Back {
		p = p.Reverse()
	}
	return p
}

// feed gives a turn's bytes to the stream, all at once or one by one.
func (pl *player) feed(i int, turn Turn) {
	sd := &pl.side[turn.Dir]
	if !pl.how.byByte {
		sd.buf = append(sd.buf, turn.Data...)
		pl.drain(i, turn.Dir, false)
		return
	}
	for _, b := range turn.Data {
		sd.buf = append(sd.buf, b)
		pl.drain(i, turn.Dir, false)
	}
}

// drain takes tokens off a direction until Split wants more bytes.
func (pl *player) drain(i int, dir decode.Direction, atEOF bool) {
	sd := &pl.side[dir]
	for len(sd.buf) > 0 && !sd.dead && len(pl.sink.Switched) == 0 {
		advance, token, err := pl.split(dir, sd.buf, atEOF)
		if err == nil && (advance < 0 || advance > len(sd.buf)) {
			err = fmt.Errorf("split: advance %d of %d bytes", advance, len(sd.buf))
		}
		if err == nil && len(token) > 0 && advance == 0 {
			err = errors.New("split: a token without an advance would come for ever")
		}
		if err != nil {
			pl.fail(err)
			sd.dead = true
			return
		}
		if advance == 0 {
			return
		}
		if len(token) > 0 {
			// What Split skips stands before the token, so that the offset
			// is the same when the skipped bytes came alone.
			pl.parse(i, dir, sd.offset+uint32(advance-len(token)), token)
		}
		sd.offset += uint32(advance)
		// A fresh slice: nothing may rest on the old bytes staying put.
		sd.buf = append([]byte(nil), sd.buf[advance:]...)
	}
}

func (pl *player) split(dir decode.Direction, data []byte, atEOF bool) (int, []byte, error) {
	if pl.dec != nil {
		return pl.dec.Split(dir, data, atEOF)
	}
	return pl.p.Split(data, atEOF)
}

// parse gives one framed message to the protocol, in bytes of its own.
func (pl *player) parse(i int, dir decode.Direction, offset uint32, data []byte) {
	frame := capture.Frame{Number: int32(i + 1)}
	borrowed := append([]byte(nil), data...)
	frames := []capture.Frame{frame}
	pass := &decode.Pass{Conn: pl.conn, Dir: dir, Sink: pl.sink, Segment: capture.Segment{
		Path:   path(pl.how.stream, dir),
		Order:  capture.Order{Index: uint64(i), Offset: offset},
		Time:   epoch + capture.Time(i)*1_000_000,
		Frame:  frame,
		Frames: frames,
		Data:   borrowed,
		Start:  !pl.how.stream || i == 0,
		IPLen:  len(data) + 28,
	}}
	var err error
	if pl.dec != nil {
		err = pl.dec.Parse(pass)
	} else {
		err = pl.p.Parse(pass)
	}
	pass.Close()
	if err != nil {
		pl.fail(fmt.Errorf("parse: %w", err))
	}
	if pl.how.scribble {
		for i := range borrowed {
			borrowed[i] = 0xa5
		}
		frames[0] = capture.Frame{File: 99, Number: 99}
	}
}

func (pl *player) fail(err error) {
	if pl.err == nil {
		pl.err = err
	}
}

// Tokens cuts data into tokens with split, giving it step more bytes at a
// time (0: all at once), for fuzz targets that compare the two. It stops at
// the first error of split, which it returns.
func Tokens(split func([]byte, bool) (int, []byte, error), data []byte, step int) ([][]byte, error) {
	p := &decode.Protocol{Split: split, Parse: func(*decode.Pass) error { return nil }}
	var tokens [][]byte
	p.Parse = func(pass *decode.Pass) error {
		tokens = append(tokens, append([]byte(nil), pass.Segment.Data...))
		return nil
	}
	if step <= 0 {
		step = max(len(data), 1)
	}
	var talk Talk
	for i := 0; i < len(data); i += step {
		talk = append(talk, Turn{Data: data[i:min(i+step, len(data))]})
	}
	err := play(p, talk, how{stream: true}, &Sink{})
	return tokens, err
}
