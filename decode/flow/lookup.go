package flow

import (
	"rung/capture"
	"rung/decode"
)

// judgeLookup reads the answer to a question.
func judgeLookup(f *Flow, end capture.Time) {
	var ask, answer *decode.Message
	for i := range f.Messages {
		l := f.Messages[i].Facts.Lookup
		switch {
		case l == nil:
		case l.Response && answer == nil:
			answer = f.Messages[i].Message
		case !l.Response && ask == nil:
			ask = f.Messages[i].Message
		}
	}
	if ask != nil {
		f.From = decode.Party{Host: ask.Path.Src.Addr().String()}
		f.To = decode.Party{Host: ask.Facts.Lookup.Name}
	} else if answer != nil {
		f.From = decode.Party{Host: answer.Path.Dst.Addr().String()}
		f.To = decode.Party{Host: answer.Facts.Lookup.Name}
	}
	if answer == nil {
		if text := unreachable(f); text != "" {
			f.Outcome, f.Reason = Failed, text
			return
		}
		f.Outcome = Timeout
		if end.Sub(f.Start) < lookupTimeout {
			f.Outcome = InProgress
		}
		return
	}
	l := answer.Facts.Lookup
	f.Reason = l.Status
	switch {
	case l.Status == "NXDOMAIN":
		f.Outcome = NotFound
	case l.Status != "NOERROR":
		f.Outcome = Failed
	case !answers(l):
		f.Outcome, f.Reason = NotFound, "no "+l.Type+" record"
	default:
		f.Outcome = Found
	}
}

// answers tells whether an answer section holds anything.
func answers(l *decode.Lookup) bool {
	for _, a := range l.Answers {
		if !a.Additional {
			return true
		}
	}
	return false
}
