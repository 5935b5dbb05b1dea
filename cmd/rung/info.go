package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"runtime/debug"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"rung/decode/protocols"
	"rung/render/formats"
	"rung/render/schema"
)

// release is the version of rung.
const release = "0.1.0"

// version is the release, with the commit when the build knows it.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				return release + " (" + s.Value[:12] + ")"
			}
		}
	}
	return release
}

func (p *program) version() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: p.start(func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(p.stdout, "rung %s %s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		}),
	}
}

func (p *program) protocols() *cobra.Command {
	return &cobra.Command{
		Use: "protocols", Short: "List the protocols rung reads", Args: cobra.NoArgs,
		RunE: p.start(func(*cobra.Command, []string) error {
			w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
			for i, x := range protocols.All {
				if i > 0 && protocols.All[i-1].Name == x.Name {
					continue // the same protocol over TCP
				}
				fmt.Fprintf(w, "%s\t%s\n", x.Name, x.Doc)
			}
			for _, x := range protocols.Media {
				fmt.Fprintf(w, "%s\t%s\n", x.Name, x.Doc)
			}
			return w.Flush()
		}),
	}
}

func (p *program) formats() *cobra.Command {
	return &cobra.Command{
		Use: "formats", Short: "List the formats rung writes", Args: cobra.NoArgs,
		RunE: p.start(func(*cobra.Command, []string) error {
			w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
			for _, x := range formats.All {
				subjects := make([]string, len(x.Subjects))
				for i, s := range x.Subjects {
					subjects[i] = string(s)
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", x.Name, strings.Join(x.Extensions, " "), strings.Join(subjects, ", "), x.Doc)
			}
			return w.Flush()
		}),
	}
}

func (p *program) schema() *cobra.Command {
	return &cobra.Command{
		Use: "schema", Short: "Print the JSON Schema of what rung writes as JSON", Args: cobra.NoArgs,
		RunE: p.start(func(*cobra.Command, []string) error {
			_, err := p.stdout.Write(schema.JSON())
			return err
		}),
	}
}

//go:embed help/*.md
var helpPages embed.FS

// topics lists the help pages by name.
func topics() []string {
	pages, _ := fs.Glob(helpPages, "help/*.md")
	for i, page := range pages {
		pages[i] = strings.TrimSuffix(strings.TrimPrefix(page, "help/"), ".md")
	}
	return pages
}

// help shows a command's usage or a help page.
func (p *program) help() *cobra.Command {
	return &cobra.Command{
		Use:       "help [COMMAND | TOPIC]",
		Short:     "Explain a command or a topic",
		Long:      "Explain a command or a topic. Topics: " + strings.Join(topics(), ", ") + ".",
		ValidArgs: topics(),
		RunE: p.start(func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				if err := c.Root().Help(); err != nil {
					return err
				}
				_, err := fmt.Fprintf(p.stdout, "\nTopics: %s\n", strings.Join(topics(), ", "))
				return err
			}
			if page, err := helpPages.ReadFile("help/" + args[0] + ".md"); err == nil {
				_, err = p.stdout.Write(page)
				return err
			}
			found, _, err := c.Root().Find(args)
			if err != nil || found == c.Root() {
				return usageError{hinted{errors.New("no command or topic " + args[0]),
					"topics: " + strings.Join(topics(), ", ")}}
			}
			return found.Help()
		}),
	}
}
