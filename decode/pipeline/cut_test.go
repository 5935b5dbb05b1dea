package pipeline_test

import (
	"fmt"
	"strings"
	"testing"
)

// That messages are cut is said once of the whole capture, whatever connection
// they are on.
func TestCutMessagesAreCounted(t *testing.T) {
	way := func(i int) string { return fmt.Sprintf("udp 10.0.0.%d:5060 > 10.0.1.2:5060 ", i+1) }
	for _, tc := range []struct {
		name, text, want string
	}{
		{"none", "-- 0 " + way(0) + "--\n" + message(1), ""},
		{"one", "-- 0 " + way(0) + "--\n" + message(1) + "-- 1 " + way(1) + "snaplen=150 --\n" + message(2),
			"2: 1 message is cut short by the snaplen (the capture kept 150 bytes of a packet)"},
		{"of several connections, the first by its frame", "-- 0 " + way(0) + "--\n" + message(0) +
			"-- 1 " + way(3) + "snaplen=150 --\n" + message(1) + "-- 2 " + way(2) + "snaplen=170 --\n" + message(2) +
			"-- 3 " + way(1) + "snaplen=160 --\n" + message(3),
			"2: 3 messages are cut short by the snaplen (the capture kept 170 bytes of a packet)"},
		{"behind a VLAN tag", "-- 0 " + way(0) + "vlan=7 snaplen=154 --\n" + message(1),
			"1: 1 message is cut short by the snaplen (the capture kept 154 bytes of a packet)"},
		{"of a packet that came in fragments its length is not known", "-- 0 " + way(0) + "frag=96 snaplen=100 --\n" + message(1),
			"3: 1 message is cut short by the snaplen: what"},
		{"over SCTP, too", "-- 0 sctp 10.0.0.1:5060 > 10.0.0.2:5060 midstream snaplen=180 --\n" + message(1),
			"1: 1 message is cut short by the snaplen: what"},
		{"headers without a message are counted elsewhere", "-- 0 " + way(0) + "snaplen=42 --\n" + message(1), ""},
	} {
		for _, workers := range []int{1, 8} {
			got := ""
			for _, d := range read(t, workers, parse(t, tc.text)).result.Diagnostics {
				if d.Code == "messages-cut" {
					got += fmt.Sprintf("%s: %s", d.Frames[0], d.Text)
					if !d.Damage || !strings.HasSuffix(d.Text, "capture with -s 0") {
						t.Errorf("%s: %+v", tc.name, d)
					}
				}
			}
			if !strings.HasPrefix(got, tc.want) || tc.want == "" && got != "" {
				t.Errorf("%s, %d workers: %q, want %q", tc.name, workers, got, tc.want)
			}
		}
	}
}
