package pick

import "time"

const (
	// maxList caps the parts of one list on the command line (--flow,
	// --kind); each flow is compared with every one.
	maxList = 1000
	// minSuffix is how many digits must agree at the end for two numbers of
	// different length to be the same. Shorter ones are extensions of which
	// every site has the same: 10, 100, 200.
	minSuffix = 4
	// maxDigits caps a number: E.164 has 15 digits, prefixes and service
	// codes add some. What is longer is compared as a name.
	maxDigits = 40
	// maxAfter caps +DURATION, so that adding it to a time can't overflow. No
	// capture is ten years long.
	maxAfter = 10 * 365 * 24 * time.Hour
)
