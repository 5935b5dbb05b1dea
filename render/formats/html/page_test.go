package html

import (
	"bytes"
	"html/template"
	"testing"

	"rung/render"
	"rung/render/rendertest"
)

// sections is what appendHTML was before it was written by hand.
var sections = template.Must(template.New("sections").Parse(`{{$lazy := .Lazy}}{{$many := gt (len .Flows) 1}}{{range .Flows}}
{{if $lazy}}<template id="t{{.ID}}">{{end}}<section class="flow" id="f{{.ID}}" data-flow="{{.ID}}" aria-labelledby="h{{.ID}}">
{{if $many}}<h2 id="h{{.ID}}" tabindex="-1"><span class="id">{{.ID}}</span> {{.Title}} <span class="badge {{.OutcomeClass}}">{{.Outcome}}</span></h2>
{{else}}<h2 id="h{{.ID}}" tabindex="-1">Ladder <span class="badge {{.OutcomeClass}}">{{.Outcome}}</span></h2>
{{end}}<dl class="facts">{{range .Facts}}<div><dt>{{.Name}}</dt><dd>{{.Value}}</dd></div>{{end}}</dl>
<div class="split">
<div class="ladder" data-ladder>{{.Ladder}}</div>
<aside class="message" aria-live="polite" hidden></aside>
</div>
{{with .Steps}}<h3>Steps</h3>{{.}}{{end}}
{{with .Identities}}<h3>Who is who, leg by leg</h3>{{.}}{{end}}
{{with .Sessions}}<h3>Media offered and answered (SDP)</h3>{{.}}{{end}}
{{if .StreamTable}}<h3>RTP streams</h3>{{.StreamTable}}{{end}}
{{if .Plots.SVG}}<h3>RTP over time</h3>{{end}}{{range .Plots.SVG}}<figure class="plot">{{.}}</figure>{{end}}
{{with .Plots.Note}}<p class="quiet">{{.}}</p>{{end}}
{{with .Legs}}<h3>Legs</h3>{{.}}{{end}}
{{with .Parties}}<h3>Parties</h3>{{.}}{{end}}
{{with .Diagnostics}}<h3>Remarks</h3>{{.}}{{end}}
</section>{{if $lazy}}</template>{{end}}{{end}}`))

func TestSectionsAreWhatTheirTemplateWrites(t *testing.T) {
	builders := []*rendertest.Builder{rendertest.TrunkCall(1), rendertest.Denied(2), rendertest.Login(3), rendertest.Hostile(4), rendertest.Events(5)}
	for n := 1; n <= len(builders); n++ {
		r, err := newReport(rendertest.Document("x", builders[:n]...), &render.Options{})
		if err != nil {
			t.Fatal(err)
		}
		nasty := *r.Flows[0]
		nasty.Title, nasty.Outcome, nasty.Facts = "+\x00\"'<&>\xff", "a+b", []fact{{"n+", "<v>"}}
		nasty.Plots = plots{SVG: []template.HTML{"<svg/>", "<svg>2</svg>"}, Note: "more <than> +40"}
		r.Flows = append(r.Flows[:n-1:n-1], &nasty, r.Flows[n-1])
		if n == 1 {
			r.Flows = []*section{&nasty}
		}
		for _, lazy := range []bool{false, true} {
			r.Lazy = lazy
			var want bytes.Buffer
			if err := sections.Execute(&want, r); err != nil {
				t.Fatal(err)
			}
			var got []byte
			for _, s := range r.Flows {
				got = s.appendHTML(got, lazy, len(r.Flows) > 1)
			}
			if !bytes.Equal(got, want.Bytes()) {
				t.Fatalf("%d flows, lazy %v:\n got %s\nwant %s", n, lazy, got, want.Bytes())
			}
		}
	}
}
