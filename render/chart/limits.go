package chart

const (
	// maxLines is how many streams share one block. Four line styles can
	// still be told apart in black and white; the fifth can't.
	maxLines = 4
	// maxBlocks is how many blocks share one page. Eight small blocks are
	// about two screens; more goes to the next page.
	maxBlocks = 8
	// maxColumns is how finely a line is drawn: one smallest and one greatest
	// value a column. A panel is about 800 units wide, so two units a column,
	// which keeps an hour of two streams below 100 KB.
	maxColumns = 400
	// maxBuckets is how many bars of loss a panel holds; bars need four
	// units to be told apart.
	maxBuckets = 180
	// maxEvents is how many SIP events are marked. A call has a dozen; a flow
	// with hundreds of re-INVITEs would hide its own data.
	maxEvents = 60
	// maxText is how many characters of captured text go into one label.
	// More than 200 would not fit the width anyway.
	maxText = 200
	// maxValue in ms is the greatest value drawn: eleven days. Timestamps
	// that lie can give any number, and an axis to 1e308 has no marks.
	maxValue = 1e9
)
