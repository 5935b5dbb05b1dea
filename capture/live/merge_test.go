package live

import (
	"errors"
	"fmt"
	"io"
	"math/rand"
	"sort"
	"sync"
	"testing"
	"time"

	"rung/capture"
)

// A fake is an interface that gives what it is told to.
type fake struct {
	steps chan step
	index int32
	odd   []capture.Diagnostic
}

// A step is what one read gives.
type step struct {
	time capture.Time
	data string
	err  error
}

func (f *fake) read(p *capture.Packet) error {
	s, ok := <-f.steps
	switch {
	case !ok:
		time.Sleep(time.Millisecond) // instead of pollWait
		return errQuiet
	case s.err != nil:
		return s.err
	}
	*p = capture.Packet{Time: s.time, Data: []byte(s.data), WireLen: len(s.data), Interface: f.index, Offset: -1}
	return nil
}

func (f *fake) state() Interface                  { return Interface{Name: fmt.Sprint("fake", f.index)} }
func (f *fake) diagnostics() []capture.Diagnostic { return f.odd }
func (f *fake) close()                            {}

// fakes makes one interface for each list of times, in seconds; they are quiet
// afterwards.
func fakes(lists ...[]int) []feed {
	var feeds []feed
	for i, times := range lists {
		f := &fake{steps: make(chan step, len(times)), index: int32(i)}
		for _, s := range times {
			f.steps <- step{time: seconds(s), data: fmt.Sprint(s)}
		}
		close(f.steps)
		feeds = append(feeds, f)
	}
	return feeds
}

func seconds(n int) capture.Time { return capture.Time(time.Duration(n) * time.Second) }

// clockAt is a clock that stands still.
func clockAt(s int) func() capture.Time { return func() capture.Time { return seconds(s) } }

// A got is a packet with its own copy of the bytes.
type got struct {
	capture.Packet
}

// all reads until the capture is idle.
func all(t *testing.T, c *Capture) (list []got) {
	t.Helper()
	for {
		var p capture.Packet
		err := c.Next(&p)
		if errors.Is(err, capture.ErrIdle) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		p.Data = append([]byte(nil), p.Data...)
		list = append(list, got{p})
	}
}

func TestPacketsAreMergedByTime(t *testing.T) {
	cases := []struct {
		name  string
		lists [][]int
		want  []int
	}{
		{"one interface keeps its order", [][]int{{1, 2, 3}}, []int{1, 2, 3}},
		{"two take turns", [][]int{{1, 3, 5}, {2, 4, 6}}, []int{1, 2, 3, 4, 5, 6}},
		{"all of one before the other", [][]int{{7, 8}, {1, 2}}, []int{1, 2, 7, 8}},
		{"a quiet interface does not hold up", [][]int{{}, {1, 2}, {}}, []int{1, 2}},
		{"time stamps that go back within an interface stay", [][]int{{5, 4, 6}, {7}}, []int{5, 4, 6, 7}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			capt := newCapture(fakes(c.lists...), nil, clockAt(100))
			defer capt.Close()
			var have []int
			for i, p := range all(t, capt) {
				have = append(have, int(p.Time/seconds(1)))
				if string(p.Data) != fmt.Sprint(have[i]) || p.Index != uint64(i) || p.Frame.Number != int32(i+1) {
					t.Errorf("packet %d: %+v", i, p)
				}
			}
			if fmt.Sprint(have) != fmt.Sprint(c.want) {
				t.Errorf("got %v, want %v", have, c.want)
			}
		})
	}
}

func TestTiesGoToTheLowerInterface(t *testing.T) {
	c := newCapture(fakes([]int{5}, []int{5}), nil, clockAt(100))
	defer c.Close()
	var order []int32
	for _, p := range all(t, c) {
		order = append(order, p.Interface)
	}
	if fmt.Sprint(order) != "[0 1]" {
		t.Errorf("got %v", order)
	}
}

