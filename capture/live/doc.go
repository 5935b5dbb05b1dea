// Package live reads packets as they pass: from Linux interfaces, and from any
// source that blocks (a capture stream on standard input).
//
// Interfaces are read through AF_PACKET sockets with a TPACKET_V3 ring each
// (Documentation/networking/packet_mmap.rst of the kernel), without cgo or
// libpcap; CAP_NET_RAW is enough. They are made promiscuous for as long as the
// socket is open. The VLAN tag that the kernel takes off is put back, 802.1Q
// and 802.1ad. Several interfaces are merged by the kernel's time stamps.
//
// This is the room of goroutines, locks and the wall clock (with
// decode/pipeline, which has no clock): every source here is safe to be stopped
// from elsewhere.
//
// Left out: interfaces that appear after "any" was opened, hardware time stamps,
// fanout over several sockets, monitor mode (an interface already in it is read
// as radiotap), Infiniband, CAN and netlink interfaces. Elsewhere than on Linux Open says what to do instead.
package live
