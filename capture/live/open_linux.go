package live

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"

	"rung/capture"
)

// Open starts to capture. It needs CAP_NET_RAW, and nothing any more once it
// has returned: interfaces that go down and come back are read on without.
// Errors are *Error where something can be done about them.
func Open(opt *Options) (*Capture, error) {
	if opt == nil {
		opt = new(Options)
	}
	if opt.BufferMB > maxRing>>20 {
		return nil, &Error{Text: fmt.Sprintf("a ring of %d MiB", opt.BufferMB), advice: fmt.Sprintf("at most %d", maxRing>>20)}
	}
	links, err := linkTypes()
	if err != nil {
		return nil, fmt.Errorf("list interfaces: %w", err)
	}
	chosen, odd, err := choose(opt.Interfaces, links)
	if err != nil {
		return nil, err
	}
	size := opt.ring(len(chosen))
	least := size
	var feeds []feed
	for i, c := range chosen {
		p, err := openPort(c, int32(i), opt.snaplen(), size)
		if err != nil {
			for _, f := range feeds {
				f.close()
			}
			return nil, openError(c.Name, err)
		}
		least = min(least, len(p.ring.memory))
		feeds = append(feeds, p)
	}
	if least < size {
		odd = append(odd, capture.Diagnostic{
			Code: codeRing, Severity: capture.Warning,
			Text: fmt.Sprintf("the kernel gave a ring of %d MiB instead of %d: packets are dropped sooner", least>>20, size>>20),
		})
	}
	return newCapture(feeds, odd, wallClock), nil
}

// openError puts an error of opening into words.
func openError(name string, err error) error {
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES) {
		return forbidden(name, err)
	}
	return fmt.Errorf("capture from %s: %w", name, err)
}

// A choice is an interface to open.
type choice struct {
	net.Interface
	link
}

// choose finds the interfaces to open and says which are left out of "any".
func choose(names []string, links map[int]uint16) ([]choice, []capture.Diagnostic, error) {
	all, err := net.Interfaces()
	if err != nil {
		return nil, nil, fmt.Errorf("list interfaces: %w", err)
	}
	if len(names) == 0 {
		return nil, nil, unknown("", nil, remarks(all))
	}
	p := picker{links: links, taken: make(map[int]bool)}
	for _, name := range names {
		if name == Any {
			p.any(all)
			continue
		}
		if err := p.named(name, all); err != nil {
			return nil, nil, err
		}
	}
	if len(p.chosen) == 0 {
		return nil, nil, &Error{Text: "no interface that rung can read is up; there are: " + listed(remarks(all))}
	}
	if len(p.skipped) > 0 {
		p.odd = append(p.odd, capture.Diagnostic{
			Code: codeSkipped, Severity: capture.Info,
			Text: "interfaces whose link layer rung does not read are left out: " + listed(p.skipped),
		})
	}
	if n := len(p.chosen) - maxInterfaces; n > 0 {
		p.odd = append(p.odd, capture.Diagnostic{
			Code: codeLimit, Severity: capture.Warning,
			Text: fmt.Sprintf("%d interfaces are left out: at most %d are read at once", n, maxInterfaces),
		})
		p.chosen = p.chosen[:maxInterfaces]
	}
	return p.chosen, p.odd, nil
}

// A picker collects what was chosen.
type picker struct {
	links   map[int]uint16
	taken   map[int]bool
	chosen  []choice
	skipped []string
	odd     []capture.Diagnostic
}

func (p *picker) any(all []net.Interface) {
	for _, in := range all {
		if in.Flags&net.FlagUp == 0 || p.taken[in.Index] {
			continue
		}
		p.taken[in.Index] = true
		l, ok := linkOf(p.links[in.Index])
		if !ok {
			p.skipped = append(p.skipped, fmt.Sprintf("%s (type %d)", in.Name, p.links[in.Index]))
			continue
		}
		p.chosen = append(p.chosen, choice{in, l})
	}
}

func (p *picker) named(name string, all []net.Interface) error {
	in, err := net.InterfaceByName(name)
	if err != nil {
		names := make([]string, len(all))
		for i := range all {
			names[i] = all[i].Name
		}
		return unknown(name, append(names, Any), remarks(all))
	}
	if p.taken[in.Index] {
		return nil
	}
	p.taken[in.Index] = true
	l, ok := linkOf(p.links[in.Index])
	if !ok {
		return &Error{Text: fmt.Sprintf("capture from %s: rung does not read its link layer (ARPHRD type %d)", name, p.links[in.Index])}
	}
	p.chosen = append(p.chosen, choice{*in, l})
	return nil
}

// remarks lists interfaces as an error names them.
func remarks(all []net.Interface) []string {
	list := make([]string, 0, len(all))
	for _, in := range all {
		name := in.Name
		if in.Flags&net.FlagUp == 0 {
			name += " (down)"
		}
		list = append(list, strings.ToValidUTF8(name, "?"))
	}
	return list
}
