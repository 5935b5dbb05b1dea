package live

import "rung/capture"

// Options say what to capture.
type Options struct {
	// Interfaces are the names to capture from; "any" means every interface
	// that is up, with one socket each. A name given twice is read once.
	Interfaces []string
	// Snaplen is how many bytes are kept of a packet; 0, and more than
	// 262144: 262144, which is whole.
	Snaplen int
	// BufferMB is the kernel's ring in MiB per interface; 0: 64, less when
	// there are more than four interfaces.
	BufferMB int
}

// Any is the interface name that means every interface that is up.
const Any = "any"

// An Interface is one that is captured from, with what the kernel counted.
type Interface struct {
	Name    string
	Link    capture.LinkType
	Snaplen int
	Packets uint64 // that passed the filter, dropped ones among them
	Drops   uint64 // of these, lost for want of room in the ring
	Freezes uint64 // how often the ring was full
}

// snaplen returns the bytes to keep of a packet.
func (o *Options) snaplen() int {
	if o.Snaplen <= 0 || o.Snaplen > maxSnaplen {
		return maxSnaplen
	}
	return o.Snaplen
}

// ring returns the bytes of ring for each of n interfaces.
func (o *Options) ring(n int) int {
	size := o.BufferMB << 20
	if o.BufferMB <= 0 {
		size = min(defaultRing, ringsTotal/max(n, 1))
		size = max(size, minRing)
	}
	return max(size-size%blockSize, 2*blockSize)
}
