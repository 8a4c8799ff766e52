package cmd

import (
	"context"
	"os"
	"os/user"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/settings"
	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
)

// session is an open database and the operations of the local operator on it.
type session struct {
	*store.Handle
	st  *store.Store
	cfg *settings.Config
}

// withStore opens the configured database for one command and closes it again.
// It is closed here and not in a cobra hook, which is skipped when RunE fails.
func (a *app) withStore(cmd *cobra.Command, fn func(ctx context.Context, s *session) error) error {
	cfg, err := a.config(cmd)
	if err != nil {
		return err
	}
	s, err := a.openStore(cmd.Context(), cfg, a.storeConfig(cfg), store.CanalCLI)
	if err != nil {
		return err
	}
	err = fn(cmd.Context(), s)
	if closeErr := s.st.Close(); err == nil {
		err = closeErr
	}
	return err
}

func (a *app) openStore(ctx context.Context, cfg *settings.Config, sc store.Config, canal string) (*session, error) {
	st, err := store.Open(ctx, sc)
	if err != nil {
		return nil, explainOpen(ctx, sc, err)
	}
	return &session{Handle: st.As(operator(canal)), st: st, cfg: cfg}, nil
}

// explainOpen lets the diagnosis put into words what Open only refused, such as
// a mistyped URL.
func explainOpen(ctx context.Context, sc store.Config, err error) error {
	if exitCode(err) != exitFailure {
		return err
	}
	var failed *store.Fase
	_, _ = store.Diagnose(ctx, sc, func(f store.Fase) {
		if f.Estado == store.FaseErro && failed == nil {
			failed = &f
		}
	})
	if failed == nil {
		return err
	}
	return stageProblem(*failed)
}

// stageProblem is a failed stage of a diagnosis as an error. A wrong URL is a
// mistake of the command line or configuration; a right that is missing is no
// fault of the network.
func stageProblem(f store.Fase) error {
	kind := store.ErrUnavailable
	switch {
	case f.Codigo == "url":
		kind = term.ErrUsage
	case f.SemDireito():
		kind = store.ErrForbidden
	}
	return &term.ProblemError{Kind: kind, Sentence: f.Detalhe, Hint: f.Remedio}
}

func (a *app) storeConfig(cfg *settings.Config) store.Config {
	sc := store.Config{
		URL:            cfg.Text("banco"),
		Fuso:           cfg.Zone(),
		ChaveAuditoria: cfg.Text("auditoria.chave"),
		CA:             cfg.Text("db.ca"),
		Certificado:    cfg.Text("db.certificado"),
	}
	if a.debug {
		sc.Log = a.debugLog()
	}
	if a.adjust != nil {
		a.adjust(&sc)
	}
	return sc
}

// operator is the person at this machine, as the audit trail names them.
func operator(canal string) store.Actor {
	name, host := "desconhecido", "desconhecida"
	if u, err := user.Current(); err == nil && u.Username != "" {
		name = u.Username
	}
	if h, err := os.Hostname(); err == nil && h != "" {
		host = h
	}
	return store.Local(name, host, canal)
}
