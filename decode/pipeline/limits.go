package pipeline

const (
	// shardCount spreads connections over workers. 64 keeps 8 workers evenly
	// busy, and a shard's state small.
	shardCount = 64

	// batchPackets and batchBytes end a batch. 2,048 packets of G.711 are
	// half a megabyte: large enough to amortise the hand-over between
	// goroutines, small enough to stay in the second-level cache.
	batchPackets = 2048
	batchBytes   = 2 << 20

	// probeBytes is how much of an unknown byte stream one direction may hold
	// back while nobody knows what it speaks. SIP and XMPP show themselves
	// within a line; the rest allows for a cut message before the next start.
	probeBytes = 32 << 10

	// probeSegments caps the segments held back likewise.
	probeSegments = 64

	// maxTalks caps the pairs of addresses of which a shard remembers that they
	// speak STUN or QUIC; all shards together a quarter of a million. When there
	// are more it forgets them all: their other packets are then named by port,
	// or "udp".
	maxTalks = 4096

	// eachChunk is how many flows or tracks a goroutine takes at a time: some
	// 50 µs of work, and the two cores end together.
	eachChunk = 16

	// keepBuffer is the largest buffer that a direction of a byte stream keeps
	// for its next message: most messages that do not fit a segment fit it.
	keepBuffer = 16 << 10

	// keepArena is the largest buffer for messages' bytes that a shard's part
	// of a batch keeps for the next: 64 of them are as much as a batch has.
	keepArena = batchBytes / shardCount

	// innerDepth caps how deep bytes found inside messages may nest.
	innerDepth = 6

	// copyWindow is how many batches a message waits for word of its span
	// copies. A copy comes within 20 ms: 4 batches are 8,192 packets, 20 ms
	// at 400,000 packets a second, and the 100 ms that --dup-window may ask
	// for at 80,000.
	copyWindow = 4

	// maxDiagnostics caps the diagnostics kept of one code; the rest is
	// counted in one closing line. Nobody reads the 101st.
	maxDiagnostics = 100
)
