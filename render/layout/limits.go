package layout

const (
	// MaxRows caps the rows of one page. 60 rows are some 2,500 units, about
	// what a ticket shows readably and a PNG at double scale holds in 25 MB of
	// memory.
	MaxRows = 60

	// maxLifelines caps the lifelines that every page of a ladder has. A hundred
	// are 14,000 units wide, seven screens. Of more, a page has those that its
	// rows need, which are at most two a row.
	maxLifelines = 100

	// maxGap caps the distance of two lifelines, so that one long name does
	// not push the others out of sight; longer texts are cut.
	maxGap = 460

	// maxBox caps the width of a lifeline's head: a host name fits.
	maxBox = 280

	// maxNameLines caps the lines of a name in its head: a whole IPv6 address
	// with port fits two.
	maxNameLines = 2

	// maxDiscs caps the note numbers beside one rung; the tip has them all.
	maxDiscs = 3

	// maxNoteLines caps the lines of one note: findings say what they have to
	// in two.
	maxNoteLines = 4

	// maxDetailLines caps the lines of detail below an arrow: a PNG has no tip
	// to read the rest in, but three lines are more than anyone reads.
	maxDetailLines = 3

	// maxLineLines caps the lines of one stream in a media bar.
	maxLineLines = 3

	// maxLoopRoom caps the room for the label of a loop at the last lifeline.
	maxLoopRoom = 260
)
