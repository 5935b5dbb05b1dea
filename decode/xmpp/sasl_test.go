package xmpp

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestIdentity(t *testing.T) {
	for _, test := range []struct {
		rule, mechanism, payload, want string
	}{
		{"PLAIN gives the authentication identity", "PLAIN", "\x00user1\x00secret", "user1"},
		{"not the one acted for", "PLAIN", "admin\x00user1\x00secret", "user1"},
		{"a password may hold NUL", "PLAIN", "\x00user1\x00sec\x00ret", "user1"},
		{"half a PLAIN gives nothing, lest it be the password", "PLAIN", "user1\x00secret", ""},
		{"mechanisms have no case", "plain", "\x00user1\x00secret", "user1"},
		{"Jabber's token", "CISCO-VTG-TOKEN", "userid=jdoe@lab.example\x00token=secret", "jdoe@lab.example"},
		{"Jabber's token without a user", "CISCO-VTG-TOKEN", "token=secret", ""},
		{"Jabber's token without its token", "CISCO-VTG-TOKEN", "userid=jdoe secret", ""},
		{"OAuth as Google had it", "X-OAUTH2", "\x00jdoe\x00secret", "jdoe"},
		{"OAUTHBEARER", "OAUTHBEARER", "n,a=jdoe@lab.example,\x01host=x\x01auth=Bearer secret\x01\x01", "jdoe@lab.example"},
		{"SCRAM first message", "SCRAM-SHA-256", "n,,n=jdoe,r=secret", "jdoe"},
		{"SCRAM with channel binding", "SCRAM-SHA-1-PLUS", "p=tls-unique,,n=a=2Cb=3Dc,r=secret", "a,b=c"},
		{"SCRAM final message", "SCRAM-SHA-1", "c=biws,r=secret,p=secret", ""},
		{"DIGEST-MD5 response", "DIGEST-MD5", `charset=utf-8,username="j\"doe",realm="x",response=secret`, `j"doe`},
		{"DIGEST-MD5 without end", "DIGEST-MD5", `username="jdoe`, ""},
		{"DIGEST-MD5 of another directive", "DIGEST-MD5", `nousername="secret"`, ""},
		{"EXTERNAL", "EXTERNAL", "a.example", "a.example"},
		{"a mechanism that is not known", "X-THING", "\x00user1\x00secret", ""},
		{"control characters are no name", "PLAIN", "\x00us\ner\x00secret", ""},
		{"bad UTF-8 is no name", "PLAIN", "\x00us\xffer\x00secret", ""},
		{"too long is no name", "PLAIN", "\x00" + strings.Repeat("u", maxIdentity+1) + "\x00secret", ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			payload := base64.StdEncoding.EncodeToString([]byte(test.payload))
			if got := identity(test.mechanism, []byte(payload)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	for _, payload := range []string{"", "=", "!!!!"} {
		if got := identity("PLAIN", []byte(payload)); got != "" {
			t.Errorf("%q: got %q", payload, got)
		}
	}
}

func FuzzIdentity(f *testing.F) {
	f.Add("PLAIN", []byte("\x00user1\x00hidden"))
	f.Add("CISCO-VTG-TOKEN", []byte("userid=a\x00token=hidden"))
	f.Add("SCRAM-SHA-1", []byte("n,,n=a,r=hidden"))
	f.Add("DIGEST-MD5", []byte(`username="a",response=hidden`))
	f.Fuzz(func(t *testing.T, mechanism string, payload []byte) {
		got := identity(mechanism, []byte(base64.StdEncoding.EncodeToString(payload)))
		if len(got) > maxIdentity || got != presentable(got) {
			t.Fatalf("identity %q", got)
		}
		// What stands behind the second NUL of PLAIN is the password.
		if parts := strings.SplitN(string(payload), "\x00", 3); mechanism == "PLAIN" && got != "" && (len(parts) != 3 || got != parts[1]) {
			t.Fatalf("PLAIN %q: identity %q", payload, got)
		}
	})
}
