package icmp

const (
	// maxQuote caps the quoted application bytes that a message keeps. Routers
	// quote 8 bytes to about 500 (RFC 1812 §4.3.2.3: up to 576 in all);
	// enough to see which request came back. The rest stays in the raw bytes.
	maxQuote = 512

	// maxExtensions caps the IPv6 extension headers that are walked in a
	// quote. RFC 8200 §4.1 knows seven, of which one may come twice.
	maxExtensions = 8
)
