package sip

import "time"

const (
	// maxStartLine bounds a start line. RFC 3261 has no limit; the longest
	// URIs seen, with GRUUs and embedded headers, stay below 2 kB.
	maxStartLine = 8 << 10
	// maxMethod bounds a method token. The longest registered one has 9
	// letters; RFC 4475 §3.1.1.2 tries one of 42.
	maxMethod = 64
	// maxBlanks bounds blanks between method and URI: one is right, RFC 4475
	// §3.1.2.9 has two.
	maxBlanks = 8
	// maxHead bounds the header section. Proxies refuse above 64 kB, the
	// largest datagram; a stream that goes on longer lost its blank line.
	maxHead = 64 << 10
	// maxHeaders bounds indexed header lines. RFC 4475 §3.1.1.7 has 39, long
	// Via and History-Info stacks about 150.
	maxHeaders = 1024
	// maxMessage bounds a message on a stream. It is Protocol.MaxMessage.
	maxMessage = 1 << 20
	// maxJunk bounds bytes between two messages of a stream that Split keeps
	// looking through for the next start line.
	maxJunk = 64 << 10

	// maxValues bounds comma-separated values read of one kind of header:
	// contacts, reasons, warnings. Registrars cap bindings near 10.
	maxValues = 32
	// maxText bounds a summary or an explanation that is kept.
	maxText = 512
	// maxParts bounds parts of multipart bodies, nested ones included; real
	// ones have up to four.
	maxParts = 32
	// maxDepth bounds nesting of multipart bodies: multipart/signed around
	// multipart/mixed is two.
	maxDepth = 4
	// maxInflated bounds a body after decompression, so that a kilobyte
	// can't become a gigabyte. PIDF documents stay below 100 kB.
	maxInflated = 512 << 10
	// maxMediaLinks bounds media addresses published by one message.
	maxMediaLinks = 16
	// maxVerdict bounds the reasons listed in one verdict.
	maxVerdict = 6
	// maxShared bounds identifiers and names that messages share; longer ones
	// are nobody's, and looking for them would keep them.
	maxShared = 256
	// maxSharedBody bounds session descriptions that messages share: 2 kB is
	// an offer of a browser without candidates; longer ones are read anew.
	maxSharedBody = 2 << 10
	// identitySlots, keySlots and sessionSlots bound what a worker remembers
	// of messages: the calls of a minute on a busy trunk for identities and
	// keys, those that are being set up for descriptions. All are powers of
	// two. They take 80 kB empty, about 4 MB full.
	identitySlots = 4096
	keySlots      = 4096
	sessionSlots  = 256
	// maxSipgo bounds what is shown to sipgo, which refuses more itself.
	maxSipgo = 65535
)

// Windows of links: how far apart in time the two ends may be.
const (
	// mediaWindow: legs that share a media address offer it within seconds
	// of each other; later the port is another call's.
	mediaWindow = 10 * time.Second
	// numberWindow: a B2BUA sends its INVITE at once.
	numberWindow = 1500 * time.Millisecond
	// ciWindow: likewise, for CUCM's call identifiers N and N+1.
	ciWindow = 2 * time.Second
	// guidWindow: identifiers with 32 random bits repeat after days.
	guidWindow = 12 * time.Hour
)
