package layout

// A Picture is one page.
type Picture struct {
	Width, Height float64
	Page, Pages   int // from 1
	Title         string
	Groups        []Group // drawn in this order
}

// A Group is what belongs together: a rung, a head, a note. Its parts are
// drawn in the order of its fields.
type Group struct {
	Class   string // for style sheets and scripts: "rung leg-1 request"
	Tip     string // full text, may have several lines
	Message int    // index into the flow's messages, -1 when it is none
	Frame   string
	Boxes   []Box
	Lines   []Line
	Heads   []Head
	Discs   []Disc
	Texts   []Text
}

// A Class names what a shape is; a theme gives it colours.
type Class string

// Classes of shapes and texts.
const (
	Title      Class = "title"
	Subtitle   Class = "sub"
	HeadBox    Class = "headbox"
	Name       Class = "name"
	Role       Class = "role"
	Life       Class = "life"
	LifeGap    Class = "lifegap"
	Time       Class = "time"
	Delta      Class = "delta"
	Column     Class = "column" // heading of the time and frame columns
	Arrow      Class = "arrow"
	Label      Class = "label"
	LabelAlert Class = "labelalert"
	AlertBox   Class = "alertbox"
	Detail     Class = "detail"
	Halo       Class = "halo" // background behind text that crosses lifelines
	Pill       Class = "pill"
	PillText   Class = "pilltext"
	Media      Class = "media"
	MediaText  Class = "mediatext"
	MediaLossy Class = "medialossy"
	FoldBox    Class = "foldbox"
	FoldText   Class = "foldtext"
	Bracket    Class = "bracket"
	GapText    Class = "gaptext"
	NoteBox    Class = "notebox"
	NoteText   Class = "notetext"
	NoteDisc   Class = "notedisc"
	NoteNumber Class = "notenumber"
	Foot       Class = "foot"
)

// A Tone distinguishes shapes of one class: "leg-1" to "leg-8", "event",
// "alarm", or empty.
type Tone string

// Tones that are no legs.
const (
	ToneEvent Tone = "event"
	ToneAlarm Tone = "alarm"
)

// Legs is how many legs have a tone of their own; further ones start over.
const Legs = 8

// LegTone is the tone of a leg by its index; -1 is a leg unknown.
func LegTone(leg int) Tone {
	if leg < 0 {
		return ToneEvent
	}
	return Tone("leg-" + string(rune('1'+leg%Legs)))
}

// A Box is a rectangle with round corners.
type Box struct {
	X, Y, W, H, R float64
	Class         Class
	Tone          Tone
}

// A Point is a place on the page.
type Point struct{ X, Y float64 }

// A Line runs through its points.
type Line struct {
	Points []Point
	Class  Class
	Tone   Tone
}

// A Head is an arrow head with its tip at X, Y. Cross heads are two crossed
// strokes: it arrived and was refused.
type Head struct {
	X, Y  float64
	Left  bool // points to the left
	Cross bool
	Class Class
	Tone  Tone
}

// Size of arrow heads.
const (
	HeadLength = 10
	HeadWidth  = 9
	CrossSize  = 4.5
)

// A Disc is a filled circle.
type Disc struct {
	X, Y, R float64
	Class   Class
}

// Anchors of texts.
const (
	Start Anchor = iota
	Middle
	End
)

// An Anchor says where X is in the text.
type Anchor uint8

// A Text is one line, its baseline at Y. W is its measured width.
type Text struct {
	X, Y   float64
	W      float64
	Anchor Anchor
	S      string
	Class  Class
	Tone   Tone
}

// Left is the left edge of t.
func (t *Text) Left() float64 {
	switch t.Anchor {
	case Middle:
		return t.X - t.W/2
	case End:
		return t.X - t.W
	}
	return t.X
}
