package sip

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
)

// maxTokens bounds the XML tokens read of a presence document, which is
// searched for two elements only; real ones have a few hundred.
const maxTokens = 20_000

// presence sums up a PIDF document (RFC 3863) as "open" or "closed", with the
// activities of RFC 4480 and a note: "open, on-the-phone".
func presence(doc []byte) string {
	d := xml.NewDecoder(bytes.NewReader(doc))
	d.Strict = false
	var words []string
	var stack []string
	for range maxTokens {
		tok, err := d.RawToken()
		if err == io.EOF || err != nil {
			break
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if len(stack) > 0 && stack[len(stack)-1] == "activities" && t.Name.Local != "note" {
				words = add(words, t.Name.Local)
			}
			stack = append(stack, t.Name.Local)
		case xml.EndElement:
			if len(stack) > 0 {
				stack = stack[:len(stack)-1]
			}
		case xml.CharData:
			if n := len(stack); n > 0 && stack[n-1] == "basic" {
				words = add(words, strings.TrimSpace(string(t)))
			}
		}
	}
	return strings.Join(words, ", ")
}

// add appends a word that is not there yet, up to eight.
func add(words []string, w string) []string {
	if w == "" || len(words) == 8 || len(w) > 64 {
		return words
	}
	for _, old := range words {
		if old == w {
			return words
		}
	}
	return append(words, w)
}

// dialogState sums up a dialog-info document (RFC 4235): the states in it.
func dialogState(doc []byte) string {
	d := xml.NewDecoder(bytes.NewReader(doc))
	d.Strict = false
	var words []string
	inState := false
	for range maxTokens {
		tok, err := d.RawToken()
		if err != nil {
			break
		}
		switch t := tok.(type) {
		case xml.StartElement:
			inState = t.Name.Local == "state"
		case xml.EndElement:
			inState = false
		case xml.CharData:
			if inState {
				words = add(words, strings.TrimSpace(string(t)))
			}
		}
	}
	return strings.Join(words, ", ")
}

// waiting sums up a message-summary (RFC 3842 §5.2): "waiting yes, voice 2/8".
func waiting(doc []byte) string {
	var words []string
	for len(doc) > 0 && len(words) < 8 {
		var line []byte
		line, doc = cutLine(doc)
		name, v, ok := bytes.Cut(line, []byte(":"))
		v = trim(v)
		switch {
		case !ok:
		case equalFold(name, "messages-waiting"):
			words = add(words, "waiting "+string(v[:min(len(v), 16)]))
		case equalFold(name, "voice-message"):
			n, _ := word(v)
			words = add(words, "voice "+string(n[:min(len(n), 16)]))
		}
	}
	return strings.Join(words, ", ")
}
