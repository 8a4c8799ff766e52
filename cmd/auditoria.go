package cmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/term"
)

func (a *app) auditoriaCommand() *cobra.Command {
	chave := noun(
		"chave",
		[]string{"chaves"},
		"Mostra, traz e troca a chave que assina a trilha",
		a.trailKeyShow(),
		a.trailKeyBring(),
		a.trailKeyReplace(),
	)
	chave.GroupID = ""
	return noun("auditoria", nil, "Cuida da chave que assina a trilha de auditoria", chave)
}

// trailKey is what the commands on the trail's key print.
type trailKey struct {
	Chave    string `json:"chave,omitempty"` // only where it is shown
	ID       string `json:"id"`
	Anterior string `json:"anterior,omitempty"`
	Lugar    string `json:"lugar,omitempty"`
}

func trailKeyFields() []term.Field[trailKey] {
	type c = trailKey
	return []term.Field[c]{
		{Name: "chave", Title: "Chave", Value: func(r *c) any { return r.Chave }, InTable: true},
		{Name: "id", Title: "Impressão digital", Value: func(r *c) any { return r.ID }, InTable: true},
		{Name: "anterior", Title: "Chave anterior", Value: func(r *c) any { return r.Anterior }, InTable: true},
		{Name: "lugar", Title: "Arquivo", Value: func(r *c) any { return r.Lugar }, InTable: true},
	}
}

func addSim(cmd *cobra.Command, f *term.ConsentFlags) {
	cmd.Flags().BoolVar(&f.Confirmed, "sim", false, "confirma sem perguntar")
	cmd.Flags().BoolVar(&f.Confirmed, "yes", false, "o mesmo que --sim")
	_ = cmd.Flags().MarkHidden("yes")
}

// trailKey is a command on the trail's key: it asks where there is a question, works,
// and prints.
func (a *app) trailKey(cmd *cobra.Command, question string, do func(ctx context.Context, s *session) (trailKey, error)) *cobra.Command {
	var f term.OutputFlags
	var consent term.ConsentFlags
	cmd.Args = term.NoArgs
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		out, err := outputFor(a, cmd, f, trailKeyFields())
		if err != nil {
			return err
		}
		if question != "" {
			if err := a.Confirm(cmd.Context(), consent, question); err != nil {
				return unconfirmedKey(err)
			}
		}
		return a.withStore(cmd, func(ctx context.Context, s *session) error {
			c, err := do(ctx, s)
			if err != nil {
				return err
			}
			if c.Chave != "" && f.Format == "" && !f.AsJSON && !a.OutTerminal {
				_, err := fmt.Fprintln(a.Out, c.Chave)
				return err
			}
			return out.One(c)
		})
	}
	if question != "" {
		addSim(cmd, &consent)
	}
	term.AddOutput(cmd, &f, trailKeyFields())
	return cmd
}

// unconfirmedKey leaves out --simular, which these commands do not have.
func unconfirmedKey(err error) error {
	if !errors.Is(err, term.ErrUnconfirmed) {
		return err
	}
	return &term.ProblemError{
		Kind:     term.ErrUnconfirmed,
		Sentence: "a operação não foi confirmada; nada foi feito",
		Hint:     "confirme com --sim",
	}
}

func (a *app) trailKeyShow() *cobra.Command {
	return a.trailKey(&cobra.Command{
		Use: "mostrar", Short: "Mostra a chave, para levá-la a outro computador ou guardá-la",
		Long: `Mostra a chave que assina a trilha de auditoria, para levá-la a outro computador
que use o mesmo banco, ou para guardá-la. Quem a tem pode assinar a trilha: não
a mande por e-mail nem por mensagem. A própria trilha registra que ela foi
mostrada.

Fora de um terminal sai só a chave, e é preciso --sim.`,
		Example: "  monitor auditoria chave mostrar\n  monitor auditoria chave mostrar --sim | ssh outro monitor auditoria chave trazer",
	}, "Quem vê a chave pode assinar a trilha. Mostrá-la nesta tela?", func(ctx context.Context, s *session) (c trailKey, err error) {
		c.Chave, c.ID, err = s.Auditoria.ShowKey(ctx)
		return c, err
	})
}

