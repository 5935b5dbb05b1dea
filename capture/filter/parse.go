package filter

// Parse reads a filter. Words without a condition pass everything. An error is
// an *Error, with a Hint where the wish can be guessed.
//
//	filter    = and-part { "or" and-part }
//	and-part  = part { "and" part }
//	part      = "not" part | "(" filter ")" | condition
//	condition = [proto] [src|dst] kind value | value | vlan [id] | proto | ip | ip6
func Parse(words string) (*Filter, error) {
	p := parser{words: words, tokens: tokens(words)}
	if p.peek().isEnd() {
		return &Filter{}, nil
	}
	root, err := p.or()
	if err != nil {
		return nil, err
	}
	if t := p.peek(); !t.isEnd() {
		return nil, p.unexpected(t)
	}
	if root.depth() > maxDepth {
		return nil, p.tooDeep(p.tokens[0])
	}
	return &Filter{root: root}, nil
}

// A parser reads tokens from left to right.
type parser struct {
	words      string
	tokens     []token
	at         int
	depth      int // of parentheses and nots being read
	conditions int
	last       *condition // what a value alone repeats; nil: nothing to repeat
}

func (p *parser) peek() token { return p.tokens[p.at] }

// next steps over a token; the end stays.
func (p *parser) next() token {
	t := p.tokens[p.at]
	if !t.isEnd() {
		p.at++
	}
	return t
}

// before returns the token that was stepped over last; the zero one at the
// beginning.
func (p *parser) before() token {
	if p.at == 0 {
		return token{}
	}
	return p.tokens[p.at-1]
}

func (p *parser) or() (*node, error) { return p.chain(opOr, wordOr, p.and) }

func (p *parser) and() (*node, error) { return p.chain(opAnd, wordAnd, p.part) }

// chain reads what is joined by one word.
func (p *parser) chain(o op, word string, part func() (*node, error)) (*node, error) {
	var kids []*node
	for {
		n, err := part()
		if err != nil {
			return nil, err
		}
		kids = append(kids, n)
		if p.peek().word != word {
			return join(o, kids), nil
		}
		p.next()
	}
}

func (p *parser) part() (*node, error) {
	t := p.peek()
	if t.word != wordNot && t.word != "(" {
		return p.condition()
	}
	if p.depth == maxDepth {
		return nil, p.tooDeep(t)
	}
	p.depth++
	defer func() { p.depth-- }()
	p.next()
	if t.word == "(" {
		return p.inside(t)
	}
	n, err := p.part()
	if err != nil {
		return nil, err
	}
	return &node{op: opNot, kids: []*node{n}}, nil
}

// inside reads what an open parenthesis encloses.
func (p *parser) inside(open token) (*node, error) {
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	switch t := p.peek(); {
	case t.isEnd():
		return nil, wrong(open, "", "this parenthesis is never closed")
	case t.word != ")":
		return nil, p.unexpected(t)
	}
	p.next()
	return n, nil
}

func (p *parser) condition() (*node, error) {
	t := p.peek()
	if p.conditions++; p.conditions > maxConditions {
		return nil, wrong(t, "networks and port ranges ask for many at once", "more than %d conditions", maxConditions)
	}
	c, err := p.oneCondition(t)
	if err != nil {
		return nil, err
	}
	return &node{op: opCondition, cond: c}, nil
}

func (p *parser) oneCondition(t token) (condition, error) {
	switch {
	case t.isEnd(), t.word == ")", t.word == wordAnd, t.word == wordOr:
		return condition{}, p.missing(t)
	case !isKnown(t.word):
		return p.bare(t)
	}
	p.next()
	switch t.word {
	case wordIP, wordIP6:
		p.last = nil
		return condition{kind: kindVersion, ipv6: t.word == wordIP6}, nil
	case wordVLAN:
		return p.vlan()
	}
	c := condition{proto: protoOf(t.word)}
	if c.proto != 0 {
		if !p.qualifies(c.proto) {
			p.last = nil
			c.kind = kindProto
			return c, nil
		}
		t = p.next()
	}
	if c.end = endOf(t.word); c.end != 0 {
		end := t
		if t = p.peek(); kindOf(t.word) == 0 || c.proto != 0 && !p.qualifies(c.proto) {
			return c, p.afterEnd(end, t)
		}
		p.next()
	}
	c.kind = kindOf(t.word)
	return p.value(c, t)
}

// qualifies reports whether the next word makes one condition with the
// protocol before it, as in "udp port 5060".
func (p *parser) qualifies(proto uint8) bool {
	if proto == protoOf(wordICMP) {
		return false
	}
	switch p.peek().word {
	case wordPort, wordRange:
		return true
	case wordSrc, wordDst:
		after := p.tokens[p.at+1].word // there is one: at least the end
		return after == wordPort || after == wordRange
	}
	return false
}

// vlan reads the id after the word, if there is one.
func (p *parser) vlan() (condition, error) {
	t := p.peek()
	if t.isEnd() || isKnown(t.word) {
		p.last = nil
		return condition{kind: kindAnyVLAN}, nil
	}
	return p.value(condition{kind: kindVLAN}, p.before())
}

// bare reads a value without a word before it.
func (p *parser) bare(t token) (condition, error) {
	if p.last == nil || !looksValue(t.text) {
		return condition{}, p.unknown(t)
	}
	return p.value(*p.last, t)
}

// value reads the value of c, whose word is t, and remembers c for values
// alone.
func (p *parser) value(c condition, word token) (condition, error) {
	t := p.peek()
	switch {
	case t.word == "(":
		return c, wrong(t, "("+example(c.kind)+" or …)", "%s belongs inside the parenthesis", quote(word.text))
	case t.isEnd(), isKnown(t.word):
		return c, wrong(t, example(c.kind), "%s wants a value after it", quote(word.text))
	}
	if err := c.set(t); err != nil {
		return c, err
	}
	p.next()
	p.last = &c
	return c, nil
}
