package pcapfile

import (
	"fmt"
	"strconv"
	"strings"
)

// A RingError says what is wrong with the words of --ring.
type RingError struct {
	Text   string // what is wrong
	advice string
}

// Error returns what is wrong, as in `"10X": not a size`.
func (e *RingError) Error() string { return e.Text }

// Hint says what may have been meant, or what is allowed.
func (e *RingError) Hint() string { return e.advice }

const ringForm = `SIZE,COUNT, as in "100MB,10": ten files of 100 MiB each; SIZE alone keeps all files`

// ParseRing reads how large a ring's files get and how many are kept:
// "SIZE,COUNT" or "SIZE". SIZE is a whole number of bytes with K, M, G or T
// (powers of 1024, also written KB, KiB and in lower case), at least 64K. COUNT
// is a number from 1; 0, or none, keeps all files. Errors are *RingError.
func ParseRing(s string) (size int64, count int, err error) {
	words := strings.Split(s, ",")
	if len(words) > 2 {
		return 0, 0, &RingError{fmt.Sprintf("%q: more than a size and a count", s), ringForm}
	}
	if size, err = parseSize(strings.TrimSpace(words[0])); err != nil {
		return 0, 0, err
	}
	if len(words) == 2 {
		count, err = parseCount(strings.TrimSpace(words[1]))
	}
	if err != nil {
		return 0, 0, err
	}
	return size, count, nil
}

func parseSize(s string) (int64, error) {
	if s == "" {
		return 0, &RingError{"no size given", ringForm}
	}
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	shift, ok := unitShift(s[digits:])
	n, err := strconv.ParseInt(s[:digits], 10, 64)
	switch {
	case digits == 0 || !ok:
		return 0, &RingError{fmt.Sprintf("%q: not a size", s),
			"a size is a whole number with K, M, G or T: 512K, 100MB, 2G"}
	case err != nil || n > maxRing>>shift:
		return 0, &RingError{fmt.Sprintf("%q: too large", s), "at most 1024T a file"}
	case n<<shift < minRing && n > 0 && shift == 0:
		return 0, &RingError{fmt.Sprintf("%q: %d bytes are too small for a file", s, n),
			fmt.Sprintf("at least 64K; %dM is %d MiB", n, n)}
	case n<<shift < minRing:
		return 0, &RingError{fmt.Sprintf("%q: too small for a file", s), "at least 64K"}
	}
	return n << shift, nil
}

// unitShift reads a unit: "", "B", "K", "KB", "KiB" and so on.
func unitShift(s string) (shift uint, ok bool) {
	s = strings.ToLower(s)
	if s == "" || s == "b" {
		return 0, true
	}
	i := strings.IndexByte("kmgt", s[0])
	if i < 0 || s[1:] != "" && s[1:] != "b" && s[1:] != "ib" {
		return 0, false
	}
	return uint(i+1) * 10, true
}

func parseCount(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 32)
	switch {
	case s == "":
		return 0, &RingError{"no count after the comma", ringForm}
	case err != nil && strings.Trim(s, "0123456789") != "":
		return 0, &RingError{fmt.Sprintf("%q: not a count of files", s), ringForm}
	case err != nil || n > maxRingCount:
		return 0, &RingError{fmt.Sprintf("%q: too many files", s),
			fmt.Sprintf("at most %d, or 0 for all", maxRingCount)}
	}
	return int(n), nil
}
