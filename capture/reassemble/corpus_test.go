package reassemble_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rung/capture"
	"rung/capture/pcapfile"
	"rung/capture/reassemble"
	"rung/capture/wire"
)

// captures lists what lies beside the project.
func captures(t testing.TB) (files []string) {
	for _, dir := range []string{os.Getenv("RUNG_CORPUS"), "../../../shared/corpus", "../../../shared/lab"} {
		if dir == "" {
			continue
		}
		_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() && strings.Contains(filepath.Ext(path), "cap") {
				files = append(files, path)
			}
			return nil
		})
	}
	if len(files) == 0 {
		t.Skip("no folder of captures beside the project; set RUNG_CORPUS")
	}
	return files
}

// A tally is what one capture came to.
type tally struct {
	frames, copies, fragments, joined, lost  int
	kept, given, refused, gaps, opened, ends int
}

// TestRealCaptures asserts that no packet is lost or counted twice, whatever
// the capture.
func TestRealCaptures(t *testing.T) {
	var all tally
	for _, name := range captures(t) {
		r, err := pcapfile.Open([]string{name}, nil)
		if err != nil {
			continue // other formats
		}
		n := readAll(t, name, r)
		_ = r.Close()
		if n.kept != n.given || n.fragments != n.joined+n.lost {
			t.Errorf("%s: %+v", filepath.Base(name), n)
		}
		if strings.Contains(name, "/lab/") && (n.gaps > 0 || n.lost > 0 || n.refused > 0) {
			t.Errorf("%s was captured whole: %+v", filepath.Base(name), n)
		}
		if strings.HasPrefix(filepath.Base(name), "b08_") && n.joined == 0 {
			t.Errorf("%s: no fragments joined", filepath.Base(name))
		}
		all = add(all, n)
	}
	t.Logf("%+v", all)
}

func add(a, b tally) tally {
	a.frames += b.frames
	a.copies += b.copies
	a.fragments += b.fragments
	a.joined += b.joined
	a.lost += b.lost
	a.kept += b.kept
	a.given += b.given
	a.refused += b.refused
	a.gaps += b.gaps
	a.opened += b.opened
	a.ends += b.ends
	return a
}

func readAll(t *testing.T, name string, r *pcapfile.Reader) (n tally) {
	var (
		dec   wire.Decoder
		g     wire.Datagram
		p     capture.Packet
		dedup = reassemble.NewDedup(reassemble.DedupOptions{})
		join  = reassemble.NewFragments(nil)
		last  = make(map[*reassemble.Conn]capture.Order)
	)
	tcp := reassemble.NewTCP(reassemble.Limits{}, func(c *reassemble.Conn, _ int, s *capture.Segment) {
		if s.Order.Less(last[c]) {
			t.Errorf("%s: frame %v: order goes back", name, s.Frame)
		}
		last[c] = s.Order
		switch {
		case s.Gap != 0:
			n.gaps++
		case s.Event == capture.EventOpen:
			n.opened++
		case s.Event != 0:
			n.ends++
		}
		if len(s.Data) > 0 {
			n.given += len(s.AllFrames())
		}
	})
	for r.Next(&p) == nil {
		n.frames++
		join.Advance(p.Time)
		tcp.Advance(p.Time)
		dec.Decode(&p, &g)
		if g.Fate != 0 {
			continue
		}
		if _, dup := dedup.Seen(&p, &g); dup {
			n.copies++
			continue
		}
		var frames []capture.Frame
		if g.Fragment {
			n.fragments++
			done := false
			if frames, done = join.Add(&p, &g); !done {
				continue
			}
			n.joined += len(frames)
			dec.DecodeTransport(&g)
		}
		if g.Path.Transport != capture.TCP || g.Fate != 0 {
			continue
		}
		switch d := tcp.Feed(capture.Order{Index: p.Index}, &p, &g, frames); d.Kind {
		case reassemble.Kept:
			n.kept += max(1, len(frames))
		case reassemble.Refused:
			n.refused++
		case reassemble.TransportOnly:
		}
	}
	tcp.Close()
	join.Incomplete(func(capture.Frame, uint64) { n.lost++ })
	return n
}
