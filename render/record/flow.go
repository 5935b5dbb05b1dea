package record

import (
	"rung/decode"
	"rung/decode/flow"
	"rung/render"
)

// A Flow is what a person calls "that call", "that registration". --where
// expressions read it.
type Flow struct {
	ID         int       `json:"id" expr:"id"`
	Key        string    `json:"key" expr:"key"`
	Kind       string    `json:"kind" expr:"kind"`
	Scenario   *string   `json:"scenario" expr:"scenario"`
	Title      string    `json:"title" expr:"title"`
	Parent     *int      `json:"parent" expr:"parent"`
	Children   []int     `json:"children" expr:"children"`
	Start      string    `json:"start" expr:"start"`
	End        string    `json:"end" expr:"end"`
	DurationMS float64   `json:"duration_ms" expr:"duration_ms"`
	From       Person    `json:"from" expr:"from"`
	To         Person    `json:"to" expr:"to"`
	Outcome    *string   `json:"outcome" expr:"outcome"`
	Status     *int      `json:"status" expr:"status"`
	Reason     *string   `json:"reason" expr:"reason"`
	Timing     Timing    `json:"timing" expr:"timing"`
	Parties    []Party   `json:"parties" expr:"parties"`
	Legs       []Leg     `json:"legs" expr:"legs"`
	Steps      []Step    `json:"steps" expr:"steps"`
	Identities []Names   `json:"identities" expr:"identities"`
	Messages   []Message `json:"messages" expr:"messages"`
	Streams    []string  `json:"streams" expr:"streams"` // ids
	Findings   []Finding `json:"findings" expr:"findings"`
	// Diagnostics of the flow as a whole; those of a message are beside it.
	Diagnostics []Diagnostic `json:"diagnostics" expr:"diagnostics"`
}

// A Person is a name as one header gives it.
type Person struct {
	User    *string `json:"user" expr:"user"`
	Host    *string `json:"host" expr:"host"`
	Display *string `json:"display" expr:"display"`
}

// Timing of a call in ms; null where it does not apply.
type Timing struct {
	PDD   *float64 `json:"pdd_ms" expr:"pdd_ms"`
	Setup *float64 `json:"setup_ms" expr:"setup_ms"`
	Ring  *float64 `json:"ring_ms" expr:"ring_ms"`
	Talk  *float64 `json:"talk_ms" expr:"talk_ms"`
}

// A Party is a lifeline: one host, or one socket where a host talks to itself.
type Party struct {
	ID        int      `json:"id" expr:"id"`
	Name      *string  `json:"name" expr:"name"`
	Role      *string  `json:"role" expr:"role"`
	Addresses []string `json:"addresses" expr:"addresses"`
	Evidence  *string  `json:"evidence" expr:"evidence"`
}

// A Leg is one dialog or session on one hop.
type Leg struct {
	ID             string   `json:"id" expr:"id"`
	Protocol       string   `json:"protocol" expr:"protocol"`
	Transport      *string  `json:"transport" expr:"transport"`
	CallID         *string  `json:"call_id" expr:"call_id"`
	SessionID      *string  `json:"session_id" expr:"session_id"`
	Src            *string  `json:"src" expr:"src"`
	Dst            *string  `json:"dst" expr:"dst"`
	JoinedBy       *string  `json:"joined_by" expr:"joined_by"`
	EvidenceFrames []int    `json:"evidence_frames" expr:"evidence_frames"`
	FrameFiles     []string `json:"frame_files,omitempty" expr:"frame_files"`
	File           *string  `json:"file" expr:"file"` // of EvidenceFrames
}

// A Step is one part of a login.
type Step struct {
	Name       string   `json:"name" expr:"name"`
	Outcome    *string  `json:"outcome" expr:"outcome"`
	Frames     []int    `json:"frames" expr:"frames"`
	FrameFiles []string `json:"frame_files,omitempty" expr:"frame_files"`
	File       *string  `json:"file" expr:"file"`
}

// Names is who is who as one request of one leg says it; a header that was
// absent is null.
type Names struct {
	Leg       *string  `json:"leg" expr:"leg"`
	Frame     *int     `json:"frame" expr:"frame"`
	From      *Person  `json:"from" expr:"from"`
	PAI       *Person  `json:"pai" expr:"pai"`   // P-Asserted-Identity
	RPID      *Person  `json:"rpid" expr:"rpid"` // Remote-Party-ID
	Diversion *Person  `json:"diversion" expr:"diversion"`
	Contact   *Person  `json:"contact" expr:"contact"`
	To        *Person  `json:"to" expr:"to"`
	RURI      *Person  `json:"ruri" expr:"ruri"`
	Changed   []string `json:"changed" expr:"changed"`
	PPI       *Person  `json:"ppi" expr:"ppi"` // P-Preferred-Identity
	Privacy   *string  `json:"privacy" expr:"privacy"`
	File      *string  `json:"file" expr:"file"`
}

