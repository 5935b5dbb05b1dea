// Package pick chooses flows: by id, kind, Call-ID, number, time, and by an
// expression (render/where). Every condition given must hold; within one of
// them (--kind call,login) any of its values.
//
// A number matches suffix-aware, for the same subscriber is 5737, 875737 and
// +49 30 875737 from hop to hop; see Number.
package pick
