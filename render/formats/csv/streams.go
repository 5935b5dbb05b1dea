package csv

import (
	"strconv"
	"strings"

	"rung/capture"
	"rung/decode/media"
	"rung/render"
	"rung/render/record"
)

func (t *table) streams(doc *render.Document) {
	t.header("id", "flow", "leg", "ssrc", "src", "dst", "media", "payload_types", "codec", "clock_hz",
		"encrypted", "dscp", "file", "first_frame", "last_frame", "start", "end", "duration_ms",
		"packets", "bytes", "bitrate_kbps",
		"expected", "lost", "lost_percent", "duplicates", "reordered", "restarts",
		"delta_min_ms", "delta_mean_ms", "delta_max_ms",
		"jitter_mean_ms", "jitter_max_ms", "jitter_last_ms", "jitter_note", "skew_ms",
		"r_factor", "mos", "dtmf",
		"video_frames", "video_fps", "video_frame_jitter_ms",
		"rtcp_reports", "rtcp_fraction_lost_max", "rtcp_rtt_mean_ms")
	for _, s := range doc.Streams {
		t.stream(doc, s)
	}
}

func (t *table) stream(doc *render.Document, s *media.Stream) {
	r := record.NewStream(doc, s)
	t.owner(&r)
	t.captured(r.Media)
	t.word(joinInts(r.PayloadTypes))
	t.captured(s.Codec)
	t.intIf(s.Clock)
	t.boolIf(r.Encrypted)
	t.int(int64(s.DSCP))
	t.file(r.File)
	t.intIf(int(s.FirstFrame.Number))
	t.intIf(int(s.LastFrame.Number))
	t.time(s.Start)
	t.time(s.End)
	t.float(&r.DurationMS, msDecimals)
	t.int(s.Packets)
	t.int(s.Bytes)
	t.float(r.BitrateKbps, rateDecimals)
	t.int(s.Expected)
	t.int(s.Lost)
	t.float(r.LostPercent, percentDecimals)
	t.int(s.Duplicates)
	t.int(s.Reordered)
	t.int(s.Restarts)
	t.timing(&r)
	t.float(r.RFactor, 1)
	t.float(r.MOS, 2)
	t.captured(digits(s))
	t.video(r.Video)
	t.rtcp(r.RTCP)
	t.end()
}

// owner adds the columns that every row of a stream begins with.
func (t *table) owner(r *record.Stream) {
	t.captured(r.ID)
	if r.Flow == nil {
		t.word("")
	} else {
		t.int(int64(*r.Flow))
	}
	t.wordIf(r.Leg)
	t.word(r.SSRC)
	t.wordIf(r.Src)
	t.wordIf(r.Dst)
}

// file adds the name of an input, which somebody else may have chosen.
func (t *table) file(name *string) {
	if name == nil {
		t.word("")
		return
	}
	t.captured(*name)
}

func (t *table) timing(r *record.Stream) {
	d, j := r.Delta, r.Jitter
	if d == nil {
		d = &record.Spread{}
	}
	if j == nil {
		j = &record.Jitter{}
	}
	for _, v := range []*float64{d.Min, d.Mean, d.Max, j.Mean, j.Max, j.Last} {
		t.float(v, msDecimals)
	}
	t.wordIf(r.JitterNote)
	t.float(r.SkewMS, msDecimals)
}

func (t *table) video(v *record.Video) {
	if v == nil {
		t.row = append(t.row, "", "", "")
		return
	}
	t.int(v.Frames)
	t.float(v.FPS, rateDecimals)
	t.float(v.FrameJitterMS, msDecimals)
}

func (t *table) rtcp(c *record.RTCP) {
	if c == nil {
		t.row = append(t.row, "", "", "")
		return
	}
	t.int(c.Reports)
	t.float(c.FractionLostMax, percentDecimals)
	if c.RTT == nil {
		t.word("")
		return
	}
	t.float(c.RTT.Mean, msDecimals)
}

// digits writes the keys pressed: "1 2 # event 16".
func digits(s *media.Stream) string {
	words := make([]string, 0, len(s.DTMF))
	for _, d := range s.DTMF {
		words = append(words, d.Digit)
	}
	return strings.Join(words, " ")
}

func joinInts(ns []int) string {
	words := make([]string, 0, len(ns))
	for _, n := range ns {
		words = append(words, strconv.Itoa(n))
	}
	return strings.Join(words, " ")
}

// series writes a row per stream and interval. kbps is over the whole
// interval, also the last, which the stream may not fill.
func (t *table) series(doc *render.Document) {
	t.header("stream", "flow", "leg", "ssrc", "src", "dst",
		"start", "offset_ms", "interval_ms", "packets", "bytes", "kbps", "lost",
		"delta_mean_ms", "delta_max_ms", "jitter_mean_ms", "jitter_max_ms")
	for _, s := range doc.Streams {
		r := record.NewStream(doc, s)
		for i := range s.Series.Points {
			t.owner(&r)
			t.point(s, i)
			t.end()
		}
	}
}

// point adds the values of one interval. Delta and jitter are values of
// packets: without one (or with the stream's first alone) they are unknown.
func (t *table) point(s *media.Stream, i int) {
	p, step := &s.Series.Points[i], s.Series.Interval
	t.time(p.At)
	offset := p.At.Sub(begin(s))
	t.ms(&offset)
	t.ms(&step)
	t.int(int64(p.Packets))
	t.int(int64(p.Bytes))
	t.float(kbps(p, step.Seconds()), rateDecimals)
	t.int(int64(p.Lost))
	known := p.Packets > 1 || p.Packets == 1 && i > 0
	t.known(known && s.Delta != nil, p.DeltaMean)
	t.known(known && s.Delta != nil, p.DeltaMax)
	t.known(known && s.Jitter != nil, p.Jitter)
	t.known(known && s.Jitter != nil, p.JitterMax)
}

func (t *table) known(known bool, v float64) {
	if !known {
		t.word("")
		return
	}
	t.float(&v, msDecimals)
}

func begin(s *media.Stream) capture.Time {
	if s.Series.Start != 0 {
		return s.Series.Start
	}
	return s.Start
}

func kbps(p *media.Point, seconds float64) *float64 {
	if seconds <= 0 {
		return nil
	}
	v := float64(p.Bytes) * 8 / seconds / 1000
	return &v
}
