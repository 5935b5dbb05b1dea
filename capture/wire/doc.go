// Package wire reads the headers of one frame: link layer, VLAN tags, IPv4
// and IPv6 with their extension headers, UDP, TCP and ICMP. It keeps no state
// between frames; joining fragments and byte streams is package reassemble.
//
// Read: Ethernet II (IEEE 802.3 §3.2.6), 802.1Q and stacked tags, LLC/SNAP
// (RFC 1042), Linux cooked v1 and v2, BSD loopback, raw IP, IPv4 (RFC 791),
// IPv6 (RFC 8200), AH (RFC 4302), UDP (RFC 768), TCP (RFC 9293), ICMP
// (RFC 792, RFC 4443).
//
// Left out: tunnels (GRE, VXLAN, IP in IP), PPPoE and MPLS are counted by
// name only, as are ESP and SCTP. Checksums are not verified: frames
// captured at their sender carry unfinished ones (offload).
//
// Headers are read by hand rather than with gopacket's layers: the part rung
// needs is short, and a frame costs some ten nanoseconds and no allocation.
// A test compares the two on the same frames.
package wire
