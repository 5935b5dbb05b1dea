package sip

import (
	"bytes"

	"rung/decode"
)

// probe takes request lines with any method and any scheme, and status lines.
// Leading line ends (RFC 3261 §7.5, RFC 5626 §3.5.1) are looked past; bytes
// that are nothing else are MaybeMore, and so are up to four zero bytes,
// which some devices send to keep a NAT binding.
func probe(data []byte) decode.Verdict {
	data = data[blankPrefix(data):]
	if len(data) == 0 || zeros(data) {
		return decode.MaybeMore
	}
	return startLine(data)
}

// blankPrefix counts leading CR and LF.
func blankPrefix(data []byte) int {
	n := 0
	for n < len(data) && (data[n] == '\r' || data[n] == '\n') {
		n++
	}
	return n
}

func zeros(data []byte) bool {
	if len(data) > 4 {
		return false
	}
	for _, c := range data {
		if c != 0 {
			return false
		}
	}
	return true
}

// startLine judges what may be the beginning of a start line.
func startLine(data []byte) decode.Verdict {
	if v := statusStart(data); v != decode.No {
		return v
	}
	return requestStart(data)
}

// statusStart: SIP/d.d SP digit …; the version need not be 2.0, so that a
// wrong one is shown and not overlooked.
func statusStart(data []byte) decode.Verdict {
	for i := range 9 {
		if i == len(data) {
			return decode.MaybeMore
		}
		c := data[i]
		switch i {
		case 0, 1, 2:
			if c&^0x20 != "SIP"[i] {
				return decode.No
			}
		case 3:
			if c != '/' {
				return decode.No
			}
		case 4, 6, 8:
			if c < '0' || c > '9' {
				return decode.No
			}
		case 5:
			if c != '.' {
				return decode.No
			}
		case 7:
			if c != ' ' {
				return decode.No
			}
		}
	}
	return decode.Yes
}

// requestStart: method SP URI SP SIP/d.d. A known method with a sip, sips or
// tel URI is enough; others need the whole line.
func requestStart(data []byte) decode.Verdict {
	n := 0
	for n < len(data) && n <= maxMethod && isToken(data[n]) {
		n++
	}
	if n == len(data) && n > 0 && n <= maxMethod {
		return decode.MaybeMore
	}
	if n == 0 || n > maxMethod || data[n] != ' ' {
		return decode.No
	}
	rest := data[n:]
	for i := 0; len(rest) > 0 && rest[0] == ' '; i++ {
		if i == maxBlanks {
			return decode.No
		}
		rest = rest[1:]
	}
	if len(rest) == 0 {
		return decode.MaybeMore
	}
	if knownMethod(data[:n]) && knownScheme(rest) {
		return decode.Yes
	}
	return requestEnd(rest)
}

// requestEnd looks for the version at the end of a request line.
func requestEnd(rest []byte) decode.Verdict {
	end := bytes.IndexByte(rest, '\n')
	line := rest
	if end >= 0 {
		line = rest[:end]
	}
	if len(line) > maxStartLine {
		return decode.No
	}
	for i, c := range line {
		if c < ' ' && c != '\t' && !(c == '\r' && i == len(line)-1) || c == 0x7f {
			return decode.No
		}
	}
	if end < 0 {
		return decode.MaybeMore
	}
	if endsInVersion(line) {
		return decode.Yes
	}
	return decode.No
}

// endsInVersion reports whether a line without its LF ends in SP SIP/d.d,
// with blanks after it tolerated.
func endsInVersion(line []byte) bool {
	line = trimRight(line)
	n := len(line) - len(" SIP/2.0")
	return n > 0 && blank(line[n]) && statusVersion(line[n+1:])
}

// statusVersion reports whether b is SIP/d.d.
func statusVersion(b []byte) bool {
	return len(b) == 7 && bytes.EqualFold(b[:4], []byte("SIP/")) && digit(b[4]) && b[5] == '.' && digit(b[6])
}

func knownScheme(b []byte) bool {
	return hasFold(b, "sip:") || hasFold(b, "sips:") || hasFold(b, "tel:")
}

// hasFold reports whether b begins with prefix, which is lower case.
func hasFold(b []byte, prefix string) bool {
	if len(b) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if lower(b[i]) != prefix[i] {
			return false
		}
	}
	return true
}

// sync returns where the next start line begins, or -1. On the last line,
// which may go on in the next segment, the beginning of one will do.
func sync(data []byte) int {
	if k := findStart(data); k >= 0 {
		return k
	}
	last := bytes.LastIndexByte(data, '\n') + 1
	if startLine(data[last:]) == decode.Yes {
		return last
	}
	return -1
}

// findStart returns the offset of the first whole start line in data, or -1.
// Every start line holds the version, so the search is for that; header
// fields like Via have "SIP/2.0/" and drop out. A body may end without a line
// end, so a status line may begin anywhere, and so may a known method.
func findStart(data []byte) int {
	for from := 0; ; {
		i := bytes.Index(data[from:], []byte("SIP/2.0"))
		if i < 0 {
			return -1
		}
		i += from
		from = i + len("SIP/2.0")
		if isStatusLine(data[i:]) {
			return i
		}
		if k := requestLineBefore(data, i); k >= 0 {
			return k
		}
	}
}

// isStatusLine reports whether b begins with a whole status line.
func isStatusLine(b []byte) bool {
	if len(b) < 12 || statusStart(b) != decode.Yes || !digit(b[9]) || !digit(b[10]) {
		return false
	}
	if c := b[11]; c != ' ' && c != '\r' && c != '\n' {
		return false
	}
	return bytes.IndexByte(b[:min(len(b), maxStartLine)], '\n') >= 0
}

// requestLineBefore returns where a request line begins whose version lies at
// data[i:], or -1.
func requestLineBefore(data []byte, i int) int {
	end := bytes.IndexByte(data[i:min(len(data), i+maxStartLine)], '\n')
	if end < 0 || len(trimRight(data[i:i+end])) != len("SIP/2.0") {
		return -1
	}
	begin := max(0, i-maxStartLine)
	begin += bytes.LastIndexByte(data[begin:i], '\n') + 1
	line := data[begin : i+end+1]
	sp := bytes.IndexByte(line, ' ')
	if sp <= 0 || begin+sp >= i {
		return -1
	}
	if m := methodSuffix(line[:sp]); m > 0 && startLine(line[sp-m:]) == decode.Yes {
		return begin + sp - m
	}
	if startLine(line) == decode.Yes {
		return begin
	}
	return -1
}
