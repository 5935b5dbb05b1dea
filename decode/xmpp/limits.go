package xmpp

const (
	// maxStanza caps one stanza. Servers accept 64 KiB to 512 KiB from
	// clients (RFC 6120 §13.12 asks for 10,000 bytes at least); a large roster
	// or a picture stays below 1 MiB.
	maxStanza = 1 << 20

	// maxDepth caps how deep elements are read. A forwarded message within
	// an archive result within a stanza is about ten deep.
	maxDepth = 32

	// maxElements caps the elements of a stanza that are kept. Names come
	// from the first few; rosters of thousands are only counted.
	maxElements = 256

	// maxAttrs caps the attributes kept of an element. Stanzas have five.
	maxAttrs = 32

	// maxText caps the text kept of an element, in bytes. The longest that is
	// looked into is a SASL message with a ticket inside; RFC 6120 §6.4.2
	// leaves its size open, servers take some kilobytes.
	maxText = 8 << 10

	// maxShown caps a piece of captured text in a summary, in bytes.
	maxShown = 160

	// maxName caps a piece of captured text in an arrow's name, in bytes.
	maxName = 64

	// maxIdentity caps a JID: 1,023 bytes for each of three parts are legal
	// (RFC 7622 §3); real ones have less than a hundred in all.
	maxIdentity = 512

	// maxPrefixes caps the namespaces remembered of a stream header, of which
	// usual ones declare two or three.
	maxPrefixes = 16

	// maxPending caps the iq requests that wait for their answer on one
	// connection. A client has a handful open; when more are, the oldest is
	// forgotten and its answer is named by its payload alone.
	maxPending = 64

	// maxID caps the id of such a request; ids are 5 to 40 characters.
	maxID = 128

	// maxHeader caps how far a probe looks for the namespace of a stream
	// header. Headers are 130 to 400 bytes.
	maxHeader = 2048

	// maxFeatures caps the stream features that a summary lists.
	maxFeatures = 12

	// loginSlots is how many things that messages say of their login are
	// remembered to be shared: some twenty steps, seen from two sides, for the
	// handful of domains that one server has.
	loginSlots = 256
)
