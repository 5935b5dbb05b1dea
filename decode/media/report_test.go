package media

import (
	"testing"

	"github.com/pion/rtcp"
)

// An answer that took no longer than its sender says it held it gives no
// round trip: the value is not known, and is not 0.
func TestRoundTripThatCannotBeMeasuredIsNotZero(t *testing.T) {
	const held = 65536 / 100 // 10 ms
	tests := []struct {
		rule    string
		answers []int // ms after the sender report
		want    float64
		note    string
	}{
		{"at the sender", []int{30}, 20, ""},
		{"at the reporter", []int{10}, 0, noteNoRTT},
		{"the reporter's clock is wrong", []int{3}, 0, noteNoRTT},
		{"some at the limit", []int{10, 30}, 20, "1 of 2 answers are left out: too short to be measured"},
		{"nothing to answer", nil, 0, noteNoAnswer},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			const ssrc = 0x01020304
			tr := NewTracker(Limits{})
			for _, seg := range segments(talk(20, 0, 1, 1), pathAB, ssrc) {
				tr.Feed(&seg)
			}
			tr.Feed(datagram(400, pathAB, rtcpBytes(t, &rtcp.SenderReport{SSRC: ssrc, NTPTime: 0x1122334455667788})))
			block := rtcp.ReceptionReport{SSRC: ssrc, LastSenderReport: 0x33445566, Delay: held}
			if len(tt.answers) == 0 {
				block.LastSenderReport = 0
				tr.Feed(datagram(430, pathAB.Reverse(), rtcpBytes(t, &rtcp.ReceiverReport{SSRC: 9, Reports: []rtcp.ReceptionReport{block}})))
			}
			for _, at := range tt.answers {
				tr.Feed(datagram(400+at, pathAB.Reverse(), rtcpBytes(t, &rtcp.ReceiverReport{SSRC: 9, Reports: []rtcp.ReceptionReport{block}})))
			}
			tracks := tr.Finish()
			Attach(tracks, tr.Reports())
			got := tracks[0].Streams(nil, nil)[0].RTCP
			if got == nil || got.RTTNote != tt.note {
				t.Fatalf("%+v, want note %q", got, tt.note)
			}
			switch {
			case tt.want == 0 && got.RTT != nil:
				t.Errorf("round trip %+v, want none", *got.RTT)
			case tt.want > 0 && (got.RTT == nil || got.RTT.Min < tt.want-0.1 || got.RTT.Max > tt.want+0.1):
				t.Errorf("round trip %+v, want %v", got.RTT, tt.want)
			}
		})
	}
}
