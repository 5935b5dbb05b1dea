package rtp

// A PayloadType is a static assignment (RFC 3551 §6, tables 4 and 5).
type PayloadType struct {
	Name  string // as in rtpmap; "" when not assigned
	Clock int    // Hz
	Kind  string // audio, video; both for MP2T, which is called video here
}

// Static returns the static assignment of pt; its Name is "" when there is
// none, which holds for all dynamic types (96..127).
func Static(pt uint8) PayloadType {
	if int(pt) >= len(static) {
		return PayloadType{}
	}
	return static[pt]
}

// ComfortNoise and OldComfortNoise carry no media (RFC 3389 §4; 19 is what
// Cisco devices used before the RFC gave 13).
const (
	ComfortNoise    = 13
	OldComfortNoise = 19
)

// The clock of G722 is 8000 although it samples at 16 kHz (RFC 3551 §4.5.2).
var static = [35]PayloadType{
	0:  {"PCMU", 8000, "audio"},
	3:  {"GSM", 8000, "audio"},
	4:  {"G723", 8000, "audio"},
	5:  {"DVI4", 8000, "audio"},
	6:  {"DVI4", 16000, "audio"},
	7:  {"LPC", 8000, "audio"},
	8:  {"PCMA", 8000, "audio"},
	9:  {"G722", 8000, "audio"},
	10: {"L16", 44100, "audio"},
	11: {"L16", 44100, "audio"},
	12: {"QCELP", 8000, "audio"},
	13: {"CN", 8000, "audio"},
	14: {"MPA", 90000, "audio"},
	15: {"G728", 8000, "audio"},
	16: {"DVI4", 11025, "audio"},
	17: {"DVI4", 22050, "audio"},
	18: {"G729", 8000, "audio"},
	19: {"CN", 8000, "audio"},
	25: {"CelB", 90000, "video"},
	26: {"JPEG", 90000, "video"},
	28: {"nv", 90000, "video"},
	31: {"H261", 90000, "video"},
	32: {"MPV", 90000, "video"},
	33: {"MP2T", 90000, "video"},
	34: {"H263", 90000, "video"},
}
