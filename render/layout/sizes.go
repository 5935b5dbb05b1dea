package layout

// Distances in units. The proportions are those of a page that a person reads
// at arm's length: 36 a rung, 46 with a line below it.
const (
	margin     = 30
	titleLine  = 26
	subLine    = 18
	headTop    = 16 // between subtitle and heads
	headLine   = 17 // a line in a head
	headPad    = 12
	columnsRow = 22 // headings of the columns

	rungAbove  = 22 // from the row's top to the arrow
	rungBelow  = 14 // from the arrow to the row's end
	detailMore = 10 // more below when there is a detail line
	detailLine = 14 // each line of it after the first
	loopHeight = 18
	loopWidth  = 34
	loopLabel  = 42 // from the lifeline to the label of a loop

	spanPad  = 8
	spanLine = 18
	spanGap  = 14 // around a media bar
	spanIn   = 12 // from the lifeline to the bar

	foldRow = 40
	gapRow  = 40

	noteLine = 20
	footLine = 20

	pillHeight = 15
	pillPad    = 18 // both ends of a pill together
	pillGap    = 8
	alertPad   = 9 // one side of a boxed label
	minWidth   = 760
	baseGap    = 310 // of two lifelines when there are few
	leastGap   = 130
	evenUpTo   = 4    // lifelines that stand at even distances
	wantWidth  = 1100 // lifelines share this before they come closer than baseGap
)
