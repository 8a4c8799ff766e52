// Monitor keeps clients and their devices in one database, with a command
// line, a terminal UI and an HTTP server around it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"example.com/monitor/cmd"
	"example.com/monitor/cmd/term"
)

func main() { os.Exit(run()) }

// run exists so that its defers happen before os.Exit.
func run() int {
	// A closed pipe must come back as a write error: `monitor … | head -1` ends
	// with 0 instead of being killed.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return cmd.Run(ctx, os.Args[1:], term.System())
}
