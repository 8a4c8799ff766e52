package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/settings"
	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
	"example.com/monitor/store/say"
)

// defaultAdmin is the address of the first administrator.
const defaultAdmin = "admin@sistema.local"

type setupFlags struct {
	backup string
	term.ConsentFlags
	senha   term.PasswordFlags
	verify  bool
	trust   bool
	undo    bool
	endOld  bool
	noAdmin bool
	email   string
	saida   string
	json    bool
}

// setupResult is what -o json prints: everything that setup saw and did.
type setupResult struct {
	Banco         string              `json:"banco"`
	Certificado   *store.Certificado  `json:"certificado,omitempty"` // with --confiar-certificado
	Fases         []store.Fase        `json:"fases"`
	Plano         *store.Plano        `json:"plano"`
	Aplicado      bool                `json:"aplicado"`
	Administrador *firstAdmin         `json:"administrador"`
	Estatisticas  *store.Estatisticas `json:"estatisticas"`
	Remocao       *store.Remocao      `json:"remocao,omitempty"` // with --desfazer
	Etapa         *store.Etapa        `json:"etapa,omitempty"`   // with --encerrar-flask
	Proximos      []string            `json:"proximos"`
}

// firstAdmin is the administrator that setup or serve made. The password is
// there only when this run invented it.
type firstAdmin struct {
	Email string `json:"email"`
	Senha string `json:"senha,omitempty"`
}

func (a *app) setupCommand() *cobra.Command {
	var f setupFlags
	cmd := &cobra.Command{
		Use: "setup", Short: "Examina o banco de dados, prepara-o e cria o primeiro administrador", GroupID: groupProgram, Args: term.NoArgs,
		SuggestFor: []string{"instalar", "init", "configurar", "preparar"},
		Long: `Examina o banco de dados em etapas, prepara o esquema, cria o primeiro
administrador e mostra os próximos comandos. Pode ser repetido sem susto: só faz o
que falta.

Em um banco que já tem dados, mostra antes o que seria feito e pede confirmação
(--sim fora de um terminal). Em um servidor, cria também o banco, quando pode.

Com --confiar-certificado, mostra o certificado do servidor do banco e o fixa na
configuração: para servidores cuja autoridade este sistema não conhece.

Depois de adotar o banco do sistema antigo, os dois convivem. --encerrar-flask
termina a convivência; --desfazer retira do banco tudo o que o monitor acrescentou.`,
		Example: "  monitor setup\n  monitor setup --verificar\n  monitor setup --simular\n  monitor setup --confiar-certificado\n  monitor setup --encerrar-flask --simular\n  monitor setup --desfazer --simular",
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.runSetup(cmd, f) },
	}
	term.AddConsent(cmd, &f.ConsentFlags)
	term.AddPasswordStdin(cmd, &f.senha)
	cmd.Flags().StringVar(&f.backup, "backup", "", "copia antes o banco para `ARQUIVO`")
	cmd.Flags().BoolVar(&f.verify, "verificar", false, "só examina; não altera nada")
	cmd.Flags().BoolVar(&f.trust, "confiar-certificado", false, "mostra o certificado do servidor do banco e o fixa na configuração")
	cmd.Flags().BoolVar(&f.endOld, "encerrar-flask", false, "encerra o sistema antigo: troca os tokens abertos das sessões por resumos")
	cmd.Flags().BoolVar(&f.undo, "desfazer", false, "retira do banco tudo o que o monitor acrescentou; os dados ficam")
	cmd.Flags().BoolVar(&f.noAdmin, "sem-admin", false, "não cria administrador")
	cmd.Flags().StringVar(&f.email, "admin-email", defaultAdmin, "`E-MAIL` do primeiro administrador")
	term.AddChoice(cmd, cmd.Flags(), &f.saida, "saida", "o", "", []string{"table", "json"}, "formato da saída")
	cmd.Flags().BoolVar(&f.json, "json", false, "o mesmo que -o json")
	_ = cmd.Flags().MarkHidden("json")
	return cmd
}

// setupRun is one run of setup.
type setupRun struct {
	a   *app
	f   setupFlags
	cfg *settings.Config
	sc  store.Config
	res setupResult
	say io.Writer // where people read; nowhere with -o json
	// criar says that the server has no such database yet and lets us create it.
	create bool
}

func (a *app) runSetup(cmd *cobra.Command, f setupFlags) error {
	cfg, err := a.config(cmd)
	if err != nil {
		return err
	}
	r := &setupRun{a: a, f: f, cfg: cfg, sc: a.storeConfig(cfg), say: a.Out}
	r.res.Banco = term.MaskBanco(cfg.Text("banco"))
	if f.json || f.saida == "json" {
		r.say = io.Discard
	}
	err = r.run(cmd.Context())
	if r.say == io.Discard {
		if e := a.writeJSON(r.res); err == nil {
			err = e
		}
	}
	return err
}

