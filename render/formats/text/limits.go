package text

const (
	// minWidth and maxWidth bound the columns of a ladder. Below 60 nothing
	// is readable; beyond 400 no terminal goes.
	minWidth = 60
	maxWidth = 400

	// minLane is the least distance of lifelines at which labels are still
	// words; ladders that need less become a list.
	minLane = 14

	// maxLane is the widest unless names, labels or details need more in a
	// ladder wider than usual: arrows across the whole of a wide terminal tear
	// sender and receiver apart.
	maxLane = 56

	// maxWideLane is the widest of all: longer details wrap.
	maxWideLane = 110

	// maxLoop is the room kept for labels of loops at the last lifeline.
	maxLoop = 30

	// maxNameLines caps the lines of a name: a whole IPv6 address fits where
	// lifelines stand closest.
	maxNameLines = 3

	// maxDetailLines caps the lines of a rung's detail; Options.Detail lifts
	// it.
	maxDetailLines = 3

	// maxCell caps a cell of a table that can be cut: names and reasons.
	maxCell = 40

	// wideRest is what the other columns of a table take about: in a wide
	// table a cell may be longer than maxCell by what is left.
	wideRest = 100

	// maxFiles caps the inputs listed under a table; "rung list --json" has
	// them all.
	maxFiles = 20

	// narrow is the width below which times of day go without milliseconds.
	narrow = 80
)
