package filter

const (
	// maxDepth caps parentheses and "not" in each other, as written and as
	// understood. Nobody can read ten; a hundred is for programs that write
	// filters, and keeps recursion shallow.
	maxDepth = 100

	// maxConditions caps the conditions of a filter. All of them may be asked
	// for every frame: a thousand cost some ten microseconds.
	maxConditions = 1000

	// maxShown caps the characters of a word that an error repeats.
	maxShown = 60
)
