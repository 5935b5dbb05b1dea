package pipeline

import (
	"sync"

	"rung/capture"
	"rung/capture/wire"
	"rung/decode"
)

// A batch is a stretch of the capture: its packets by shard, and what the
// shards made of them. Batches are reused.
type batch struct {
	arena []byte // payloads; never grown beyond its capacity, items point into it
	items [shardCount][]item
	count int
	now   capture.Time // frame time at its end, for timers
	end   bool         // the capture has ended: close connections and streams

	tick tick // of live captures

	copies      []uint64 // packets that turned out to have a span copy
	diagnostics []capture.Diagnostic

	out     [shardCount]output
	pending sync.WaitGroup
}

// An item is one packet on its way to a shard.
type item struct {
	pkt    capture.Packet // Data is nil: the datagram's Payload holds what counts
	dg     wire.Datagram
	frames []capture.Frame // of a joined datagram, else nil
	raw    capture.Raw
}

// output is what one shard found in one batch.
type output struct {
	messages    []*decode.Message
	diagnostics []capture.Diagnostic
	arena       []byte // bytes of messages, until the merger has stored them
}

// keep copies b into the arena. When that grows, what lies in the old one
// stays there.
func (o *output) keep(b []byte) []byte {
	at := len(o.arena)
	o.arena = append(o.arena, b...)
	return o.arena[at:len(o.arena):len(o.arena)]
}

func newBatch() *batch { return &batch{arena: make([]byte, 0, batchBytes)} }

func (b *batch) reset() {
	if cap(b.arena) > batchBytes {
		b.arena = make([]byte, 0, batchBytes) // a jumbo packet was here
	}
	b.arena = b.arena[:0]
	for i := range b.items {
		b.items[i] = b.items[i][:0]
		b.out[i].messages = b.out[i].messages[:0]
		b.out[i].diagnostics = b.out[i].diagnostics[:0]
		b.out[i].arena = b.out[i].arena[:0]
		if cap(b.out[i].arena) > keepArena {
			b.out[i].arena = nil
		}
	}
	b.count, b.now, b.end = 0, 0, false
	b.tick.due = false
	b.copies = b.copies[:0]
	b.diagnostics = b.diagnostics[:0]
}

// room reports whether n more bytes fit. An empty batch takes any packet.
func (b *batch) room(n int) bool {
	return b.count < batchPackets && (len(b.arena)+n <= cap(b.arena) || b.count == 0)
}

// keep copies payload into the arena.
func (b *batch) keep(payload []byte) []byte {
	if len(payload) == 0 {
		return nil
	}
	at := len(b.arena)
	b.arena = append(b.arena, payload...)
	return b.arena[at:len(b.arena):len(b.arena)]
}
