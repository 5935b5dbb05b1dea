package pcapfile

import "fmt"

// A ringCounter is what one interface has counted. Files hold the differences,
// so that the sum over a ring's files is what the capture lost.
type ringCounter struct {
	iface int
	now   counts // since the capture began
	base  counts // when the file began
	told  counts // in the file so far, since its begin
}

type counts struct{ received, dropped uint64 }

// begin turns to a new file: what the last one was not told is the new one's.
func (c *ringCounter) begin() {
	c.base.received += c.told.received
	c.base.dropped += c.told.dropped
	c.told = counts{}
}

// since is what to tell the current file.
func (c *ringCounter) since() counts {
	return counts{c.now.received - c.base.received, c.now.dropped - c.base.dropped}
}

// Stats takes what interface iface (Packet.Interface) has counted since the
// capture began: frames received, and frames lost by the kernel. It is written
// at the end of each file, and by Flush when frames were lost; what is counted
// before the first packet goes into the first file. Interfaces beyond 65,536
// are an error.
func (r *Ring) Stats(iface int, received, dropped uint64) error {
	i, ok := r.counter[iface]
	if !ok {
		if i = len(r.counters); i >= maxInterfaces {
			return fmt.Errorf("ring: counters of more than %d interfaces", maxInterfaces)
		}
		r.counter[iface] = i
		r.counters = append(r.counters, ringCounter{iface: iface})
	}
	// A counter that is set back is not believed.
	c := &r.counters[i]
	c.now.received = max(c.now.received, received)
	c.now.dropped = max(c.now.dropped, dropped)
	return nil
}

// writeCounters writes the counters into the current file: all at its end,
// else those with new losses, if the file has room for them.
func (r *Ring) writeCounters(end bool) error {
	for i := range r.counters {
		c := &r.counters[i]
		since := c.since()
		id, ok := r.fileID(c.iface)
		if !ok || !end && (since.dropped == c.told.dropped || !r.room(statsSize)) {
			continue
		}
		if err := r.w.Stats(id, r.w.made.last, since.received, since.dropped); err != nil {
			return err
		}
		c.told = since
	}
	return nil
}

// fileID is the number that the current file gives an interface.
func (r *Ring) fileID(iface int) (id int, ok bool) {
	if iface >= 0 && iface < len(r.opt.Interfaces) {
		return iface, true
	}
	id, ok = r.first[int32(iface)]
	return id, ok
}
