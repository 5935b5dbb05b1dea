package where

const (
	// maxSource caps an expression in bytes. The longest one in our help is
	// a hundred; a generated list of numbers still fits.
	maxSource = 4096
	// maxNodes caps its parts.
	maxNodes = 1000
	// maxDepth caps lists within lists: any(legs, any(messages, …)) is two.
	// Each level could double a text, so the depth bounds memory.
	maxDepth = 3
	// maxBrackets caps how deep brackets and pipes nest. expr-lang's type check tries
	// each form of a function again for every level below it: 2 forms and 16
	// levels are 65,536 visits, a third of a second.
	maxBrackets = 16
	// maxSteps caps the elements of lists one expression visits in one flow.
	// A flow of a thousand messages, each compared with each, is a million
	// and takes about a second.
	maxSteps = 2_000_000
	// maxShown is how many characters of a long expression an error shows on
	// each side of the mistake.
	maxShown = 60
)

// allowed are the functions of the language. What is missing builds text or
// lists without end (repeat, reduce, replace, join, concat, flatten), is
// quadratic (uniq), parses, or depends on the clock or the zone.
func allowed() []string {
	return []string{
		"all", "any", "none", "one", "filter", "map", "find", "findIndex", "findLast", "findLastIndex", "count", "sum",
		"len", "abs", "ceil", "floor", "round", "int", "float", "string", "min", "max", "mean", "median",
		"trim", "trimPrefix", "trimSuffix", "upper", "lower", "split", "indexOf", "lastIndexOf", "hasPrefix", "hasSuffix",
		"first", "last",
	}
}
