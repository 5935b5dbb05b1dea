// Package filter decides which frames are worth reading, by a filter in words:
//
//	host 10.0.0.1 and (port 5060 or portrange 16384-32767) and not vlan 20
//
// The words are those of pcap-filter(7) that concern calls:
//
//	host ADDRESS                    IPv4 or IPv6
//	net ADDRESS/BITS                or ADDRESS/MASK for IPv4
//	port N, portrange N-M           of UDP, TCP or SCTP; with one of these words
//	                                before it, of that alone
//	src, dst                        before the four above: that end alone
//	vlan, vlan N                    any tag, or that one
//	udp, tcp, sctp, icmp, ip, ip6   what the packet is; icmp is that of IPv6, too
//	and && or || not ! ( )          not binds tightest, then and, then or
//	port 5060 or 5061               a value alone repeats the words before the last one
//
// # What a filter looks at
//
// A condition is true when any layer of the frame meets it: the outer IP header
// and the ports behind it, those of the packets inside tunnels, the VLAN tags
// of the frame and of frames inside it, and the VLAN that an ERSPAN header
// names. Each condition looks for a layer of its own: "src host A and dst port
// 5060" may take the address from the tunnel and the port from the packet
// inside. "udp port 5060" is one condition and wants both of one layer.
//
// A condition may be unknown, because the frame can't tell. Logic is that of
// Kleene: "and" is the lesser, "or" the greater of false < unknown < true, and
// "not" leaves unknown as it is. A frame for which the whole filter is unknown
// passes. Unknown are:
//
//   - ports in a fragment that is not the first, and in one whose extension
//     headers hide them. Of TCP, UDP and SCTP that is: other protocols have none,
//     and "udp port" is false for a fragment of TCP.
//   - whatever is not met by the layers seen, when the frame may have more that
//     don't show. A fragment of TCP, SCTP or ICMP has none. The first fragment of
//     UDP has more when its port is a tunnel's; the others may always, as their
//     port is not in them; so do all fragments of IP-in-IP, GRE, EtherIP and
//     MPLS. So "host A" and "vlan 20" pass every later fragment of UDP.
//   - the same for frames that the snaplen cut before the innermost header, that
//     are broken there, or have more tunnels or tags than package wire follows.
//     Frames of a link type rung doesn't know pass any filter that asks for
//     something they might have.
//
// What is not IP (ARP, spanning tree …) has no addresses, ports and protocols:
// such conditions are false, and "not" of them true. The same holds for what
// is inside packets that rung doesn't read (ESP, MACsec, encrypted 802.11).
// The packet that an ICMP error quotes is no layer of it: "port 5060 or icmp"
// keeps the errors with the calls.
//
// There is no memory of packets seen before: fragments of datagrams that don't
// pass may do so themselves, without their first.
//
// # Where it differs from pcap-filter(7)
//
// There "and" and "or" bind equally, from left to right, so that "port 5060 or
// 5061 and host A" asks for A in both cases; here "and" binds tighter, as in
// most languages and in --where. String shows what was understood,
// with parentheses. There "vlan" shifts what the words after it look at; here
// it is a condition like others. There "host" means ARP, too. Names of hosts
// and services are not looked up. Left out are link addresses, broadcast and
// multicast, lengths, bytes (tcp[13]) and other protocols.
package filter
