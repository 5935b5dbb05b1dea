// Package media turns RTP and RTCP packets into streams and their statistics,
// as contract.md defines the numbers.
//
// What a packet means is often learnt after it was seen: the clock rate of a
// payload type, whether 101 is DTMF, and where one call ends and the next
// begins on the same ports all stand in signalling that another shard reads.
// Jitter can't be rescaled afterwards. So a Track keeps a log of its packets
// (log.go): time, sequence number, timestamp, type, length, frame and the few
// payload bits that matter, as differences, about five bytes a packet.
// Track.Streams plays the log when everything is known and gets exact
// numbers: cuts at the packet, the right clock, events told from media, and
// it can look ahead to tell a stopped clock from a stalled network.
//
// The other way that keeps memory small, accumulators per candidate clock and
// per event hypothesis, needs some 30 kB a track from the start for its plot
// series, which is the log of a two minute call, and can't be cut at a packet.
// A log that grows past Limits.TrackLog is folded: its older half is played
// for good, with the meaning known then (fold.go). That takes hours of voice.
//
// RFC 3550 (RTP, RTCP), RFC 3551 (static types), RFC 4733 (events), RFC 3389
// (comfort noise), RFC 4737 (reordering), RFC 6184, 7741 and 7798 (key frames
// of H.264, VP8, H.265). Left out: decoding of payloads; FEC, RTX and RED
// are packets like others.
package media
