package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rung/capture/capturetest"
)

// A scene writes a readable capture of calls and their media.
type scene struct{ strings.Builder }

func (s *scene) sip(at float64, src, dst, start, id, cseq, from, to, sdp string) {
	fmt.Fprintf(s, "-- %.3f udp %s:5060 > %s:5060 --\n%s\nVia: SIP/2.0/UDP %s:5060;branch=z9hG4bK%s%s\n"+
		"From: <sip:100@example.com>;tag=%s\nTo: <sip:200@example.com>%s\nCall-ID: %s\nCSeq: %s\nContact: <sip:x@%s>\n",
		at, src, dst, start, "10.0.0.1", id, strings.ReplaceAll(cseq, " ", ""), from, to, id, cseq, src)
	if sdp == "" {
		s.WriteString("Content-Length: 0\n\n")
		return
	}
	s.WriteString("Content-Type: application/sdp\nContent-Length: auto\n\n" + sdp)
}

func sdpAt(addr string, port int) string {
	return fmt.Sprintf("v=0\no=- 1 1 IN IP4 %s\ns=-\nc=IN IP4 %s\nt=0 0\nm=audio %d RTP/AVP 0\n", addr, addr, port)
}

// begin is INVITE, 200 and ACK with an offer and an answer.
func (s *scene) begin(at float64, id string, offer, answer int) {
	s.sip(at, "10.0.0.1", "10.0.0.2", "INVITE sip:200@example.com SIP/2.0", id, "1 INVITE", "f"+id, "", sdpAt("10.0.0.1", offer))
	s.sip(at+0.2, "10.0.0.2", "10.0.0.1", "SIP/2.0 200 OK", id, "1 INVITE", "f"+id, ";tag=t", sdpAt("10.0.0.2", answer))
	s.sip(at+0.3, "10.0.0.1", "10.0.0.2", "ACK sip:200@example.com SIP/2.0", id, "1 ACK", "f"+id, ";tag=t", "")
}

func (s *scene) bye(at float64, id string) {
	s.sip(at, "10.0.0.1", "10.0.0.2", "BYE sip:200@example.com SIP/2.0", id, "9 BYE", "f"+id, ";tag=t", "")
	s.sip(at+0.1, "10.0.0.2", "10.0.0.1", "SIP/2.0 200 OK", id, "9 BYE", "f"+id, ";tag=t", "")
}

// rtp is n packets of PCMU, 20 ms each.
func (s *scene) rtp(at float64, src, dst string, first, n int) {
	for i := range n {
		fmt.Fprintf(s, "-- %.3f udp %s > %s hex --\n8000%04x%08x0000abcd%s\n", at+float64(i)*0.02, src, dst,
			first+i, (first+i)*160, strings.Repeat("ff", 160))
	}
}

