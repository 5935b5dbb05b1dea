package record

import (
	"strconv"

	"rung/decode/media"
	"rung/render"
)

// appendStream appends the fields of one stream: the text of NewStream(doc,
// s), without making it. They stand in the order of Stream; the brace before
// them is out.
func appendStream(b []byte, doc *render.Document, s *media.Stream) []byte {
	in := inputsOf(doc)
	b = append(b, `"id":`...)
	b = appendString(b, s.ID)
	b = appendOwner(b, doc, s)
	b = append(b, `,"ssrc":"`...)
	b = appendSSRC(b, s.SSRC)
	b = append(b, `","src":`...)
	b = appendAddr(b, s.Path.Src)
	b = append(b, `,"dst":`...)
	b = appendAddr(b, s.Path.Dst)
	b = append(b, `,"media":`...)
	b = appendString(b, mediaKind(s))
	b = appendCodec(b, s)
	b = appendEncrypted(b, s)
	b = append(b, `,"dscp":`...)
	b = appendInt(b, int(s.DSCP))
	b = in.appendExtent(b, s)
	b = append(b, `,"packets":`...)
	b = appendInt(b, s.Packets)
	b = append(b, `,"bytes":`...)
	b = appendInt(b, s.Bytes)
	b = appendBitrate(b, s)
	b = appendLoss(b, s)
	b = appendTimes(b, s)
	b = append(b, `,"loss_bursts":`...)
	b = in.appendBursts(b, s.LossBursts)
	b = append(b, `,"r_factor":null,"mos":null,"mos_note":`...)
	b = appendText(b, noteMOS)
	b = append(b, `,"dtmf":`...)
	b = in.appendDigitsOf(b, s.DTMF)
	b = append(b, `,"video":`...)
	b = appendVideo(b, s.Video)
	b = append(b, `,"rtcp":`...)
	b = appendRTCP(b, s.RTCP)
	b = append(b, `,"diagnostics":`...)
	b = in.appendDiagnostics(b, s.Diagnostics)
	return append(b, '}')
}

func appendOwner(b []byte, doc *render.Document, s *media.Stream) []byte {
	id, leg := 0, ""
	if doc.StreamFlow != nil {
		id, leg = doc.StreamFlow(s)
	}
	b = append(b, `,"flow":`...)
	b = appendNumber(b, id)
	b = append(b, `,"leg":`...)
	return appendText(b, leg)
}

func appendSSRC(b []byte, v uint32) []byte {
	const hex = "0123456789abcdef"
	b = append(b, "0x"...)
	for shift := 28; shift >= 0; shift -= 4 {
		b = append(b, hex[v>>shift&15])
	}
	return b
}

func appendCodec(b []byte, s *media.Stream) []byte {
	b = append(b, `,"payload_types":`...)
	b = append(b, '[')
	for i, pt := range s.PayloadTypes {
		b = comma(b, i)
		b = appendInt(b, int(pt))
	}
	b = append(b, `],"codec":`...)
	b = appendText(b, s.Codec)
	b = append(b, `,"clock_hz":`...)
	b = appendNumber(b, s.Clock)
	b = append(b, `,"codec_note":`...)
	b = appendText(b, codecNote(s))
	b = append(b, `,"clock_note":`...)
	return appendText(b, clockNote(s))
}

func appendEncrypted(b []byte, s *media.Stream) []byte {
	if !encryptionKnown(s) {
		b = append(b, `,"encrypted":null,"encrypted_note":`...)
		return appendText(b, noteEncrypted)
	}
	b = append(b, `,"encrypted":`...)
	b = strconv.AppendBool(b, s.Encrypted)
	return append(b, `,"encrypted_note":null`...)
}

// appendExtent appends where and when the stream begins and ends.
func (in inputs) appendExtent(b []byte, s *media.Stream) []byte {
	b = append(b, `,"file":`...)
	b = in.appendName(b, s.FirstFrame)
	b = append(b, `,"first_frame":`...)
	b = appendNumber(b, s.FirstFrame.Number)
	b = append(b, `,"last_frame":`...)
	b = appendNumber(b, s.LastFrame.Number)
	if name := in.name(s.LastFrame); name != nil && s.LastFrame.File != s.FirstFrame.File {
		b = append(b, `,"last_file":`...)
		b = appendString(b, *name)
	}
	b = append(b, `,"start":`...)
	b = appendTime(b, s.Start)
	b = append(b, `,"end":`...)
	b = appendTime(b, s.End)
	b = append(b, `,"duration_ms":`...)
	return appendMillis(b, s.Duration())
}

func appendBitrate(b []byte, s *media.Stream) []byte {
	if s.Duration() <= 0 {
		b = append(b, `,"bitrate_kbps":null,"bitrate_note":`...)
		return appendText(b, noteOneTime)
	}
	b = append(b, `,"bitrate_kbps":`...)
	b = appendRound(b, s.BitrateKbps(), rateDecimals)
	return append(b, `,"bitrate_note":null`...)
}

func appendLoss(b []byte, s *media.Stream) []byte {
	b = append(b, `,"expected":`...)
	b = appendInt(b, s.Expected)
	b = append(b, `,"lost":`...)
	b = appendInt(b, s.Lost)
	if s.Expected > 0 {
		b = append(b, `,"lost_percent":`...)
		b = appendRound(b, s.LostPercent(), percentDecimals)
		b = append(b, `,"lost_note":null`...)
	} else {
		b = append(b, `,"lost_percent":null,"lost_note":`...)
		b = appendText(b, noteExpected)
	}
	b = append(b, `,"duplicates":`...)
	b = appendInt(b, s.Duplicates)
	b = append(b, `,"reordered":`...)
	b = appendInt(b, s.Reordered)
	b = append(b, `,"restarts":`...)
	return appendInt(b, s.Restarts)
}

