package ndjson

// maxKept is how long a line's buffer may be to be used again. A watch runs
// for weeks, and the line of a flow with a million messages has 400 MB.
const maxKept = 1 << 20
