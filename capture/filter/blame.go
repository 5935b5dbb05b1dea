package filter

import "strings"

// The errors of words in the wrong place.

func (p *parser) tooDeep(t token) error {
	return wrong(t, "", "more than %d levels of parentheses and not", maxDepth)
}

// missing says that a condition should be where t is.
func (p *parser) missing(t token) error {
	before := p.before()
	switch {
	case before.isEnd() && t.word == ")":
		return wrong(t, "", "this parenthesis was never opened")
	case before.isEnd():
		return wrong(t, "", "%s wants a condition before it", quote(t.text))
	case before.text == "(" && t.text == ")":
		return wrong(t, "", "there is nothing between the parentheses")
	case before.text == "(" && t.isEnd():
		return wrong(before, "", "this parenthesis is never closed")
	}
	return wrong(t, "", "%s wants a condition after it", quote(before.text))
}

// unexpected says that t goes on where the filter should have ended.
func (p *parser) unexpected(t token) error {
	before := p.before()
	switch {
	case t.word == ")":
		return wrong(t, "", "this parenthesis was never opened")
	case before.word == wordIP || before.word == wordIP6:
		if g := guess(t.text); g != "" {
			return wrong(t, g, "%s wants no value", quote(before.text))
		}
	case before.word == wordICMP && t.word == wordPort:
		return wrong(t, "", "ICMP has no ports")
	case t.text == "-" || strings.HasPrefix(t.text, "-"):
		return wrong(t, example(kindRange), "a range has no blanks in it")
	}
	advice := guess(t.text)
	switch {
	case p.last != nil && looksValue(t.text):
		advice = p.with("or ", t)
	case isKnown(t.word):
		advice = p.with("and ", t)
	}
	return wrong(t, advice, "\"and\" or \"or\" is missing before %s", quote(t.text))
}

// with returns the filter with a word put in before t, if it is short.
func (p *parser) with(word string, t token) string {
	if len(p.words) > 2*maxShown {
		return "… " + word + quote(t.text)
	}
	return p.words[:t.offset] + word + p.words[t.offset:]
}

// unknown says that t is no word of ours, or a value that nothing explains.
func (p *parser) unknown(t token) error {
	g := guess(t.text)
	if looksValue(t.text) {
		return wrong(t, g, "%s says nothing without a word before it", quote(t.text))
	}
	if g == "" {
		g = otherWord(t.word)
	}
	return wrong(t, g, "%s is no word of filters", quote(t.text))
}

// otherWord says what to do about words that belong elsewhere.
func otherWord(word string) string {
	switch {
	case word == "rtp", word == "rtcp", word == "srtp":
		return "udp, or the ports it is sent to: portrange 16384-32767"
	case word == "icmp6":
		return "icmp, which is that of IPv6, too"
	case word == "ip4", word == "ipv4":
		return wordIP
	case word == "ipv6":
		return wordIP6
	case word == "source":
		return wordSrc
	case word == "dest", word == "destination":
		return wordDst
	case word == "ports":
		return "port 5060 or 5061"
	case strings.HasPrefix(word, "\\"):
		return "within quotes, parentheses need no backslash"
	case strings.ContainsAny(word, signs):
		return noSign
	}
	return "rung help filter lists the words"
}

// afterEnd says that t doesn't go with src or dst before it.
func (p *parser) afterEnd(end, t token) error {
	if t.word == wordOr || t.word == wordAnd {
		if after := p.tokens[p.at+1]; endOf(after.word) != 0 {
			return wrong(t, "leave "+end.word+" and "+after.word+" out: a condition looks at both ends",
				"%s wants host, net, port or portrange after it", quote(end.text))
		}
	}
	advice := ""
	if g := guess(t.text); t.text != "" && g != "" {
		advice = end.word + " " + g
	}
	return wrong(t, advice, "%s wants host, net, port or portrange after it", quote(end.text))
}
