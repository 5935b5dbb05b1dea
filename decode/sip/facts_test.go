package sip

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rung/capture"
	"rung/decode"
)

// say builds a message from its first line and its headers; Via, From, To,
// Call-ID and CSeq are put in where the headers don't have them.
func say(first, headers, body string) string {
	method, _, _ := strings.Cut(first, " ")
	if strings.HasPrefix(first, "SIP/") {
		method = "INVITE"
	}
	all := "\n" + headers
	for _, h := range []string{"Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKabc", "Max-Forwards: 70",
		"From: <sip:5737@pbx.example.com>;tag=f1", "To: <sip:3250@example.com>", "Call-ID: call@10.0.0.1", "CSeq: 7 " + method} {
		name, _, _ := strings.Cut(h, ":")
		if !strings.Contains(all, "\n"+name+":") {
			all += h + "\n"
		}
	}
	return strings.ReplaceAll(first+all, "\n", "\r\n") + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body)) + body
}

const audio = "v=0\r\no=pbx 12345 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 30004 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n"

const sdpType = "Content-Type: application/sdp\n"

func TestNameKindAndSummary(t *testing.T) {
	pidf := `<?xml version="1.0"?><presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:r="x"><tuple id="1"><status><basic>open</basic></status></tuple><r:person><r:activities><r:on-the-phone/><r:busy/></r:activities></r:person></presence>`
	tests := []struct {
		rule, in      string
		name, summary string
		kind          decode.Kind
	}{
		{"invite: caller and codecs", say("INVITE sip:3250@example.com SIP/2.0", sdpType, audio), "INVITE", "From 5737 · PCMU PCMA DTMF", decode.KindCall},
		{"invite without an offer", say("INVITE sip:3250@example.com SIP/2.0", "", ""), "INVITE", "From 5737 · no SDP (late offer)", decode.KindCall},
		{"re-invite that holds", say("INVITE sip:3250@example.com SIP/2.0", "To: <sip:3250@example.com>;tag=t1\n"+sdpType, audio+"a=sendonly\r\n"), "INVITE", "hold · PCMU PCMA DTMF", decode.KindCall},
		{"hold as RFC 2543 did", say("INVITE sip:3250@example.com SIP/2.0", "To: <sip:3250@example.com>;tag=t1\n"+sdpType, strings.Replace(audio, "c=IN IP4 10.0.0.1", "c=IN IP4 0.0.0.0", 1)), "INVITE", "hold · PCMU PCMA DTMF", decode.KindCall},
		{"fax", say("INVITE sip:3250@example.com SIP/2.0", "To: <sip:3250@example.com>;tag=t1\n"+sdpType, "v=0\r\nc=IN IP4 10.0.0.1\r\nm=image 4000 udptl t38\r\n"), "INVITE", "t38", decode.KindCall},
		{"answer: codecs and where", say("SIP/2.0 200 OK", sdpType, audio), "200 OK", "PCMU PCMA DTMF · 10.0.0.1:30004", decode.KindCall},
		{"answer in ACK", say("ACK sip:3250@example.com SIP/2.0", sdpType, audio), "ACK", "PCMU PCMA DTMF · 10.0.0.1:30004", decode.KindCall},
		{"phrase as sent", say("SIP/2.0 486 Besetzt", "", ""), "486 Besetzt", "", decode.KindCall},
		{"no phrase sent", say("SIP/2.0 486 ", "", ""), "486 Busy Here", "", decode.KindCall},
		{"unknown status without phrase", say("SIP/2.0 499 ", "", ""), "499", "", decode.KindCall},
		{"challenge", say("SIP/2.0 407 Proxy Authentication Required", "Proxy-Authenticate: Digest nonce=\"a,b\", realm=\"example.com\"\n", ""), "407 Proxy Authentication Required", "Digest realm example.com", decode.KindCall},
		{"stale challenge, whatever the order", say("SIP/2.0 401 Unauthorized", "CSeq: 2 REGISTER\nWWW-Authenticate: Digest stale=TRUE, nonce=\"a\", realm=\"example.com\"\n", ""), "401 Unauthorized", "Digest realm example.com · stale nonce", decode.KindRegistration},
		{"stale challenge of a proxy, in quotes", say("SIP/2.0 407 Proxy Authentication Required", "Proxy-Authenticate: Digest realm=\"example.com\", stale=\"true\"\n", ""), "407 Proxy Authentication Required", "Digest realm example.com · stale nonce", decode.KindCall},
		{"stale=false is the first challenge", say("SIP/2.0 401 Unauthorized", "WWW-Authenticate: Digest realm=\"example.com\", stale=false\n", ""), "401 Unauthorized", "Digest realm example.com", decode.KindCall},
		{"two challenges in one header: the first counts", say("SIP/2.0 401 Unauthorized", "WWW-Authenticate: Digest nonce=\"a\", Basic realm=\"other\", stale=true\n", ""), "401 Unauthorized", "Digest", decode.KindCall},
		{"register with credentials", say("REGISTER sip:example.com SIP/2.0", "Contact: <sip:u@10.0.0.1>;expires=120\nAuthorization: Digest username=\"u\"\n", ""), "REGISTER", "3250@example.com · expires 120 · with credentials", decode.KindRegistration},
		{"invite with credentials", say("INVITE sip:3250@example.com SIP/2.0", "Proxy-Authorization: Digest username=\"u\"\n"+sdpType, audio), "INVITE", "From 5737 · PCMU PCMA DTMF · with credentials", decode.KindCall},
		{"subscribe with credentials", say("SUBSCRIBE sip:3250@example.com SIP/2.0", "o: presence\nExpires: 600\nAuthorization: Digest username=\"u\"\n", ""), "SUBSCRIBE", "presence · expires 600 · with credentials", decode.KindSubscription},
		{"publish with credentials", say("PUBLISH sip:3250@example.com SIP/2.0", "Event: presence\nExpires: 600\nAuthorization: Digest username=\"u\"\n", ""), "PUBLISH", "presence · expires 600 · with credentials", decode.KindPublication},
		{"bye with credentials", say("BYE sip:3250@example.com SIP/2.0", "Proxy-Authorization: Digest username=\"u\"\n", ""), "BYE", "with credentials", decode.KindCall},
		{"redirect", say("SIP/2.0 302 Moved Temporarily", "Contact: <sip:99@example.net>;q=0.5\n", ""), "302 Moved Temporarily", "to sip:99@example.net", decode.KindCall},
		{"warning verbatim", say("SIP/2.0 403 Forbidden", "Warning: 399 cucm1 \"Device security mismatch: expected TLS\"\n", ""), "403 Forbidden", "Device security mismatch: expected TLS", decode.KindCall},
		{"bye with reason", say("BYE sip:3250@example.com SIP/2.0", "Reason: Q.850;cause=16;text=\"Normal call clearing\"\n", ""), "BYE", "Q.850 16 Normal call clearing", decode.KindCall},
		{"register", say("REGISTER sip:example.com SIP/2.0", "Contact: <sip:u@10.0.0.1>;expires=120\nExpires: 3600\n", ""), "REGISTER", "3250@example.com · expires 120", decode.KindRegistration},
		{"unregister", say("REGISTER sip:example.com SIP/2.0", "Contact: *\nExpires: 0\n", ""), "REGISTER", "3250@example.com · unregister", decode.KindRegistration},
		{"registered", say("SIP/2.0 200 OK", "CSeq: 1 REGISTER\nContact: <sip:u@10.0.0.1>;expires=119\n", ""), "200 OK", "expires 119", decode.KindRegistration},
		{"subscribe", say("SUBSCRIBE sip:3250@example.com SIP/2.0", "o: presence\nExpires: 600\n", ""), "SUBSCRIBE", "presence · expires 600", decode.KindSubscription},
		{"presence", say("NOTIFY sip:3250@example.com SIP/2.0", "Event: presence\nSubscription-State: active;expires=599\nContent-Type: application/pidf+xml\n", pidf), "NOTIFY", "presence · active · open, on-the-phone, busy", decode.KindSubscription},
		{"waiting messages", say("NOTIFY sip:3250@example.com SIP/2.0", "Event: message-summary\nSubscription-State: active\nContent-Type: application/simple-message-summary\n", "Messages-Waiting: yes\r\nVoice-Message: 2/8 (0/2)\r\n"), "NOTIFY", "message-summary · active · waiting yes, voice 2/8", decode.KindSubscription},
		{"transfer progress", say("NOTIFY sip:3250@example.com SIP/2.0", "Event: refer;id=7\nSubscription-State: terminated;reason=noresource\nContent-Type: message/sipfrag\n", "SIP/2.0 503 Service Unavailable\r\n"), "NOTIFY", "refer · terminated · 503 Service Unavailable", decode.KindSubscription},
		{"transfer", say("REFER sip:3250@example.com SIP/2.0", "Refer-To: <sip:99@example.com>\n", ""), "REFER", "to 99", decode.KindCall},
		{"attended transfer", say("REFER sip:3250@example.com SIP/2.0", "Refer-To: <sip:99@example.com?Replaces=abc%40h%3Bto-tag%3D1%3Bfrom-tag%3D2>\n", ""), "REFER", "to 99 (attended)", decode.KindCall},
		{"publish", say("PUBLISH sip:3250@example.com SIP/2.0", "Event: presence\nExpires: 3600\nContent-Type: application/pidf+xml\n", pidf), "PUBLISH", "presence · open, on-the-phone, busy · expires 3600", decode.KindPublication},
		{"message", say("MESSAGE sip:3250@example.com SIP/2.0", "Content-Type: text/plain;charset=utf-8\n", "hello"), "MESSAGE", "text/plain, 5 bytes", decode.KindMessage},
		{"options outside a dialog", say("OPTIONS sip:3250@example.com SIP/2.0", "", ""), "OPTIONS", "", decode.KindKeepalive},
		{"options inside a dialog", say("OPTIONS sip:3250@example.com SIP/2.0", "To: <sip:3250@example.com>;tag=t1\n", ""), "OPTIONS", "", decode.KindCall},
		{"digit in INFO", say("INFO sip:3250@example.com SIP/2.0", "Content-Type: application/dtmf-relay\n", "Signal=5\r\nDuration=160\r\n"), "INFO", "DTMF 5", decode.KindCall},
		{"unknown method", say("SERVICE sip:3250@example.com SIP/2.0", "", ""), "SERVICE", "", decode.KindOther},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			m := one(t, tt.in)
			if m.Name != tt.name || m.Summary != tt.summary || m.Kind != tt.kind {
				t.Errorf("got %q, %q, %q\nwant %q, %q, %q", m.Name, m.Summary, m.Kind, tt.name, tt.summary, tt.kind)
			}
			for _, d := range m.Diagnostics {
				if d.Severity >= capture.Warning {
					t.Errorf("%s: %s", d.Code, d.Text)
				}
			}
		})
	}
}

