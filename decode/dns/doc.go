// Package dns reads DNS questions and answers (RFC 1035) over UDP and over TCP
// with its two-byte length (§4.2.2): what a client asks before a login or a
// call, and what it is told. SRV (RFC 2782), NAPTR (RFC 3403), A, AAAA
// (RFC 3596), CNAME, PTR, SOA, NS, MX and TXT records are read; others are
// told by type name. EDNS (RFC 6891) gives the extended code, and the
// extended error (RFC 8914) where a server explains itself.
//
// What shares the format but is no look-up is told by name and counted as
// another protocol's, lest its noise flood the flows: multicast DNS (RFC
// 6762, "mdns"), LLMNR (RFC 4795, "llmnr"), NetBIOS names (RFC 1002, "nbns"),
// NOTIFY ("dns-notify") and UPDATE ("dns-update").
//
// Left out: the authority section, which is only walked; the rest of a zone
// transfer; DNS over TLS and HTTPS; answers without a question (a FORMERR of
// twelve bytes), which nothing tells from chance.
package dns
