package record

import (
	"rung/decode/media"
	"rung/render"
)

// A Stream is one RTP SSRC on one path.
type Stream struct {
	ID            string   `json:"id" expr:"id"`
	Flow          *int     `json:"flow" expr:"flow"`
	Leg           *string  `json:"leg" expr:"leg"`
	SSRC          string   `json:"ssrc" expr:"ssrc"` // "0x1234abcd"
	Src           *string  `json:"src" expr:"src"`
	Dst           *string  `json:"dst" expr:"dst"`
	Media         string   `json:"media" expr:"media"`
	PayloadTypes  []int    `json:"payload_types" expr:"payload_types"`
	Codec         *string  `json:"codec" expr:"codec"`
	ClockHz       *int     `json:"clock_hz" expr:"clock_hz"`
	CodecNote     *string  `json:"codec_note" expr:"codec_note"`
	ClockNote     *string  `json:"clock_note" expr:"clock_note"` // how ClockHz was found without signalling
	Encrypted     *bool    `json:"encrypted" expr:"encrypted"`
	EncryptedNote *string  `json:"encrypted_note" expr:"encrypted_note"`
	DSCP          int      `json:"dscp" expr:"dscp"`
	File          *string  `json:"file" expr:"file"` // of FirstFrame
	FirstFrame    *int     `json:"first_frame" expr:"first_frame"`
	LastFrame     *int     `json:"last_frame" expr:"last_frame"`
	LastFile      *string  `json:"last_file,omitempty" expr:"last_file"` // of LastFrame, when not File
	Start         string   `json:"start" expr:"start"`
	End           string   `json:"end" expr:"end"`
	DurationMS    float64  `json:"duration_ms" expr:"duration_ms"`
	Packets       int64    `json:"packets" expr:"packets"`
	Bytes         int64    `json:"bytes" expr:"bytes"`
	BitrateKbps   *float64 `json:"bitrate_kbps" expr:"bitrate_kbps"`
	BitrateNote   *string  `json:"bitrate_note" expr:"bitrate_note"`

	Expected    int64    `json:"expected" expr:"expected"`
	Lost        int64    `json:"lost" expr:"lost"`
	LostPercent *float64 `json:"lost_percent" expr:"lost_percent"`
	LostNote    *string  `json:"lost_note" expr:"lost_note"`
	Duplicates  int64    `json:"duplicates" expr:"duplicates"`
	Reordered   int64    `json:"reordered" expr:"reordered"`
	Restarts    int64    `json:"restarts" expr:"restarts"`

	Delta      *Spread  `json:"delta_ms" expr:"delta_ms"`
	DeltaNote  *string  `json:"delta_note" expr:"delta_note"`
	Jitter     *Jitter  `json:"jitter_ms" expr:"jitter_ms"`
	JitterNote *string  `json:"jitter_note" expr:"jitter_note"`
	SkewMS     *float64 `json:"skew_ms" expr:"skew_ms"`
	SkewNote   *string  `json:"skew_note" expr:"skew_note"`
	LossBursts []Burst  `json:"loss_bursts" expr:"loss_bursts"`

	RFactor *float64 `json:"r_factor" expr:"r_factor"`
	MOS     *float64 `json:"mos" expr:"mos"`
	MOSNote *string  `json:"mos_note" expr:"mos_note"`

	DTMF     []Digit `json:"dtmf" expr:"dtmf"`
	Video    *Video  `json:"video" expr:"video"`
	RTCP     *RTCP   `json:"rtcp" expr:"rtcp"`
	RTCPNote *string `json:"rtcp_note" expr:"rtcp_note"`

	Diagnostics []Diagnostic `json:"diagnostics" expr:"diagnostics"`
}

// A Spread is the least, mean and greatest of a series in ms.
type Spread struct {
	Min  *float64 `json:"min" expr:"min"`
	Mean *float64 `json:"mean" expr:"mean"`
	Max  *float64 `json:"max" expr:"max"`
}

// Jitter is RFC 3550 §6.4.1 interarrival jitter in ms.
type Jitter struct {
	Mean *float64 `json:"mean" expr:"mean"`
	Max  *float64 `json:"max" expr:"max"`
	Last *float64 `json:"last" expr:"last"`
}

// A Burst is a run of lost packets. Frame is the packet that showed it.
type Burst struct {
	FirstSeq int     `json:"first_seq" expr:"first_seq"`
	Packets  int64   `json:"packets" expr:"packets"`
	Frame    *int    `json:"frame" expr:"frame"`
	File     *string `json:"file" expr:"file"`
}

// A Digit is a DTMF event (RFC 4733).
type Digit struct {
	Digit      string  `json:"digit" expr:"digit"`
	Time       string  `json:"time" expr:"time"`
	DurationMS float64 `json:"duration_ms" expr:"duration_ms"`
	Frame      *int    `json:"frame" expr:"frame"`
	File       *string `json:"file" expr:"file"`
}

