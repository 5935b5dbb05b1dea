package capturetest

import "strings"

// An Encapsulation is a way in which rung finds a packet in a frame.
type Encapsulation struct {
	Options string // of a header line
	IPv6    bool   // the packet inside has to be IPv6
}

// Encapsulations lists every one that there is an option for, some of them in
// each other, for tests that hold for all.
func Encapsulations() (all []Encapsulation) {
	for line := range strings.Lines(encapsulations) {
		e := Encapsulation{Options: strings.TrimSpace(line)}
		for _, o := range []string{"teredo", "6in4"} {
			e.IPv6 = e.IPv6 || strings.HasSuffix(e.Options, o)
		}
		if e.Options != "" {
			all = append(all, e)
		}
	}
	return all
}

const encapsulations = `
vlan=10
vlan=100,10
mpls=16
mpls=16,17,1000
mplseth=16
mplspw=16
pppoe=7
pppoe=7 mpls=16
ipip
6in4
ip6
gre
grekey=99
greteb=99
pptp=5
etherip
erspan1
erspan2=3
erspan3=3
erspan3sub=3
vxlan=4096
vxlangbp=12
geneve=4096
geneveip=4096
gtpu=0xabcdef01
gtpuext=0xabcdef01
teredo
tzsp
l2tp=9
l2tpseq=9
vlan=20 erspan2=3 vxlan=7 gtpu=8
vxlan=1 vxlan=2
gre mpls=16
gre pppoe=7
grekey=1 gre
mpls=16 ip6 gre
mplspw=16 vxlan=3
pppoe=7 l2tp=9
geneve=1 teredo
erspan1 mplspw=44 pppoe=7
ipip ipip ipip ipip ipip ipip ipip ipip
link=fcs
link=fcs vxlan=5
link=raw
link=raw gtpu=1
link=null
link=sll
link=sll pppoe=7
link=sll vlan=10 gre
link=sll2
link=sll2 mpls=16
link=ppp
link=ppp mpls=16
link=ppphdlc
link=ppphdlc vxlan=5
link=wlan
link=wlan pppoe=7
link=radiotap
link=radiotap vxlan=5
link=nflog
link=nflog ipip
`
