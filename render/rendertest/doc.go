// Package rendertest makes Documents by hand for tests of formats: a trunk
// call through a B2BUA with media, a registration, a failed call, forty
// lifelines, one message, nothing, and names as hostile as captures hold.
//
// Samples lists them all; a format that shows every one of them without
// error and says what it must can be trusted with the rest.
package rendertest
