package safe

import (
	"strings"
	"unicode"
)

// Width is the number of terminal columns that s takes: two for the wide
// characters of East Asia and emoji, none for combining marks.
func Width(s string) int {
	n := 0
	for _, r := range s {
		n += RuneWidth(r)
	}
	return n
}

// RuneWidth is the number of terminal columns of one character.
func RuneWidth(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r):
		return 0
	case unicode.Is(wide, r):
		return 2
	}
	return 1
}

// Cut shortens s to at most n columns; what was cut is marked with … which
// counts. It never cuts within a character.
func Cut(s string, n int) string { return CutMark(s, n, "…") }

// CutMark is Cut with another mark ("..." where only ASCII is allowed). A
// mark that has no room itself is shortened.
func CutMark(s string, n int, mark string) string {
	if n <= 0 {
		return ""
	}
	if Width(s) <= n {
		return s
	}
	room := n - Width(mark)
	if room < 0 {
		return mark[:min(len(mark), n)] // an ASCII mark; … always has room
	}
	return prefix(s, room) + mark
}

// Pad shortens s to n columns or fills it with spaces on the right.
func Pad(s string, n int) string {
	s = Cut(s, n)
	return s + strings.Repeat(" ", max(0, n-Width(s)))
}

// PadLeft is Pad with the spaces on the left.
func PadLeft(s string, n int) string {
	s = Cut(s, n)
	return strings.Repeat(" ", max(0, n-Width(s))) + s
}

// prefix returns the longest beginning of s that takes at most n columns.
func prefix(s string, n int) string {
	w := 0
	for i, r := range s {
		w += RuneWidth(r)
		if w > n {
			return s[:i]
		}
	}
	return s
}

// wide lists what terminals draw over two columns (UAX #11, W and F), in
// the blocks that matter.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1100, Hi: 0x115f, Stride: 1}, // Hangul Jamo
		{Lo: 0x2e80, Hi: 0x303e, Stride: 1}, // CJK radicals, punctuation
		{Lo: 0x3041, Hi: 0x33ff, Stride: 1}, // kana, CJK compatibility
		{Lo: 0x3400, Hi: 0x4dbf, Stride: 1},
		{Lo: 0x4e00, Hi: 0x9fff, Stride: 1},
		{Lo: 0xa000, Hi: 0xa4cf, Stride: 1}, // Yi
		{Lo: 0xac00, Hi: 0xd7a3, Stride: 1}, // Hangul
		{Lo: 0xf900, Hi: 0xfaff, Stride: 1},
		{Lo: 0xfe30, Hi: 0xfe6f, Stride: 1},
		{Lo: 0xff00, Hi: 0xff60, Stride: 1}, // full-width forms
		{Lo: 0xffe0, Hi: 0xffe6, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1f300, Hi: 0x1f64f, Stride: 1}, // emoji
		{Lo: 0x1f680, Hi: 0x1f6ff, Stride: 1},
		{Lo: 0x1f900, Hi: 0x1f9ff, Stride: 1},
		{Lo: 0x20000, Hi: 0x3fffd, Stride: 1},
	},
}
