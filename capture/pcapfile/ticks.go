package pcapfile

import (
	"math"
	"math/bits"
)

// ticks converts the timestamps of a pcapng interface to nanoseconds
// (if_tsresol, if_tsoffset; draft-ietf-opsawg-pcapng §4.2).
type ticks struct {
	mul    uint64 // nanoseconds in a tick; 0: use resolution
	maxMul uint64 // the most ticks that mul may be applied to
	base2  bool
	exp    uint8
	offset int64 // seconds to add
}

// newTicks takes if_tsresol's byte: a negative power of 10, or with the
// highest bit set of 2.
func newTicks(resol byte, offset int64) ticks {
	t := ticks{base2: resol&0x80 != 0, exp: resol & 0x7f, offset: offset}
	if !t.base2 && t.exp <= 9 {
		t.mul = pow10(9 - t.exp)
		t.maxMul = math.MaxInt64 / t.mul
	}
	return t
}

// nanos returns ts in nanoseconds since 1970, or ok false when it doesn't fit
// (before 1677, after 2262).
func (t *ticks) nanos(ts uint64) (ns int64, ok bool) {
	if t.mul != 0 && ts <= t.maxMul {
		if ns = int64(ts * t.mul); t.offset == 0 {
			return ns, true
		}
		return addSeconds(ns, t.offset)
	}
	if ns, ok = t.slow(ts); !ok {
		return 0, false
	}
	return addSeconds(ns, t.offset)
}

func (t *ticks) slow(ts uint64) (int64, bool) {
	var hi, lo uint64
	switch {
	case t.base2:
		hi, lo = bits.Mul64(ts, 1e9)
		hi, lo = shift(hi, lo, uint(t.exp))
	case t.exp <= 9:
		hi, lo = bits.Mul64(ts, t.mul)
	case t.exp-9 > 19: // 10^20 is more than 64 bits hold
		return 0, true
	default:
		lo = ts / pow10(t.exp-9)
	}
	return int64(lo), hi == 0 && lo <= math.MaxInt64
}

// shift shifts a 128-bit number to the right.
func shift(hi, lo uint64, n uint) (uint64, uint64) {
	if n >= 64 {
		return 0, hi >> (n - 64)
	}
	return hi >> n, lo>>n | hi<<(64-n)
}

func addSeconds(ns, s int64) (int64, bool) {
	const most = math.MaxInt64 / 1_000_000_000
	if s == 0 {
		return ns, true
	}
	if s > most || s < -most {
		return 0, false
	}
	sum := ns + s*1e9
	if s > 0 && sum < ns || s < 0 && sum > ns {
		return 0, false
	}
	return sum, true
}

func pow10(n uint8) uint64 {
	p := uint64(1)
	for ; n > 0; n-- {
		p *= 10
	}
	return p
}
