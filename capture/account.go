package capture

import "sort"

// Fate says what became of a frame. Every frame has exactly one.
type Fate uint8

// Fates of frames, as contract.md accounts for them.
const (
	FateDecoded       Fate = iota + 1 // rung read it
	FateDuplicate                     // a span copy of another frame
	FateTransportOnly                 // TCP without payload of interest
	FateOther                         // a protocol rung does not read, by name
	FateUndecoded                     // rung should have read it and could not, by reason
)

// A Tally counts frames under one name and remembers the first.
type Tally struct {
	Name   string
	Frames int64
	First  Frame
	order  uint64
}

// An Account says for every frame of a run what became of it.
// The zero value is ready for use.
type Account struct {
	Decoded, Duplicate, TransportOnly int64
	other, undecoded                  map[string]*Tally
}

// Add counts one frame. name is needed for FateOther and FateUndecoded;
// index is the frame's position in the run and decides which is "first".
func (a *Account) Add(fate Fate, name string, f Frame, index uint64) {
	a.AddN(fate, name, 1, f, index)
}

// AddN counts n frames of which f is the first.
func (a *Account) AddN(fate Fate, name string, n int64, f Frame, index uint64) {
	switch fate {
	case FateDecoded:
		a.Decoded += n
	case FateDuplicate:
		a.Duplicate += n
	case FateTransportOnly:
		a.TransportOnly += n
	case FateOther:
		a.other = tally(a.other, name, n, f, index)
	case FateUndecoded:
		a.undecoded = tally(a.undecoded, name, n, f, index)
	}
}

func tally(m map[string]*Tally, name string, n int64, f Frame, index uint64) map[string]*Tally {
	if m == nil {
		m = make(map[string]*Tally)
	}
	t := m[name]
	if t == nil {
		t = &Tally{Name: name, First: f, order: index}
		m[name] = t
	}
	if index < t.order {
		t.First, t.order = f, index
	}
	t.Frames += n
	return m
}

// Merge adds b's counts to a.
func (a *Account) Merge(b *Account) {
	a.Decoded += b.Decoded
	a.Duplicate += b.Duplicate
	a.TransportOnly += b.TransportOnly
	for _, t := range b.other {
		a.other = tally(a.other, t.Name, t.Frames, t.First, t.order)
	}
	for _, t := range b.undecoded {
		a.undecoded = tally(a.undecoded, t.Name, t.Frames, t.First, t.order)
	}
}

// Other returns the protocols rung does not read, most frames first, ties by
// first frame.
func (a *Account) Other() []Tally { return sorted(a.other) }

// Undecoded returns the reasons for frames not read, sorted likewise.
func (a *Account) Undecoded() []Tally { return sorted(a.undecoded) }

// Total is the number of frames counted.
func (a *Account) Total() int64 {
	n := a.Decoded + a.Duplicate + a.TransportOnly
	for _, t := range a.other {
		n += t.Frames
	}
	for _, t := range a.undecoded {
		n += t.Frames
	}
	return n
}

func sorted(m map[string]*Tally) []Tally {
	out := make([]Tally, 0, len(m))
	for _, t := range m {
		out = append(out, *t)
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Frames != out[j].Frames {
			return out[i].Frames > out[j].Frames
		}
		if out[i].order != out[j].order {
			return out[i].order < out[j].order
		}
		return out[i].Name < out[j].Name
	})
	return out
}