// appendTimes appends delta, jitter and skew, each with its note.
func appendTimes(b []byte, s *media.Stream) []byte {
	b = append(b, `,"delta_ms":`...)
	b = appendSpread(b, s.Delta)
	b = append(b, `,"delta_note":`...)
	b = appendNoteIf(b, s.Delta == nil, noteOne)
	b = append(b, `,"jitter_ms":`...)
	b = appendJitter(b, s.Jitter)
	b = append(b, `,"jitter_note":`...)
	b = appendNoteIf(b, s.Jitter == nil, reasonFor(s, s.JitterNote))
	b = append(b, `,"skew_ms":`...)
	b = appendMSIf(b, s.SkewMS)
	b = append(b, `,"skew_note":`...)
	return appendNoteIf(b, s.SkewMS == nil, reasonFor(s, s.JitterNote))
}

// appendNoteIf appends why a value is missing, null when it is not.
func appendNoteIf(b []byte, missing bool, note string) []byte {
	if !missing {
		return append(b, "null"...)
	}
	return appendText(b, note)
}

func appendMSIf(b []byte, v *float64) []byte {
	if v == nil {
		return append(b, "null"...)
	}
	return appendMS(b, *v)
}

func appendSpread(b []byte, s *media.Spread) []byte {
	if s == nil {
		return append(b, "null"...)
	}
	b = append(b, `{"min":`...)
	b = appendMS(b, s.Min)
	b = append(b, `,"mean":`...)
	b = appendMS(b, s.Mean)
	b = append(b, `,"max":`...)
	b = appendMS(b, s.Max)
	return append(b, '}')
}

func appendJitter(b []byte, j *media.Jitter) []byte {
	if j == nil {
		return append(b, "null"...)
	}
	b = append(b, `{"mean":`...)
	b = appendMS(b, j.Mean)
	b = append(b, `,"max":`...)
	b = appendMS(b, j.Max)
	b = append(b, `,"last":`...)
	b = appendMS(b, j.Last)
	return append(b, '}')
}

func (in inputs) appendBursts(b []byte, list []media.Burst) []byte {
	b = append(b, '[')
	for i, x := range list {
		b = comma(b, i)
		b = append(b, `{"first_seq":`...)
		b = appendInt(b, int(x.FirstSeq))
		b = append(b, `,"packets":`...)
		b = appendInt(b, x.Packets)
		b = append(b, `,"frame":`...)
		b = appendNumber(b, x.Frame.Number)
		b = append(b, `,"file":`...)
		b = in.appendName(b, x.Frame)
		b = append(b, '}')
	}
	return append(b, ']')
}

func (in inputs) appendDigitsOf(b []byte, list []media.Digit) []byte {
	b = append(b, '[')
	for i, d := range list {
		b = comma(b, i)
		b = append(b, `{"digit":`...)
		b = appendString(b, d.Digit)
		b = append(b, `,"time":`...)
		b = appendTime(b, d.Time)
		b = append(b, `,"duration_ms":`...)
		b = appendMillis(b, d.Duration)
		b = append(b, `,"frame":`...)
		b = appendNumber(b, d.Frame.Number)
		b = append(b, `,"file":`...)
		b = in.appendName(b, d.Frame)
		b = append(b, '}')
	}
	return append(b, ']')
}

func appendVideo(b []byte, v *media.Video) []byte {
	if v == nil {
		return append(b, "null"...)
	}
	b = append(b, `{"frames":`...)
	b = appendInt(b, v.Frames)
	b = append(b, `,"fps":`...)
	if v.FPS > 0 {
		b = appendRound(b, v.FPS, rateDecimals)
	} else {
		b = append(b, "null"...)
	}
	b = append(b, `,"key_frames":`...)
	if v.KeyFrames != nil {
		b = appendInt(b, *v.KeyFrames)
	} else {
		b = append(b, "null"...)
	}
	b = append(b, `,"incomplete_frames":`...)
	b = appendInt(b, v.IncompleteFrames)
	b = append(b, `,"frame_jitter_ms":`...)
	if v.Frames > 1 {
		b = appendMS(b, v.FrameJitterMS)
	} else {
		b = append(b, "null"...)
	}
	b = append(b, `,"width":`...)
	b = appendNumber(b, v.Width)
	b = append(b, `,"height":`...)
	b = appendNumber(b, v.Height)
	b = append(b, `,"note":`...)
	b = appendText(b, videoNote(v))
	return append(b, '}')
}

// appendRTCP appends what RTCP tells and the stream's field rtcp_note.
func appendRTCP(b []byte, c *media.RTCP) []byte {
	if c == nil {
		b = append(b, `null,"rtcp_note":`...)
		return appendText(b, noteNoRTCP)
	}
	b = append(b, `{"reports":`...)
	b = appendInt(b, c.Reports)
	b = append(b, `,"fraction_lost_max":`...)
	if c.Reports > 0 {
		b = appendRound(b, c.FractionLostMax, percentDecimals)
	} else {
		b = append(b, "null"...)
	}
	b = append(b, `,"rtt_ms":`...)
	b = appendSpread(b, c.RTT)
	b = append(b, `,"rtt_note":`...)
	b = appendText(b, rttNote(c))
	b = append(b, `,"xr":null,"pli":`...)
	b = appendInt(b, c.PLI)
	b = append(b, `,"fir":`...)
	b = appendInt(b, c.FIR)
	b = append(b, `,"nack":`...)
	b = appendInt(b, c.NACK)
	return append(b, `},"rtcp_note":null`...)
}
