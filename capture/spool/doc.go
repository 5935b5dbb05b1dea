// Package spool is where raw bytes wait until somebody asks for them.
//
// Bytes that lie in one piece in a plain capture file are not copied: a
// capture.Raw points at them. All others (reassembled, decrypted, from
// compressed files, standard input or live interfaces) are put into a Store,
// which keeps the first few MiB in memory and the rest in one temporary file.
//
// It is plain code: no two methods of a Store may run at the same time.
package spool
