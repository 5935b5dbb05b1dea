package dns

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/miekg/dns"

	"rung/decode"
)

// A message is what was read of one DNS message.
type message struct {
	header
	question struct {
		name  string
		typ   uint16
		class uint16
	}
	answers []decode.Answer
	edns    *edns
	skipped int // records beyond maxRecords
}

// edns is what an OPT record says (RFC 6891 §6.1).
type edns struct {
	size     uint16
	upper    int // the upper bits of the response code
	dnssec   bool
	extended string // RFC 8914
}

// unpack reads b into m as far as it goes. The error says where it stopped;
// what was read until then is in m.
func (m *message) unpack(b []byte) error {
	if len(b) < headerLen {
		return errLength
	}
	m.header = readHeader(b)
	off := headerLen
	for i := range m.qd {
		name, next, err := dns.UnpackDomainName(b, off)
		if err == nil && next+4 > len(b) {
			err = dns.ErrBuf
		}
		if err != nil {
			return fmt.Errorf("question %d: %w", i+1, err)
		}
		if i == 0 {
			m.question.name = host(name)
			m.question.typ = binary.BigEndian.Uint16(b[next:])
			m.question.class = binary.BigEndian.Uint16(b[next+2:])
		}
		off = next + 4
	}
	off, err := m.records(b, off)
	if err != nil {
		return err
	}
	if m.skipped == 0 && off < len(b) {
		return fmt.Errorf("%d bytes behind the last record", len(b)-off)
	}
	return nil
}

// records reads answer, authority and additional section.
func (m *message) records(b []byte, off int) (int, error) {
	total := m.header.records()
	for i := range total {
		if i == maxRecords {
			m.skipped = total - i
			return off, nil
		}
		next, err := m.record(b, off, i)
		if err != nil {
			return off, fmt.Errorf("record %d of %d: %w", i+1, total, err)
		}
		off = next
	}
	return off, nil
}

// record reads the i-th record, which begins at off, and returns where the
// next one begins. Records that rung has no use for are not unpacked.
func (m *message) record(b []byte, off, i int) (int, error) {
	name, at, err := dns.UnpackDomainName(b, off)
	if err != nil {
		return 0, err
	}
	if at+10 > len(b) {
		return 0, dns.ErrBuf
	}
	typ := binary.BigEndian.Uint16(b[at:])
	size := int(binary.BigEndian.Uint16(b[at+8:]))
	end := at + 10 + size
	if end > len(b) {
		return 0, fmt.Errorf("%s record of %d bytes, %d present", typeName(typ), size, len(b)-at-10)
	}
	if i >= m.an && i < m.an+m.ns {
		return end, nil // authority
	}
	a := decode.Answer{Name: host(name), Type: typeName(typ), Additional: i >= m.an+m.ns}
	if !known(typ) {
		a.Text = strconv.Itoa(size) + " bytes"
		m.answers = append(m.answers, a)
		return end, nil
	}
	rr, _, err := dns.UnpackRR(b[:end], off)
	if err != nil {
		return 0, fmt.Errorf("%s record: %w", typeName(typ), err)
	}
	if opt, ok := rr.(*dns.OPT); ok {
		m.edns = readEDNS(opt)
		return end, nil
	}
	fill(&a, rr)
	m.answers = append(m.answers, a)
	return end, nil
}

func known(typ uint16) bool {
	switch typ {
	case dns.TypeA, dns.TypeAAAA, dns.TypeSRV, dns.TypeNAPTR, dns.TypeCNAME, dns.TypePTR,
		dns.TypeNS, dns.TypeMX, dns.TypeSOA, dns.TypeTXT, dns.TypeOPT:
		return true
	}
	return false
}

// fill puts the data of a record into a.
func fill(a *decode.Answer, rr dns.RR) {
	switch r := rr.(type) {
	case *dns.A:
		a.Addr, _ = netip.AddrFromSlice(r.A)
		a.Addr = a.Addr.Unmap()
		a.Text = a.Addr.String()
	case *dns.AAAA:
		a.Addr, _ = netip.AddrFromSlice(r.AAAA)
		a.Text = a.Addr.String()
	case *dns.SRV:
		a.Target, a.Port = host(r.Target), r.Port
		a.Text = fmt.Sprintf("%d %d %d %s", r.Priority, r.Weight, r.Port, a.Target)
	case *dns.NAPTR:
		a.Target = host(r.Replacement)
		a.Text = fmt.Sprintf("%d %d %q %q %q %s", r.Order, r.Preference, r.Flags, r.Service, r.Regexp, a.Target)
	case *dns.CNAME:
		a.Target = host(r.Target)
		a.Text = a.Target
	case *dns.PTR:
		a.Target = host(r.Ptr)
		a.Text = a.Target
	case *dns.NS:
		a.Target = host(r.Ns)
		a.Text = a.Target
	case *dns.MX:
		a.Target = host(r.Mx)
		a.Text = fmt.Sprintf("%d %s", r.Preference, a.Target)
	case *dns.SOA:
		a.Text = fmt.Sprintf("%s %s %d", host(r.Ns), host(r.Mbox), r.Serial)
	case *dns.TXT:
		a.Text = strconv.Quote(strings.Join(r.Txt, ""))
	}
	a.Text = shorten(a.Text, maxText)
}

func readEDNS(opt *dns.OPT) *edns {
	e := &edns{size: opt.UDPSize(), dnssec: opt.Do(), upper: int(opt.Hdr.Ttl>>24) << 4}
	for _, o := range opt.Option {
		if ede, ok := o.(*dns.EDNS0_EDE); ok {
			e.extended = dns.ExtendedErrorCodeToString[ede.InfoCode]
			if e.extended == "" {
				e.extended = "extended error " + strconv.Itoa(int(ede.InfoCode))
			}
			if ede.ExtraText != "" {
				e.extended += ": " + shorten(strings.ToValidUTF8(ede.ExtraText, "�"), maxText)
			}
		}
	}
	return e
}

// host takes the final dot off a name; the root stays ".".
func host(name string) string {
	if len(name) > 1 {
		return strings.TrimSuffix(name, ".")
	}
	return name
}

func typeName(t uint16) string {
	if s, ok := dns.TypeToString[t]; ok {
		return s
	}
	return "TYPE" + strconv.Itoa(int(t)) // RFC 3597 §5
}

// shorten cuts s to n bytes at a rune, with a mark.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
