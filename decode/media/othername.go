package media

// OtherName names a track that turned out to be no RTP, for the account: by
// port where what is usual there may begin with RTP's version bits, since
// little of it was kept; else "udp".
func (t *Track) OtherName() string {
	for _, port := range [2]uint16{t.Path.Dst.Port(), t.Path.Src.Port()} {
		switch port {
		case 4500:
			return "esp" // RFC 3948 §2.1: begins with any SPI
		case 4569:
			return "iax2" // RFC 5456 §8.1.1: full frames begin with a set bit
		}
	}
	return "udp"
}
