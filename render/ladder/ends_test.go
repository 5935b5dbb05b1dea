package ladder_test

import (
	"testing"

	"rung/decode"
	"rung/decode/flow"
	"rung/render/ladder"
	"rung/render/rendertest"
)

func TestEnds(t *testing.T) {
	b := rendertest.NewBuilder(1, decode.KindKeepalive)
	b.Party("proxy", "", "10.0.0.1:5060")
	b.Party("10.0.0.2", "", "10.0.0.2:5060")
	b.Party("six", "", "[fd00::1]:5060")
	look := rendertest.Lookup(1).F
	look.From = decode.Party{Host: "10.20.0.102"}
	look.Parties[0].Name = "PC 102"
	tests := []struct {
		rule     string
		f        *flow.Flow
		p        decode.Party
		from, to string
	}{
		{"an address gets its name", b.F, decode.Party{Host: "10.0.0.1"}, "proxy", ""},
		{"in brackets, too", b.F, decode.Party{Host: "[fd00::1]"}, "six", ""},
		{"a host without another name stays", b.F, decode.Party{Host: "10.0.0.2"}, "10.0.0.2", ""},
		{"a user is not a host", b.F, decode.Party{User: "5737", Host: "10.0.0.1"}, "10.0.0.1", ""},
		{"a host name stays", b.F, decode.Party{Host: "lab.example"}, "lab.example", ""},
		{"a look-up says its type", look, look.From, "PC 102", "SRV _collab-edge._tls.lab.example"},
		{"a connection says its port", refused(rendertest.NewBuilder(1, decode.KindOther), 1).F, decode.Party{}, "pc", "pub:6970"},
	}
	for _, tt := range tests {
		tt.f.From = tt.p
		if from, to := ladder.Ends(tt.f); from.Host != tt.from || to.Host != tt.to {
			t.Errorf("%s: %q, %q", tt.rule, from.Host, to.Host)
		}
	}
}

func TestADisplayNameThatIsTheUserIsNotNew(t *testing.T) {
	for p, want := range map[decode.Party]string{
		{User: "alice", Display: "Alice"}:  "",
		{User: "2503", Display: "2503 "}:   "",
		{User: "2503", Display: "Marie"}:   "Marie",
		{Host: "lab.example", Display: ""}: "",
	} {
		if got := ladder.NewDisplay(p); got != want {
			t.Errorf("%+v: %q", p, got)
		}
	}
}
