package html

import (
	"strconv"
	"unicode/utf8"
)

func (d *flowData) appendJSON(b []byte) []byte {
	b = appendNumber(b, `{"id":`, int64(d.ID))
	b = appendField(b, `,"key":`, d.Key)
	b = appendField(b, `,"kind":`, d.Kind)
	b = appendField(b, `,"title":`, d.Title)
	b = appendField(b, `,"from":`, d.From)
	b = appendField(b, `,"to":`, d.To)
	b = appendField(b, `,"start":`, d.Start)
	b = appendNumber(b, `,"order":`, d.Order)
	b = appendField(b, `,"length":`, d.Length)
	b = appendNumber(b, `,"lengthMS":`, d.LengthMS)
	b = appendField(b, `,"outcome":`, d.Outcome)
	b = appendField(b, `,"word":`, d.Word)
	b = appendField(b, `,"class":`, d.Class)
	b = appendNumber(b, `,"streams":`, int64(d.Streams))
	b = appendNumber(b, `,"remarks":`, int64(d.Remarks))
	b = appendField(b, `,"find":`, d.Find)
	b = appendInts(append(b, `,"messages":`...), d.Messages)
	if len(d.Again) > 0 {
		b = appendInts(append(b, `,"again":`...), d.Again)
	}
	if d.Ladder != nil {
		b = d.Ladder.appendJSON(append(b, `,"ladder":`...))
	}
	return append(b, '}')
}

func (d *messageData) appendJSON(b []byte) []byte {
	b = appendField(b, `{"name":`, d.Name)
	b = appendField(b, `,"clock":`, d.Clock)
	b = appendField(b, `,"frame":`, d.Frame)
	b = appendField(b, `,"way":`, d.Way)
	b = appendField(b, `,"text":`, d.Text)
	b = appendSome(b, `,"note":`, d.Note)
	if len(d.Odd) > 0 {
		b = append(b, `,"odd":[`...)
		for i, s := range d.Odd {
			b = appendString(comma(b, i), s)
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

func (d *ladderData) appendJSON(b []byte) []byte {
	b = append(b, `{"lanes":[`...)
	for i := range d.Lanes {
		b = d.Lanes[i].appendJSON(comma(b, i))
	}
	b = append(b, `],"rows":[`...)
	for i := range d.Rows {
		b = d.Rows[i].appendJSON(comma(b, i))
	}
	return append(b, "]}"...)
}

func (d *laneData) appendJSON(b []byte) []byte {
	b = appendField(b, `{"name":`, d.Name)
	b = appendField(b, `,"role":`, d.Role)
	b = appendField(b, `,"addr":`, d.Addr)
	return append(b, '}')
}

func (d *rowData) appendJSON(b []byte) []byte {
	b = appendNumber(b, `{"from":`, int64(d.From))
	b = appendNumber(b, `,"to":`, int64(d.To))
	b = appendField(b, `,"label":`, d.Label)
	b = appendSome(b, `,"detail":`, d.Detail)
	b = appendSome(b, `,"clock":`, d.Clock)
	b = appendSome(b, `,"delta":`, d.Delta)
	b = appendSome(b, `,"frame":`, d.Frame)
	b = appendField(b, `,"class":`, d.Class)
	if len(d.Messages) > 0 {
		b = appendInts(append(b, `,"messages":`...), d.Messages)
	}
	return append(b, '}')
}

// comma parts the elements of a list.
func comma(b []byte, i int) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	return b
}

func appendField(b []byte, name, value string) []byte { return appendString(append(b, name...), value) }

// appendSome leaves out what is empty.
func appendSome(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return appendField(b, name, value)
}

func appendNumber(b []byte, name string, n int64) []byte {
	return strconv.AppendInt(append(b, name...), n, 10)
}

func appendInts(b []byte, ns []int) []byte {
	b = append(b, '[')
	for i, n := range ns {
		b = strconv.AppendInt(comma(b, i), int64(n), 10)
	}
	return append(b, ']')
}

// appendString writes a JSON string as encoding/json does: < > & and the line
// separators of JavaScript as \u003c …, what is no UTF-8 as \ufffd.
func appendString(b []byte, s string) []byte {
	const digits = "0123456789abcdef"
	b = append(b, '"')
	done := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			switch {
			case r == utf8.RuneError && n == 1:
				b = append(append(b, s[done:i]...), `\ufffd`...)
				done = i + 1
			case r == '\u2028' || r == '\u2029':
				b = append(append(b, s[done:i]...), `\u202`...)
				b = append(b, digits[r&15])
				done = i + n
			}
			i += n
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' {
			i++
			continue
		}
		b = append(b, s[done:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\b':
			b = append(b, `\b`...)
		case '\f':
			b = append(b, `\f`...)
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		default:
			b = append(b, `\u00`...)
			b = append(b, digits[c>>4], digits[c&15])
		}
		i++
		done = i
	}
	return append(append(b, s[done:]...), '"')
}