func TestTransactionID(t *testing.T) {
	const via = "Via: SIP/2.0/UDP Host:5060;branch=z9hG4bKabc"
	id := func(first, headers string) string { return one(t, say(first, headers, "")).Facts.Transaction.ID }
	inv := id("INVITE sip:b@x SIP/2.0", via+"\n")
	tests := []struct {
		rule           string
		first, headers string
		same           bool
	}{
		{"retransmission", "INVITE sip:b@x SIP/2.0", via + "\n", true},
		{"response with received and rport", "SIP/2.0 486 Busy Here", via + ";received=1.2.3.4;rport=7\nTo: <sip:b@x>;tag=9\n", true},
		{"host in another case", "SIP/2.0 180 Ringing", "Via: SIP/2.0/UDP hOST:5060;branch=z9hG4bKabc\n", true},
		{"ack of a failed invite", "ACK sip:b@x SIP/2.0", via + "\n", true},
		{"ack of a 2xx has a branch of its own", "ACK sip:b@x SIP/2.0", "Via: SIP/2.0/UDP Host:5060;branch=z9hG4bKother\n", false},
		{"cancel", "CANCEL sip:b@x SIP/2.0", via + "\n", false},
		{"another hop", "INVITE sip:b@x SIP/2.0", "Via: SIP/2.0/UDP proxy;branch=z9hG4bKp1, SIP/2.0/UDP Host:5060;branch=z9hG4bKabc\n", false},
		{"next request with the same branch", "INVITE sip:b@x SIP/2.0", via + "\nCSeq: 8 INVITE\n", false},
	}
	for _, tt := range tests {
		if got := id(tt.first, tt.headers); (got == inv) != tt.same {
			t.Errorf("%s: %q and %q, want same = %v", tt.rule, inv, got, tt.same)
		}
	}
	old := "Via: SIP/2.0/UDP Host:5060\n"
	if a, b := id("INVITE sip:b@x SIP/2.0", old), id("SIP/2.0 200 OK", old+"To: <sip:b@x>;tag=2\n"); a != b || !strings.Contains(a, "call@10.0.0.1") {
		t.Errorf("RFC 2543: request %q, response %q", a, b)
	}
}

