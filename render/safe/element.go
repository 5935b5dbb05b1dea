package safe

import "bytes"

// hideElements hides the text of XML elements that carry a secret: RFC 6120
// §6.4, XEP-0078, XEP-0114, XEP-0388; configuration files bring names such as
// sshPassword.
func hideElements(b []byte) []byte {
	e := edit{in: b}
	for at := 0; ; {
		n := bytes.IndexByte(b[at:], '<')
		if n < 0 {
			return e.text()
		}
		at += n + 1
		from := secretTag(b, at)
		if from < 0 {
			continue
		}
		end := textEnd(b, from)
		if b[from-2] != '/' && len(bytes.TrimSpace(b[from:end])) > 0 {
			e.replace(from, end, Hidden)
		}
		at = end
	}
}

// secretTag returns where the start tag whose name begins at at ends, its >
// included, or -1 when it is none whose text is a secret.
func secretTag(b []byte, at int) int {
	end, chars := letters(b, at, tagBytes)
	if end < len(b) && b[end] == ':' && chars > 0 { // a name space prefix
		at = end + 1
		end, _ = letters(b, at, tagBytes)
	}
	if end == len(b) || b[end] != '>' && !spaceBytes[b[end]] || !secretElement(b[at:end]) {
		return -1
	}
	for ; end < len(b); end++ {
		switch b[end] {
		case '>':
			return end + 1
		case '<':
			return -1
		}
	}
	return -1
}

// secretElement reports whether the text of an element of this name is a
// secret.
func secretElement(name []byte) bool {
	for _, w := range [...]string{"auth", "response", "success", "initial-response", "additional-data", "digest", "handshake"} {
		if isWord(name, w) {
			return true
		}
	}
	for i := range name {
		c, _ := letterAt(name, i)
		switch c {
		case 'p':
			if wordAt(name[i:], "password") > 0 || wordAt(name[i:], "passwd") > 0 {
				return true
			}
		case 's':
			if wordAt(name[i:], "secret") > 0 {
				return true
			}
		case 't':
			if wordAt(name[i:], "token") > 0 {
				return true
			}
		}
	}
	return false
}

// textEnd returns where the text at from ends: before the next tag. CDATA
// sections are text (XML 1.0 §2.7); one that does not end goes to the end.
func textEnd(b []byte, from int) int {
	for {
		n := bytes.IndexByte(b[from:], '<')
		if n < 0 {
			return len(b)
		}
		from += n
		if wordAt(b[from:], "<![cdata[") < 0 {
			return from
		}
		n = bytes.Index(b[from+len("<![cdata["):], []byte("]]>"))
		if n < 0 {
			return len(b)
		}
		from += len("<![cdata[") + n + len("]]>")
	}
}
