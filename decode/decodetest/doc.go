// Package decodetest is the conformance kit that every Protocol must pass,
// and a recording Sink for tests.
//
//	func TestProtocol(t *testing.T) { decodetest.Run(t, Protocol, invite, ok) }
//
// The rules it checks are those of package decode: Probe is cheap and takes
// every prefix of what it would take, Split gives the same tokens however
// the bytes arrive, Parse keeps nothing of the bytes it borrowed, gives the
// same messages every time and survives whatever is put before it.
//
// Left out: what a message means. That is for the protocol's own tests.
package decodetest