// Video is what is known of a video stream's frames; null is what the codec
// does not tell or encryption hides.
type Video struct {
	Frames           int64    `json:"frames" expr:"frames"`
	FPS              *float64 `json:"fps" expr:"fps"`
	KeyFrames        *int64   `json:"key_frames" expr:"key_frames"`
	IncompleteFrames int64    `json:"incomplete_frames" expr:"incomplete_frames"`
	FrameJitterMS    *float64 `json:"frame_jitter_ms" expr:"frame_jitter_ms"`
	Width            *int     `json:"width" expr:"width"`
	Height           *int     `json:"height" expr:"height"`
	Note             *string  `json:"note" expr:"note"`
}

// RTCP sums up the RTCP about one stream.
type RTCP struct {
	Reports         int64    `json:"reports" expr:"reports"`
	FractionLostMax *float64 `json:"fraction_lost_max" expr:"fraction_lost_max"` // percent
	RTT             *Spread  `json:"rtt_ms" expr:"rtt_ms"`
	RTTNote         *string  `json:"rtt_note" expr:"rtt_note"`
	XR              *XR      `json:"xr" expr:"xr"` // null: extended reports are not read yet
	PLI             int64    `json:"pli" expr:"pli"`
	FIR             int64    `json:"fir" expr:"fir"`
	NACK            int64    `json:"nack" expr:"nack"`
}

// XR is room for RTCP extended reports (RFC 3611), which are not read yet.
type XR struct{}

// Reasons beside null values.
const (
	noteMOS       = "quality models (G.107) are not computed by this version"
	noteOne       = "fewer than two packets"
	noteOneTime   = "all packets at one time"
	noteExpected  = "no sequence numbers to count"
	noteNoClock   = "the clock rate is not known"
	noteMeasured  = "measured from the packets"
	noteEncrypted = "no session description of this stream tells whether it is SRTP"
	noteNoRTCP    = "no RTCP about this stream in the capture"
	noteRTT       = "no report answers another one seen in the capture"
	noteFewFrames = "fewer than two frames"
	noteUntold    = "the payload does not tell, or could not be read"
)

// NewStream gives the record of one RTP stream of doc.
func NewStream(doc *render.Document, s *media.Stream) Stream {
	in := inputsOf(doc)
	r := Stream{
		ID: s.ID, SSRC: SSRC(s.SSRC), Media: mediaKind(s), PayloadTypes: payloadTypes(s),
		Src: text(Addr(s.Path.Src)), Dst: text(Addr(s.Path.Dst)),
		Codec: text(s.Codec), ClockHz: number(s.Clock), CodecNote: text(codecNote(s)), ClockNote: text(clockNote(s)),
		DSCP: int(s.DSCP),
		File: in.name(s.FirstFrame), FirstFrame: number(int(s.FirstFrame.Number)), LastFrame: number(int(s.LastFrame.Number)),
		Start: Time(s.Start), End: Time(s.End), DurationMS: millis(s.Duration()),
		Packets: s.Packets, Bytes: s.Bytes,
		Expected: s.Expected, Lost: s.Lost,
		Duplicates: s.Duplicates, Reordered: s.Reordered, Restarts: s.Restarts,
		LossBursts: make([]Burst, 0, len(s.LossBursts)), DTMF: make([]Digit, 0, len(s.DTMF)),
		MOSNote:     text(noteMOS),
		Diagnostics: in.diagnostics(s.Diagnostics),
	}
	if s.LastFrame.File != s.FirstFrame.File {
		r.LastFile = in.name(s.LastFrame)
	}
	r.setEncrypted(s)
	r.setOwner(doc, s)
	r.setNumbers(s)
	for _, b := range s.LossBursts {
		r.LossBursts = append(r.LossBursts, Burst{int(b.FirstSeq), b.Packets, number(int(b.Frame.Number)), in.name(b.Frame)})
	}
	for _, d := range s.DTMF {
		r.DTMF = append(r.DTMF, Digit{d.Digit, Time(d.Time), millis(d.Duration), number(int(d.Frame.Number)), in.name(d.Frame)})
	}
	r.Video = newVideo(s.Video)
	if r.RTCP = newRTCP(s.RTCP); r.RTCP == nil {
		r.RTCPNote = text(noteNoRTCP)
	}
	return r
}

// SSRC formats a synchronisation source as the records do: "0x1234abcd".
func SSRC(v uint32) string { return string(appendSSRC(nil, v)) }

// mediaKind is the kind of media, in the contract's words.
func mediaKind(s *media.Stream) string {
	if s.Kind == "" {
		return "unknown"
	}
	return s.Kind
}

