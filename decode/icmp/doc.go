// Package icmp reads ICMP errors (RFC 792, RFC 1122 §3.2.2) and ICMPv6 errors
// (RFC 4443 §3): destination unreachable, time exceeded, packet too big,
// parameter problem, source quench and redirect. What matters in one is the
// packet it quotes, since that ties it to a call; it begins no flow of its own.
//
// Everything else (echo, router and neighbour discovery, multicast listeners)
// is counted as another protocol's: "icmp-echo", "icmpv6-ndp", "icmp",
// "icmpv6".
//
// Left out: the extension objects of RFC 4884, which follow the quote (its
// length field is obeyed where it is set, so that they are not taken for
// quoted bytes); checksums, as captured packets are often cut.
package icmp
