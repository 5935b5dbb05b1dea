// Package flow finds the messages and streams that belong together and says
// how it ended: calls, registrations, subscriptions, sessions, look-ups. It
// reads keys, links and facts, and knows no protocol by name.
package flow

import (
	"net/netip"
	"time"

	"rung/capture"
	"rung/decode"
	"rung/decode/media"
)

// A Flow is what a person calls "that call", "that registration".
type Flow struct {
	ID       int    // by first frame, from 1
	Key      string // stable across runs and modes
	Kind     decode.Kind
	Scenario string // registration, trunk-call, guest-video-call, login, or ""
	Title    string
	Parent   int // id, 0 when none
	Children []int

	Start, End capture.Time
	From, To   decode.Party

	Outcome Outcome
	Status  int    // of the final response, 0 when none
	Reason  string // its phrase, or the condition that ended it

	Timing     Timing
	Parties    []Party
	Legs       []Leg
	Steps      []Step
	Identities []IdentityRow
	Messages   []Message
	Streams    []*media.Stream

	Diagnostics []capture.Diagnostic
}

// Outcome is how a flow ended, in the words of contract.md.
type Outcome string

// Outcomes.
const (
	Answered     Outcome = "answered"
	Busy         Outcome = "busy"
	Cancelled    Outcome = "cancelled"
	NoAnswer     Outcome = "no-answer"
	Redirected   Outcome = "redirected"
	Rejected     Outcome = "rejected"
	Failed       Outcome = "failed"
	Timeout      Outcome = "timeout"
	InProgress   Outcome = "in-progress"
	Incomplete   Outcome = "incomplete"
	Registered   Outcome = "registered"
	Unregistered Outcome = "unregistered"
	Challenged   Outcome = "challenged"
	Denied       Outcome = "denied"
	Accepted     Outcome = "accepted"
	Unanswered   Outcome = "unanswered"
	Online       Outcome = "online"
	Closed       Outcome = "closed"
	Found        Outcome = "found"
	NotFound     Outcome = "not-found"
)

// Outcomes lists all outcomes, the good ones first.
func Outcomes() []Outcome {
	return []Outcome{
		Answered, Registered, Accepted, Online, Found, Unregistered, Closed, Busy, Cancelled, NoAnswer,
		Redirected, Rejected, Denied, NotFound, Failed, Timeout, Unanswered, Challenged, InProgress, Incomplete,
	}
}

// Timing of a call; nil where it does not apply.
type Timing struct {
	PDD   *time.Duration // first INVITE of the first leg to its first 18x
	Setup *time.Duration // … to the final 2xx
	Ring  *time.Duration // first 18x to the final response
	Talk  *time.Duration // 2xx to the first BYE
}

// A Party is a lifeline: one host, or one socket where a host talks to itself.
type Party struct {
	ID        int // from 1 within the flow, in order of appearance
	Name      string
	Role      string
	Addresses []netip.AddrPort
	Evidence  string // where name and role come from
}

// A Leg is one dialog or session on one hop.
type Leg struct {
	ID        string // "1.1": flow and number
	Protocol  string
	Transport capture.Transport
	CallID    string
	SessionID string
	Src, Dst  netip.AddrPort // as its first message went
	JoinedBy  string         // first, call-id, …
	Evidence  []capture.Frame
}

// A Step is one part of a login, in order.
type Step struct {
	Name    string
	Outcome Outcome
	Frames  []capture.Frame
}

// An IdentityRow is who is who as one request of one leg says it.
type IdentityRow struct {
	Leg      string
	Frame    capture.Frame
	Identity *decode.Identity
	Changed  []string // fields that differ from the leg before
}

// A Message is a message in its flow.
type Message struct {
	*decode.Message
	Leg              int // index into Legs, -1 when of no leg
	From, To         int // indices into Parties
	RetransmissionOf int // index into Messages of the original, -1 when none

	original *decode.Message // while Messages are put in order again
}
