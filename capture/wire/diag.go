package wire

import (
	"fmt"

	"rung/capture"
)

// A Diag is one odd thing about a frame's headers, kept as numbers so that
// noting it costs no allocation. The zero Diag says that nothing is odd.
type Diag struct {
	Code              Code
	Declared, Present int // meaning by Code, mostly bytes
}

// A Code names a kind of oddity. The zero value means "not set".
type Code uint8

// Codes of oddities.
const (
	IPLength       Code = iota + 1 // the IP header declares more bytes than the frame has
	IPHeader                       // version, header length or total length can't be
	IPv6Chain                      // too many or broken extension headers
	UDPLength                      // less than the header, or more than the IP packet has
	UDPSurplus                     // bytes after the UDP payload (RFC 9868, or padding)
	TCPOffset                      // data offset below 5 or beyond the packet
	ShortHeader                    // the packet ends inside a transport header
	TooManyTags                    // more VLAN tags than maxTags
	LinkHeaderLen                  // the frame ends inside its link header
	TunnelHeader                   // a tunnel's packet ends inside its header
	TooManyTunnels                 // more encapsulations than maxTunnels
	TooManyLabels                  // more MPLS labels than maxLabels
)

var codes = [...]struct {
	code, text, ref string
	severity        capture.Severity
	damage          bool
}{
	IPLength:      {"ip-length", "IP length says %d bytes, %d present", "RFC 791 §3.1", capture.Warning, true},
	IPHeader:      {"ip-header", "IP header can't be: %d declared, %d present", "RFC 791 §3.1", capture.Warning, true},
	IPv6Chain:     {"ipv6-extensions", "IPv6 extension header declares %d bytes, %d present", "RFC 8200 §4", capture.Warning, true},
	UDPLength:     {"udp-length", "UDP length says %d bytes, %d present", "RFC 768", capture.Warning, true},
	UDPSurplus:    {"udp-surplus", "UDP length says %d bytes, the IP packet has %d", "RFC 9868 §6", capture.Info, false},
	TCPOffset:     {"tcp-data-offset", "TCP header says %d bytes, %d present", "RFC 9293 §3.1", capture.Warning, true},
	ShortHeader:   {"short-header", "transport header needs %d bytes, %d present", "", capture.Warning, true},
	TooManyTags:   {"too-many-vlan-tags", "more than %d VLAN tags, %d bytes left", "", capture.Warning, true},
	LinkHeaderLen: {"short-frame", "link header needs %d bytes, %d present", "", capture.Warning, true},

	TunnelHeader:   {"tunnel-header", "tunnel header needs %d bytes, %d present", "", capture.Warning, true},
	TooManyTunnels: {"too-many-tunnels", "more than %d tunnels in each other, %d bytes left", "", capture.Warning, false},
	TooManyLabels:  {"too-many-mpls-labels", "more than %d MPLS labels, %d bytes left", "", capture.Warning, false},
}

// Diagnostic spells d out for a frame. d must not be zero.
func (d Diag) Diagnostic(f capture.Frame) capture.Diagnostic {
	c := &codes[d.Code]
	return capture.Diagnostic{
		Code:     c.code,
		Severity: c.severity,
		Frames:   []capture.Frame{f},
		Text:     fmt.Sprintf(c.text, d.Declared, d.Present),
		Ref:      c.ref,
		Damage:   c.damage,
	}
}
