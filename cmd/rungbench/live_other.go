//go:build !linux

package main

import (
	"errors"
	"io"
)

// runLive has no interfaces to make here.
func runLive([]string, io.Writer, io.Writer) error {
	return errors.New("live: network namespaces are a thing of Linux")
}

// runInside is never started here.
func runInside(string, io.Writer, io.Writer) (bool, error) { return false, nil }
