package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"rung/render/near"
)

// Exit codes, as contract.md promises them.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitDamaged = 3
)

// errDamaged ends a run with --strict whose capture is damaged.
var errDamaged = errors.New("the capture is damaged (--strict)")

// errPartly ends a run that could not read one of its inputs; what was wrong
// has been said.
var errPartly = errors.New("not every input could be read")

// A usageError is the user's mistake on the command line.
type usageError struct{ error }

// Unwrap returns the mistake itself.
func (e usageError) Unwrap() error { return e.error }

// A hinted error carries a guess at what the user wished.
type hinted struct {
	error
	hint string
}

// Hint returns the guess.
func (e hinted) Hint() string { return e.hint }

// Unwrap returns the error itself.
func (e hinted) Unwrap() error { return e.error }

// A program is one run of rung: where it reads and writes.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	args           []string
	started        bool // a command's own code ran: later errors are not usage
}

// run is the whole program; it returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{stdin: stdin, stdout: stdout, stderr: stderr, args: args}
	root := p.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	return p.fail(err)
}

// fail prints what went wrong, with a hint, and chooses the exit code.
func (p *program) fail(err error) int {
	switch {
	case errors.Is(err, errDamaged):
		p.say("error", err.Error())
		return exitDamaged
	case errors.Is(err, errPartly):
		return exitFailed
	case errors.Is(err, context.Canceled):
		p.say("error", "interrupted")
		return exitFailed
	}
	p.say("error", err.Error())
	if hint := hintOf(err); hint != "" {
		p.say("hint", hint)
	}
	var usage usageError
	if errors.As(err, &usage) || !p.started {
		return exitUsage
	}
	return exitFailed
}

// say prints one line, or an indented block, to standard error.
func (p *program) say(what, text string) {
	text = strings.ReplaceAll(printable(text), "\n", "\n  ")
	fmt.Fprintf(p.stderr, "rung: %s: %s\n", what, text)
}

func hintOf(err error) string {
	var h interface{ Hint() string }
	if errors.As(err, &h) {
		return h.Hint()
	}
	return ""
}

// root builds the command tree.
func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "rung",
		Short:         "Turn packet captures into ladders, RTP statistics and reports",
		Long:          "rung reads pcap and pcapng, finds SIP calls, registrations, XMPP sessions and\nlook-ups in them, and shows each as a ladder, in numbers, or as a report for a ticket.",
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version(),
		Args:          cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return c.Help()
			}
			return unknownCommand(c, args[0])
		},
		DisableFlagsInUseLine: true,
	}
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.SetVersionTemplate("rung {{.Version}}\n")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usageError{hinted{plainNumber(err), "see rung help " + c.Name()}}
	})
	root.AddCommand(p.list(), p.ladder(), p.show(), p.rtp(), p.report(), p.live(),
		p.protocols(), p.formats(), p.schema(), p.version())
	root.SetHelpCommand(p.help())
	root.CompletionOptions.HiddenDefaultCmd = false
	return root
}

// unknownCommand guesses what was meant: a capture without a command, or a
// slip of the finger.
func unknownCommand(root *cobra.Command, word string) error {
	var names []string
	for _, c := range root.Commands() {
		names = append(names, c.Name())
	}
	hint := near.Hint(word, names)
	if _, err := os.Stat(word); err == nil {
		hint = "to list the flows of a capture: rung list " + word
	}
	return usageError{hinted{fmt.Errorf("unknown command %q", word), hint}}
}

// plainNumber says "not a number" where the flag library shows how Go failed
// to read one.
func plainNumber(err error) error {
	text := err.Error()
	if i := strings.Index(text, ": strconv.Parse"); i >= 0 {
		return errors.New(text[:i] + ": not a number")
	}
	return err
}

// started wraps a command's own code: errors after this point are failures,
// errors before it wrong usage.
func (p *program) start(f func(*cobra.Command, []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		p.started = true
		return f(c, args)
	}
}

// files is the argument rule of the commands that read captures.
func files(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usageError{hinted{errors.New("no capture given"),
			"name a pcap or pcapng file, a folder, or - for standard input"}}
	}
	return nil
}
