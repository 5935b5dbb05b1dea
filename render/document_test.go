package render_test

import (
	"testing"

	"rung/capture"
	"rung/render"
)

func TestFileOfAFrame(t *testing.T) {
	c := &render.Capture{FilesBefore: 20, Files: []render.File{
		{Name: "gone", Frames: 5, Removed: true},
		{Name: "cut short", Frames: 5, Lost: 2},
		{Name: "not recorded", Frames: 3},
	}}
	for _, tt := range []struct {
		rule  string
		frame capture.Frame
		want  string
	}{
		{"files before the list are counted", capture.Frame{File: 21, Number: 5}, "cut short"},
		{"a file that was removed had its name", capture.Frame{File: 20, Number: 1}, "gone"},
		{"what came before the list has no name", capture.Frame{File: 19, Number: 1}, ""},
		{"nor has the first file", capture.Frame{Number: 1}, ""},
		{"what was lost before it was written is in no file", capture.Frame{File: 21, Number: 6}, ""},
		{"the last of the list", capture.Frame{File: 22, Number: 9}, "not recorded"},
		{"nothing behind the list", capture.Frame{File: 23, Number: 1}, ""},
		{"no number is no frame", capture.Frame{File: 21}, ""},
		{"in no file at all", capture.Frame{File: -1, Number: 1}, ""},
	} {
		got := ""
		if f := c.File(tt.frame); f != nil {
			got = f.Name
		}
		if got != tt.want {
			t.Errorf("%s: %v is in %q, want %q", tt.rule, tt.frame, got, tt.want)
		}
	}
}

func TestFrameNameCountsFilesNoLongerListed(t *testing.T) {
	doc := &render.Document{Capture: render.Capture{FilesBefore: 3, Files: []render.File{{}}}}
	for _, tt := range []struct {
		frame capture.Frame
		want  string
	}{{capture.Frame{File: 3, Number: 7}, "4:7"}, {capture.Frame{Number: 7}, "1:7"}} {
		if got := doc.FrameName(tt.frame); got != tt.want {
			t.Errorf("%+v is %q, want %q", tt.frame, got, tt.want)
		}
	}
}
