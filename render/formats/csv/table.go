package csv

import (
	"encoding/csv"
	"strconv"
	"strings"
	"time"

	"rung/capture"
	"rung/render/safe"
)

// A table gathers the cells of a row and remembers the first error.
type table struct {
	w    *csv.Writer
	zone *time.Location
	row  []string
	err  error
}

func (t *table) header(names ...string) {
	t.row = append(t.row, names...)
	t.end()
}

// end writes the row.
func (t *table) end() {
	if t.err == nil {
		t.err = t.w.Write(t.row)
	}
	t.row = t.row[:0]
}

// word adds text of our own making.
func (t *table) word(s string) { t.row = append(t.row, s) }

// wordIf adds *s, or an empty cell.
func (t *table) wordIf(s *string) {
	if s == nil {
		t.word("")
		return
	}
	t.word(*s)
}

// captured adds text that came off the wire.
func (t *table) captured(s string) { t.word(guard(safe.Terminal(s))) }

// boolIf writes true or false, and nothing where it is not known.
func (t *table) boolIf(v *bool) {
	if v == nil {
		t.word("")
		return
	}
	t.word(strconv.FormatBool(*v))
}

func (t *table) int(n int64) { t.word(strconv.FormatInt(n, 10)) }

// intIf adds n, or an empty cell when 0 means that it is not known.
func (t *table) intIf(n int) {
	if n == 0 {
		t.word("")
		return
	}
	t.int(int64(n))
}

// float adds *v with fixed decimals, or an empty cell.
func (t *table) float(v *float64, decimals int) {
	if v == nil {
		t.word("")
		return
	}
	t.word(strconv.FormatFloat(*v, 'f', decimals, 64))
}

func (t *table) ms(d *time.Duration) {
	if d == nil {
		t.word("")
		return
	}
	v := float64(*d) / 1e6
	t.float(&v, msDecimals)
}

// Decimals, as record has them.
const (
	msDecimals      = 3
	rateDecimals    = 3
	percentDecimals = 4
)

func (t *table) time(at capture.Time) {
	t.word(at.Std().In(t.zone).Format("2006-01-02T15:04:05.000000000Z07:00"))
}

// guard keeps a spreadsheet from running captured text: cells that begin with
// a sign that starts a formula get an apostrophe, which spreadsheets take for
// "this is text". The full-width signs start formulas in East Asian versions.
func guard(s string) string {
	for _, sign := range []string{"=", "+", "-", "@", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(s, sign) {
			return "'" + s
		}
	}
	return s
}