func TestMergedIsSortedHoweverItArrives(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	var lists [][]int
	var want []int
	for range 5 {
		var list []int
		for range 3000 {
			list = append(list, random.Intn(1_000_000))
		}
		sort.Ints(list)
		lists = append(lists, list)
		want = append(want, list...)
	}
	sort.Ints(want)
	c := newCapture(fakes(lists...), nil, clockAt(2_000_000))
	defer c.Close()
	list := all(t, c)
	if len(list) != len(want) {
		t.Fatalf("%d packets, want %d", len(list), len(want))
	}
	for i, p := range list {
		if p.Time != seconds(want[i]) || string(p.Data) != fmt.Sprint(want[i]) {
			t.Fatalf("packet %d has time %v, want %d s", i, p.Time, want[i])
		}
	}
}

// An interface of which nothing is known holds the others back, but not for
// ever, and not for each packet anew.
func TestASilentInterfaceIsLeftBehind(t *testing.T) {
	silent := &fake{steps: make(chan step), index: 1}
	c := newCapture(append(fakes([]int{1, 2, 3, 4, 5, 6, 7, 8}), silent), nil, clockAt(100))
	start := time.Now()
	list := all(t, c)
	if d := time.Since(start); len(list) != 8 || d < holdMax || d > holdMax+idleAfter+2*time.Second {
		t.Errorf("%d packets after %v", len(list), d)
	}
	close(silent.steps)
	c.Close()
}

func TestALatePacketOfAQuietInterfaceIsWaitedFor(t *testing.T) {
	slow := &fake{steps: make(chan step), index: 1}
	c := newCapture(append(fakes([]int{10, 20}), slow), nil, clockAt(5))
	go func() {
		time.Sleep(holdMax / 4)
		slow.steps <- step{time: seconds(9), data: "9"}
		slow.steps <- step{time: seconds(19), data: "19"}
		slow.steps <- step{time: seconds(30), data: "30"}
		close(slow.steps)
	}()
	var have []int
	for _, p := range all(t, c) {
		have = append(have, int(p.Time/seconds(1)))
	}
	if fmt.Sprint(have) != "[9 10 19 20 30]" {
		t.Errorf("got %v", have)
	}
	c.Close()
}

func TestASlowReaderMakesTheInterfaceWait(t *testing.T) {
	f := &fake{steps: make(chan step)}
	other := &fake{steps: make(chan step), index: 1}
	close(other.steps)
	c := newCapture([]feed{f, other}, nil, clockAt(1000))
	big := string(make([]byte, 64<<10))
	sent := 0
	for full := false; !full; {
		select {
		case f.steps <- step{time: seconds(1), data: big}:
			sent++
		case <-time.After(200 * time.Millisecond):
			full = true
		}
		if sent > 1000 {
			t.Fatal("read ahead without bound")
		}
	}
	if bytes := sent * len(big); bytes > maxBatchBytes+2*len(big) {
		t.Errorf("%d bytes read ahead", bytes)
	}
	close(f.steps)
	if list := all(t, c); len(list) != sent {
		t.Errorf("%d packets of %d", len(list), sent)
	}
	c.Close()
}

func TestStopHandsOutWhatPassedAndNoMore(t *testing.T) {
	for _, n := range []int{1, 2} {
		lists := [][]int{{1, 2, 99, 101, 102}, {3, 98, 103}}[:n]
		c := newCapture(fakes(lists...), nil, clockAt(100))
		c.Stop()
		c.Stop()
		var have []int
		for {
			var p capture.Packet
			err := c.Next(&p)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			have = append(have, int(p.Time/seconds(1)))
		}
		// With several the goroutines may have read on before Stop.
		if want := "[1 2 99]"; n == 1 && fmt.Sprint(have) != want {
			t.Errorf("got %v", have)
		}
		if n == 2 && (!sort.IntsAreSorted(have) || len(have) < 5) {
			t.Errorf("got %v", have)
		}
		var p capture.Packet
		if err := c.Next(&p); !errors.Is(err, io.EOF) {
			t.Errorf("after the end: %v", err)
		}
		c.Close()
	}
}

