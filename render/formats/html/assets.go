package html

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
)

//go:embed page.tmpl
var pageSource string

//go:embed report.css
var style string

//go:embed report.js
var script string

var pageTemplate = template.Must(template.New("page").Parse(pageSource))

// scriptHash is the script's source expression in the policy (CSP3 §8.2).
func scriptHash() string {
	sum := sha256.Sum256([]byte(script))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// policy lets the page do nothing but show itself. Styles are inline because
// ladders carry their own; a style can't load anything under it.
func policy() string {
	return "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src " + scriptHash() +
		"; base-uri 'none'; form-action 'none'"
}
