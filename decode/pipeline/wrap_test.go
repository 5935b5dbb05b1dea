package pipeline_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"rung/capture"
)

// moved adds to the sequence numbers of each direction, and to the
// acknowledgements of the other.
func moved(packets []capture.Packet, client, server uint32) []capture.Packet {
	const tcp, srcPort = 14 + 20, 40000
	for i := range packets {
		p := &packets[i]
		p.Data = bytes.Clone(p.Data)
		b := p.Data[tcp:]
		seq, ack := client, server
		if binary.BigEndian.Uint16(b) != srcPort {
			seq, ack = server, client
		}
		binary.BigEndian.PutUint32(b[4:], binary.BigEndian.Uint32(b[4:])+seq)
		if b[13]&0x10 != 0 { // ACK
			binary.BigEndian.PutUint32(b[8:], binary.BigEndian.Uint32(b[8:])+ack)
		}
	}
	return packets
}

// Wherever the sequence numbers wrap, messages, holes and frames are the same.
func TestSequenceNumbersWrapAnywhere(t *testing.T) {
	for name, text := range map[string]string{
		"in order": "-- 0 " + tcpWay + "split=90 --\n" + message(1) + "-- 1 " + tcpBack + "--\n" + message(2) +
			"-- 2 " + tcpWay + "split=50 reorder --\n" + message(3) + "-- 2.5 " + tcpWay + "resend --\n-- 3 " + tcpWay + "fin --\n" + message(4) + "-- 4 " + tcpBack + "fin --\n",
		"a hole that the peer has acknowledged": "-- 0 " + tcpWay + "--\n" + message(1) + "-- 1 " + tcpWay + "drop --\n" + message(2) +
			"-- 2 " + tcpWay + "--\n" + message(3) + "-- 2.1 " + tcpBack + "--\n" + message(4) + "-- 2.2 " + tcpBack + "--\n" + message(5),
		"joined in the middle, with a hole": "-- 0 " + tcpWay + "midstream --\n" + message(1) + "-- 1 " + tcpWay + "drop --\n" + message(2) +
			"-- 2 " + tcpWay + "split=99 reorder --\n" + message(3) + "-- 30 " + tcpWay + "--\n" + message(4),
	} {
		t.Run(name, func(t *testing.T) {
			want := read(t, 1, parse(t, text))
			if len(want.messages) < 3 {
				t.Fatalf("only\n%s", want.text)
			}
			p := parse(t, text)
			client := binary.BigEndian.Uint32(p[0].Data[14+20+4:])
			server := uint32(0)
			for i := len(p) - 1; i >= 0; i-- {
				if binary.BigEndian.Uint16(p[i].Data[14+20:]) == 5060 {
					server = binary.BigEndian.Uint32(p[i].Data[14+20+4:])
				}
			}
			for at := uint32(0); at < 800; at += 37 {
				// The client's numbers wrap at byte at, the server's at at/2.
				got := read(t, 1, moved(parse(t, text), -client-at, -server-at/2))
				if got.text != want.text {
					t.Fatalf("wrap at %d: got\n%s\nwant\n%s", at, got.text, want.text)
				}
			}
		})
	}
}
