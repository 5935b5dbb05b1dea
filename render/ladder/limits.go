package ladder

import "time"

const (
	// maxRungs caps the rungs of one ladder. 10,000 rungs are some 200 pages;
	// who needs more needs a table. What is left out is counted in a last row.
	maxRungs = 10_000

	// maxSpanLines caps the streams written into one media bar. A call with
	// many re-INVITEs has a stream for each; six still fit the eye. The rest
	// is counted. Options.Detail lifts it.
	maxSpanLines = 6

	// maxNotes caps the numbered notes, for a broken sender repeats its fault
	// in every message. The rest is counted in the last note.
	maxNotes = 12

	// minRepeats is how often a round trip must come in a row to be folded.
	// Two are read as fast as a row that counts them.
	minRepeats = 3

	// maxPeriod is the longest round trip looked for, in rungs: REGISTER, 401,
	// REGISTER, 200 on two hops are eight.
	maxPeriod = 8

	// silence is the pause that is marked "… later". Below it the delta column
	// suffices; timers of SIP (T1 to 64·T1 = 32 s) are meant to be seen.
	silence = 10 * time.Second

	// maxExtraLifelines caps lifelines added for media addresses that no party
	// owns; streams beyond it are drawn at the last one.
	maxExtraLifelines = 16
)
