package safe

import (
	"bytes"
	"strings"
)

// A fieldKind says what a header's name tells of its value.
type fieldKind int

const (
	fieldPlain       fieldKind = iota + 1 // nothing secret
	fieldNone                             // not the name of a header
	fieldCredentials                      // scheme and parameters
	fieldInfo                             // parameters
	fieldSecret                           // secret whole
)

// fieldOf reads the bytes before a field's colon, at most maxFieldName.
func fieldOf(name []byte) fieldKind {
	var buf [maxFieldName]byte
	letters := uint32(0) // a bit for every letter of the name
	for i, c := range name {
		if c >= 0x80 {
			return fieldFolded(name) // rare: K and İ are letters of words, too
		}
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		buf[i] = c
		letters |= 1 << (c & 31)
	}
	return kindOf(bytes.TrimSpace(buf[:len(name)]), letters)
}

// fieldFolded is fieldOf for names that are not ASCII.
func fieldFolded(name []byte) fieldKind {
	return kindOf([]byte(strings.ToLower(strings.TrimSpace(string(name)))), ^uint32(0))
}

// kindOf takes a name in lower case, and which letters may be in it.
func kindOf(name []byte, letters uint32) fieldKind {
	for _, c := range name {
		switch c {
		case ' ', '\t', '<', '>', '=', '"':
			return fieldNone
		}
	}
	switch string(name) {
	case "authorization", "proxy-authorization":
		return fieldCredentials
	case "authentication-info", "proxy-authentication-info":
		return fieldInfo
	case "www-authenticate", "proxy-authenticate":
		return fieldPlain
	}
	for i := range secretNames {
		if w := &secretNames[i]; letters&w.letters == w.letters && bytes.Contains(name, w.word) {
			return fieldSecret
		}
	}
	return fieldPlain
}

// A secretWord in a header's name says that the header carries a secret.
type secretWord struct {
	word    []byte
	letters uint32
}

var secretNames = []secretWord{
	secretWordOf("token"), secretWordOf("passw"), secretWordOf("secret"),
	secretWordOf("cookie"), secretWordOf("api-key"), secretWordOf("apikey"),
}

func secretWordOf(s string) secretWord {
	w := secretWord{word: []byte(s)}
	for _, c := range w.word {
		w.letters |= 1 << (c & 31)
	}
	return w
}
