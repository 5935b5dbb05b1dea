package main

// A difference is a capture in which rung and tshark 4.0.17 (the inventory)
// count different numbers of SIP messages, and why.
type difference struct {
	rung, tshark int
	why          string
}

// corpusUnreadable lists the files that are captures of a kind rung does not
// read: Microsoft Network Monitor's format, which no issue names.
var corpusUnreadable = map[string]string{
	"NormB+sipnab/tests__pcap-samples__c07-sip-r2.cap":   "Microsoft Network Monitor 2.x",
	"NormB+sipnab/tests__pcap-samples__rtsp-packets.cap": "Microsoft Network Monitor 2.x",
}

// corpusDifferences explains every difference one by one. tshark's numbers
// were split with display filters: "sip && gtp", "sip && icmp" and so on.
var corpusDifferences = map[string]difference{
	"CESNET+ipfixprobe/tests__functional__inputs__sip.pcap": {40, 45,
		"tshark counts 5 SIP messages quoted inside ICMP errors; rung ties those errors to the quoted flow"},
	"NormB+sipnab/tests__pcap-samples__DTMFsipinfo.pcap": {0, 32,
		"PPPoE, not read yet: all 32 frames are counted as other \"pppoe\""},
	"irontec+sngrep/tests__ipip.pcap": {2, 4,
		"2 frames are IP in IP, not read yet: counted as other \"ipip\""},
	"ntop+nDPI/HIST_5ffff1b7__tests__pcap__gre_sip.pcapng": {0, 36,
		"GRE and PPPoE, not read yet: all frames are counted as other \"gre\" and \"pppoe\""},
	"ntop+nDPI/HIST_f1193d5e__tests__pcap__gre.pcap": {0, 36,
		"GRE and PPPoE, not read yet: all frames are counted as other \"gre\" and \"pppoe\""},
	"ntop+nDPI/tests__cfgs__default__pcap__gre.pcapng": {0, 1,
		"GRE, not read yet: counted as other \"gre\""},
	"ntop+nDPI/tests__cfgs__default__pcap__fuzz-2006-06-26-2594.pcap": {60, 52,
		"fuzzed frames 108, 154, 223, 274, 346, 348, 558 and 560 are SIP with a damaged start line, header or length: " +
			"rung reads them and says malformed, tshark shows bare UDP"},
	"open5gs+open5gs/docs__assets__pcapng__ipsec_to_nonipsec_call.pcapng": {37, 55,
		"18 messages travel in GTP-U, not read yet: counted as other \"gtp-u\"; the 37 outside are all found"},
	"open5gs+open5gs/docs__assets__pcapng__nonipsec_reg.pcapng": {26, 50,
		"24 messages travel in GTP-U, not read yet; the 26 outside are all found"},
	"open5gs+open5gs/docs__assets__pcapng__volte.pcapng": {24, 41,
		"17 messages travel in GTP-U, not read yet; the 24 outside are all found"},
	"seladb+PcapPlusPlus/Tests__Packet++Test__PacketExamples__sip_reqs.pcap": {2, 4,
		"2 frames are PPPoE, not read yet: counted as other \"pppoe\""},
}
