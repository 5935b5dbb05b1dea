package main

// A difference is a capture in which rung and tshark 4.0.17 (the inventory)
// count different numbers of SIP messages, and why.
type difference struct {
	rung, tshark int
	why          string
}

// corpusUnreadable lists the captures that are no captures.
var corpusUnreadable = map[string]string{}

// corpusDifferences explains every difference one by one.
var corpusDifferences = map[string]difference{}
