package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"rung/capture"
	"rung/capture/capturetest"
)

// twoHosts makes packets of two hosts, 10.0.0.1 and 10.0.0.2, in order of time.
type twoHosts struct {
	packets []capture.Packet
}

// udp adds a datagram; back tells that it goes from the second host.
func (w *twoHosts) udp(at time.Duration, back bool, from, to uint16, payload []byte) {
	n := len(w.packets)
	src, dst := byte(1), byte(2)
	if back {
		src, dst = dst, src
	}
	b := []byte{2, 0, 0, 0, 0, dst, 2, 0, 0, 0, 0, src, 8, 0}
	b = append(b, 0x45, 0, 0, 0, byte(n>>8), byte(n), 0, 0, 64, 17, 0, 0, 10, 0, 0, src, 10, 0, 0, dst)
	binary.BigEndian.PutUint16(b[16:], uint16(28+len(payload)))
	b = binary.BigEndian.AppendUint16(b, from)
	b = binary.BigEndian.AppendUint16(b, to)
	b = binary.BigEndian.AppendUint16(b, uint16(8+len(payload)))
	b = append(append(b, 0, 0), payload...)
	w.packets = append(w.packets, capture.Packet{
		Time: capture.Time(1_700_000_000e9).Add(at), Link: capture.LinkEthernet, Data: b, WireLen: len(b),
	})
}

// call is a call with two seconds of RTP each way and a report in the middle,
// all with the same ports and SSRCs; without its BYE when that was lost.
func (w *twoHosts) call(at time.Duration, id string, bye bool) {
	sip := func(ms int, back bool, first, cseq, tag, sdp string) {
		text := fmt.Sprintf("%s\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK%s%s\r\nFrom: <sip:a@x>;tag=f\r\nTo: <sip:b@x>%s\r\nCall-ID: %s\r\nCSeq: %s\r\n",
			first, id, cseq[:1], tag, id, cseq)
		if sdp != "" {
			sdp = fmt.Sprintf("v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\nm=audio %s RTP/AVP 0\r\n", sdp[:8], sdp[:8], sdp[9:])
			text += "Content-Type: application/sdp\r\n"
		}
		text += fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(sdp), sdp)
		w.udp(at+time.Duration(ms)*time.Millisecond, back, 5060, 5060, []byte(text))
	}
	sip(0, false, "INVITE sip:b@x SIP/2.0", "1 INVITE", "", "10.0.0.1 20000")
	sip(50, true, "SIP/2.0 200 OK", "1 INVITE", ";tag=t", "10.0.0.2 30000")
	sip(60, false, "ACK sip:b@x SIP/2.0", "1 ACK", ";tag=t", "")
	for i := range 100 {
		for _, back := range []bool{false, true} {
			ssrc, from, to := uint32(0x1111), uint16(20000), uint16(30000)
			if back {
				ssrc, from, to = 0x2222, to, from
			}
			b := []byte{0x80, 0}
			b = binary.BigEndian.AppendUint16(b, uint16(i))
			b = binary.BigEndian.AppendUint32(b, uint32(i)*160)
			b = binary.BigEndian.AppendUint32(b, ssrc)
			w.udp(at+100*time.Millisecond+time.Duration(i)*20*time.Millisecond, back, from, to, append(b, make([]byte, 160)...))
		}
		if i == 50 { // a receiver report about the caller's stream
			b := binary.BigEndian.AppendUint32([]byte{0x81, 201, 0, 7}, 0x2222)
			b = binary.BigEndian.AppendUint32(b, 0x1111)
			w.udp(at+1105*time.Millisecond, true, 30001, 20001, append(b, make([]byte, 20)...))
		}
	}
	if bye {
		sip(2200, false, "BYE sip:b@x SIP/2.0", "2 BYE", ";tag=t", "")
		sip(2210, true, "SIP/2.0 200 OK", "2 BYE", ";tag=t", "")
	}
}

// Calls that have the same media addresses and SSRCs one after the other get
// their own streams and reports, however soon the next one comes, and when a
// BYE was lost.
func TestLiveMediaOfCallsThatShareAddresses(t *testing.T) {
	for name, test := range map[string]struct {
		gap  time.Duration // between the end of a call and the next INVITE
		lost int           // the call without BYE, -1: none
	}{
		"at once":          {200 * time.Millisecond, -1},
		"within the grace": {3 * time.Second, -1},
		"right after it":   {5300 * time.Millisecond, -1},
		"long after it":    {3 * time.Minute, -1},
		"a BYE is lost":    {20 * time.Second, 0},
		"another is lost":  {20 * time.Second, 2},
	} {
		var w twoHosts
		for i := range 5 {
			w.call(time.Duration(i)*(2300*time.Millisecond+test.gap), fmt.Sprint("call", i), i != test.lost)
		}
		w.udp(10*time.Minute+time.Duration(len(w.packets)), false, 9, 9, []byte("the capture goes on"))
		var file bytes.Buffer
		if err := capturetest.WritePcap(&file, w.packets); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "calls.pcap")
		if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		streams, reports := 0, int64(0)
		for _, l := range liveOf(t, file.Bytes()) {
			if l.Type == "stream" {
				streams++
				if l.Packets != 100 || l.Lost != 0 {
					t.Errorf("%s: a stream of %d packets, %d lost", name, l.Packets, l.Lost)
				}
				if l.RTCP != nil {
					reports += l.RTCP.Reports
				}
			}
		}
		if streams != 10 || reports != 5 {
			t.Errorf("%s: %d streams, %d reports", name, streams, reports)
		}
		compareLive(t, path)
	}
}
