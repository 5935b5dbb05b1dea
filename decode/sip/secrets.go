package sip

import "bytes"

// SecretHeaders names headers whose values prove who somebody is: digest
// responses and bearer tokens. What is shown to people hides them unless
// asked not to. In bodies, the inline key of SDP's a=crypto is one more.
func SecretHeaders() []string {
	return []string{"Authorization", "Proxy-Authorization", "Authentication-Info",
		"Proxy-Authentication-Info", "WWW-Authenticate", "Proxy-Authenticate"}
}

// IsSecret reports whether a header, by any of its spellings, is one of
// SecretHeaders.
func IsSecret(name []byte) bool {
	for _, s := range SecretHeaders() {
		if bytes.EqualFold(name, []byte(s)) {
			return true
		}
	}
	return false
}
