package flow

// Limits of names. They are far above what a person writes and keep a wrong
// file (a capture, say) from being read to its end.
const (
	// maxNamesLine caps a line of the names file in bytes: an address, two
	// names of the longest kind and a comment of screens.
	maxNamesLine = 4096
	// maxNames caps the lines with a name: every host of a /16.
	maxNames = 1 << 16
	// maxNameLen caps a name or role in bytes: a lifeline's head holds less.
	maxNameLen = 200
	// maxSeenNames caps the names taken from the capture. A day's DNS answers
	// of one site are far fewer; Names.Dropped counts what is over.
	maxSeenNames = 1 << 16
)
