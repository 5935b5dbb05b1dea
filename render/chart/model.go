package chart

import (
	"rung/capture"
	"rung/decode/media"
)

// A Chart is one page: blocks of panels on one time axis. It holds what is to
// be shown and no coordinates. Texts in it may hold captured text.
type Chart struct {
	Flow       int // id of the flow, 0 for streams of none
	Title      string
	Subtitle   string
	Foot       string
	AxisLabel  string // what the seconds count from
	Start, End capture.Time
	Events     []Event
	Blocks     []Block
	Note       string // shown instead of blocks when there are none
}

// An Event is something signalling said at a time: INVITE, 200, BYE, hold.
type Event struct {
	At    capture.Time
	Label string
}

// A Block is the streams between one pair of addresses, both directions: at
// most maxLines of them, first packet first.
type Block struct {
	Title string // "" when the page has one block
	Lines []Line
}

// A Line is one stream.
type Line struct {
	Name   string // "phone 10.0.0.1:4000 → gateway 10.0.0.2:5000"
	Stats  string // codec, packets, loss, jitter
	Stream *media.Stream
}
