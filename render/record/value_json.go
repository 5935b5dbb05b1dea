package record

import (
	"math"
	"net/netip"
	"strconv"
	"time"

	"rung/capture"
)

// appendTime appends t as a string: RFC 3339, UTC, nine digits.
func appendTime(b []byte, t capture.Time) []byte {
	b = append(b, '"')
	b = appendStamp(b, t)
	return append(b, '"')
}

// appendTimeIf is appendTime, or null when known is false.
func appendTimeIf(b []byte, known bool, t capture.Time) []byte {
	if !known {
		return append(b, "null"...)
	}
	return appendTime(b, t)
}

// appendStamp appends t as Time gives it. capture.Time ends in the years 1677
// and 2262, so that the year always has four digits.
func appendStamp(b []byte, t capture.Time) []byte {
	const day = 24 * 60 * 60
	sec, ns := int64(t)/1e9, int64(t)%1e9
	if ns < 0 {
		sec, ns = sec-1, ns+1e9
	}
	days, s := sec/day, sec%day
	if s < 0 {
		days, s = days-1, s+day
	}
	year, month, dom := date(days)
	at, u := len(b), uint64(s)
	b = append(b, "0000-00-00T00:00:00.000000000Z"...)
	d := (*[30]byte)(b[at:])
	two(d, 0, year/100)
	two(d, 2, year%100)
	two(d, 5, month)
	two(d, 8, dom)
	two(d, 11, u/3600)
	two(d, 14, u/60%60)
	two(d, 17, u%60)
	two(d, 20, uint64(ns)/1e7)
	two(d, 22, uint64(ns)/1e5%100)
	two(d, 24, uint64(ns)/1e3%100)
	two(d, 26, uint64(ns)/10%100)
	d[28] = byte('0' + ns%10)
	return b
}

// two writes the two digits of v at d[i].
func two(d *[30]byte, i int, v uint64) { d[i], d[i+1] = byte('0'+v/10), byte('0'+v%10) }

// date gives the Gregorian date of a day counted from 1970-01-01. Years are
// counted from March, so that the leap day is the last of its year, and in
// eras of 400 years, which are all equally long.
func date(days int64) (year, month, dom uint64) {
	const (
		era       = 146097 // days of 400 years
		fromMarch = 719468 // days from 0000-03-01 to 1970-01-01
	)
	z := uint64(days + fromMarch) // years before 0 are out of reach
	e, doe := z/era, z%era
	yoe := (doe - doe/1460 + doe/36524 - doe/(era-1)) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	m := (5*doy + 2) / 153 // month from March; 153 days are five of them
	dom = doy - (153*m+2)/5 + 1
	year, month = e*400+yoe, m+3
	if month > 12 {
		year, month = year+1, month-12
	}
	return year, month, dom
}

// appendRound appends v rounded to 1/scale, null when it is no finite number
// (see rounded). scale is a power of ten.
func appendRound(b []byte, v float64, scale int64) []byte {
	n := math.Round(v * float64(scale))
	// Fifteen decimal digits always come back from a float64, so that the
	// shortest text of n/scale is n with its point put in.
	if math.Abs(n) < 1e15 {
		return appendFixed(b, int64(n), scale)
	}
	r, ok := rounded(v, float64(scale))
	if !ok {
		return append(b, "null"...)
	}
	return appendFloat(b, r)
}

// appendFixed appends n/scale without zeros at the end.
func appendFixed(b []byte, n, scale int64) []byte {
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	b = strconv.AppendInt(b, n/scale, 10)
	frac := n % scale
	if frac == 0 {
		return b
	}
	b = append(b, '.')
	for frac > 0 {
		frac *= 10
		b = append(b, byte('0'+frac/scale))
		frac %= scale
	}
	return b
}

// appendFloat appends a large number as encoding/json does: as ECMAScript
// writes it, with an exponent from 1e21.
func appendFloat(b []byte, v float64) []byte {
	format := byte('f')
	if math.Abs(v) >= 1e21 {
		format = 'e'
	}
	return strconv.AppendFloat(b, v, format, -1, 64)
}

func appendMS(b []byte, v float64) []byte { return appendRound(b, v, msDecimals) }

// appendMillis appends a duration in ms.
func appendMillis(b []byte, d time.Duration) []byte { return appendMS(b, float64(d)/1e6) }

func appendMillisIf(b []byte, d *time.Duration) []byte {
	if d == nil {
		return append(b, "null"...)
	}
	return appendMillis(b, *d)
}

func appendInt[T ~int | ~int32 | ~int64](b []byte, n T) []byte {
	return strconv.AppendInt(b, int64(n), 10)
}

// appendNumber appends n, null when it is 0 and 0 means "not known".
func appendNumber[T ~int | ~int32](b []byte, n T) []byte {
	if n == 0 {
		return append(b, "null"...)
	}
	return appendInt(b, n)
}

// appendAddr appends a as a string (see Addr), null when it is not valid.
func appendAddr(b []byte, a netip.AddrPort) []byte {
	ip := a.Addr()
	switch {
	case !a.IsValid():
		return append(b, "null"...)
	case ip.Zone() != "": // may hold any character
		return appendString(b, Addr(a))
	}
	b = append(b, '"')
	if a.Port() == 0 {
		b = ip.AppendTo(b)
	} else {
		b = a.AppendTo(b)
	}
	return append(b, '"')
}

// appendName appends the input a frame is in, null when there is none.
func (in inputs) appendName(b []byte, f capture.Frame) []byte {
	name := in.name(f)
	if name == nil {
		return append(b, "null"...)
	}
	return appendString(b, *name)
}

// appendFrames appends the numbers of list as an array and, when they lie in
// several inputs, the field frame_files behind it.
func (in inputs) appendFrames(b []byte, list []capture.Frame) []byte {
	b = append(b, '[')
	several := false
	for i, f := range list {
		b = comma(b, i)
		b = appendInt(b, f.Number)
		several = several || f.File != list[0].File
	}
	b = append(b, ']')
	if !several {
		return b
	}
	b = append(b, `,"frame_files":[`...)
	for i, f := range list {
		b = comma(b, i)
		b = appendString(b, in.orEmpty(f))
	}
	return append(b, ']')
}

// appendInput appends the input of list: that of its last frame.
func (in inputs) appendInput(b []byte, list []capture.Frame) []byte {
	if len(list) == 0 {
		return append(b, "null"...)
	}
	return in.appendName(b, list[len(list)-1])
}

// appendDiagnostics appends an array of DIAG.
func (in inputs) appendDiagnostics(b []byte, ds []capture.Diagnostic) []byte {
	b = append(b, '[')
	for i := range ds {
		b = comma(b, i)
		b = in.appendDiagnostic(b, &ds[i])
	}
	return append(b, ']')
}

func (in inputs) appendDiagnostic(b []byte, d *capture.Diagnostic) []byte {
	b = append(b, `{"code":`...)
	b = appendString(b, d.Code)
	b = append(b, `,"severity":`...)
	b = appendText(b, d.Severity.String())
	b = append(b, `,"frames":`...)
	b = in.appendFrames(b, d.Frames)
	b = append(b, `,"text":`...)
	b = appendString(b, d.Text)
	b = append(b, `,"ref":`...)
	b = appendText(b, d.Ref)
	b = append(b, `,"file":`...)
	b = in.appendInput(b, d.Frames)
	b = append(b, `,"damage":`...)
	b = strconv.AppendBool(b, d.Damage)
	return append(b, '}')
}
