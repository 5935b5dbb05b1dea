// Package decode holds what was said: messages, the keys that tie them
// together, the facts later rooms need, and the shape of a protocol.
//
// A protocol is a value in its own folder. It knows nothing of flows,
// pictures or other protocols; it publishes keys, links and facts. The
// pipeline owns buffers, limits, gaps and resynchronisation.
package decode
