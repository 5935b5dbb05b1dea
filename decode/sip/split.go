package sip

import (
	"bytes"
	"errors"

	"rung/decode"
)

// errNotSIP ends a stream's framing: what follows is no SIP.
var errNotSIP = errors.New("sip: no start line within the next 64 kB")

// split frames a byte stream by Content-Length (RFC 3261 §18.3). What it
// decides depends only on the bytes up to the decision, never on how many
// more have arrived, so a live reader and a file reader agree.
//
//   - Line ends between messages are skipped (§7.5, RFC 5626 §3.5.1).
//   - A start line inside the header section or inside a body that can't hold
//     one ends the message: the length lied, or bytes are missing.
//   - Bytes that are no start line become a token of their own, up to the next
//     start line; parse reports them.
//   - Without a usable Content-Length a body goes on to the next start line
//     when there is a Content-Type, else there is none.
func split(data []byte, atEOF bool) (advance int, token []byte, err error) {
	skip := blankPrefix(data)
	if skip == len(data) {
		return skip, nil, nil
	}
	rest := data[skip:]
	switch startLine(rest) {
	case decode.No:
		return splitJunk(data, skip, atEOF)
	case decode.MaybeMore:
		if atEOF {
			return len(data), rest, nil
		}
		return 0, nil, nil
	}
	n, more := messageLen(rest, atEOF)
	if more && !atEOF {
		return 0, nil, nil
	}
	return skip + n, rest[:n], nil
}

// splitJunk takes bytes up to the next start line.
func splitJunk(data []byte, skip int, atEOF bool) (int, []byte, error) {
	window := data[skip:min(len(data), skip+maxJunk)]
	if k := findStart(window); k > 0 {
		return skip + k, window[:k], nil
	}
	if len(window) == maxJunk {
		return 0, nil, errNotSIP
	}
	if atEOF {
		return len(data), window, nil
	}
	return 0, nil, nil
}

// messageLen returns the length of the message that data begins with, or
// more: the answer needs bytes that are not there yet. With atEOF there are
// no more, and the length is what there is.
func messageLen(data []byte, atEOF bool) (n int, more bool) {
	h := scanHead(data)
	if h.cut > 0 {
		return h.cut, false
	}
	if !h.ended {
		if len(data) >= maxHead {
			return maxHead, false
		}
		return len(data), true
	}
	if h.length < 0 || h.end+h.length > maxMessage {
		if h.length < 0 && !h.hasType {
			return h.end, false
		}
		return openBody(data, h.end)
	}
	end := h.end + h.length
	body := data[h.end:min(len(data), end)]
	if h.opaque {
		if len(data) < end {
			return len(data), true
		}
		return end, false
	}
	if k := findStart(body); k >= 0 {
		return h.end + k, false
	}
	if len(data) < end {
		return len(data), true
	}
	return straddling(data, h.end, end, atEOF)
}

// openBody: the body's length is not known, so it goes on to the next start
// line or to the end of the stream.
func openBody(data []byte, from int) (int, bool) {
	limited := data[:min(len(data), maxMessage)]
	if k := findStart(limited[from:]); k >= 0 {
		return from + k, false
	}
	if len(data) >= maxMessage {
		return maxMessage, false
	}
	return len(data), true
}

// straddling looks for a start line that begins on the last line of the body
// and ends after it: Content-Length is a little too large.
func straddling(data []byte, from, end int, atEOF bool) (int, bool) {
	k := from + bytes.LastIndexByte(data[from:end], '\n') + 1
	if k >= end || !likelyStart(data[k:end]) {
		return end, false
	}
	line := data[k:min(len(data), k+maxStartLine)]
	nl := bytes.IndexByte(line, '\n')
	if nl < 0 {
		if len(line) == maxStartLine || startLine(line) == decode.No {
			return end, false
		}
		if atEOF {
			return end, false
		}
		return len(data), true
	}
	if findStart(line[:nl+1]) == 0 {
		return k, false
	}
	return end, false
}

// likelyStart reports whether b, the end of a body, may well be the beginning
// of a start line: a known method and a blank, or a piece of "SIP/2.0 ".
func likelyStart(b []byte) bool {
	if len(b) >= 4 && statusStart(b) != decode.No {
		return true
	}
	sp := bytes.IndexByte(b, ' ')
	return sp > 0 && knownMethod(b[:sp])
}

// A head is what framing needs to know of a header section.
type head struct {
	ended   bool
	end     int // offset of the body
	cut     int // offset of a start line inside the section; 0: none
	length  int // Content-Length, -1 when absent or not a number
	hasType bool
	opaque  bool // the body may hold start lines: message/sip, multipart, text
}

// scanHead walks the header lines of a message.
func scanHead(data []byte) head {
	h := head{length: -1}
	limited := data[:min(len(data), maxHead)]
	at := bytes.IndexByte(limited, '\n') + 1
	if at == 0 {
		return h
	}
	for at < len(limited) {
		nl := bytes.IndexByte(limited[at:], '\n')
		if nl < 0 {
			return h
		}
		line := limited[at : at+nl]
		if len(line) > 0 && line[len(line)-1] == '\r' {
			line = line[:len(line)-1]
		}
		if len(line) == 0 {
			h.ended, h.end = true, at+nl+1
			return h
		}
		if mayBeStart(line) && findStart(limited[at:at+nl+1]) == 0 {
			h.cut = at
			return h
		}
		h.header(line)
		at += nl + 1
	}
	return h
}

// mayBeStart is a cheap test before findStart.
func mayBeStart(line []byte) bool {
	return hasFold(line, "sip/") || endsInVersion(line)
}

// header notes the headers that framing looks at. The first one counts.
func (h *head) header(line []byte) {
	switch lower(line[0]) {
	case 'c', 'l':
	default:
		return
	}
	colon := bytes.IndexByte(line, ':')
	if colon < 0 {
		return
	}
	switch idOf(trimRight(line[:colon])) {
	case idContentLength:
		if n, ok := number(trim(line[colon+1:])); ok && h.length < 0 {
			h.length = int(n)
		}
	case idContentType:
		v := trim(line[colon+1:])
		h.hasType = h.hasType || len(v) > 0
		h.opaque = h.opaque || hasFold(v, "message/") || hasFold(v, "multipart/") || hasFold(v, "text/")
	}
}
