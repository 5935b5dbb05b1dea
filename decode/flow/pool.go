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
func (p *pool) reportsOf(tracks []*media.Track, d ledger) []*media.Report {
	type span struct{ from, to capture.Time }
	spans := make(map[uint32][]span)
	var sources []uint32
	for _, t := range tracks {
		if spans[t.SSRC] == nil {
			sources = append(sources, t.SSRC)
		}
		from, to := d.bounds(t)
		spans[t.SSRC] = append(spans[t.SSRC], span{from, to})
	}
	var out []*media.Report
	for _, ssrc := range sources {
		for _, r := range p.reports[ssrc] {
			for _, s := range spans[ssrc] {
				if r.Time >= s.from && r.Time < s.to {
					out = append(out, r)
					break
				}
			}
		}
	}
	return out
}

// bounds is the time in which reports are about a track: a little more than
// its own, but none of that of the calls before and after it.
func (d ledger) bounds(t *media.Track) (from, to capture.Time) {
	from, to = t.Start.Add(-mediaGrace), t.End.Add(mediaGrace)
	for _, a := range [2]netip.AddrPort{t.Path.Dst, t.Path.Src} {
		for _, n := range d[a] {
			switch {
			case n.at > t.End:
				to = min(to, n.at)
			case n.at <= t.Start:
				from = max(from, n.at)
			}
		}
	}
	return from, to
}

// unfuture drops the reports of sources whose time has turned out wrong.
func (p *pool) unfuture(now capture.Time) {
	for ssrc, list := range p.reports {
		if list[len(list)-1].Time > now.Add(liveReportAge) {
			p.count -= len(list)
			delete(p.reports, ssrc)
		}
	}
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
