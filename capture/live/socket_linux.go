package live

import (
	"encoding/binary"
	"errors"
	"reflect"
	"strings"
	"syscall"

	"github.com/gopacket/gopacket/afpacket"
	"golang.org/x/net/bpf"
)

// packetOutgoing is PACKET_OUTGOING of <linux/if_packet.h>.
const packetOutgoing = 4

// socket opens a ring of at most size bytes on an interface, but receives
// nothing yet: what comes before filter and snaplen are set would be wrong.
// It is halved while the kernel refuses it.
func socket(c choice, size int) (*afpacket.TPacket, error) {
	kind := afpacket.SocketRaw
	if c.cooked {
		kind = afpacket.SocketDgram
	}
	for {
		tp, err := afpacket.NewTPacket(
			afpacket.OptInterface(c.Name),
			afpacket.OptProtocol(0), // none, until bind
			kind,
			afpacket.TPacketVersion3,
			afpacket.OptFrameSize(frameSize),
			afpacket.OptBlockSize(blockSize),
			afpacket.OptNumBlocks(size/blockSize),
			afpacket.OptBlockTimeout(blockWait),
		)
		if err == nil {
			return tp, nil
		}
		// The library gives the kernel's answer as text here.
		noRing := strings.Contains(err.Error(), "packet_rx_ring") || errors.Is(err, syscall.ENOMEM)
		if !noRing || size/2 < minRing {
			return nil, err
		}
		size = size / 2 / blockSize * blockSize
	}
}

// private returns the file descriptor and the ring of a socket, which the
// library keeps to itself. Without the descriptor a lost interface could not be
// bound again: the error that waits on the socket must be fetched, and after
// DropPrivileges no new socket can be had. Why the ring is read here stands
// beside it.
func private(tp *afpacket.TPacket) (fd int, memory []byte, err error) {
	v := reflect.ValueOf(tp).Elem()
	number, ring := v.FieldByName("fd"), v.FieldByName("ring")
	if !number.IsValid() || !number.CanInt() || !ring.IsValid() || ring.Type() != reflect.TypeFor[[]byte]() {
		return -1, nil, errors.New("this version of the afpacket library hides its socket")
	}
	return int(number.Int()), ring.Bytes(), nil
}

// poller returns an epoll descriptor that tells when the kernel has filled a
// block.
func poller(fd int) (int, error) {
	ep, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return -1, err
	}
	event := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(fd)}
	if err := syscall.EpollCtl(ep, syscall.EPOLL_CTL_ADD, fd, &event); err != nil {
		syscall.Close(ep)
		return -1, err
	}
	return ep, nil
}

// program is the socket's filter: it keeps snaplen bytes, and nothing of what
// goes out through the loopback interface, as that comes in again.
func program(snaplen int, loopback bool) ([]bpf.RawInstruction, error) {
	keep := bpf.RetConstant{Val: uint32(snaplen)}
	if !loopback {
		return bpf.Assemble([]bpf.Instruction{keep})
	}
	return bpf.Assemble([]bpf.Instruction{
		bpf.LoadExtension{Num: bpf.ExtType},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: packetOutgoing, SkipTrue: 1},
		bpf.RetConstant{Val: 0},
		keep,
	})
}

// bind makes the socket receive everything of an interface.
func bind(fd, index int) error {
	var proto [2]byte
	binary.BigEndian.PutUint16(proto[:], syscall.ETH_P_ALL)
	return syscall.Bind(fd, &syscall.SockaddrLinklayer{
		Protocol: binary.NativeEndian.Uint16(proto[:]),
		Ifindex:  index,
	})
}

// promiscuous makes an interface pass on what is not addressed to it, for as
// long as the socket is open. CAP_NET_RAW is enough, as it is for the socket.
func promiscuous(fd, index int) error {
	// struct packet_mreq: ifindex s32, type u16, alen u16, address [8]u8
	var req [16]byte
	binary.NativeEndian.PutUint32(req[:], uint32(index))
	binary.NativeEndian.PutUint16(req[4:], syscall.PACKET_MR_PROMISC)
	return syscall.SetsockoptString(fd, syscall.SOL_PACKET, syscall.PACKET_ADD_MEMBERSHIP, string(req[:]))
}