func (a *app) writeJSON(v any) error {
	doc, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("cmd: marshal: %w", err)
	}
	_, err = a.Out.Write(append(term.EscapeJSON(doc), '\n'))
	return err
}

func (r *setupRun) run(ctx context.Context) error {
	switch f := r.f; {
	case f.undo && f.endOld, (f.undo || f.endOld) && (f.verify || f.trust):
		return term.UsageError("use um de cada vez", "--desfazer, --encerrar-flask, --verificar e --confiar-certificado não combinam")
	case f.undo:
		return r.undo(ctx)
	case f.endOld:
		return r.cut(ctx)
	}
	r.a.tellLegacyKey(r.cfg)
	if r.f.trust {
		if err := r.trust(ctx); err != nil {
			return err
		}
	}
	state, err := r.diagnose(ctx)
	if err != nil || r.f.verify {
		return err
	}
	if state == store.SchemaNewer {
		return &store.SchemaError{Estado: state, Banco: r.res.Banco}
	}
	if r.create && !r.f.DryRun {
		if err := r.createDatabase(ctx); err != nil {
			return err
		}
	}
	done, err := r.prepare(ctx)
	if err != nil || done {
		return err
	}
	return r.finish(ctx)
}

// diagnose prints the stages as they end. A second run prints only what the
// first could not see.
func (r *setupRun) diagnose(ctx context.Context) (store.SchemaState, error) {
	var failed *store.Fase
	seen := map[string]bool{}
	for _, f := range r.res.Fases {
		seen[f.Codigo] = f.Estado == store.FaseOK || f.Codigo != "banco"
	}
	r.res.Fases, r.create = nil, false
	state, err := store.Diagnose(ctx, r.sc, func(f store.Fase) {
		r.res.Fases = append(r.res.Fases, f)
		r.create = r.create || f.BancoACriar()
		if !seen[f.Codigo] {
			r.printStage(f)
		}
		if f.Estado == store.FaseErro && failed == nil {
			failed = &f
		}
	})
	if err == nil {
		r.files()
	}
	if failed != nil {
		failed.Detalhe = failed.Nome + ": " + failed.Detalhe
		return state, stageProblem(*failed)
	}
	return state, err
}

// createDatabase makes the empty database and looks at it.
func (r *setupRun) createDatabase(ctx context.Context) error {
	if err := store.CreateDatabase(ctx, r.sc); err != nil {
		const hint = "crie o banco no painel do provedor, ou confira o nome na URL"
		if sentence(err) == "" && !errors.Is(err, context.Canceled) {
			return &term.ProblemError{Kind: store.ErrUnavailable, Sentence: "o servidor recusou criar o banco", Hint: hint}
		}
		return about(err, "criar o banco", hint)
	}
	_, err := r.diagnose(ctx)
	return err
}

// files warns about a password that other people of this machine can read.
func (r *setupRun) files() {
	o := r.cfg.Origin("banco")
	path := map[string]string{settings.FromFile: o.Name, settings.FromDotEnv: ".env"}[o.Kind]
	info, err := os.Stat(path)
	if path == "" || err != nil || runtime.GOOS == "windows" || info.Mode().Perm()&0o077 == 0 ||
		term.MaskBanco(r.cfg.Text("banco")) == r.cfg.Text("banco") {
		return
	}
	f := store.Fase{
		Codigo: "seguranca", Nome: "Segurança", Estado: store.FaseAviso, Motivo: "arquivo_aberto",
		Detalhe: "outros usuários desta máquina podem ler a senha do banco em " + path, Remedio: "restrinja com: chmod 600 " + path,
	}
	r.res.Fases = append(r.res.Fases, f)
	r.printStage(f)
}

var stageColours = map[string]string{store.FaseOK: "\x1b[32m", store.FaseAviso: "\x1b[33m"}

// printStage leaves a failed stage to the report of the error, which says the
// same on stderr.
func (r *setupRun) printStage(f store.Fase) {
	if f.Estado == store.FaseErro {
		return
	}
	state := term.Pad(f.Estado, 5, false)
	if r.a.colour(r.cfg) {
		state = stageColours[f.Estado] + state + "\x1b[0m"
	}
	fmt.Fprintf(r.say, "%s  %s  %s\n", state, term.Pad(term.OneLine(f.Nome), 18, false), r.a.Secrets.Mask(term.OneLine(f.Detalhe)))
	if f.Remedio != "" {
		fmt.Fprintf(r.say, "       → %s\n", r.a.Secrets.Mask(term.OneLine(f.Remedio)))
	}
}

