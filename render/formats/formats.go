// Package formats is the one table of formats.
package formats

import (
	"strings"

	"rung/render"
	"rung/render/formats/csv"
	"rung/render/formats/html"
	"rung/render/formats/json"
	"rung/render/formats/ndjson"
	"rung/render/formats/png"
	"rung/render/formats/svg"
	"rung/render/formats/text"
)

// All lists every format.
var All = []*render.Format{
	text.Format,
	svg.Format,
	png.Format,
	html.Format,
	json.Format,
	ndjson.Format,
	csv.Format,
}

// Named returns the format of a name, nil when there is none.
func Named(name string) *render.Format {
	for _, f := range All {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// ByExtension returns the format of a file name that can show s, nil when
// there is none.
func ByExtension(file string, s render.Subject) *render.Format {
	for _, f := range All {
		for _, ext := range f.Extensions {
			if strings.HasSuffix(strings.ToLower(file), ext) && f.Shows(s) {
				return f
			}
		}
	}
	return nil
}

// For lists the names of the formats that show s.
func For(s render.Subject) []string {
	var names []string
	for _, f := range All {
		if f.Shows(s) {
			names = append(names, f.Name)
		}
	}
	return names
}
