package sip

import (
	"fmt"
	"strings"
	"unicode/utf8"

	sipgo "github.com/emiago/sipgo/sip"
)

// askSipgo returns sipgo's objection to a message, or "" when it has none.
// A panic in it is an objection, too.
func askSipgo(data []byte) (objection string) {
	if len(data) > maxSipgo {
		return ""
	}
	defer func() {
		if v := recover(); v != nil {
			objection = fmt.Sprintf("panic: %.80v", v)
		}
	}()
	_, err := sipgo.ParseMessage(data)
	if err == nil {
		return ""
	}
	s := strings.ToValidUTF8(err.Error(), "�")
	if len(s) > maxText/2 {
		n := maxText / 2
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n] + "…"
	}
	return s
}
