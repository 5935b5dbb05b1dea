// Package near finds the word that somebody probably meant: the one at the
// least edit distance. It is for hints beside errors.
package near

import (
	"sort"
	"strings"
)

// Limits: hints are for words, and nobody reads past a few guesses.
const (
	maxWord    = 64 // bytes of a word worth a guess; the distance costs its square
	maxGuesses = 3
)

// Words returns up to three of words that are near to word, nearest first,
// ties in the order given. Case does not count. A word is near when it begins
// with the other, or when at most a third of its letters differ.
func Words(word string, words []string) []string {
	word = strings.ToLower(word)
	if word == "" || len(word) > maxWord {
		return nil
	}
	type guess struct {
		word string
		cost int
	}
	var guesses []guess
	for _, w := range words {
		low := strings.ToLower(w)
		if low == "" || len(low) > maxWord {
			continue
		}
		cost := Distance(word, low)
		switch {
		case strings.HasPrefix(low, word) && len(word) > 1, strings.HasPrefix(word, low) && len(low) > 2:
			cost = min(cost, 1)
		case cost > max(len(word), len(low), 3)/3:
			continue
		}
		guesses = append(guesses, guess{w, cost})
	}
	sort.SliceStable(guesses, func(i, j int) bool { return guesses[i].cost < guesses[j].cost })
	var out []string
	for _, g := range guesses[:min(len(guesses), maxGuesses)] {
		out = append(out, g.word)
	}
	return out
}

// Distance is the number of letters (bytes) to insert, delete, replace or
// swap with their neighbour to make b of a (optimal string alignment).
func Distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// Hint says what somebody probably meant ("did you mean call?"), or lists all
// of words when nothing is near.
func Hint(word string, words []string) string {
	if guesses := Words(word, words); len(guesses) > 0 {
		return "did you mean " + strings.Join(guesses, " or ") + "?"
	}
	return "one of: " + strings.Join(words, ", ")
}
