package dns

const (
	// maxRecords caps the records of one message that are read. Answers have
	// a handful; only zone transfers have thousands, and those tell nothing
	// about a call.
	maxRecords = 512

	// maxText caps a record's text, in bytes. The longest that matters is a
	// NAPTR with a regular expression; TXT may be 64 KiB.
	maxText = 300

	// maxSummary caps the summary of a message, in bytes: two lines of a
	// ladder. The records are all in the facts.
	maxSummary = 240

	// minRecord is the least a record takes: a root name, type, class, TTL
	// and an empty RDATA (RFC 1035 §3.2.1). It bounds the counts that a probe
	// believes.
	minRecord = 11

	// maxName and maxLabel are RFC 1035 §2.3.4.
	maxName, maxLabel = 255, 63
)
