// Package sip reads SIP (RFC 3261) over datagrams and byte streams.
//
// An index of header lines that never fails (Index) frames messages and feeds
// everything else; small own functions read addresses, Via, CSeq and the like
// from it. github.com/emiago/sipgo is asked for its opinion of messages that
// the own checks find odd; see verdict.go for why not of all.
//
// Read besides RFC 3261: compact forms and Event (RFC 6665), PRACK (3262),
// UPDATE (3311), REFER and sipfrag (3515, 3420), Replaces (3891), Join (3911),
// Target-Dialog (4538), Reason (3326), PUBLISH (3903), PIDF (3863),
// message-summary (3842), MESSAGE (3428), identity headers (3325, 5806, 3323),
// Session-ID (7989), CRLF keepalives (5626), multipart bodies (2046, 5621),
// IPv6 references (5118).
//
// Left out: S/MIME, signature checking (RFC 8224), SigComp, the H.323
// annexes of vendors. Bodies in sip come from package sdp; no other sibling
// is imported.
package sip
