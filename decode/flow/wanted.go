package flow

import (
	"fmt"
	"iter"

	"rung/capture"
	"rung/decode"
)

// wanted gives the media lines of a session description that name an address,
// the first maxMediaLines of them, by their place. A line that is on hold or
// off names none: the port is kept.
func wanted(s *decode.Session) iter.Seq2[int, *decode.Media] {
	return func(yield func(int, *decode.Media) bool) {
		n := 0
		for i := range s.Media {
			d := &s.Media[i]
			if !wants(d) {
				continue
			}
			if n++; n > maxMediaLines || !yield(i, d) {
				return
			}
		}
	}
}

func wants(d *decode.Media) bool {
	return d.Port != 0 && d.Addr.IsValid() && !d.Addr.Addr().IsUnspecified()
}

// mediaLimit tells where wanted left lines out.
func mediaLimit(f *Flow) {
	var first capture.Frame
	descriptions, lines := 0, 0
	for i := range f.Messages {
		s := f.Messages[i].Facts.Session
		if s == nil || len(s.Media) <= maxMediaLines {
			continue
		}
		n := 0
		for k := range s.Media {
			if wants(&s.Media[k]) {
				n++
			}
		}
		if n <= maxMediaLines {
			continue
		}
		if descriptions == 0 {
			first = f.Messages[i].Frame
		}
		descriptions++
		lines += n - maxMediaLines
	}
	if descriptions == 0 {
		return
	}
	f.Diagnostics = append(f.Diagnostics, capture.Diagnostic{
		Code: "media-lines-limit", Severity: capture.Warning, Frames: []capture.Frame{first},
		Text: fmt.Sprintf("%s with more than %d media lines: no streams were looked for at the addresses of the %d after them",
			counted(descriptions, "session description"), maxMediaLines, lines),
	})
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
