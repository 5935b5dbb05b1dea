package sip

// An id names a header that package sip reads; idOther is all the rest.
type id uint8

const (
	idOther id = iota
	idVia
	idFrom
	idTo
	idCallID
	idCSeq
	idContact
	idMaxForwards
	idContentLength
	idContentType
	idContentEncoding
	idContentDisposition
	idExpires
	idMinExpires
	idEvent
	idSubscriptionState
	idReason
	idWarning
	idUserAgent
	idServer
	idAsserted
	idPreferred
	idRemoteParty
	idDiversion
	idPrivacy
	idSessionID
	idCiscoGuid
	idXCallID
	idXCID
	idReplaces
	idJoin
	idTargetDialog
	idReferTo
	idReferredBy
	idAuthorization
	idProxyAuthorization
	idWWWAuthenticate
	idProxyAuthenticate
	idRoute
	idRecordRoute
	idDate
	idCallInfo
	idSupported
	idUnsupported
	idRequire
	idRetryAfter
	idSubject
	idAllowEvents
	idAcceptContact
	idSessionExpires
	idIdentity
	idRequestDisposition
	idRejectContact
	idSIPETag
	idSIPIfMatch
	idRAck
	idRSeq
	idMinSE
	numIDs // at most 64: Message.present has a bit for each
)

// canonical names, as RFC 3261 and its followers write them.
var canonical = [numIDs]string{
	idVia: "Via", idFrom: "From", idTo: "To", idCallID: "Call-ID", idCSeq: "CSeq",
	idContact: "Contact", idMaxForwards: "Max-Forwards",
	idContentLength: "Content-Length", idContentType: "Content-Type",
	idContentEncoding: "Content-Encoding", idContentDisposition: "Content-Disposition",
	idExpires: "Expires", idMinExpires: "Min-Expires", idEvent: "Event",
	idSubscriptionState: "Subscription-State", idReason: "Reason", idWarning: "Warning",
	idUserAgent: "User-Agent", idServer: "Server",
	idAsserted: "P-Asserted-Identity", idPreferred: "P-Preferred-Identity",
	idRemoteParty: "Remote-Party-ID", idDiversion: "Diversion", idPrivacy: "Privacy",
	idSessionID: "Session-ID", idCiscoGuid: "Cisco-Guid", idXCallID: "X-Call-ID", idXCID: "X-CID",
	idReplaces: "Replaces", idJoin: "Join", idTargetDialog: "Target-Dialog",
	idReferTo: "Refer-To", idReferredBy: "Referred-By",
	idAuthorization: "Authorization", idProxyAuthorization: "Proxy-Authorization",
	idWWWAuthenticate: "WWW-Authenticate", idProxyAuthenticate: "Proxy-Authenticate",
	idRoute: "Route", idRecordRoute: "Record-Route", idDate: "Date", idCallInfo: "Call-Info",
	idSupported: "Supported", idUnsupported: "Unsupported", idRequire: "Require",
	idRetryAfter: "Retry-After", idSubject: "Subject", idAllowEvents: "Allow-Events",
	idAcceptContact: "Accept-Contact", idSessionExpires: "Session-Expires",
	idIdentity: "Identity", idRequestDisposition: "Request-Disposition",
	idRejectContact: "Reject-Contact", idSIPETag: "SIP-ETag", idSIPIfMatch: "SIP-If-Match",
	idRAck: "RAck", idRSeq: "RSeq", idMinSE: "Min-SE",
}

// longestName is the length of the longest name idOf knows.
const longestName = len("Subscription-State") + 2

// idOf finds a header's id by name, compact forms (RFC 3261 §7.3.3 and the
// IANA registry) included, whatever the case.
func idOf(name []byte) id {
	if len(name) == 1 {
		return compact(lower(name[0]))
	}
	if len(name) > longestName {
		return idOther
	}
	var buf [longestName]byte
	for i, c := range name {
		buf[i] = lower(c)
	}
	return idOfLower(buf[:len(name)])
}

func compact(c byte) id {
	switch c {
	case 'a':
		return idAcceptContact
	case 'b':
		return idReferredBy
	case 'c':
		return idContentType
	case 'd':
		return idRequestDisposition
	case 'e':
		return idContentEncoding
	case 'f':
		return idFrom
	case 'i':
		return idCallID
	case 'j':
		return idRejectContact
	case 'k':
		return idSupported
	case 'l':
		return idContentLength
	case 'm':
		return idContact
	case 'o':
		return idEvent
	case 'r':
		return idReferTo
	case 's':
		return idSubject
	case 't':
		return idTo
	case 'u':
		return idAllowEvents
	case 'v':
		return idVia
	case 'x':
		return idSessionExpires
	case 'y':
		return idIdentity
	}
	return idOther
}

