package flow

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"rung/capture"
	"rung/decode/media"
)

// A pool holds RTP that was handed out and waits for its call, and RTCP that
// waits for its RTP.
type pool struct {
	tracks  []pooled // in the order they came
	reports map[uint32][]*media.Report
	count   int // reports
	lost    int64
	first   capture.Frame
	alone   []*media.Stream // pieces of tracks that belong to no call
}

type pooled struct {
	track *media.Track
	since capture.Time
}

func (p *pool) init() { p.reports = make(map[uint32][]*media.Report) }

// add takes tracks. One that goes on where another ended is put behind it.
func (p *pool) add(now capture.Time, tracks []*media.Track) {
	type key struct {
		path capture.Path
		ssrc uint32
	}
	if len(tracks) == 0 {
		return
	}
	at := make(map[key]*media.Track, len(p.tracks))
	for i := range p.tracks {
		at[key{p.tracks[i].track.Path, p.tracks[i].track.SSRC}] = p.tracks[i].track
	}
	for _, t := range tracks {
		k := key{t.Path, t.SSRC}
		if before := at[k]; before != nil && before.Append(t) {
			continue
		}
		at[k] = t
		p.tracks = append(p.tracks, pooled{t, now})
	}
}

// touching returns the tracks to or from the addresses, by first packet.
func (p *pool) touching(addrs map[netip.AddrPort]bool) []*media.Track {
	var out []*media.Track
	for i := range p.tracks {
		if t := p.tracks[i].track; addrs[t.Path.Dst] || addrs[t.Path.Src] {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b *media.Track) int {
		return cmp.Or(cmp.Compare(a.First.Index, b.First.Index), cmp.Compare(a.SSRC, b.SSRC))
	})
	return out
}

// since returns the tracks that wait since the given time or longer.
func (p *pool) since(before capture.Time) []*media.Track {
	var out []*media.Track
	for i := range p.tracks {
		if p.tracks[i].since <= before {
			out = append(out, p.tracks[i].track)
		}
	}
	return out
}

// take removes tracks.
func (p *pool) take(gone map[*media.Track]bool) {
	if len(gone) > 0 {
		p.tracks = slices.DeleteFunc(p.tracks, func(x pooled) bool { return gone[x.track] })
	}
}

// homeless returns the pieces that belong to no call.
func (p *pool) homeless() []*media.Stream {
	out := p.alone
	p.alone = nil
	return out
}

// report takes RTCP.
func (p *pool) report(reports []*media.Report) {
	slices.SortFunc(reports, func(a, b *media.Report) int {
		return cmp.Or(cmp.Compare(a.Order.Index, b.Order.Index), cmp.Compare(a.Order.Offset, b.Order.Offset), cmp.Compare(a.About, b.About))
	})
	for _, r := range reports {
		list := p.reports[r.About]
		if len(list) >= liveSourceReports {
			list = p.drop(list, len(list)/2)
		}
		if p.count >= liveReports {
			p.lose(r, 1)
			continue
		}
		p.reports[r.About] = append(list, r)
		p.count++
	}
}

func (p *pool) drop(list []*media.Report, n int) []*media.Report {
	p.lose(list[0], n)
	p.count -= n
	return slices.Delete(list, 0, n)
}

func (p *pool) lose(r *media.Report, n int) {
	if p.lost == 0 {
		p.first = r.Frame
	}
	p.lost += int64(n)
}

// reportsOf returns the reports about the sources of the tracks, of the time
// of those tracks: another call may have used the same SSRC. They stay: a
// proxy passes one source on over two hops.
func (p *pool) reportsOf(tracks []*media.Track) []*media.Report {
	var out []*media.Report
	type span struct{ from, to capture.Time }
	spans := make(map[uint32]span)
	for _, t := range tracks {
		s, ok := spans[t.SSRC]
		if !ok {
			s = span{t.Start, t.End}
		}
		spans[t.SSRC] = span{min(s.from, t.Start), max(s.to, t.End)}
	}
	for _, t := range tracks {
		s, ok := spans[t.SSRC]
		if !ok {
			continue
		}
		delete(spans, t.SSRC)
		for _, r := range p.reports[t.SSRC] {
			if r.Time >= s.from.Add(-mediaGrace) && r.Time <= s.to.Add(mediaGrace) {
				out = append(out, r)
			}
		}
	}
	return out
}

// forget drops the reports about sources that are silent.
func (p *pool) forget(now capture.Time) {
	for ssrc, list := range p.reports {
		if now.Sub(list[len(list)-1].Time) > liveReportAge {
			p.count -= len(list)
			delete(p.reports, ssrc)
		}
	}
}

func (p *pool) diagnostics() []capture.Diagnostic {
	if p.lost == 0 {
		return nil
	}
	return []capture.Diagnostic{{
		Code: "rtcp-reports-limit", Severity: capture.Warning, Frames: []capture.Frame{p.first},
		Text: fmt.Sprintf("%d RTCP reports were not kept: more than %d at a time, or %d about one source", p.lost, liveReports, liveSourceReports),
	}}
}
