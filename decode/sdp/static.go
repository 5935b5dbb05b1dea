package sdp

import "rung/decode"

// static gives the payload types assigned for good (RFC 3551 §6, tables 4
// and 5). G722 has a clock of 8000 by an old mistake (§4.5.2).
func static(pt uint8) (c decode.Codec, ok bool) {
	c.PT = pt
	switch pt {
	case 0:
		c.Name, c.Clock, c.Channels = "PCMU", 8000, 1
	case 3:
		c.Name, c.Clock, c.Channels = "GSM", 8000, 1
	case 4:
		c.Name, c.Clock, c.Channels = "G723", 8000, 1
	case 5:
		c.Name, c.Clock, c.Channels = "DVI4", 8000, 1
	case 6:
		c.Name, c.Clock, c.Channels = "DVI4", 16000, 1
	case 7:
		c.Name, c.Clock, c.Channels = "LPC", 8000, 1
	case 8:
		c.Name, c.Clock, c.Channels = "PCMA", 8000, 1
	case 9:
		c.Name, c.Clock, c.Channels = "G722", 8000, 1
	case 10:
		c.Name, c.Clock, c.Channels = "L16", 44100, 2
	case 11:
		c.Name, c.Clock, c.Channels = "L16", 44100, 1
	case 12:
		c.Name, c.Clock, c.Channels = "QCELP", 8000, 1
	case 13:
		c.Name, c.Clock, c.Channels = "CN", 8000, 1
	case 14:
		c.Name, c.Clock = "MPA", 90000
	case 15:
		c.Name, c.Clock, c.Channels = "G728", 8000, 1
	case 16:
		c.Name, c.Clock, c.Channels = "DVI4", 11025, 1
	case 17:
		c.Name, c.Clock, c.Channels = "DVI4", 22050, 1
	case 18:
		c.Name, c.Clock, c.Channels = "G729", 8000, 1
	case 25:
		c.Name, c.Clock = "CelB", 90000
	case 26:
		c.Name, c.Clock = "JPEG", 90000
	case 28:
		c.Name, c.Clock = "nv", 90000
	case 31:
		c.Name, c.Clock = "H261", 90000
	case 32:
		c.Name, c.Clock = "MPV", 90000
	case 33:
		c.Name, c.Clock = "MP2T", 90000
	case 34:
		c.Name, c.Clock = "H263", 90000
	default:
		return c, false
	}
	return c, true
}

// word returns the words that most descriptions are made of as constants, and
// "" for all others.
func word(b []byte) string {
	switch string(b) {
	case "audio":
		return "audio"
	case "video":
		return "video"
	case "application":
		return "application"
	case "image":
		return "image"
	case "RTP/AVP":
		return "RTP/AVP"
	case "RTP/SAVP":
		return "RTP/SAVP"
	case "RTP/SAVPF":
		return "RTP/SAVPF"
	case "UDP/TLS/RTP/SAVPF":
		return "UDP/TLS/RTP/SAVPF"
	case "UDP":
		return "UDP"
	case "udp":
		return "udp"
	case "udptl":
		return "udptl"
	case "sendrecv":
		return "sendrecv"
	case "sendonly":
		return "sendonly"
	case "recvonly":
		return "recvonly"
	case "inactive":
		return "inactive"
	case "PCMU":
		return "PCMU"
	case "PCMA":
		return "PCMA"
	case "G722":
		return "G722"
	case "G729":
		return "G729"
	case "telephone-event":
		return "telephone-event"
	case "opus":
		return "opus"
	case "CN":
		return "CN"
	case "H264":
		return "H264"
	case "VP8":
		return "VP8"
	case "rtx":
		return "rtx"
	case "0-15":
		return "0-15"
	case "0-16":
		return "0-16"
	case "host":
		return "host"
	case "srflx":
		return "srflx"
	case "relay":
		return "relay"
	case "actpass":
		return "actpass"
	case "active":
		return "active"
	case "passive":
		return "passive"
	case "AES_CM_128_HMAC_SHA1_80":
		return "AES_CM_128_HMAC_SHA1_80"
	case "AES_CM_128_HMAC_SHA1_32":
		return "AES_CM_128_HMAC_SHA1_32"
	}
	return ""
}
