package media

// maxSide bounds a believable picture: H.264 level 6.2 ends at 16,888 luma
// samples on a side (table A-1).
const maxSide = 16888

// maxSPS is how much of a sequence parameter set is read, in bytes: the size
// stands within the first few, behind scaling lists at worst.
const maxSPS = 512

// spsSize reads the picture size from a sequence parameter set (H.264
// §7.3.2.1.1), NAL header included.
func spsSize(nal []byte) (width, height int, ok bool) {
	if len(nal) < 5 {
		return 0, 0, false
	}
	r := bitReader{b: unescape(nal[1:])}
	profile := r.bits(8)
	r.bits(16) // constraint flags, level
	r.golomb() // seq_parameter_set_id
	chroma := uint32(1)
	switch profile {
	case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135:
		chroma = r.highProfile()
	}
	r.golomb() // log2_max_frame_num_minus4
	r.pictureOrder()
	r.golomb() // max_num_ref_frames
	r.bits(1)  // gaps_in_frame_num_value_allowed_flag
	w := int64(r.golomb()+1) * 16
	h := int64(r.golomb()+1) * 16
	frameOnly := r.bits(1)
	h *= 2 - int64(frameOnly)
	if frameOnly == 0 {
		r.bits(1) // mb_adaptive_frame_field_flag
	}
	r.bits(1)           // direct_8x8_inference_flag
	if r.bits(1) == 1 { // frame_cropping_flag
		x, y := int64(1), 2-int64(frameOnly)
		if chroma == 1 || chroma == 2 {
			x = 2
		}
		if chroma == 1 {
			y *= 2
		}
		w -= x * (int64(r.golomb()) + int64(r.golomb()))
		h -= y * (int64(r.golomb()) + int64(r.golomb()))
	}
	if r.short || w <= 0 || h <= 0 || w > maxSide || h > maxSide {
		return 0, 0, false
	}
	return int(w), int(h), true
}

// highProfile reads what the High profiles put before the frame numbers and
// returns chroma_format_idc.
func (r *bitReader) highProfile() uint32 {
	chroma := r.golomb()
	if chroma == 3 {
		r.bits(1) // separate_colour_plane_flag
	}
	r.golomb()          // bit_depth_luma_minus8
	r.golomb()          // bit_depth_chroma_minus8
	r.bits(1)           // qpprime_y_zero_transform_bypass_flag
	if r.bits(1) == 0 { // seq_scaling_matrix_present_flag
		return chroma
	}
	lists := 8
	if chroma == 3 {
		lists = 12
	}
	for i := range lists {
		if r.bits(1) == 0 {
			continue
		}
		size := 16
		if i >= 6 {
			size = 64
		}
		r.scalingList(size)
	}
	return chroma
}

// scalingList skips a list (§7.3.2.1.1.1).
func (r *bitReader) scalingList(size int) {
	last, next := int32(8), int32(8)
	for range size {
		if next != 0 {
			next = (last + r.signedGolomb() + 256) % 256
		}
		if next != 0 {
			last = next
		}
	}
}

// pictureOrder skips the picture order count.
func (r *bitReader) pictureOrder() {
	switch r.golomb() {
	case 0:
		r.golomb() // log2_max_pic_order_cnt_lsb_minus4
	case 1:
		r.bits(1)
		r.golomb()
		r.golomb()
		n := r.golomb() // num_ref_frames_in_pic_order_cnt_cycle, at most 255
		for i := uint32(0); i < n && i < 255 && !r.short; i++ {
			r.golomb()
		}
	}
}

// unescape removes the emulation prevention bytes (§7.4.1): 0 0 3 → 0 0.
func unescape(b []byte) []byte {
	if len(b) > maxSPS {
		b = b[:maxSPS]
	}
	out := make([]byte, 0, len(b))
	zeros := 0
	for _, c := range b {
		if zeros >= 2 && c == 3 {
			zeros = 0
			continue
		}
		zeros++
		if c != 0 {
			zeros = 0
		}
		out = append(out, c)
	}
	return out
}

// A bitReader reads bits, most significant first. Past the end it gives
// zeros and sets short.
type bitReader struct {
	b     []byte
	at    int
	short bool
}

func (r *bitReader) bits(n int) uint32 {
	var v uint32
	for range n {
		v <<= 1
		if r.at>>3 >= len(r.b) {
			r.short = true
			continue
		}
		v |= uint32(r.b[r.at>>3]>>(7-r.at&7)) & 1
		r.at++
	}
	return v
}

// golomb reads ue(v) (§9.1), up to 31 leading zeros.
func (r *bitReader) golomb() uint32 {
	zeros := 0
	for r.bits(1) == 0 {
		zeros++
		if zeros > 31 || r.short {
			r.short = true
			return 0
		}
	}
	return 1<<zeros - 1 + r.bits(zeros)
}

// signedGolomb reads se(v) (§9.1.1).
func (r *bitReader) signedGolomb() int32 {
	k := r.golomb()
	if k&1 == 1 {
		return int32((k + 1) / 2)
	}
	return -int32(k / 2)
}
