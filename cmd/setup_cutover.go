package cmd

import (
	"context"
	"fmt"

	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
	"example.com/monitor/store/say"
)

// cut is setup --encerrar-flask.
func (r *setupRun) cut(ctx context.Context) error {
	s, err := r.a.openStore(ctx, r.cfg, r.sc, store.CanalCLI)
	if err != nil {
		return err
	}
	err = r.cutOpen(ctx, s)
	if closeErr := s.st.Close(); err == nil {
		err = closeErr
	}
	return err
}

func (r *setupRun) cutOpen(ctx context.Context, s *session) error {
	stage, err := s.Sessoes.Stage(ctx)
	if err != nil {
		return err
	}
	r.res.Etapa = &stage
	if !stage.Corte.IsZero() && stage.Abertos == 0 {
		fmt.Fprintf(r.say, "O sistema antigo foi encerrado em %s: nada a fazer.\n", term.PersonText(stage.Corte, r.cfg.Zone()))
		return nil
	}
	r.printCut(stage)
	if r.f.DryRun {
		r.printSQL(cutSQL(stage))
		return nil
	}
	if err := r.a.Confirm(ctx, r.f.ConsentFlags, "\nO sistema antigo está desligado de vez? Encerrá-lo em "+r.res.Banco+"?"); err != nil {
		return err
	}
	p := r.a.Working("Encerrando o sistema antigo")
	n, err := s.Sessoes.Cut(ctx, func(done int) {
		p.Set("Encerrando o sistema antigo: %s de %s", say.Thousands(done), say.Thousands(int(stage.Abertos)))
	})
	p.Stop()
	if err != nil {
		return about(
			err,
			"encerrar o sistema antigo",
			"nada se perde: repita monitor setup --encerrar-flask"+r.a.bancoFlag()+" para terminar",
		)
	}
	r.res.Aplicado = true
	if stage, err = s.Sessoes.Stage(ctx); err != nil {
		return err
	}
	fmt.Fprintf(
		r.say,
		"\nSistema antigo encerrado: %s. Nada do que está no banco serve de credencial.\n",
		say.Count(n, "token virou resumo", "tokens viraram resumos"),
	)
	return nil
}

// printCut says what the cut does, and what became of it since.
func (r *setupRun) printCut(e store.Etapa) {
	fmt.Fprintln(r.say, "Plano: encerrar o sistema antigo em "+r.res.Banco)
	if !e.Corte.IsZero() {
		fmt.Fprintf(r.say, "  ele foi encerrado em %s, e mesmo assim gravou %s depois: elas são terminadas\n",
			term.PersonText(e.Corte, r.cfg.Zone()), say.Count(int(e.Abertos), "sessão", "sessões"))
		return
	}
	fmt.Fprintf(
		r.say,
		"  o token de %s está aberto no banco: é trocado pelo seu resumo (SHA-256)\n",
		say.Count(int(e.Abertos), "sessão", "sessões"),
	)
	fmt.Fprintln(r.say, "  quem está dentro do monitor continua dentro; no sistema antigo ninguém mais está")
	fmt.Fprintln(r.say, "  de então em diante um token aberto não vale, nem o que o sistema antigo ainda grave")
	if !e.Ultima.IsZero() {
		fmt.Fprintf(r.say, "  a última sessão do sistema antigo começou em %s\n", term.PersonText(e.Ultima, r.cfg.Zone()))
	}
	fmt.Fprintln(r.say, "  os resumos não viram tokens de novo: para voltar atrás, só com uma cópia de antes (monitor backup)")
}

// cutSQL is what the cut runs, for showing: the hashes are computed here.
func cutSQL(e store.Etapa) []string {
	const hash = "UPDATE sessoes SET token = 'sha256$<SHA-256 do token>', %s WHERE id = <id> AND token = <token>"
	if !e.Corte.IsZero() {
		return []string{fmt.Sprintf(hash, "ativa = false")}
	}
	return []string{
		fmt.Sprintf(hash, "ultima_atividade = <agora, se está aberta>"),
		"INSERT INTO monitor_estado(nome, valor) VALUES ('corte', <agora>)",
	}
}
