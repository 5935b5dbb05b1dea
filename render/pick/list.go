package pick

import (
	"math"
	"strconv"
	"strings"

	"rung/decode"
	"rung/render/near"
	"rung/render/record"
)

// A Range is flow ids from First to Last, both included.
type Range struct{ First, Last int }

// Has reports whether id is in r.
func (r Range) Has(id int) bool { return id >= r.First && id <= r.Last }

// String returns the range as it is written: 3, 5-7, 9-.
func (r Range) String() string {
	switch {
	case r.First == r.Last:
		return strconv.Itoa(r.First)
	case r.Last == math.MaxInt:
		return strconv.Itoa(r.First) + "-"
	}
	return strconv.Itoa(r.First) + "-" + strconv.Itoa(r.Last)
}

const adviceIDs = "ids are as rung list shows them: --flow 3,5-7 or 9- for all from 9"

// ParseIDs reads flow ids: "3,5-7", "9-".
func ParseIDs(s string) ([]Range, error) {
	words, err := split(s, "flow ids")
	if err != nil {
		return nil, err
	}
	var out []Range
	for _, w := range words {
		first, last, isRange := strings.Cut(w, "-")
		r, ok := Range{}, false
		r.First, ok = id(first)
		switch {
		case !ok:
		case !isRange:
			r.Last = r.First
		case strings.TrimSpace(last) == "":
			r.Last = math.MaxInt
		default:
			r.Last, ok = id(last)
		}
		if !ok {
			return nil, wrong(adviceIDs, "%q is no flow id", w)
		}
		if r.Last < r.First {
			return nil, wrong("write "+strings.TrimSpace(last)+"-"+strings.TrimSpace(first), "%q runs backwards", w)
		}
		out = append(out, r)
	}
	return out, nil
}

func id(s string) (int, bool) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 9 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n > 0
}

// ParseKinds reads kinds of flows: "call,login".
func ParseKinds(s string) ([]decode.Kind, error) {
	words, err := split(s, "kinds")
	if err != nil {
		return nil, err
	}
	var out []decode.Kind
	for _, w := range words {
		k, ok := kind(w)
		if !ok {
			return nil, unknownKind(w)
		}
		out = append(out, k)
	}
	return out, nil
}

// kind finds a kind by its name, in any case, also in the plural.
func kind(w string) (decode.Kind, bool) {
	low := strings.ToLower(w)
	for _, k := range record.Kinds() {
		if low == k || low == k+"s" {
			return decode.Kind(k), true
		}
	}
	return "", false
}

func unknownKind(w string) error {
	all := "kinds are: " + strings.Join(record.Kinds(), ", ")
	if guesses := near.Words(w, record.Kinds()); len(guesses) > 0 {
		all = "did you mean " + strings.Join(guesses, " or ") + "? " + all
	}
	return wrong(all, "%q is no kind of flow", w)
}

// split parts a list at its commas.
func split(s, what string) ([]string, error) {
	if strings.Count(s, ",") >= maxList {
		return nil, wrong("", "more than %d %s in one list", maxList, what)
	}
	words := strings.Split(s, ",")
	for i, w := range words {
		if words[i] = strings.TrimSpace(w); words[i] == "" {
			return nil, wrong("", "%s: nothing %s", what, at(i, len(words)))
		}
	}
	return words, nil
}

func at(i, n int) string {
	switch {
	case n == 1:
		return "given"
	case i == 0:
		return "before the first comma"
	case i == n-1:
		return "after the last comma"
	}
	return "between two commas"
}