// TestMediaFindsItsCall puts streams of known length beside calls and wants
// each with the right one.
func TestMediaFindsItsCall(t *testing.T) {
	const a, b = "10.0.0.1:4000", "10.0.0.2:5000"
	for _, tc := range []struct {
		name string
		make func(*scene)
		want string // flow:packets of every stream, by first packet
	}{
		{"one call, both ways", func(s *scene) {
			s.begin(0, "c1", 4000, 5000)
			s.rtp(0.4, a, b, 1, 50)
			s.rtp(0.41, b, a, 700, 40)
			s.bye(3, "c1")
		}, "1:50 1:40"},
		{"the next call takes ports, SSRC and sequence numbers", func(s *scene) {
			s.begin(0, "c1", 4000, 5000)
			s.rtp(0.4, a, b, 1, 50)
			s.bye(3, "c1")
			s.begin(10, "c2", 4000, 5000)
			s.rtp(10.4, a, b, 1, 60)
			s.bye(13, "c2")
		}, "1:50 2:60"},
		{"the next call takes the ports of one whose BYE was not captured", func(s *scene) {
			s.begin(0, "c1", 4000, 5000)
			s.rtp(0.4, a, b, 1, 50)
			s.begin(100, "c2", 4000, 5000)
			s.rtp(100.4, a, b, 900, 60)
			s.bye(103, "c2")
		}, "1:50 2:60"},
		{"a call that moved its media leaves its ports to the next", func(s *scene) {
			s.begin(0, "c1", 4000, 5000)
			s.rtp(0.4, a, b, 1, 50)
			s.sip(3, "10.0.0.1", "10.0.0.2", "INVITE sip:200@example.com SIP/2.0", "c1", "2 INVITE", "fc1", ";tag=t", sdpAt("10.0.0.1", 4400))
			s.sip(3.1, "10.0.0.2", "10.0.0.1", "SIP/2.0 200 OK", "c1", "2 INVITE", "fc1", ";tag=t", sdpAt("10.0.0.2", 5500))
			s.rtp(3.2, "10.0.0.1:4400", "10.0.0.2:5500", 1, 30)
			s.begin(10, "c2", 4000, 5000)
			s.rtp(10.4, a, b, 900, 60)
			s.bye(13, "c2")
			s.bye(14, "c1")
		}, "1:50 1:30 2:60"},
		{"two calls at once on their own ports", func(s *scene) {
			s.begin(0, "c1", 4000, 5000)
			s.begin(0.1, "c2", 4002, 5002)
			s.rtp(0.5, a, b, 1, 50)
			s.rtp(0.51, "10.0.0.1:4002", "10.0.0.2:5002", 1, 40)
			s.bye(3, "c1")
			s.bye(3.5, "c2")
		}, "1:50 2:40"},
		{"the answer comes in the ACK", func(s *scene) {
			s.sip(0, "10.0.0.1", "10.0.0.2", "INVITE sip:200@example.com SIP/2.0", "c1", "1 INVITE", "f", "", "")
			s.sip(0.2, "10.0.0.2", "10.0.0.1", "SIP/2.0 200 OK", "c1", "1 INVITE", "f", ";tag=t", sdpAt("10.0.0.2", 5000))
			s.sip(0.3, "10.0.0.1", "10.0.0.2", "ACK sip:200@example.com SIP/2.0", "c1", "1 ACK", "f", ";tag=t", sdpAt("10.0.0.1", 4000))
			s.rtp(0.4, b, a, 1, 50)
		}, "1:50"},
		{"behind NAT the sender's address is another, the receiver's tells", func(s *scene) {
			s.begin(0, "c1", 4000, 5000)
			s.rtp(0.4, "10.0.0.77:61000", b, 1, 50)
		}, "1:50"},
		{"three packets to an offered port are media, elsewhere they are not", func(s *scene) {
			s.begin(0, "c1", 4000, 5000)
			s.rtp(0.4, a, b, 1, 3)
			s.rtp(0.5, "10.0.0.8:9000", "10.0.0.9:9000", 1, 1)
		}, "1:3"},
		{"media of no call stands alone", func(s *scene) {
			s.begin(0, "c1", 4000, 5000)
			s.rtp(0.4, "10.0.0.8:9000", "10.0.0.9:9000", 1, 50)
		}, "0:50"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var s scene
			tc.make(&s)
			packets, err := capturetest.Parse(s.String())
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if err := capturetest.WritePcap(&b, packets); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "call.pcap")
			if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			doc, err := readQuietly(t, 2, file)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, st := range doc.Streams {
				id, _ := doc.StreamFlow(st)
				got = append(got, fmt.Sprintf("%d:%d", id, st.Packets))
				if st.Lost != 0 {
					t.Errorf("%d packets lost that were never sent", st.Lost)
				}
			}
			if g := strings.Join(got, " "); g != tc.want {
				t.Errorf("streams %q, want %q", g, tc.want)
			}
			if err := wholeAccount(doc); err != nil {
				t.Error(err)
			}
		})
	}
}