func TestStopEndsAlsoWhenTheClockWasSetBack(t *testing.T) {
	c := newCapture([]feed{&endless{}}, nil, clockAt(100))
	c.Stop()
	for range maxRing/maxBatchBytes + 2 {
		var p capture.Packet
		if err := c.Next(&p); errors.Is(err, io.EOF) {
			return
		}
	}
	t.Error("no end")
}

// endless is an interface whose clock stands at 0.
type endless struct{ fake }

var endlessData = make([]byte, maxBatchBytes)

func (*endless) read(p *capture.Packet) error {
	*p = capture.Packet{Data: endlessData}
	return nil
}

func TestCloseWhileTheInterfaceIsAhead(t *testing.T) {
	c := newCapture([]feed{&endless{}, &endless{}}, nil, clockAt(100))
	var p capture.Packet
	if err := c.Next(&p); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- c.Close() }()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("Close hangs")
	}
	if err := c.Next(&p); !errors.Is(err, io.EOF) {
		t.Errorf("after Close: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Errorf("twice: %v", err)
	}
}

func TestAnErrorEndsTheCaptureWhenNoInterfaceIsLeft(t *testing.T) {
	broken := errors.New("broken")
	fail := func(i int32) *fake {
		f := &fake{steps: make(chan step, 2), index: i}
		f.steps <- step{time: seconds(int(i) + 1), data: "x"}
		f.steps <- step{err: broken}
		return f
	}
	for _, n := range []int{1, 2} {
		var feeds []feed
		for i := range n {
			feeds = append(feeds, fail(int32(i)))
		}
		c := newCapture(feeds, nil, clockAt(100))
		for i := range n {
			var p capture.Packet
			if err := c.Next(&p); err != nil {
				t.Fatalf("%d interfaces: packet %d: %v", n, i, err)
			}
		}
		var p capture.Packet
		if err := c.Next(&p); !errors.Is(err, broken) {
			t.Errorf("%d interfaces: %v", n, err)
		}
		c.Close()
	}
}

func TestFrameNumbersBeginAgainBehindTheLast(t *testing.T) {
	c := newCapture(fakes([]int{1, 2, 3}), nil, clockAt(100))
	c.last.Frame.Number, c.last.Index = 1<<31-2, 1<<31-2
	var have []string
	for _, p := range all(t, c) {
		have = append(have, fmt.Sprintf("%v@%d", p.Frame, p.Index))
	}
	if want := "[2147483647@2147483646 2:1@2147483647 2:2@2147483648]"; fmt.Sprint(have) != want {
		t.Errorf("got %v", have)
	}
	if d := c.Diagnostics(); len(d) != 1 || d[0].Code != codeNumbers {
		t.Errorf("diagnostics %v", d)
	}
}

func TestIdleTimeNeverGoesBehindThePackets(t *testing.T) {
	c := newCapture(fakes([]int{200}), nil, clockAt(100))
	var p capture.Packet
	if err := c.Next(&p); err != nil {
		t.Fatal(err)
	}
	if err := c.Next(&p); !errors.Is(err, capture.ErrIdle) || p.Time != seconds(200) {
		t.Errorf("%v at %v", err, p.Time)
	}
}

func TestEverythingButNextFromOtherGoroutines(t *testing.T) {
	c := newCapture(fakes([]int{1, 2, 3}, []int{4}), nil, wallClock)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				if n := len(c.Interfaces()); n != 2 {
					t.Errorf("%d interfaces", n)
				}
				c.Diagnostics()
			}
			c.Stop()
		})
	}
	for {
		var p capture.Packet
		if err := c.Next(&p); errors.Is(err, io.EOF) {
			break
		}
	}
	wg.Wait()
	c.Close()
}
