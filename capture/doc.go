// Package capture holds what came off the wire: frames, the paths they took,
// and the application bytes they carried. It imports nothing else of rung.
//
// The folders below it do the work: pcapfile reads files, wire peels headers,
// reassemble joins fragments and byte streams, spool keeps raw bytes until
// somebody asks for them.
package capture
