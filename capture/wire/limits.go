package wire

const (
	// maxTags caps stacked VLAN tags. Two are usual (QinQ), a remote span
	// session adds one; eight leaves room and ends a frame made of tags.
	maxTags = 8

	// maxTagsKept caps the tags that Layers keeps of a frame and the frames
	// inside it: more than twice maxTags has only a frame made to have them.
	maxTagsKept = 20

	// maxExtensions caps IPv6 extension headers and AH before the transport.
	// RFC 8200 §4.1 knows seven, of which one may come twice.
	maxExtensions = 16

	// maxTunnels caps encapsulations in each other. A mirrored frame of a
	// mobile core has ERSPAN, VXLAN, MPLS and GTP-U around the user's packet,
	// and IPsec's neighbours may add one; eight is more than networks' MTU
	// leaves room for.
	maxTunnels = 8

	// maxLabels caps the labels of one MPLS stack. Segment routing pushes up
	// to ten or so; hardware seldom reads more than sixteen.
	maxLabels = 16

	// maxGTPExtensions caps the extension headers of a GTP-U packet.
	// 3GPP TS 29.281 §5.2.1 defines eight types.
	maxGTPExtensions = 16
)
