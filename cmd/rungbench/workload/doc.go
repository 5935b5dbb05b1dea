// Package workload writes large captures that look like real traffic, for
// measuring: calls through a proxy with their RTP, registrations, XMPP
// sessions. The same arguments give the same bytes; memory does not grow with
// the size asked for.
//
// The traffic is plain: UDP and TCP over IPv4 over Ethernet, G.711 in RTP with a
// little loss, reordering and jitter. Checksums are right. Digest responses are not:
// nobody knows the passwords.
package workload