func (a *app) trailKeyBring() *cobra.Command {
	return a.trailKey(&cobra.Command{
		Use: "trazer", Short: "Guarda neste computador a chave que outro mostrou",
		Long: `Pede a chave que "monitor auditoria chave mostrar" escreveu em outro computador,
ou a lê da entrada padrão, confere com ela a trilha do banco e só então a guarda
em um arquivo que só o dono lê. Uma chave que já foi trocada fica guardada para
conferir o que assinou. Em vez disso, a chave pode ficar na variável de ambiente
MONITOR_AUDITORIA_CHAVE.`,
		Example: "  monitor auditoria chave trazer\n  monitor auditoria chave trazer < chave.txt",
	}, "", func(ctx context.Context, s *session) (c trailKey, err error) {
		typed, err := a.keyFromPerson(ctx)
		if err != nil {
			return c, err
		}
		id, signs, err := s.Auditoria.BringKey(ctx, typed)
		if err != nil {
			return c, err
		}
		u, err := s.st.AuditKey(ctx)
		if signs {
			a.notice("Chave conferida e guardada: este computador já pode gravar.")
		} else {
			a.notice("Chave conferida e guardada. Ela já foi trocada: serve só para conferir o que assinou.")
		}
		return trailKey{ID: id, Lugar: u.Lugar}, err
	})
}

// keyFromPerson is never an argument: those stand in the list of processes.
func (a *app) keyFromPerson(ctx context.Context) (typed string, err error) {
	if a.CanAsk() {
		answers, err := a.AskSecrets(ctx, "Chave da auditoria: ")
		if err != nil {
			return "", err
		}
		typed = answers[0]
	} else {
		typed, err = term.Await(ctx, func() (string, error) {
			line, err := bufio.NewReader(io.LimitReader(a.In, term.MaxPassword)).ReadString('\n')
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return line, err
		})
		if err != nil {
			return "", err
		}
	}
	typed = strings.TrimSpace(typed)
	a.Secrets.Learn(typed)
	if typed == "" {
		return "", term.UsageError("exemplo: monitor auditoria chave trazer < arquivo-com-a-chave", "nenhuma chave foi dada")
	}
	return typed, nil
}

func (a *app) trailKeyReplace() *cobra.Command {
	return a.trailKey(&cobra.Command{
		Use: "trocar", Short: "Troca a chave: a antiga assina a troca, e a nova confirma",
		Long: `Faz uma chave nova e passa a assinar a trilha com ela. A antiga assina, na
trilha, qual vem depois dela, e a nova confirma. As duas ficam no arquivo: a
antiga ainda serve para conferir o que assinou. Antes, pare os outros monitores
que usam o banco; depois, leve a chave nova a cada computador.`,
		Example: "  monitor auditoria chave trocar\n  monitor auditoria chave trocar --sim -o json",
	}, "Trocar a chave que assina a trilha? Os outros computadores precisarão da nova.", func(ctx context.Context, s *session) (c trailKey, err error) {
		c.Anterior, c.ID, err = s.Auditoria.ChangeKey(ctx)
		if err != nil {
			return c, err
		}
		c.Lugar = s.st.KeyFile()
		a.notice("Chave trocada. Guarde uma cópia de %s, e leve a nova aos outros computadores: monitor auditoria chave mostrar", c.Lugar)
		if s.cfg.Text("auditoria.chave") != "" {
			a.notice("A configuração auditoria.chave ainda tem a antiga: ponha a nova no lugar, ou deixe as duas, a nova primeiro.")
		}
		return c, nil
	})
}