// A Finding explains a flow.
type Finding struct {
	Rule      string  `json:"rule" expr:"rule"`
	Severity  string  `json:"severity" expr:"severity"`
	Title     string  `json:"title" expr:"title"`
	Text      string  `json:"text" expr:"text"`
	Frames    []int   `json:"frames" expr:"frames"`
	Ref       *string `json:"ref" expr:"ref"`
	Certainty string  `json:"certainty" expr:"certainty"`
}

// NewFlow gives the record of one flow of doc.
func NewFlow(doc *render.Document, f *flow.Flow) Flow {
	in := inputsOf(doc)
	return Flow{
		ID: f.ID, Key: f.Key, Kind: string(f.Kind),
		Scenario: text(f.Scenario), Title: f.Title,
		Parent: number(f.Parent), Children: list(f.Children),
		Start: Time(f.Start), End: Time(f.End), DurationMS: millis(f.End.Sub(f.Start)),
		From: newPerson(f.From), To: newPerson(f.To),
		Outcome: text(f.Outcome), Status: number(f.Status), Reason: text(f.Reason),
		Timing: Timing{
			PDD: millisIf(f.Timing.PDD), Setup: millisIf(f.Timing.Setup),
			Ring: millisIf(f.Timing.Ring), Talk: millisIf(f.Timing.Talk),
		},
		Parties:     newParties(f.Parties),
		Legs:        in.legs(f.Legs),
		Steps:       in.steps(f.Steps),
		Identities:  in.identities(f.Identities),
		Messages:    in.messages(f),
		Streams:     streamIDs(f),
		Findings:    []Finding{},
		Diagnostics: in.diagnostics(f.Diagnostics),
	}
}

func newPerson(p decode.Party) Person {
	return Person{User: text(p.User), Host: text(p.Host), Display: text(p.Display)}
}

func personIf(p decode.Party) *Person {
	if p.IsZero() {
		return nil
	}
	r := newPerson(p)
	return &r
}

func newParties(ps []flow.Party) []Party {
	out := make([]Party, 0, len(ps))
	for _, p := range ps {
		r := Party{ID: p.ID, Name: text(p.Name), Role: text(p.Role), Evidence: text(p.Evidence), Addresses: make([]string, 0, len(p.Addresses))}
		for _, a := range p.Addresses {
			if s := Addr(a); s != "" {
				r.Addresses = append(r.Addresses, s)
			}
		}
		out = append(out, r)
	}
	return out
}

func (in inputs) legs(ls []flow.Leg) []Leg {
	out := make([]Leg, 0, len(ls))
	for _, l := range ls {
		r := Leg{
			ID: l.ID, Protocol: l.Protocol, Transport: text(l.Transport.String()),
			CallID: text(l.CallID), SessionID: text(l.SessionID),
			Src: text(Addr(l.Src)), Dst: text(Addr(l.Dst)), JoinedBy: text(l.JoinedBy),
		}
		r.EvidenceFrames, r.File, r.FrameFiles = in.frames(l.Evidence)
		out = append(out, r)
	}
	return out
}

func (in inputs) steps(ss []flow.Step) []Step {
	out := make([]Step, 0, len(ss))
	for _, s := range ss {
		r := Step{Name: s.Name, Outcome: text(s.Outcome)}
		r.Frames, r.File, r.FrameFiles = in.frames(s.Frames)
		out = append(out, r)
	}
	return out
}

func (in inputs) identities(rows []flow.IdentityRow) []Names {
	out := make([]Names, 0, len(rows))
	for _, row := range rows {
		out = append(out, in.identity(row))
	}
	return out
}

func (in inputs) identity(row flow.IdentityRow) Names {
	r := Names{Leg: text(row.Leg), Frame: number(int(row.Frame.Number)), Changed: list(row.Changed), File: in.name(row.Frame)}
	id := row.Identity
	if id == nil {
		return r
	}
	r.From, r.To, r.RURI = personIf(id.From), personIf(id.To), personIf(id.RequestURI)
	r.PAI, r.PPI, r.RPID = personIf(id.Asserted), personIf(id.Preferred), personIf(id.RemoteParty)
	r.Diversion, r.Contact = personIf(id.Diversion), personIf(id.Contact)
	r.Privacy = text(id.Privacy)
	return r
}

func streamIDs(f *flow.Flow) []string {
	out := make([]string, 0, len(f.Streams))
	for _, s := range f.Streams {
		out = append(out, s.ID)
	}
	return out
}
