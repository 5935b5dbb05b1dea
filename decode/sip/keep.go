package sip

import (
	"strings"
	"unicode/utf8"
)

// A keeper copies the few bytes of a message that are kept, all into one
// piece of memory: a message has some twenty such texts, and an allocation
// each would cost more than reading them.
type keeper struct{ b strings.Builder }

// keep copies b, cut to maxText.
func (k *keeper) keep(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if len(b) > maxText {
		n := maxText
		for n > maxText-utf8.UTFMax && !utf8.RuneStart(b[n]) {
			n--
		}
		b = b[:n]
	}
	return k.whole(b)
}

// whole copies b however long it is: identifiers that are compared.
func (k *keeper) whole(b []byte) string {
	from := k.b.Len()
	if k.b.Cap()-from < len(b) {
		// Strings given out before stay with the old piece.
		k.b = strings.Builder{}
		k.b.Grow(max(keeperSize, len(b)))
		from = 0
	}
	k.b.Write(b)
	return k.b.String()[from:]
}

// keeperSize is what a usual request needs.
const keeperSize = 256

// begin and since build a text of several pieces: begin, Write…, since.
func (k *keeper) begin(n int) int {
	if k.b.Cap()-k.b.Len() < n {
		k.b = strings.Builder{}
		k.b.Grow(max(keeperSize, n))
	}
	return k.b.Len()
}

func (k *keeper) since(from int) string { return k.b.String()[from:] }
