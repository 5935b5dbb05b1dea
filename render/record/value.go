package record

import (
	"math"
	"net/netip"
	"time"

	"rung/capture"
	"rung/render"
)

// Time formats t as the records do: RFC 3339 in UTC with always nine digits,
// so that times sort as text.
func Time(t capture.Time) string { return string(appendStamp(nil, t)) }

// timeIf is Time, or nil when known is false.
func timeIf(known bool, t capture.Time) *string {
	if !known {
		return nil
	}
	s := Time(t)
	return &s
}

// Decimals of the numbers, as doc.go promises.
const (
	msDecimals      = 1e3
	rateDecimals    = 1e3
	percentDecimals = 1e4
)

// rounded gives v with fixed precision; ok is false when that is no finite
// number: JSON knows neither NaN nor infinity.
func rounded(v, scale float64) (r float64, ok bool) {
	r = math.Round(v*scale) / scale
	if math.IsNaN(r) || math.IsInf(r, 0) {
		return 0, false
	}
	return r + 0, true // no -0
}

// round is rounded, nil when it is not ok.
func round(v, scale float64) *float64 {
	r, ok := rounded(v, scale)
	if !ok {
		return nil
	}
	return &r
}

func ms(v float64) *float64 { return round(v, msDecimals) }

// millis gives a duration in ms. It is always finite.
func millis(d time.Duration) float64 { return *ms(float64(d) / 1e6) }

func millisIf(d *time.Duration) *float64 {
	if d == nil {
		return nil
	}
	v := millis(*d)
	return &v
}

// text gives s, nil when it is empty.
func text[T ~string](s T) *string {
	if s == "" {
		return nil
	}
	t := string(s)
	return &t
}

// number gives n, nil when it is 0 and 0 means "not known".
func number(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

// Addr formats an address as the records do: "ip:port", the address alone
// when it has no port, "" when it is not valid.
func Addr(a netip.AddrPort) string {
	if !a.IsValid() {
		return ""
	}
	if a.Port() == 0 {
		return a.Addr().String()
	}
	return a.String()
}

// list copies s, so that an empty list is [] and not null.
func list[T any](s []T) []T { return append(make([]T, 0, len(s)), s...) }

// inputs are the files of a run; frames name them by index.
type inputs struct{ *render.Capture }

func inputsOf(doc *render.Document) inputs { return inputs{&doc.Capture} }

// name gives the input a frame is in, nil when there is none.
func (in inputs) name(f capture.Frame) *string {
	if file := in.File(f); file != nil {
		return &file.Name
	}
	return nil
}

// orEmpty is name, "" when there is none.
func (in inputs) orEmpty(f capture.Frame) string {
	if p := in.name(f); p != nil {
		return *p
	}
	return ""
}

// frames gives the numbers of list and the input they are in. files is set
// only when they lie in several inputs: then it names the one of each.
func (in inputs) frames(list []capture.Frame) (numbers []int, file *string, files []string) {
	numbers = make([]int, 0, len(list))
	several := false
	for _, f := range list {
		numbers = append(numbers, int(f.Number))
		several = several || f.File != list[0].File
	}
	if len(list) > 0 {
		file = in.name(list[len(list)-1])
	}
	if !several {
		return numbers, file, nil
	}
	files = make([]string, 0, len(list))
	for _, f := range list {
		files = append(files, in.orEmpty(f))
	}
	return numbers, file, files
}
