package sdp

// Limits on one session description. Each is far above what devices send;
// what is beyond it is left out with a Problem.
const (
	// maxMedia bounds m= lines. A browser in a conference with fifty
	// participants offers about a hundred.
	maxMedia = 256
	// maxCodecs bounds the formats of an m= line: payload types end at 127.
	maxCodecs = 128
	// maxCandidates bounds ICE candidates of an m= line; browsers with many
	// interfaces send about forty.
	maxCandidates = 128
	// maxSSRCs bounds a=ssrc sources of an m= line; simulcast needs six.
	maxSSRCs = 64
	// maxCryptos bounds a=crypto lines; phones offer up to eight suites.
	maxCryptos = 32
	// maxValue bounds a text that is kept: fmtp lines of H.264 with
	// parameter sets stay below 400 bytes.
	maxValue = 1024
	// maxWords bounds the words of o=, which has 6; a user name with blanks
	// has a few more.
	maxWords = 32
	// maxProblems bounds what is said about one description; more than that
	// is noise, and the last one says so.
	maxProblems = 16
)
