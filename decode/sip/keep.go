package sip

import "unicode/utf8"

// What is kept of a message is copied, one text at a time, through the
// Memory that comes with the Pass: the same text in another message is the
// same memory, and nothing keeps a whole message alive for a part of it.

// keep copies b, cut to maxText.
func (r *reader) keep(b []byte) string {
	if len(b) > maxText {
		n := maxText
		for n > maxText-utf8.UTFMax && !utf8.RuneStart(b[n]) {
			n--
		}
		b = b[:n]
	}
	return r.texts.Text(b)
}

// whole copies b however long it is: identifiers that are compared.
func (r *reader) whole(b []byte) string { return r.texts.Text(b) }
