package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"
	"unsafe"
)

// terminal opens a pseudo terminal of a size: what is written to its end comes
// out of the master.
func terminal(t *testing.T, width, height uint16) (master, end *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo terminals here: %v", err)
	}
	t.Cleanup(func() { master.Close() })
	var number, unlock uint32
	size := [4]uint16{height, width}
	// The master's own descriptor would make it block; the file keeps it open.
	raw, err := master.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	err = raw.Control(func(fd uintptr) {
		for _, c := range []struct {
			request uintptr
			to      unsafe.Pointer
		}{
			{syscall.TIOCSPTLCK, unsafe.Pointer(&unlock)}, {syscall.TIOCGPTN, unsafe.Pointer(&number)},
			{syscall.TIOCSWINSZ, unsafe.Pointer(&size)},
		} {
			if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, fd, c.request, uintptr(c.to)); errno != 0 {
				t.Skipf("no pseudo terminal here: %v", errno)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	end, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo terminal here: %v", err)
	}
	t.Cleanup(func() { end.Close() })
	return master, end
}

// A screenModel is what a terminal shows, as far as rung writes to one: cursor
// home, erase to the end of the line and of the screen, lines and colours.
type screenModel struct {
	rows          [][]rune
	width, x, y   int
	tooWide, fell bool // a line was longer than the screen; it scrolled
}

var escape = regexp.MustCompile(`^\x1b\[([0-9;?]*)([A-Za-z])`)

func newScreen(width, height int) *screenModel {
	s := &screenModel{width: width, rows: make([][]rune, height)}
	s.clear(0)
	return s
}

func (s *screenModel) clear(from int) {
	for i := from; i < len(s.rows); i++ {
		s.rows[i] = []rune(strings.Repeat(" ", s.width))
	}
}

func (s *screenModel) write(t *testing.T, text string) {
	for len(text) > 0 {
		if m := escape.FindStringSubmatch(text); m != nil {
			s.command(t, m[1], m[2])
			text = text[len(m[0]):]
			continue
		}
		r, n := utf8.DecodeRuneInString(text)
		text = text[n:]
		switch {
		case r == '\r':
			s.x = 0
		case r == '\n':
			if s.y++; s.y == len(s.rows) {
				s.y--
				s.fell = true
				s.rows = append(s.rows[1:], []rune(strings.Repeat(" ", s.width)))
			}
		case r < ' ':
			t.Errorf("control character %q on the terminal", r)
		case s.x >= s.width:
			s.tooWide = true
		default:
			s.rows[s.y][s.x] = r
			s.x++
		}
	}
}

func (s *screenModel) command(t *testing.T, numbers, command string) {
	switch command {
	case "H":
		s.x, s.y = 0, 0
	case "K":
		for x := s.x; x < s.width; x++ {
			s.rows[s.y][x] = ' '
		}
	case "J":
		for x := s.x; x < s.width; x++ {
			s.rows[s.y][x] = ' '
		}
		s.clear(s.y + 1)
	case "m", "h", "l": // colours and modes
	default:
		t.Errorf("escape sequence [%s%s", numbers, command)
	}
}

func (s *screenModel) String() string {
	var b strings.Builder
	for _, r := range s.rows {
		b.WriteString(strings.TrimRight(string(r), " ") + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

// The table on a terminal: it stays on one screen and shows the flows, the
// latest of them when there are more than rows.
func TestLiveTable(t *testing.T) {
	e := inNamespace(t, "tcpreplay")
	if e == nil {
		return
	}
	for _, size := range []struct{ width, height uint16 }{{120, 30}, {80, 10}, {50, 7}} {
		t.Run(fmt.Sprintf("%dx%d", size.width, size.height), func(t *testing.T) {
			master, end := terminal(t, size.width, size.height)
			cmd := asProgram(t, "live", "-i", "near0")
			cmd.Stdout = end
			p := startProgram(t, cmd)
			for _, name := range []string{"failures", "b2bua-486", "register-udp"} {
				e.play(t, asPcap(t, "../../testdata/captures/"+name+".pcapng"), "--pps=2000")
			}
			e.playText(t, callText)
			time.Sleep(2200 * time.Millisecond) // two pictures
			p.Process.Signal(os.Interrupt)
			if code := p.ends(t); code != exitDone {
				t.Errorf("exit status %d\n%s", code, p.err.String())
			}
			end.Close()
			var text strings.Builder
			b := make([]byte, 1<<16)
			for {
				n, err := master.Read(b) // EIO when nobody has the other end any more
				text.Write(b[:n])
				if err != nil {
					break
				}
			}
			s := newScreen(int(size.width), int(size.height))
			pictures := strings.SplitAfter(text.String(), "\x1b[J")
			for _, picture := range pictures[:len(pictures)-1] {
				s.write(t, picture)
			}
			if len(pictures) < 3 || s.fell || s.tooWide {
				t.Errorf("%d pictures; scrolled %v, too wide %v", len(pictures)-1, s.fell, s.tooWide)
			}
			shown := s.String()
			if !strings.HasPrefix(shown, "rung live · near0 · 182 packets") || !strings.Contains(shown, "KIND") {
				t.Errorf("no head:\n%s", shown)
			}
			// As many rows as there is room for, the latest flow among them.
			rows := regexp.MustCompile(`(?m)^ *\d+  [a-z]+ `).FindAllString(shown, -1)
			if want := min(24, int(size.height)-headLines); len(rows) != want || !strings.Contains(shown, "\n24  call ") {
				t.Errorf("%d rows, want %d and call 24:\n%s", len(rows), want, shown)
			}
			if regexp.MustCompile(`\d s  `).MatchString(shown) {
				t.Errorf("what is over still counts:\n%s", shown)
			}
			t.Logf("the last picture\n%s", shown)
		})
	}
}

func TestLinesOfTheTableAreClipped(t *testing.T) {
	for name, tt := range map[string]struct {
		line  string
		width int
		want  string
	}{
		"what fits stays":             {"abc", 3, "abc"},
		"what does not is cut":        {"abcd", 3, "abc"},
		"colours take no room":        {"\x1b[31mabcd\x1b[0m", 3, "\x1b[31mabc\x1b[0m"},
		"letters, not bytes":          {"äöüß", 3, "äöü"},
		"no half of a wide letter":    {"a漢字", 4, "a漢"},
		"nothing behind what was cut": {"a漢b", 2, "a"},
		"a sequence without an end":   {"abcd\x1b[3", 3, "abc"},
		"a screen without any width":  {"abc", 0, ""},
	} {
		if got := string(clip([]byte(tt.line), tt.width)); got != tt.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