func (r *Stream) setOwner(doc *render.Document, s *media.Stream) {
	if doc.StreamFlow == nil {
		return
	}
	id, leg := doc.StreamFlow(s)
	r.Flow, r.Leg = number(id), text(leg)
}

// setEncrypted tells SRTP, which nothing but signalling shows.
func (r *Stream) setEncrypted(s *media.Stream) {
	if encryptionKnown(s) {
		r.Encrypted = &s.Encrypted
		return
	}
	r.EncryptedNote = text(noteEncrypted)
}

func encryptionKnown(s *media.Stream) bool { return s.Encrypted || s.EncryptionKnown }

// setNumbers fills what may be unknown, each with its reason.
func (r *Stream) setNumbers(s *media.Stream) {
	if s.Duration() > 0 {
		r.BitrateKbps = round(s.BitrateKbps(), rateDecimals)
	} else {
		r.BitrateNote = text(noteOneTime)
	}
	if s.Expected > 0 {
		r.LostPercent = round(s.LostPercent(), percentDecimals)
	} else {
		r.LostNote = text(noteExpected)
	}
	if r.Delta = newSpread(s.Delta); r.Delta == nil {
		r.DeltaNote = text(noteOne)
	}
	if j := s.Jitter; j != nil {
		r.Jitter = &Jitter{Mean: ms(j.Mean), Max: ms(j.Max), Last: ms(j.Last)}
	} else {
		r.JitterNote = text(reasonFor(s, s.JitterNote))
	}
	if s.SkewMS != nil {
		r.SkewMS = ms(*s.SkewMS)
	} else {
		r.SkewNote = text(reasonFor(s, s.JitterNote))
	}
}

// reasonFor says why numbers that need timestamps are missing: the reason the
// stream gives, else the one its own fields show.
func reasonFor(s *media.Stream, given string) string {
	switch {
	case given != "":
		return given
	case s.Clock == 0:
		return noteNoClock
	case s.Packets < 2:
		return noteOne
	}
	return "not computed for this stream"
}

func payloadTypes(s *media.Stream) []int {
	out := make([]int, 0, len(s.PayloadTypes))
	for _, pt := range s.PayloadTypes {
		out = append(out, int(pt))
	}
	return out
}

// codecNote says why codec and clock are not both known, "" when they are.
func codecNote(s *media.Stream) string {
	if s.Codec != "" && s.Clock != 0 {
		return ""
	}
	b := []byte("no session description of this stream tells what payload type ")
	for i, pt := range s.PayloadTypes {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendInt(b, int(pt))
	}
	return string(append(b, " is"...))
}

// clockNote tells how the clock was found without signalling.
func clockNote(s *media.Stream) string {
	if s.ClockMeasured && s.Clock != 0 {
		return noteMeasured
	}
	return ""
}

func newSpread(s *media.Spread) *Spread {
	if s == nil {
		return nil
	}
	return &Spread{Min: ms(s.Min), Mean: ms(s.Mean), Max: ms(s.Max)}
}

func newVideo(v *media.Video) *Video {
	if v == nil {
		return nil
	}
	r := &Video{
		Frames: v.Frames, KeyFrames: v.KeyFrames, IncompleteFrames: v.IncompleteFrames,
		Width: number(v.Width), Height: number(v.Height), Note: text(videoNote(v)),
	}
	if v.FPS > 0 {
		r.FPS = round(v.FPS, rateDecimals)
	}
	if v.Frames > 1 {
		r.FrameJitterMS = ms(v.FrameJitterMS)
	}
	return r
}

// videoNote says what of v is missing, "" when nothing is.
func videoNote(v *media.Video) string {
	_, rate := rounded(v.FPS, rateDecimals)
	_, jitter := rounded(v.FrameJitterMS, msDecimals)
	few := !(v.FPS > 0) || !rate || v.Frames <= 1 || !jitter
	untold := v.KeyFrames == nil || v.Width == 0 || v.Height == 0
	switch {
	case few && untold:
		return noteFewFrames + "; " + noteUntold
	case few:
		return noteFewFrames
	case untold:
		return noteUntold
	}
	return ""
}

func newRTCP(c *media.RTCP) *RTCP {
	if c == nil {
		return nil
	}
	r := &RTCP{Reports: c.Reports, RTT: newSpread(c.RTT), PLI: c.PLI, FIR: c.FIR, NACK: c.NACK}
	if c.Reports > 0 {
		r.FractionLostMax = round(c.FractionLostMax, percentDecimals)
	}
	r.RTTNote = text(rttNote(c))
	return r
}

// rttNote says why there is no round trip time, or what is left out of it.
func rttNote(c *media.RTCP) string {
	if c.RTT == nil && c.RTTNote == "" {
		return noteRTT
	}
	return c.RTTNote
}
