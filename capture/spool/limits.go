package spool

const (
	// maxMemory is kept in memory before a temporary file is made: most
	// captures that people attach to tickets need none.
	maxMemory = 8 << 20

	// maxSpool caps the temporary file. Signalling is 10 KiB a call: these
	// are 400,000 calls that did not lie in a plain file.
	maxSpool = 4 << 30

	// maxItem caps one piece. No message is larger than a few MiB (the
	// pipeline caps them); a Raw that claims more is wrong.
	maxItem = 64 << 20

	// writeBuffer is written to the temporary file at a time.
	writeBuffer = 256 << 10

	// maxHandles is how many input files are kept open for reading. Pictures
	// of one call touch one or two.
	maxHandles = 16
)