func TestIdentity(t *testing.T) {
	m := one(t, say("INVITE sip:+1%35550%30@[2001:db8::1]:5070;user=phone SIP/2.0",
		"From: \"O'Hara \\\"Kranj\\\"\" <sip:57%33%37;phone-context=x:secret@pbx.example.com:5060;transport=udp>;tag=a\n"+
			"To: tel:+15550100;tag=b\nContact: <sips:alice@192.0.2.4>;+sip.instance=\"<urn:uuid:1>\"\n"+
			"P-Asserted-Identity: \"Kranj, M.\" <sip:875737@example.com>, <tel:+875737>\n"+
			"P-Preferred-Identity: sip:pref@example.com\nRemote-Party-ID: Marko <sip:5737@10.1.1.1>;party=calling;screen=yes\n"+
			"Diversion: <sip:6000@example.com>;reason=no-answer\nDiversion: <sip:7000@example.com>\nPrivacy: id\n", ""))
	want := &decode.Identity{
		From:        decode.Party{User: "5737", Host: "pbx.example.com", Display: `O'Hara "Kranj"`},
		To:          decode.Party{User: "+15550100"},
		RequestURI:  decode.Party{User: "+155500", Host: "2001:db8::1"},
		Contact:     decode.Party{User: "alice", Host: "192.0.2.4"},
		Asserted:    decode.Party{User: "875737", Host: "example.com", Display: "Kranj, M."},
		Preferred:   decode.Party{User: "pref", Host: "example.com"},
		RemoteParty: decode.Party{User: "5737", Host: "10.1.1.1", Display: "Marko"},
		Diversion:   decode.Party{User: "6000", Host: "example.com"},
		Privacy:     "id",
	}
	if d := cmp.Diff(want, m.Facts.Identity); d != "" {
		t.Error(d)
	}
}

