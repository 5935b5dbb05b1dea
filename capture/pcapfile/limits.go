package pcapfile

const (
	// maxFrame caps the bytes of one frame. libpcap and Wireshark write and
	// accept 256 KiB for all links that can carry IP; no jumbo frame or
	// offloaded segment that reaches a capture is larger.
	maxFrame = 256 << 10

	// maxBigFrame caps a record that is skipped over rather than taken for a
	// lying length when it is larger than maxFrame; its frame is clipped.
	maxBigFrame = 1 << 20

	// maxWire caps the length on the wire that a record may claim before it
	// counts as damaged; Wireshark's cap for a pcapng block is the same.
	maxWire = 16 << 20

	// maxBlock caps a pcapng block. It is Wireshark's cap.
	maxBlock = 16 << 20

	// maxScan is how far behind a lying length the reader looks for the next
	// record. Lost disk blocks and overwritten headers are of a few KiB; a
	// megabyte of garbage is another file.
	maxScan = 1 << 20

	// maxScanBlock caps a pcapng block that counts as found behind a lying
	// length: a whole frame with room for options. It bounds the memory of
	// the search.
	maxScanBlock = 512 << 10

	// scanStep is how much the search asks for at a time.
	scanStep = 64 << 10

	// maxTimeStep is how far, in seconds, a pcap record found behind a lying
	// length may be from the frame before it. Quiet captures have pauses of
	// hours, not of days.
	maxTimeStep = 86400

	// bufferSize is read at a time from each file; larger reads are no faster.
	bufferSize = 1 << 20
	// minBufferSize is read at a time when many files are open at once.
	minBufferSize = 64 << 10
	// buffersTotal is shared by the files that are open at once.
	buffersTotal = 64 << 20
	// packedBufferSize is read at a time from a compressed file.
	packedBufferSize = 128 << 10

	// keepOpen is the number of inputs up to which all are kept open. Of more
	// (a folder of rotated captures) only those are open whose time has come,
	// so a thousand files don't need a thousand handles.
	keepOpen = 32

	// maxFiles caps the files of one run. A year of hourly captures is 8,760.
	maxFiles = 20000

	// defaultMaxExpanded caps what one compressed file may expand to: more
	// than a day of a busy trunk. Memory does not depend on it, time does.
	defaultMaxExpanded = 64 << 30

	// maxRatio and freeExpansion stop decompression bombs early. Captures
	// shrink to a third, repeated OPTIONS to a fiftieth; gzip's most is 1032.
	// Below freeExpansion the ratio does not matter.
	maxRatio      = 300
	freeExpansion = 512 << 20

	// maxWindow caps the memory a zstd file may ask for: what "zstd -d"
	// accepts without further flags.
	maxWindow = 128 << 20

	// maxInterfaces caps the interfaces of one pcapng section. Routers have
	// thousands of ports.
	maxInterfaces = 1 << 16

	// maxLinks caps the link types listed of one file. rung can peel eight.
	maxLinks = 64

	// maxNames caps the names kept of name resolution blocks, over all files.
	maxNames = 1 << 16
	// maxNameBytes caps their length: 128 bytes each.
	maxNameBytes = 8 << 20

	// maxSecrets caps the bytes kept of decryption secrets blocks, over all
	// files: 16 MiB are 90,000 TLS sessions.
	maxSecrets = 16 << 20

	// maxFrames caps the frames of one file; frame numbers are 32 bits.
	maxFrames = 1<<31 - 1

	// maxNoted caps how many diagnostics of one code name their place each;
	// further ones are counted.
	maxNoted = 8

	// maxNotedFrames caps the frames listed in one diagnostic.
	maxNotedFrames = 16

	// maxSkippedNames caps the file names that one diagnostic lists.
	maxSkippedNames = 8

	// writeSize is written at a time. It has room for the largest frame with
	// its comment; more is no faster.
	writeSize = 512 << 10

	// minRing is the smallest size of a file that ParseRing takes: a few
	// frames of any length. Smaller ones are a unit forgotten.
	minRing = 64 << 10
	// maxRing is the largest: what a disk can hold.
	maxRing = 1 << 50
	// maxRingCount caps the files that a ring keeps. File systems are slow
	// with more in one folder.
	maxRingCount = 100000

	// ringGone is how many removed files a ring remembers: at a file per
	// second three hours, at a file per minute a week. It may be twice as
	// many, 4 MB of memory, before they are forgotten.
	ringGone = 10000

	// ringTags is what a frame may be longer than the snaplen: two VLAN tags,
	// which the kernel takes off before it cuts, and a live source puts back.
	ringTags = 8

	// maxRingTries is how many taken names a ring passes over when several
	// programs write into one folder.
	maxRingTries = 100

	// maxRingNumber caps the numbers in file names that a ring continues.
	maxRingNumber = 1 << 30
)
