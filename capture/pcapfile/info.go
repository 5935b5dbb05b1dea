package pcapfile

import (
	"net/netip"

	"rung/capture"
)

// FileInfo sums up one input as far as it has been read.
type FileInfo struct {
	Name string // as given, or as found in a folder; "-" for standard input
	// Path is where raw bytes can be read again at Packet.Offset: the name of
	// a plain file; "" for compressed files and standard input.
	Path        string
	Format      string // "pcap", "pcapng", with "+gzip" or "+zstd"; "" when it could not be opened
	Frames      int64
	Bytes       int64        // of the frames as captured
	First, Last capture.Time // earliest and latest frame; meaningless without frames
	Links       []capture.LinkType
	Truncated   bool   // cut in the middle of a record
	Drops       uint64 // frames that the capturing interfaces lost, as the file tells
	Comments    int    // comments of people or programs in the file
	Err         error  // why it could not be read, or not to its end
}

// A Name is one address with its names, from a name resolution block.
type Name struct {
	File  int32 // index into Files
	Addr  netip.Addr
	Names []string // captured text, not escaped
}

// SecretType is the kind of a decryption secrets block.
type SecretType uint32

// Kinds of secrets that rung can use. Others are kept all the same.
const (
	SecretTLS SecretType = 0x544c534b // NSS key log lines
)

// A Secret is one decryption secrets block.
type Secret struct {
	File int32 // index into Files
	// After is the number of the frame of its file that comes before it.
	After int32
	Type  SecretType
	Data  []byte
}
