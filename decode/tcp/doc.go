// Package tcp puts what happens to a TCP connection (RFC 9293) into words: a
// SYN that nobody answers, a RST, a FIN. These explain calls and logins that
// never began, so they are messages as much as an INVITE is.
//
// It is no decode.Protocol: it reads no bytes. Whoever reassembles the
// connection calls Message with the event.
//
// Left out: handshakes, window trouble and retransmissions of data, which are
// counted and not drawn; time-outs of rung's own making (EventTimeout) and the
// end of the capture, which nobody sent.
package tcp
