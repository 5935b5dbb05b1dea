package decode

import (
	"net/netip"

	"rung/capture"
)

// Facts are typed values that later rooms need without knowing the protocol.
// Nil means that the message said nothing of that sort.
type Facts struct {
	Transaction  *Transaction
	Identity     *Identity
	Session      *Session
	Registration *Registration
	Login        *Login
	Lookup       *Lookup
	Quote        *Quote
	Conn         *ConnEvent
	Reasons      []Reason
	Agent        string // User-Agent or Server
}

// A Transaction is a request or a response (RFC 3261 §17).
type Transaction struct {
	// ID is the same on a request, its retransmissions and its responses on
	// one hop.
	ID     string
	Method string // of the request, also on responses: INVITE, REGISTER …
	Status int    // responses: the status code
	Reason string

	// The small fields stand together: a capture has a million of these.

	Request bool
	// Authorized tells that a request carried credentials.
	Authorized bool
	Seq        uint32 // CSeq number

	FromTag, ToTag string
	// Event is the package of SUBSCRIBE, NOTIFY and PUBLISH (RFC 6665).
	Event string
	// Expires in seconds as the message asks or grants, -1 when not said.
	Expires int
	// SubscriptionState of a NOTIFY: active, pending, terminated.
	SubscriptionState string
}

// IsFinal reports whether t is a final response.
func (t *Transaction) IsFinal() bool { return !t.Request && t.Status >= 200 }

// A Party is a name as one header gives it.
type Party struct {
	User, Host, Display string
}

// IsZero reports whether the header was absent.
func (p Party) IsZero() bool { return p == Party{} }

// Identity lists who a message says is talking to whom.
type Identity struct {
	From, To, RequestURI Party
	Contact              Party
	Asserted             Party // P-Asserted-Identity (RFC 3325)
	Preferred            Party // P-Preferred-Identity
	RemoteParty          Party // Remote-Party-ID
	Diversion            Party // RFC 5806, topmost
	Privacy              string
}

// A Registration is what REGISTER and its answer say of bindings.
type Registration struct {
	AOR      Party
	Contacts []Contact
	// Expires granted (responses) or asked for (requests), in seconds: the
	// largest over the contacts; -1 when not said.
	Expires int
	// Remove tells that the request takes bindings away: "*" or expires 0.
	Remove bool
}

// A Contact is one binding.
type Contact struct {
	URI     string
	Expires int // -1 when not said
}

// A Reason is an explanation that the message itself gives: a Reason header
// (RFC 3326), a Warning header (RFC 3261 §20.43).
type Reason struct {
	Source string // "Reason", "Warning"
	Scheme string // "Q.850", "SIP"; for Warning the agent
	Code   int
	Text   string
}

// A Session is a session description (RFC 8866).
type Session struct {
	Origin    string // username, session id and address of o=
	SessionID string
	Version   string
	Name      string
	Media     []Media
}

// Media is one m= line.
type Media struct {
	Kind        string         // audio, video, application, image, message
	Addr        netip.AddrPort // where RTP is wanted; invalid when the host is a name
	Host        string         // the address as written
	Port        int            // 0: refused or off
	RTCP        netip.AddrPort
	RTCPMux     bool
	Transport   string // RTP/AVP, UDP/TLS/RTP/SAVPF, udptl …
	Direction   string // sendrecv, sendonly, recvonly, inactive
	Codecs      []Codec
	Ptime       int // ms, 0 when not said
	Mid         string
	Label       string
	Content     string // RFC 4796: slides, main …
	SSRCs       []uint32
	Crypto      []string // SDES suites (RFC 4568), without keys
	Fingerprint string
	Setup       string
	ICEUfrag    string
	Candidates  []Candidate
}

// A Codec is one format of an m= line.
type Codec struct {
	PT       uint8
	Name     string // as in rtpmap, or the static assignment (RFC 3551)
	Clock    int    // Hz
	Channels int    // 0 when not said
	Fmtp     string
}

// A Candidate is an ICE candidate (RFC 8839 §5.1).
type Candidate struct {
	Component int
	Transport string
	Priority  uint32
	Addr      netip.AddrPort
	Type      string // host, srflx, prflx, relay
}

// A LoginStep is a step of opening an XMPP stream (RFC 6120).
type LoginStep string

// Login steps.
const (
	StepOpen        LoginStep = "open"     // stream header
	StepFeatures    LoginStep = "features" // §4.3.2
	StepStartTLS    LoginStep = "starttls" // §5.4.2.1
	StepProceed     LoginStep = "proceed"  // §5.4.2.3
	StepTLSFailure  LoginStep = "tls-failure"
	StepAuth        LoginStep = "auth"      // §6.4.2
	StepChallenge   LoginStep = "challenge" // §6.4.3
	StepResponse    LoginStep = "response"
	StepAuthSuccess LoginStep = "auth-success" // §6.4.6
	StepAuthFailure LoginStep = "auth-failure" // §6.4.5
	StepBind        LoginStep = "bind"         // §7
	StepBound       LoginStep = "bound"
	StepBindError   LoginStep = "bind-error"
	StepStanza      LoginStep = "stanza"         // presence, message, iq after the login
	StepStreamError LoginStep = "stream-error"   // §4.9
	StepRedirect    LoginStep = "see-other-host" // §4.9.3.19
	StepResumed     LoginStep = "resumed"        // XEP-0198
	StepClose       LoginStep = "close"          // </stream:stream>
)

// Login is what an XMPP message says of its session.
type Login struct {
	Step       LoginStep
	FromClient bool   // sent by the side that opened the stream
	Identity   string // JID or SASL authentication identity, when the message tells it
	Domain     string // the stream's "to", or its "from" in answers
	Mechanism  string
	Condition  string // error condition: not-authorized, conflict …
	Text       string
	Target     string // see-other-host
	Server     bool   // server-to-server stream (jabber:server)
}

// A Lookup is a DNS question or its answer.
type Lookup struct {
	ID       uint16
	Name     string
	Type     string // SRV, NAPTR, A, AAAA …
	Response bool
	Status   string // NOERROR, NXDOMAIN, SERVFAIL …
	Answers  []Answer
	Cut      bool // TC bit
}

// An Answer is one resource record of an answer or additional section.
type Answer struct {
	Name, Type string
	Addr       netip.Addr // A, AAAA
	Target     string     // SRV, NAPTR, CNAME
	Port       uint16     // SRV
	Text       string     // the record's data as a person reads it
	Additional bool
}

// A Quote is the packet that an ICMP error returns part of.
type Quote struct {
	Path capture.Path // as the quoted packet went
	IPID uint32
	Text string // "port unreachable"
	Data []byte // quoted application bytes, at most a few hundred; may be nil
}

// A ConnEvent is an event of a TCP connection.
type ConnEvent struct {
	Event capture.Event
	Conn  string // names the connection: canonical path and start
}
