package cmd

import (
	"context"
	"fmt"
	"strings"
)

// offerCopy copies the database before setup changes it: where --backup says, or
// where a person at a terminal agrees. Nothing is changed when that fails.
func (r *setupRun) offerCopy(ctx context.Context) error {
	to := r.f.backup
	if to == "" {
		if r.f.Confirmed || !r.a.CanAsk() {
			return nil
		}
		typed, err := r.a.Ask(ctx, "Fazer antes uma cópia de segurança nesta pasta? [S/n] ")
		if err != nil || strings.HasPrefix(strings.ToLower(typed), "n") {
			return err
		}
		to = "."
	}
	path, err := copyPath(r.sc, []string{to})
	if err != nil {
		return copyProblem(err)
	}
	c, err := r.a.takeCopy(ctx, r.cfg, r.sc, path, backupFlags{})
	if err != nil {
		return copyProblem(err)
	}
	r.a.warn(c.Avisos)
	fmt.Fprintln(r.say, "Cópia de segurança em "+c.Arquivo)
	return nil
}
