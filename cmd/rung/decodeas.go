package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"rung/capture"
	"rung/decode/pipeline"
	"rung/decode/protocols"
	"rung/render/near"
)

// transports are those that --decode-as knows.
var transports = []capture.Transport{capture.UDP, capture.TCP, capture.SCTP}

// parseDecodeAs reads the values of --decode-as: udp/7070=sip.
func parseDecodeAs(values []string) ([]pipeline.PortRule, error) {
	var rules []pipeline.PortRule
	for _, v := range values {
		r, err := parsePortRule(strings.ToLower(strings.TrimSpace(v)))
		if err != nil {
			return nil, usageError{fmt.Errorf("--decode-as %s: %w", v, err)}
		}
		for _, before := range rules {
			if before.Transport == r.Transport && before.Port == r.Port && before.Protocol != r.Protocol {
				return nil, usageError{fmt.Errorf("--decode-as %s: %s/%d was said to be %s", v, r.Transport, r.Port, before.Protocol)}
			}
		}
		rules = append(rules, r)
	}
	return rules, nil
}

func parsePortRule(v string) (r pipeline.PortRule, err error) {
	form := hinted{errors.New("not of the form TRANSPORT/PORT=PROTOCOL"),
		"for example udp/7070=sip; give the flag once for each port"}
	where, protocol, ok1 := strings.Cut(v, "=")
	transport, port, ok2 := strings.Cut(where, "/")
	if !ok1 || !ok2 || strings.ContainsAny(protocol, ",= ") {
		return r, form
	}
	for _, t := range transports {
		if t.String() == transport {
			r.Transport = t
		}
	}
	if r.Transport == 0 {
		return r, hinted{fmt.Errorf("%q carries no protocol that rung reads", transport), "transports: udp, tcp, sctp"}
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return r, hinted{fmt.Errorf("%q is no port", port), "a port is a number from 1 to 65535; give the flag once for each"}
	}
	r.Port, r.Protocol = uint16(n), protocol
	return r, checkProtocol(r)
}

// checkProtocol finds whether a rule's protocol is read over its transport.
func checkProtocol(r pipeline.PortRule) error {
	names := namesOver(r.Transport)
	for _, n := range names {
		if n == r.Protocol {
			return nil
		}
	}
	for _, t := range transports {
		for _, n := range namesOver(t) {
			if n == r.Protocol {
				return hinted{fmt.Errorf("%s is not read over %s", n, r.Transport),
					fmt.Sprintf("over %s: %s", r.Transport, strings.Join(names, ", "))}
			}
		}
	}
	return hinted{fmt.Errorf("no protocol %q", r.Protocol), near.Hint(r.Protocol, names)}
}

// namesOver lists what --decode-as can say of a port of t.
func namesOver(t capture.Transport) []string {
	var names []string
	for _, p := range protocols.All {
		if pipeline.ReadsOver(p, t) {
			names = append(names, p.Name)
		}
	}
	if t == capture.UDP {
		names = append(names, pipeline.AsRTP)
	}
	return append(names, pipeline.AsNone)
}
