package record

import (
	"rung/decode"
	"rung/decode/flow"
)

// Kinds are the kinds of flows, in the contract's order.
func Kinds() []string {
	return words(decode.KindCall, decode.KindRegistration, decode.KindLogin, decode.KindSubscription,
		decode.KindPublication, decode.KindMessage, decode.KindKeepalive, decode.KindXMPP, decode.KindLookup, decode.KindOther)
}

// Outcomes are the outcomes of flows of all kinds, in the contract's order.
func Outcomes() []string {
	return words(flow.Answered, flow.Busy, flow.Cancelled, flow.NoAnswer, flow.Redirected, flow.Rejected, flow.Failed,
		flow.Timeout, flow.InProgress, flow.Incomplete, flow.Registered, flow.Unregistered, flow.Challenged, flow.Denied,
		flow.Accepted, flow.Unanswered, flow.Online, flow.Closed, flow.Found, flow.NotFound)
}

// Scenarios are the stories that rung knows, in the contract's order.
func Scenarios() []string {
	return []string{"registration", "trunk-call", "guest-video-call", "login"}
}

func words[T ~string](list ...T) []string {
	out := make([]string, 0, len(list))
	for _, w := range list {
		out = append(out, string(w))
	}
	return out
}
