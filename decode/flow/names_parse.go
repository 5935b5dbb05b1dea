package flow

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A NamesError says where a names file is wrong.
type NamesError struct {
	Line, Column int // from 1; the column counts characters
	Text, Hint   string
}

// Error returns "line 3, column 14: …" without the hint.
func (e *NamesError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Text)
}

// ParseNames reads a names file, one address a line:
//
//	ADDRESS[/BITS][:PORT]  NAME  [ROLE]
//
//	10.96.1.8         CUCM-PUB       "call control"   # a comment
//	10.96.0.0/16      "Head office"
//	10.7.1.1:5061     Gateway        gateway
//	[2001:db8::1]:5060  Expressway-E
//	[2001:db8::]/32   Branch
//
// Blanks or tabs part the words; quotes hold a word with blanks together, and
// \" and \\ stand for themselves within. # begins a comment at the start of a
// word. IPv6 needs brackets where a port follows. The error is a *NamesError
// with the first mistake, or that of r.
func ParseNames(r io.Reader) (*Names, error) {
	n := &Names{
		sockets:  make(map[netip.AddrPort]nameEntry),
		prefixes: make(map[namePrefix]nameEntry),
	}
	scan := bufio.NewScanner(r)
	scan.Buffer(make([]byte, 0, maxNamesLine), maxNamesLine)
	line := 0
	for scan.Scan() {
		line++
		text := scan.Text()
		if line == 1 {
			text = strings.TrimPrefix(text, "\ufeff") // Windows editors
		}
		if err := n.line(line, text); err != nil {
			return nil, err
		}
	}
	if errors.Is(scan.Err(), bufio.ErrTooLong) {
		return nil, &NamesError{line + 1, 1, fmt.Sprintf("line is longer than %d bytes", maxNamesLine), "is this a names file?"}
	}
	if err := scan.Err(); err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	return n, nil
}

// line reads one line into n.
func (n *Names) line(number int, text string) error {
	words, err := nameWords(number, text)
	if err != nil || len(words) == 0 {
		return err
	}
	fail := func(at int, text, hint string) error { return &NamesError{number, at, text, hint} }
	first := words[0]
	net, port, problem := parseNameAddr(first.text)
	if problem != "" {
		return fail(first.column, problem, "lines are: ADDRESS[/BITS][:PORT] NAME [ROLE], IPv6 in [brackets] with a port")
	}
	if len(words) == 1 {
		return fail(first.end, "a name is missing after "+first.text, "lines are: ADDRESS[/BITS][:PORT] NAME [ROLE]")
	}
	if len(words) > 3 {
		return fail(words[3].column, "too many words", "put quotes around names and roles with blanks")
	}
	e := nameEntry{name: words[1].text, source: fmt.Sprintf("%s line %d", namesFile, number)}
	if e.name == "" {
		return fail(words[1].column, "the name is empty", "")
	}
	if len(words) == 3 {
		e.role = words[2].text
	}
	for _, w := range words[1:] {
		if len(w.text) > maxNameLen {
			return fail(w.column, fmt.Sprintf("longer than %d bytes", maxNameLen), "")
		}
	}
	if len(n.sockets)+len(n.prefixes) >= maxNames {
		return fail(1, fmt.Sprintf("more than %d names", maxNames), "name networks with ADDRESS/BITS")
	}
	if old, clash := n.put(net, port, e); clash && (old.name != e.name || old.role != e.role) {
		return fail(first.column, fmt.Sprintf("%s has a name already: %q (%s)", first.text, old.name, old.source), "one line per address")
	}
	return nil
}

// A nameWord is a word of a line and the columns it begins and ends at.
type nameWord struct {
	text        string
	column, end int
}

