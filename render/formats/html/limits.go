package html

const (
	// maxMessage is how much of one message is embedded. SIP messages are 1
	// to 4 KB; a long SDP or a big presence document fits.
	maxMessage = 64 << 10
	// maxMessages is how much text of messages a report embeds in all: more
	// would make a file that ticket systems refuse.
	maxMessages = 24 << 20
	// lazyFlows is the number of flows above which sections wait in template
	// elements and ladders are drawn by the script from data, a tenth of the
	// size of their SVG.
	lazyFlows = 200
	// plainFlows is the number of flows whose list rows are written without
	// the script's help.
	plainFlows = 200
	// maxPlots is how many plots a report holds; one is 20 to 60 KB.
	maxPlots = 40
	// maxStreams is how many rows a table of streams has.
	maxStreams = 500
	// maxRows is how many rows any other table has: a flow of ten thousand
	// messages has its SDP in the messages.
	maxRows = 500
	// maxDiagnostics is how many diagnostics a list shows; after a few
	// hundred the first ones have said it.
	maxDiagnostics = 300
)