func idOfLower(name []byte) id {
	switch string(name) {
	case "via":
		return idVia
	case "from":
		return idFrom
	case "to":
		return idTo
	case "call-id":
		return idCallID
	case "cseq":
		return idCSeq
	case "contact":
		return idContact
	case "max-forwards":
		return idMaxForwards
	case "content-length":
		return idContentLength
	case "content-type":
		return idContentType
	case "content-encoding":
		return idContentEncoding
	case "content-disposition":
		return idContentDisposition
	case "expires":
		return idExpires
	case "min-expires":
		return idMinExpires
	case "event":
		return idEvent
	case "subscription-state":
		return idSubscriptionState
	case "reason":
		return idReason
	case "warning":
		return idWarning
	case "user-agent":
		return idUserAgent
	case "server":
		return idServer
	case "p-asserted-identity":
		return idAsserted
	case "p-preferred-identity":
		return idPreferred
	case "remote-party-id":
		return idRemoteParty
	case "diversion":
		return idDiversion
	case "privacy":
		return idPrivacy
	case "session-id":
		return idSessionID
	case "cisco-guid":
		return idCiscoGuid
	case "x-call-id":
		return idXCallID
	case "x-cid":
		return idXCID
	case "replaces":
		return idReplaces
	case "join":
		return idJoin
	case "target-dialog":
		return idTargetDialog
	case "refer-to":
		return idReferTo
	case "referred-by":
		return idReferredBy
	case "authorization":
		return idAuthorization
	case "proxy-authorization":
		return idProxyAuthorization
	case "www-authenticate":
		return idWWWAuthenticate
	case "proxy-authenticate":
		return idProxyAuthenticate
	case "route":
		return idRoute
	case "record-route":
		return idRecordRoute
	case "date":
		return idDate
	case "call-info":
		return idCallInfo
	case "supported":
		return idSupported
	case "unsupported":
		return idUnsupported
	case "require":
		return idRequire
	case "retry-after":
		return idRetryAfter
	case "subject":
		return idSubject
	case "allow-events":
		return idAllowEvents
	case "accept-contact":
		return idAcceptContact
	case "session-expires":
		return idSessionExpires
	case "identity":
		return idIdentity
	case "request-disposition":
		return idRequestDisposition
	case "reject-contact":
		return idRejectContact
	case "sip-etag":
		return idSIPETag
	case "sip-if-match":
		return idSIPIfMatch
	case "rack":
		return idRAck
	case "rseq":
		return idRSeq
	case "min-se":
		return idMinSE
	}
	return idOther
}

// methodName returns a method as a string of its own, without an allocation
// for the known ones. Methods are case-sensitive (RFC 3261 §7.1).
func methodName(b []byte) string {
	if m := known(b); m != "" {
		return m
	}
	return string(b)
}

func knownMethod(b []byte) bool { return known(b) != "" }

func known(b []byte) string {
	switch string(b) {
	case "INVITE":
		return "INVITE"
	case "ACK":
		return "ACK"
	case "BYE":
		return "BYE"
	case "CANCEL":
		return "CANCEL"
	case "REGISTER":
		return "REGISTER"
	case "OPTIONS":
		return "OPTIONS"
	case "PRACK":
		return "PRACK"
	case "UPDATE":
		return "UPDATE"
	case "INFO":
		return "INFO"
	case "REFER":
		return "REFER"
	case "SUBSCRIBE":
		return "SUBSCRIBE"
	case "NOTIFY":
		return "NOTIFY"
	case "PUBLISH":
		return "PUBLISH"
	case "MESSAGE":
		return "MESSAGE"
	case "SERVICE":
		return "SERVICE"
	case "KDMQ":
		return "KDMQ"
	}
	return ""
}

// methodSuffix returns the length of the known method at the end of b, or 0:
// "a=sendrecvINVITE" has 6.
func methodSuffix(b []byte) int {
	for n := min(len(b), len("SUBSCRIBE")); n >= 3; n-- {
		if knownMethod(b[len(b)-n:]) {
			return n
		}
	}
	return 0
}
