package pcapfile_test

import (
	"bytes"
	"errors"
	"io"
	"net/netip"
	"testing"

	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"rung/capture"
	"rung/capture/pcapfile"
)

func TestGopacketReadsWhatIsWritten(t *testing.T) {
	var buf bytes.Buffer
	w, err := pcapfile.NewWriter(&buf, &pcapfile.WriterOptions{Application: "rung 1", OS: "linux", Comment: "a comment"})
	if err != nil {
		t.Fatal(err)
	}
	ifaces := []pcapfile.InterfaceInfo{
		{Name: "eth0", Description: "mirror port", Link: capture.LinkEthernet, Snaplen: 1500},
		{Name: "any", Link: capture.LinkSLL2},
	}
	for _, in := range ifaces {
		if _, err := w.AddInterface(in); err != nil {
			t.Fatal(err)
		}
	}
	err = errors.Join(w.Secrets(pcapfile.SecretTLS, []byte("secret")),
		w.Names(netip.MustParseAddr("10.0.0.1"), []string{"one", "two"}),
		w.Names(netip.MustParseAddr("fe80::1"), []string{"six"}))
	for i, p := range made() {
		p.Link = ifaces[i%2].Link
		err = errors.Join(err, w.Write(&p, i%2))
	}
	at := made()[999].Time
	if err = errors.Join(err, w.Stats(1, at, 1000, 17), w.Flush()); err != nil {
		t.Fatal(err)
	}

	r, err := pcapgo.NewNgReader(&buf, pcapgo.NgReaderOptions{WantMixedLinkType: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range made() {
		data, ci, err := r.ReadPacketData()
		if err != nil {
			t.Fatalf("packet %d: %v", i, err)
		}
		if !bytes.Equal(data, p.Data) || capture.TimeOf(ci.Timestamp) != p.Time || ci.Length != p.WireLen ||
			ci.InterfaceIndex != i%2 || ci.AncillaryData[0] != layers.LinkType(ifaces[i%2].Link) {
			t.Fatalf("packet %d: %+v", i, ci)
		}
	}
	if _, _, err := r.ReadPacketData(); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
	if s := r.SectionInfo(); s.Application != "rung 1" || s.OS != "linux" || s.Comment != "a comment" {
		t.Errorf("section %+v", s)
	}
	for i, in := range ifaces {
		got, err := r.Interface(i)
		if err != nil || got.Name != in.Name || got.Description != in.Description || got.SnapLength != uint32(in.Snaplen) {
			t.Errorf("interface %d: %+v, %v", i, got, err)
		}
	}
	got, _ := r.Interface(1)
	if s := got.Statistics; s.PacketsReceived != 1000 || s.PacketsDropped != 17 ||
		capture.TimeOf(s.EndTime) != at || capture.TimeOf(s.StartTime) != made()[0].Time {
		t.Errorf("counters %+v", s)
	}
	for i, names := range [][]string{{"one", "two"}, {"six"}} {
		if n, err := r.Name(i); err != nil || len(n.Names) != len(names) || n.Names[0] != names[0] {
			t.Errorf("names %d: %v, %v", i, n, err)
		}
	}
}
