package wire

const (
	// maxTags caps stacked VLAN tags. Two are usual (QinQ), a remote span
	// session adds one; eight leaves room and ends a frame made of tags.
	maxTags = 8

	// maxExtensions caps IPv6 extension headers and AH before the transport.
	// RFC 8200 §4.1 knows seven, of which one may come twice.
	maxExtensions = 16
)
