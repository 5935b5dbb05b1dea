package rtcp

// MaxPackets caps the sub-packets read of one datagram. Real compounds hold
// two to five; feedback in bulk a dozen. What follows counts as Rest.
const MaxPackets = 64

// MaxText caps a CNAME or a BYE reason in bytes: the wire allows 255.
const MaxText = 255