func TestRegistration(t *testing.T) {
	m := one(t, say("REGISTER sip:example.com SIP/2.0",
		"Contact: <sip:a@10.0.0.1;x=\",\">;expires=60, \"B, C\" <sip:b@10.0.0.2>\nm: sip:c@10.0.0.3;expires=30\nExpires: 300\n", ""))
	want := &decode.Registration{
		AOR: decode.Party{User: "3250", Host: "example.com"},
		Contacts: []decode.Contact{
			{URI: "sip:a@10.0.0.1;x=\",\"", Expires: 60}, {URI: "sip:b@10.0.0.2", Expires: 300}, {URI: "sip:c@10.0.0.3", Expires: 30}},
		Expires: 300,
	}
	if d := cmp.Diff(want, m.Facts.Registration); d != "" {
		t.Error(d)
	}
	if got := one(t, say("SIP/2.0 403 Forbidden", "CSeq: 1 REGISTER\n", "")).Facts.Registration; got != nil {
		t.Errorf("a refusal has bindings: %+v", got)
	}
}

func TestReasons(t *testing.T) {
	m := one(t, say("BYE sip:b@x SIP/2.0",
		"Reason: SIP;cause=200;text=\"Call completed, elsewhere\", Q.850 ;cause=16\nReason: cisco-alarm;text=x\n"+
			"Warning: 370 devnull \"Choose a bigger pipe\", 399 [::1]:5061 \"Policy Response\"\n", ""))
	want := []decode.Reason{
		{Source: "Reason", Scheme: "SIP", Code: 200, Text: "Call completed, elsewhere"},
		{Source: "Reason", Scheme: "Q.850", Code: 16},
		{Source: "Reason", Scheme: "cisco-alarm", Text: "x"},
		{Source: "Warning", Scheme: "devnull", Code: 370, Text: "Choose a bigger pipe"},
		{Source: "Warning", Scheme: "[::1]:5061", Code: 399, Text: "Policy Response"},
	}
	if d := cmp.Diff(want, m.Facts.Reasons); d != "" {
		t.Error(d)
	}
}

