package capture

// Severity grades diagnostics and findings. The zero value means "not set".
type Severity uint8

// Severities, mildest first.
const (
	Info Severity = iota + 1
	Warning
	Error
)

// String returns the word used in JSON: info, warning, error.
func (s Severity) String() string {
	switch s {
	case Info:
		return "info"
	case Warning:
		return "warning"
	case Error:
		return "error"
	}
	return ""
}

// A Diagnostic says that the capture is odd at some place. rung goes on and
// still shows what it could read.
type Diagnostic struct {
	Code     string // kebab-case, stable
	Severity Severity
	Frames   []Frame
	Text     string // one sentence; captured text in it is not escaped yet
	Ref      string // "RFC 3261 §18.3", or empty
	Damage   bool   // the capture itself is damaged: cut, holes, lying lengths (--strict counts these)
}
