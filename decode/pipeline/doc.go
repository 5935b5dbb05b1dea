// Package pipeline drives a capture through the rooms: it reads packets,
// takes out span copies, joins fragments, spreads what remains over shards by
// address, reassembles streams, frames messages, hands RTP to the media room,
// and merges what the shards found into one ordered line of messages.
//
// House rules of this room:
//   - It is the one room of decode with goroutines. Workers own shards; a
//     shard owns its connections, buffers and streams without locks.
//   - The number of shards is fixed and batches end at a fixed number of
//     packets or bytes, so that nothing depends on the number of workers.
//   - Buffers, limits, gaps and resynchronisation live here, never in a
//     protocol.
package pipeline