func TestLinks(t *testing.T) {
	const invite = "INVITE sip:3250@example.com SIP/2.0"
	tests := []struct {
		rule, in string
		want     []string // kind=value/strength
	}{
		{"session-id: both halves, lower case", say("OPTIONS sip:b@x SIP/2.0", "Session-ID: AB30317F1A784DC48FF824D0D3715D86;remote=47755a9de7794ba387653f2099600ef2\n", ""),
			[]string{"session-id=ab30317f1a784dc48ff824d0d3715d86/3", "session-id=47755a9de7794ba387653f2099600ef2/3"}},
		{"session-id: nil says nothing", say("OPTIONS sip:b@x SIP/2.0", "Session-ID: "+strings.Repeat("0", 32)+";remote="+strings.Repeat("0", 32)+"\n", ""), nil},
		{"cisco-guid and the Call-ID that CUCM makes of it", say("INVITE sip:b SIP/2.0", "Cisco-Guid: 1234567890-0000012345-0000067890-3232235777\nFrom: <sip:x>;tag=1\nCall-ID: 499602d2-1-2-c0a80101@10.0.0.9\n", ""),
			[]string{"cisco-guid=499602d20000303900010932c0a80101/3", "cucm-call-id=499602d2-c0a80101/3", "cucm-call-id=499602d2-c0a80101/3"}},
		{"cisco-guid of zeros", say("OPTIONS sip:b@x SIP/2.0", "Cisco-Guid: 0-0-0-0\n", ""), nil},
		{"other leg's Call-ID", say("OPTIONS sip:b@x SIP/2.0", "X-Call-ID: other@h\nX-CID: third@h\n", ""), []string{"x-call-id=other@h/3", "x-call-id=third@h/3"}},
		{"own Call-ID is no other leg", say("OPTIONS sip:b@x SIP/2.0", "X-CID: call@10.0.0.1\n", ""), nil},
		{"replaces, join, target-dialog", say("OPTIONS sip:b@x SIP/2.0", "Replaces: r@h;to-tag=1;from-tag=2\nJoin: j@h;to-tag=1\nTarget-Dialog: t@h;local-tag=1\n", ""),
			[]string{"replaces=r@h/3", "join=j@h/3", "target-dialog=t@h/3"}},
		{"replaces inside refer-to", say("REFER sip:b@x SIP/2.0", "Refer-To: <sip:99@h?Subject=x&Replaces=abc%40h%3Bto-tag%3D1>\n", ""), []string{"refer-to=abc@h/3"}},
		{"numbers by their last four digits", say(invite, "From: <sip:875737@x>;tag=1\n", ""), []string{"number=5737>3250/1"}},
		{"names whole", say("INVITE sip:Bob@example.com SIP/2.0", "From: <sip:Alice@x>;tag=1\n", ""), []string{"number=alice>bob/1"}},
		{"media and origin", say(invite, sdpType+"To: <sip:b@x>;tag=2\n", audio), []string{"media=udp 10.0.0.1:30004/2", "sdp-origin=pbx 12345 10.0.0.1/2"}},
		{"no media where none is wanted", say(invite, sdpType+"To: <sip:b@x>;tag=2\n", strings.ReplaceAll(audio, "10.0.0.1\r\nt", "0.0.0.0\r\nt")), []string{"sdp-origin=pbx 12345 10.0.0.1/2"}},
		{"CUCM's neighbours", say("SIP/2.0 180 Ringing", "To: <sip:b@x>;tag=1~ffa80926-5fac-4dd6-b405-2dbbc56ae9a2-551664735\n", ""),
			[]string{"cucm-ci=ffa80926-5fac-4dd6-b405-2dbbc56ae9a2 551664734/1", "cucm-ci=ffa80926-5fac-4dd6-b405-2dbbc56ae9a2 551664735/1"}},
		{"gci", say("OPTIONS sip:b@x SIP/2.0", "Call-Info: <urn:x-cisco-remotecc:callinfo>;security=NotAuthenticated;gci=1-20304\n", ""), []string{"cisco-gci=1-20304/3"}},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			var got []string
			for _, l := range one(t, tt.in).Links {
				got = append(got, fmt.Sprintf("%s=%s/%d", l.Kind, l.Value, l.Strength))
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestBodies(t *testing.T) {
	packed := func(w func(*bytes.Buffer)) string {
		var b bytes.Buffer
		w(&b)
		return b.String()
	}
	gz := packed(func(b *bytes.Buffer) { w := gzip.NewWriter(b); w.Write([]byte(audio)); w.Close() })
	zl := packed(func(b *bytes.Buffer) { w := zlib.NewWriter(b); w.Write([]byte(audio)); w.Close() })
	bomb := packed(func(b *bytes.Buffer) {
		w := gzip.NewWriter(b)
		w.Write(append([]byte(audio), make([]byte, 8<<20)...))
		w.Close()
	})
	mixed := "preamble\r\n--b1\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b1\r\nContent-Type: multipart/alternative;boundary=b2\r\n\r\n--b2\r\nContent-Type: application/sdp\r\n\r\n" + audio + "\r\n--b2--\r\n\r\n--b1--\r\n"
	deep := "--b\r\nContent-Type: multipart/mixed;boundary=b\r\n\r\n"
	tests := []struct {
		rule, headers, body string
		media               int
		code                string // of the one warning, "" for none
	}{
		{"nested multipart", "Content-Type: multipart/mixed; boundary=\"b1\"\n", mixed, 1, ""},
		{"gzip", sdpType + "Content-Encoding: gzip\n", gz, 1, ""},
		{"deflate, compact name", sdpType + "e: deflate\n", zl, 1, ""},
		{"gzip that grows without end", sdpType + "Content-Encoding: gzip\n", bomb, 1, codeLimit},
		{"gzip cut off", sdpType + "Content-Encoding: gzip\n", gz[:len(gz)-12], 1, codeBody},
		{"unknown encoding", sdpType + "Content-Encoding: br\n", "xxxx", 0, codeBody},
		{"no type, but SDP", "", audio, 1, codeMalformed},
		{"no boundary", "Content-Type: multipart/mixed\n", mixed, 0, codeBody},
		{"boundary that is not there", "Content-Type: multipart/mixed;boundary=zz\n", mixed, 0, codeBody},
		{"multipart never closed", "Content-Type: multipart/mixed;boundary=b1\n", "--b1\r\nContent-Type: application/sdp\r\n\r\n" + audio, 1, codeBody},
		{"multipart within multipart within …", "Content-Type: multipart/mixed;boundary=b\n", strings.Repeat(deep, 20), 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			m := one(t, say("INVITE sip:b@x SIP/2.0", tt.headers, tt.body))
			media := 0
			if s := m.Facts.Session; s != nil {
				media = len(s.Media)
			}
			var codes []string
			for _, d := range m.Diagnostics {
				if d.Severity >= capture.Warning && !strings.HasPrefix(d.Code, "sdp-") {
					codes = append(codes, d.Code)
				}
			}
			if media != tt.media || (tt.code != "" && strings.Join(codes, " ") != tt.code) {
				t.Errorf("%d media, warnings %v, want %d, %q", media, codes, tt.media, tt.code)
			}
		})
	}
}

func TestIndexKeepsHeadersAsTheyCame(t *testing.T) {
	in := "INVITE sip:b SIP/2.0\r\nv : SIP/2.0/UDP h\r\nTO :\r\n sip:b\r\n\t;tag=1\r\nno colon here\r\nX-Y: 1\nsubject:\r\n\r\nbody"
	m := Index([]byte(in))
	type row struct {
		Name, Canonical, Value string
		Bad                    bool
	}
	var got []row
	var raw string
	for _, h := range m.Headers() {
		got = append(got, row{string(h.Name), h.Canonical, string(h.Value), h.Bad})
		raw += string(h.Raw)
	}
	want := []row{{"v", "Via", "SIP/2.0/UDP h", false}, {"TO", "To", "sip:b ;tag=1", false}, {"no colon here", "no colon here", "", true}, {"X-Y", "X-Y", "1", false}, {"subject", "Subject", "", false}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if !strings.Contains(in, raw) || string(m.Body) != "body" || string(m.StartLine) != "INVITE sip:b SIP/2.0" {
		t.Errorf("raw %q, body %q, start %q", raw, m.Body, m.StartLine)
	}
	if v := m.Values("via"); len(v) != 1 || string(v[0]) != "SIP/2.0/UDP h" {
		t.Errorf("Values(via) = %q", v)
	}
	if v := m.Values("x-y"); len(v) != 1 {
		t.Errorf("Values(x-y) = %q", v)
	}
}

func TestEveryLimitIsTold(t *testing.T) {
	many := one(t, say("OPTIONS sip:b@x SIP/2.0", strings.Repeat("X: 1\n", maxHeaders), ""))
	if len(many.Diagnostics) == 0 || many.Diagnostics[0].Code != codeLimit {
		t.Errorf("%d headers: %+v", maxHeaders, many.Diagnostics)
	}
	parts := one(t, say("OPTIONS sip:b@x SIP/2.0", "Content-Type: multipart/mixed;boundary=b\n", strings.Repeat("--b\r\n\r\nx\r\n", maxParts+1)+"--b--"))
	if len(parts.Diagnostics) != 1 || parts.Diagnostics[0].Code != codeLimit {
		t.Errorf("%d parts: %+v", maxParts+1, parts.Diagnostics)
	}
	long := one(t, say("OPTIONS sip:b@x SIP/2.0", "User-Agent: "+strings.Repeat("ä", maxText)+"\n", ""))
	if n := len(long.Facts.Agent); n > maxText || n < maxText-4 {
		t.Errorf("agent of %d bytes", n)
	}
}

func TestSecretHeaders(t *testing.T) {
	for name, want := range map[string]bool{"authorization": true, "Proxy-Authorization": true, "Via": false} {
		if IsSecret([]byte(name)) != want {
			t.Errorf("IsSecret(%s) is not %v", name, want)
		}
	}
}
