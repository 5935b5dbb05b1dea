package live

import "time"

const (
	// maxSnaplen is the most that is kept of a packet: what libpcap and
	// Wireshark keep, and four times the largest super-packet of usual
	// offloads.
	maxSnaplen = 256 << 10

	// blockSize is the part of a ring that changes hands at once: the largest
	// packet fits four times over, and the one block that the reader holds is
	// a small part of the ring.
	blockSize = 1 << 20

	// frameSize has no meaning for TPACKET_V3, where packets lie end to end,
	// but the kernel checks that it divides the block.
	frameSize = 2048

	// defaultRing is the ring of an interface in bytes. Behind 250,000
	// packets/s a reader that pauses for 200 ms finds 50,000 packets: with
	// 82 bytes of header each, 64 MiB hold them up to 1,250 bytes on average
	// (voice has 214), and a laptop does not notice.
	defaultRing = 64 << 20

	// ringsTotal is shared by the rings of one capture when no size was asked
	// for: the kernel can't swap them out, and a host of containers has dozens
	// of interfaces.
	ringsTotal = 256 << 20

	// minRing is the smallest ring worth trying: 200 ms of voice at 50,000
	// packets/s with room to spare.
	minRing = 8 << 20

	// maxRing caps what can be asked for: a GiB holds three seconds of a million
	// voice packets/s, and its bytes still count in 32 bits.
	maxRing = 1 << 30

	// maxInterfaces caps the sockets of one capture, and so the memory of
	// their rings: at 8 MiB each they take 512 MiB.
	maxInterfaces = 64

	// maxSkipped caps the interfaces that one diagnostic or error lists.
	maxSkipped = 16

	// maxNameLength is the longest interface name worth a guess; Linux allows
	// 15 bytes, alternative names 127.
	maxNameLength = 128

	// maxBatchPackets and maxBatchBytes cap what is read ahead of one
	// interface or stream in user memory; there are two such batches each. Is
	// the reader slower, the kernel's ring fills and the kernel counts drops.
	// One packet always fits.
	maxBatchPackets = 4096
	maxBatchBytes   = 1 << 20
)

const (
	// blockWait is how long the kernel fills a block before it hands it over,
	// and so the age of a packet that is seen as soon as possible.
	blockWait = 20 * time.Millisecond

	// pollWait is how long a read waits. It is longer than blockWait: a read
	// that found nothing has seen all that was there when it began.
	pollWait = 50 * time.Millisecond

	// settle is how far the wall clock of a quiet interface is ahead of what
	// can still come from it: a block may be opened just after the kernel's
	// timer ran and so wait twice, plus a jiffy of slack.
	settle = 2*blockWait + 10*time.Millisecond

	// idleAfter is how long Next waits before it says ErrIdle.
	idleAfter = 100 * time.Millisecond

	// holdMax is how long a packet is held back for an interface that shows
	// neither a packet nor that it is quiet. Each does within pollWait plus
	// settle; twice that means that it is not being served, and the others
	// go on without it.
	holdMax = 200 * time.Millisecond

	// clockStep is a step back of the wall clock, rather than the jitter
	// between two time stamps.
	clockStep = time.Second

	// returnWait is how often a lost interface is looked for.
	returnWait = 500 * time.Millisecond

	// statsEvery is after how many packets the kernel's counters are read,
	// asked or not: the library adds them up in 32 bits.
	statsEvery = 1 << 24
)
