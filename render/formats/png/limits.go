package png

const (
	// DefaultScale is pixels per unit: 2 is crisp on the screens of today.
	DefaultScale = 2

	// maxPixels caps one page at 48 million pixels, for which a viewer takes
	// 192 MB. Forty lifelines at double scale stay below; wider pages get a
	// smaller scale, so that nothing is cut off.
	maxPixels = 48_000_000

	// maxSide is the longest side that common viewers open.
	maxSide = 30_000

	// stripRows is how many rows of pixels are drawn at a time: a strip of a
	// wide page is 1 MB, which a processor's cache holds.
	stripRows = 64

	// strokeReach is how far, in units, a stroke reaches beyond its line: half
	// of more than the widest of any theme.
	strokeReach = 4
)
