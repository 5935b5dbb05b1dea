// Package schema holds the JSON Schema (draft 2020-12) of what rung writes:
// the document of --json, and the lines of --format ndjson under
// "#/$defs/line". "rung schema" prints it.
//
// The schema is open: properties may be added under the same version, so it
// does not refuse ones it doesn't know. Our tests do: every property rung
// writes is described here, and every one described is written.
package schema

import _ "embed" // schema.json

// ID is the $id of the schema.
const ID = "urn:rung:document:1"

//go:embed schema.json
var text []byte

// JSON returns the schema. The caller may change the copy.
func JSON() []byte { return append([]byte(nil), text...) }
