package flow

import (
	"fmt"

	"rung/decode"
)

// title says in a few words what the flow is.
func title(f *Flow) string {
	who := func(p decode.Party) string {
		switch {
		case p.User != "":
			return p.User
		case p.Display != "":
			return p.Display
		}
		return p.Host
	}
	switch f.Kind {
	case decode.KindCall:
		return fmt.Sprintf("Call %s → %s", who(f.From), who(f.To))
	case decode.KindRegistration:
		return "Registration of " + who(f.From)
	case decode.KindSubscription:
		return fmt.Sprintf("Subscription of %s to %s", who(f.From), who(f.To))
	case decode.KindPublication:
		return "Publication of " + who(f.From)
	case decode.KindMessage:
		return fmt.Sprintf("Message %s → %s", who(f.From), who(f.To))
	case decode.KindKeepalive:
		return fmt.Sprintf("Keepalive %s → %s", f.Legs[0].Src, f.Legs[0].Dst)
	case decode.KindXMPP:
		return "XMPP session of " + who(f.From)
	case decode.KindLookup:
		if l := f.Messages[0].Facts.Lookup; l != nil {
			return fmt.Sprintf("Look-up %s %s", l.Type, l.Name)
		}
	}
	if f.Messages[0].Facts.Conn != nil {
		return fmt.Sprintf("Connection %s → %s", f.Legs[0].Src.Addr(), f.Legs[0].Dst)
	}
	return fmt.Sprintf("%s → %s", who(f.From), who(f.To))
}
