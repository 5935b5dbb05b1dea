// Package capturetest builds packets from text that a person can read, for
// everyone's tests:
//
//	A phone asks, the answer takes 20 ms. Text before the first header is a comment.
//	-- 0.000 udp 10.0.0.1:5060 > 10.0.0.2:5060 --
//	OPTIONS sip:b@example.com SIP/2.0
//	Content-Length: 0
//
//	-- +0.020 udp 10.0.0.2:5060 > 10.0.0.1:5060 ttl=63 --
//	SIP/2.0 200 OK
//	Content-Length: 0
//
//	-- 1 tcp [2001:db8::1]:40000 > [2001:db8::2]:5222 split=10 reorder --
//	<stream:stream to='example.com'>
//	-- 2 icmp 10.0.0.2 > 10.0.0.1 unreachable=port --
//
// A header line is
//
//	-- TIME PROTOCOL SOURCE > DESTINATION [option…] --
//
// with TIME in seconds since Base, or since the header before when it begins
// with "+". The lines up to the next header are the payload. Each line's LF
// becomes CRLF, and "Content-Length: auto" gets the length of what follows
// the first empty line.
//
// Options for the payload: raw (LF stays LF), hex (hexadecimal digits, space
// is ignored), nonl (without the last line's end).
//
// For any packet: vlan=10 or vlan=100,10 (outer first), ttl=64, dscp=46,
// ipid=7, mac=1 (other MAC addresses, as behind another link), pad (to
// Ethernet's 60 bytes), snaplen=96 (cut), dup or dup=0.005 (the same frame
// again, 10 µs or 5 ms later), dupttl=63 (that copy has another TTL and other
// MAC addresses, as behind a router), drop (counted in TCP sequence numbers,
// not captured), frag=512 (IP fragments with so many bytes each), fragdrop=2
// (without the second of them), fragreverse (last one first).
//
// Tunnels, outermost first, as often as wanted: mpls=LABEL or mpls=16,17 (IP
// packets), mplseth=LABEL and mplspw=LABEL (Ethernet, without and with a
// control word), pppoe=SESSION, ipip (any version in IPv4; 6in4 is the same),
// ip6 (any version in IPv6), gre, grekey=KEY (with checksum and sequence
// number, too), greteb=KEY (Ethernet in it), pptp=CALL, etherip, erspan1,
// erspan2=SESSION, erspan3=SESSION, erspan3sub=SESSION (with the platform's
// subheader), vxlan=VNI, vxlangbp=GROUP, geneve=VNI (Ethernet, with an
// option), geneveip=VNI, gtpu=TEID, gtpuext=TEID (with sequence number and
// extension headers), teredo, tzsp, l2tp=TUNNEL, l2tpseq=TUNNEL (with length,
// sequence numbers and offset). Their ends are 192.0.2.1 and 192.0.2.2, or
// 2001:db8:ffff::1 and ::2, as the packet's ends sort. outerttl=9 and
// outerfrag=512 (fragments with so many bytes each) are for the outermost IP
// header around the packet.
//
// link=raw, null, sll, sll2, ppp, ppphdlc, wlan, radiotap, nflog or fcs
// (Ethernet with its checksum) replaces the Ethernet frame. mpls and pppoe can
// be outermost there only with sll, sll2 and fcs; ppp takes mpls, too.
//
// For TCP: the first payload between two ends is preceded by a handshake
// (300, 200 and 100 µs earlier), unless midstream, syn, synack, ack or rst is
// given first. Sequence numbers and acknowledgements follow from what was
// sent before. split=100 makes segments of so many bytes, reorder sends the
// last of them first; resend repeats the last segment of that direction with
// a new IP id; syn, synack, ack, fin, rst send such a packet, fin and rst
// with the payload if there is any. win=1000 sets the window. After a rst or
// the second fin the next payload opens a new connection.
//
// For SCTP: the first payload between two ends is preceded by a handshake (400,
// 300, 200 and 100 µs earlier), unless midstream, init, initack, sack, abort,
// shutdown or heartbeat is given first. TSNs, beginning near the wrap, and
// stream sequence numbers follow from what was sent before. The payload is one
// message, of which chunk=100 makes chunks of so many bytes, each in a packet,
// with bundle in one; hold sends them with the next packet from that end.
// lose=2 leaves out the second packet, reorder sends the last one first,
// resend repeats the last message's packets. stream=3, unordered and ppid=3 are
// what the chunks say, idata makes I-DATA chunks. init, initack, sack, abort,
// shutdown, heartbeat and forward (FORWARD-TSN) send such a chunk, before the
// payload's if there is any. sack acknowledges all that the other end has
// sent, forward gives up all of its own; sack=0.5 (any value) acknowledges
// nothing but the handshake. assoc=7 names the association, so that it may have
// several addresses on each side: of two new ones the source is the side that
// opened it, with back the other. sctpudp puts the packets into UDP (port 9899).
//
// For ICMP (addresses without ports): unreachable=net|host|protocol|port|
// fragmentation|admin and timeexceeded quote the last packet that the
// destination sent; type=8 code=0 take the payload as the rest of the
// message.
//
// Frames are Ethernet, if not told otherwise, with correct checksums, in order
// of time.
package capturetest