// nameWords splits a line.
func nameWords(number int, text string) ([]nameWord, error) {
	if !utf8.ValidString(text) {
		return nil, &NamesError{number, badColumn(text), "no UTF-8 text", "save the names file as UTF-8"}
	}
	var words []nameWord
	runes := []rune(text)
	for i := 0; i < len(runes); {
		switch r := runes[i]; {
		case r == ' ' || r == '\t' || r == '\r':
			i++
		case r == '#':
			return words, nil
		case r < ' ' || r == 0x7f:
			return nil, &NamesError{number, i + 1, fmt.Sprintf("control character %q", r), "is this a names file?"}
		case r == '"':
			w, next, err := quotedWord(number, runes, i)
			if err != nil {
				return nil, err
			}
			words, i = append(words, w), next
		default:
			start := i
			for i < len(runes) && runes[i] > ' ' && runes[i] != '"' && runes[i] != 0x7f {
				i++
			}
			words = append(words, nameWord{string(runes[start:i]), start + 1, i + 1})
		}
	}
	return words, nil
}

// quotedWord reads the word whose opening quote is at i, and gives the index
// after its closing quote.
func quotedWord(number int, runes []rune, i int) (nameWord, int, error) {
	var b strings.Builder
	for j := i + 1; j < len(runes); j++ {
		switch r := runes[j]; {
		case r == '"':
			return nameWord{b.String(), i + 1, j + 2}, j + 1, nil
		case r == '\\' && j+1 < len(runes) && (runes[j+1] == '"' || runes[j+1] == '\\'):
			j++
			b.WriteRune(runes[j])
		case r < ' ' && r != '\t' || r == 0x7f:
			return nameWord{}, 0, &NamesError{number, j + 1, fmt.Sprintf("control character %q", r), "is this a names file?"}
		default:
			b.WriteRune(r)
		}
	}
	return nameWord{}, 0, &NamesError{number, i + 1, "the quote is not closed", `put " at the end of the name`}
}

func badColumn(text string) int {
	column := 1
	for i := 0; i < len(text); column++ {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && size <= 1 {
			break
		}
		i += size
	}
	return column
}

// parseNameAddr reads ADDRESS[/BITS][:PORT]. problem is "" when it is one.
func parseNameAddr(s string) (net netip.Prefix, port uint16, problem string) {
	host, rest, ok := splitHost(s)
	if !ok {
		return net, 0, fmt.Sprintf("%q: bracket is not closed", s)
	}
	addr, err := netip.ParseAddr(host)
	if err != nil || addr.Zone() != "" {
		return net, 0, fmt.Sprintf("%q is no IP address", host)
	}
	addr = addr.Unmap()
	bits := addr.BitLen()
	if after, found := strings.CutPrefix(rest, "/"); found {
		digits, tail := after, ""
		if i := strings.IndexByte(after, ':'); i >= 0 {
			digits, tail = after[:i], after[i:]
		}
		n, ok := decimal(digits, addr.BitLen())
		if !ok {
			return net, 0, fmt.Sprintf("%q is no prefix length from 0 to %d", digits, addr.BitLen())
		}
		bits, rest = n, tail
	}
	if after, found := strings.CutPrefix(rest, ":"); found {
		n, ok := decimal(after, 65535)
		if !ok || n == 0 {
			return net, 0, fmt.Sprintf("%q is no port from 1 to 65535", after)
		}
		port, rest = uint16(n), ""
	}
	if rest != "" {
		return net, 0, fmt.Sprintf("%q is not expected after the address", rest)
	}
	return netip.PrefixFrom(addr, bits).Masked(), port, ""
}

// splitHost parts the address from what follows: brackets hold an IPv6
// address together, and one without has no port.
func splitHost(s string) (host, rest string, ok bool) {
	if inner, found := strings.CutPrefix(s, "["); found {
		host, rest, ok = strings.Cut(inner, "]")
		return host, rest, ok
	}
	if i := strings.IndexByte(s, '/'); i >= 0 {
		return s[:i], s[i:], true
	}
	if strings.Count(s, ":") == 1 {
		i := strings.IndexByte(s, ':')
		return s[:i], s[i:], true
	}
	return s, "", true
}

// decimal reads digits up to a limit; no sign, no blanks.
func decimal(s string, limit int) (int, bool) {
	if s == "" || len(s) > 5 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n <= limit
}
