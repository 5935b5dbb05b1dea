// Package wire reads the headers of one frame: link layer, VLAN tags, tunnels,
// IPv4 and IPv6 with their extension headers, UDP, TCP and ICMP. It keeps no
// state between frames; joining fragments and byte streams is package
// reassemble.
//
// Read: Ethernet II (IEEE 802.3 §3.2.6), 802.1Q and stacked tags, LLC/SNAP
// (RFC 1042), Linux cooked v1 and v2, BSD loopback, PPP (RFC 1661), 802.11
// data frames with or without radiotap, nflog, raw IP, IPv4 (RFC 791), IPv6
// (RFC 8200), AH (RFC 4302), UDP (RFC 768), TCP (RFC 9293), the common header
// of SCTP (RFC 9260), also in UDP (RFC 6951), ICMP (RFC 792, RFC 4443).
//
// Tunnels, in each other to any depth up to a limit: MPLS with IP or Ethernet
// in it (RFC 3032, RFC 4385), PPPoE (RFC 2516), GRE (RFC 2784, RFC 2890) with
// Ethernet, PPP, MPLS and WCCP, PPTP (RFC 2637), ERSPAN I to III, IPv4 and
// IPv6 in each other (RFC 2003, RFC 2473, RFC 4213), EtherIP (RFC 3378), VXLAN
// (RFC 7348, also with a group policy), Geneve (RFC 8926), GTP-U (TS 29.281),
// Teredo (RFC 4380), TZSP, L2TP version 2 (RFC 2661). Those over UDP are known
// by port and by a header that makes sense; what has the port alone stays a
// datagram.
//
// Left out: ESP, L2TP version 3, VXLAN-GPE, PPP multilink and compressed
// headers, 802.11 fragments and aggregates are counted by name. What fragments
// belong together is told by the innermost addresses alone: two customers of
// one tunnel with the same private addresses are not kept apart. Checksums are
// not verified, SCTP's CRC32c neither: frames captured at their sender carry
// unfinished ones (offload).
//
// Headers are read by hand rather than with gopacket's layers: the part rung
// needs is short, and a frame costs some ten nanoseconds and no allocation.
// A test compares the two on the same frames.
package wire
