package pcapfile_test

import (
	"bytes"
	"testing"

	"rung/capture"
	"rung/capture/pcapfile"
)

func TestWriterRoundTrip(t *testing.T) {
	var buf bytes.Buffer
	w, err := pcapfile.NewWriter(&buf, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.AddInterface(pcapfile.InterfaceInfo{Name: "eth0", Link: capture.LinkEthernet}); err != nil {
		t.Fatal(err)
	}
	for _, p := range made() {
		p.Link = capture.LinkEthernet
		if err := w.Write(&p, 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if w.Bytes() != int64(buf.Len()) {
		t.Errorf("Bytes %d, written %d", w.Bytes(), buf.Len())
	}
	same(t, "own", buf.Bytes(), 1)
}
