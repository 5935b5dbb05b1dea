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
	"ntop+nDPI/tests__cfgs__default__pcap__fuzz-2006-06-26-2594.pcap": {60, 52,
		"fuzzed frames 108, 154, 223, 274, 346, 348, 558 and 560 are SIP with a damaged start line, header or length: " +
			"rung reads them and says malformed, tshark shows bare UDP"},
	// These were captured on all interfaces of a mobile core: the same packet
	// inside GTP-U and, within 0.8 ms, outside of it, with the same IP id.
	"open5gs+open5gs/docs__assets__pcapng__ipsec_to_nonipsec_call.pcapng": {37, 55,
		"18 of tshark's messages are in GTP-U, all of them copies of packets seen outside"},
	"open5gs+open5gs/docs__assets__pcapng__nonipsec_reg.pcapng": {26, 50,
		"24 of tshark's messages are in GTP-U, all of them copies of packets seen outside"},
	"open5gs+open5gs/docs__assets__pcapng__volte.pcapng": {27, 41,
		"14 of tshark's messages are copies in another tunnel or none; the 17 in GTP-U hold 3 that were seen nowhere else (frames 17, 34, 129)"},
}
