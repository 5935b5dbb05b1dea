package capture

// An Event is something that happened to a connection other than bytes.
type Event uint8

// Events of TCP connections. The zero value means bytes only.
const (
	EventOpen       Event = iota + 1 // handshake seen complete
	EventNoAnswer                    // SYN repeated or expired without any answer
	EventRefused                     // SYN answered by RST
	EventReset                       // RST on an open connection
	EventFinish                      // FIN: this direction ends in order
	EventTimeout                     // idle too long, or evicted by a limit
	EventEndCapture                  // the capture ended with the connection open
)

// String returns the kebab-case name.
func (e Event) String() string {
	switch e {
	case EventOpen:
		return "open"
	case EventNoAnswer:
		return "no-answer"
	case EventRefused:
		return "refused"
	case EventReset:
		return "reset"
	case EventFinish:
		return "finish"
	case EventTimeout:
		return "timeout"
	case EventEndCapture:
		return "end-of-capture"
	}
	return ""
}

// A Segment is application bytes going one way: one datagram, or the next
// in-order bytes of a TCP connection. Data is borrowed.
type Segment struct {
	Path   Path
	Order  Order
	Time   Time    // of the frame that completed it
	Frame  Frame   // the frame that completed it
	Frames []Frame // every frame it came from, when more than one; else nil. Borrowed.
	Data   []byte
	Event  Event

	Gap   int  // bytes known to be missing right before Data (TCP holes); -1: missing, size unknown
	Start bool // Data begins the stream (after a SYN, or a datagram); false: joined in the middle
	Cut   bool // the snaplen cut bytes off the end of Data

	IPLen  int    // length of the IP packet(s) on the wire, headers included
	IPID   uint32 // IPv4 identification of the (first) packet; 0 when none
	DSCP   uint8
	Copies int // span copies of this datagram known when it was handed on

	Raw Raw // where Data waits, when it lies in one piece in a plain file
}

// AllFrames returns Frames, or the one Frame.
func (s *Segment) AllFrames() []Frame {
	if len(s.Frames) > 0 {
		return s.Frames
	}
	return []Frame{s.Frame}
}

// A Raw says where bytes wait until somebody asks for them; capture/spool
// resolves it. The zero value means "nowhere".
type Raw struct {
	Store int32 // 1+n: input file n at Off; -1: the spool file; 0: nowhere
	Len   int32
	Off   int64
}

// IsZero reports whether r points nowhere.
func (r Raw) IsZero() bool { return r.Store == 0 }
