package capturetest

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"rung/capture"
)

// Base is the time 0 of header lines.
var Base = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// An entry is one header line with its payload.
type entry struct {
	at       time.Duration
	proto    string
	src, dst netip.AddrPort
	options  map[string]string
	tunnels  []tunnel // outermost first
	body     []byte
}

// Parse makes packets of a text as the package comment describes it.
func Parse(text string) ([]capture.Packet, error) {
	var b builder
	var at time.Duration
	lines := strings.SplitAfter(text, "\n")
	for i := 0; i < len(lines); {
		header, ok := headerLine(lines[i])
		i++
		if !ok {
			continue // a comment before the first header
		}
		first := i
		for i < len(lines) && !isHeader(lines[i]) {
			i++
		}
		e, err := parseHeader(header, at)
		if err == nil {
			e.body, err = e.payload(strings.Join(lines[first:i], ""))
		}
		if err == nil {
			err = b.add(e)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", first, err)
		}
		at = e.at
	}
	return b.packets(), nil
}

func isHeader(line string) bool {
	_, ok := headerLine(line)
	return ok
}

// headerLine returns what stands between the dashes.
func headerLine(line string) (string, bool) {
	line = strings.TrimSpace(line)
	if !strings.HasPrefix(line, "-- ") || !strings.HasSuffix(line, " --") || len(line) < 7 {
		return "", false
	}
	return line[3 : len(line)-3], true
}

func parseHeader(header string, before time.Duration) (*entry, error) {
	words := strings.Fields(header)
	if len(words) < 5 || words[3] != ">" {
		return nil, fmt.Errorf("%q: want TIME PROTOCOL SOURCE > DESTINATION", header)
	}
	seconds, relative := strings.CutPrefix(words[0], "+")
	at, err := parseSeconds(seconds)
	if err != nil {
		return nil, err
	}
	if relative {
		at += before
	}
	e := &entry{at: at, proto: words[1], options: make(map[string]string)}
	if e.src, err = e.parseAddr(words[2]); err != nil {
		return nil, err
	}
	if e.dst, err = e.parseAddr(words[4]); err != nil {
		return nil, err
	}
	if e.src.Addr().Is4() != e.dst.Addr().Is4() {
		return nil, fmt.Errorf("%s > %s: one IPv4, one IPv6", e.src, e.dst)
	}
	return e, e.parseOptions(words[5:])
}

func parseSeconds(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s + "s")
	if err != nil {
		return 0, fmt.Errorf("time %q: want seconds", s)
	}
	return d, nil
}

func (e *entry) parseAddr(s string) (netip.AddrPort, error) {
	if e.proto != "icmp" {
		return netip.ParseAddrPort(s)
	}
	a, err := netip.ParseAddr(strings.Trim(s, "[]"))
	return netip.AddrPortFrom(a, 0), err
}

// known are the options and whether they have a value: "" never, "?" perhaps,
// "n" a number, "s" seconds, "w" a word.
var known = map[string]string{
	"raw": "", "hex": "", "nonl": "",
	"vlan": "w", "ttl": "n", "dscp": "n", "ipid": "n", "mac": "n", "pad": "", "snaplen": "n",
	"dup": "?", "dupttl": "n", "drop": "", "frag": "n", "fragdrop": "n", "fragreverse": "",
	"midstream": "", "split": "n", "reorder": "", "resend": "", "win": "n",
	"syn": "", "synack": "", "ack": "", "fin": "", "rst": "",
	"outerttl": "n", "outerfrag": "n", "link": "w",
	"assoc": "n", "back": "", "chunk": "n", "bundle": "", "hold": "", "lose": "n", "stream": "n", "ppid": "n",
	"unordered": "", "idata": "", "sctpudp": "", "init": "", "initack": "", "sack": "?", "abort": "",
	"shutdown": "", "heartbeat": "", "forward": "",
	"unreachable": "w", "timeexceeded": "", "type": "n", "code": "n",
}

func (e *entry) parseOptions(words []string) error {
	for _, w := range words {
		name, value, has := strings.Cut(w, "=")
		kind, ok := known[name]
		if number, is := wrappers[name]; is {
			t, err := parseTunnel(name, value, number, has)
			if err != nil {
				return err
			}
			e.tunnels = append(e.tunnels, t)
			continue
		}
		if !ok {
			return fmt.Errorf("unknown option %q", name)
		}
		switch {
		case kind == "" && has, kind != "" && kind != "?" && value == "":
			return fmt.Errorf("option %q", w)
		case kind == "n":
			if _, err := strconv.ParseUint(value, 0, 32); err != nil {
				return fmt.Errorf("option %q: want a number", w)
			}
		case kind == "?" && has:
			if _, err := parseSeconds(value); err != nil {
				return fmt.Errorf("option %q: %w", w, err)
			}
		}
		e.options[name] = value
	}
	return nil
}

func (e *entry) has(option string) bool {
	_, ok := e.options[option]
	return ok
}

// number returns an option's number, def when it isn't given.
func (e *entry) number(option string, def int) int {
	if s, ok := e.options[option]; ok {
		n, _ := strconv.ParseUint(s, 0, 32)
		return int(n)
	}
	return def
}

// payload turns the lines below a header into bytes.
func (e *entry) payload(text string) ([]byte, error) {
	switch {
	case e.has("hex"):
		return hex.DecodeString(strings.Join(strings.Fields(text), ""))
	case !e.has("raw"):
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
	}
	if e.has("nonl") {
		text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
	}
	return autoLength([]byte(text)), nil
}

// autoLength fills in Content-Length.
func autoLength(b []byte) []byte {
	const auto = "Content-Length: auto"
	_, body, _ := bytes.Cut(b, []byte("\r\n\r\n"))
	return bytes.Replace(b, []byte(auto), fmt.Appendf(nil, "Content-Length: %d", len(body)), 1)
}
