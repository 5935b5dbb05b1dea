package png

const (
	// DefaultScale is pixels per unit: 2 is crisp on the screens of today.
	DefaultScale = 2

	// maxPixels caps one page at 48 million pixels, 192 MB while it is drawn.
	// Forty lifelines at double scale stay below; wider pages get a smaller
	// scale, so that nothing is cut off.
	maxPixels = 48_000_000

	// maxSide is the longest side that common viewers open.
	maxSide = 30_000
)