// prepare shows the plan, asks where there are data, and applies it. done says
// that setup ends here.
func (r *setupRun) prepare(ctx context.Context) (done bool, err error) {
	plan, err := r.plan(ctx)
	if err != nil {
		return true, err
	}
	r.res.Plano = &plan
	if plan.Estado == store.SchemaCurrent && len(plan.SQL) == 0 {
		fmt.Fprintln(r.say, "\nO esquema está em dia: nada a fazer.")
		return r.f.DryRun, nil
	}
	holdsData := plan.Estado != store.SchemaMissing || plan.Linhas > 0
	if holdsData || r.f.DryRun {
		r.printPlan(plan)
	}
	if r.f.DryRun {
		fmt.Fprintln(r.say, "\nSimulação: nada foi alterado.")
		return true, nil
	}
	if holdsData {
		if err := r.a.Confirm(ctx, r.f.ConsentFlags, "\nAplicar o plano em "+r.res.Banco+"?"); err != nil {
			return true, err
		}
		if err := r.offerCopy(ctx); err != nil {
			return true, err
		}
	}
	return false, r.apply(ctx)
}

// plan is the store's, and an empty one for a file that is still to be made.
func (r *setupRun) plan(ctx context.Context) (store.Plano, error) {
	if r.create {
		return store.Plano{Estado: store.SchemaMissing, SQL: []string{}}, nil
	}
	plan, err := store.Plan(ctx, r.sc)
	var schema *store.SchemaError
	if errors.As(err, &schema) && schema.Estado == store.SchemaMissing {
		return store.Plano{Estado: schema.Estado, SQL: []string{}}, nil
	}
	return plan, err
}

func (r *setupRun) apply(ctx context.Context) error {
	p := r.a.Working("Preparando o banco de dados")
	err := store.Prepare(ctx, r.sc, func(done, total int) {
		p.Set("Preparando a busca: %s de %s", say.Thousands(done), say.Thousands(total))
	})
	p.Stop()
	if err == nil {
		r.res.Aplicado = true
		fmt.Fprintln(r.say, "\nBanco de dados preparado.")
	}
	return err
}

// finish makes the administrator, counts, and says what comes next.
func (r *setupRun) finish(ctx context.Context) error {
	s, err := r.a.openStore(ctx, r.cfg, r.sc, store.CanalCLI)
	if err != nil {
		return err
	}
	defer func() { _ = s.st.Close() }()
	if !r.f.noAdmin {
		if err := r.admin(ctx, s); err != nil {
			return err
		}
	}
	e, err := s.Estatisticas(ctx)
	if err != nil {
		return err
	}
	r.res.Estatisticas = &e
	fmt.Fprintf(r.say, "\nO banco tem %s, %s e %s.\n", say.Count(e.TotalClientes, "cliente", "clientes"),
		say.Count(e.TotalDispositivos, "dispositivo", "dispositivos"), say.Count(e.TotalConexoes, "conexão", "conexões"))
	r.next()
	return nil
}

func (r *setupRun) admin(ctx context.Context, s *session) error {
	senha := ""
	if r.f.senha.Stdin {
		var err error
		if senha, err = r.a.PasswordFromStdin(ctx); err != nil {
			return err
		}
	}
	admin, used, created, err := s.Clientes.EnsureAdmin(ctx, r.f.email, senha)
	if err != nil {
		return about(err, "administrador "+r.f.email, "")
	}
	if !created {
		fmt.Fprintln(r.say, "\nJá existe um administrador ativo.")
		return nil
	}
	r.res.Administrador = &firstAdmin{Email: admin.Email}
	fmt.Fprintln(r.say, "\nAdministrador criado:")
	fmt.Fprintln(r.say, "  e-mail  "+term.OneLine(admin.Email))
	if senha == "" {
		r.res.Administrador.Senha = used
		fmt.Fprintln(r.say, "  senha   "+used+"   (mostrada só agora; será trocada na primeira entrada)")
	}
	return nil
}

func (r *setupRun) next() {
	banco := r.a.bancoFlag()
	fmt.Fprintln(r.say, "\nPróximos comandos:")
	if strings.Contains(banco, term.Hidden) {
		// With the password hidden the flag could not be pasted, and with the
		// password it would stand in the list of processes.
		banco = ""
		fmt.Fprintln(
			r.say,
			"  (antes, ponha a URL com a senha em DATABASE_URL, por exemplo no arquivo .env, e restrinja-o: chmod 600 .env)",
		)
	}
	r.res.Proximos = []string{
		"monitor serve" + banco,
		"monitor clientes list" + banco,
		"monitor chaves create painel --nivel leitura" + banco,
	}
	for _, c := range r.res.Proximos {
		fmt.Fprintln(r.say, "  "+c)
	}
}

// tellLegacyKey says what became of the old system's API_KEY.
func (a *app) tellLegacyKey(cfg *settings.Config) {
	if cfg.LegacyKey() == "" {
		return
	}
	fmt.Fprintln(a.Err, "aviso: a API_KEY do sistema antigo não é usada; crie uma chave com: monitor chaves create NOME --nivel admin")
}
