package cmd

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/settings"
	"example.com/monitor/cmd/term"
	"example.com/monitor/server"
	"example.com/monitor/store"
)

func (a *app) serveCommand() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use: "serve", Aliases: []string{"servir"}, Short: "Serve as páginas e a API por HTTP", GroupID: groupProgram, Args: term.NoArgs,
		SuggestFor: []string{"server", "run", "start", "iniciar"},
		Long: `Serve as páginas e a API por HTTP até receber Ctrl-C.

Sem configuração usa ` + settings.DefaultBanco + ` e o cria, se não existir. Um banco
indicado por --banco ou pela configuração precisa existir: crie-o com monitor setup.`,
		Example: "  monitor serve\n  monitor serve --endereco 0.0.0.0:8080\n  monitor serve --demo",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.config(cmd)
			if err != nil {
				return err
			}
			return a.runServe(cmd.Context(), cfg, f)
		},
	}
	cmd.Flags().String("endereco", "", "`HOST:PORTA` em que atende (padrão: 127.0.0.1:5000)")
	settings.BindFlag(cmd.Flags(), "endereco", "endereco")
	cmd.Flags().String(
		"proxies",
		"",
		"`REDES` dos proxies em que se confia, separadas por vírgulas (exemplo: 127.0.0.1,10.0.0.0/8; padrão: nenhum)",
	)
	settings.BindFlag(cmd.Flags(), "proxies", "proxies")
	var headerWait string
	term.AddChoice(
		cmd,
		cmd.Flags(),
		&headerWait,
		"proxy-cabecalho",
		"",
		server.HeaderXForwardedFor,
		settings.HeaderOptions,
		"cabeçalho em que eles dizem quem chama; os outros são ignorados",
	)
	settings.BindFlag(cmd.Flags(), "proxy-cabecalho", "proxy.cabecalho")
	cmd.Flags().BoolVar(&f.demo, "demo", false, "usa um banco temporário com dados de demonstração")
	cmd.Flags().BoolVar(
		&f.transition,
		"transicao",
		false,
		"aceita, até --ate, dispositivos que ainda chamam sem credencial, como no sistema antigo",
	)
	cmd.Flags().StringVar(&f.untilDay, "ate", "", "`DATA` (31/12/2026) em que a transição termina por si")
	cmd.Flags().String("tls-cert", "", "`ARQUIVO` com o certificado, para servir por HTTPS")
	settings.BindFlag(cmd.Flags(), "tls-cert", "tls.certificado")
	cmd.Flags().String("tls-chave", "", "`ARQUIVO` com a chave do certificado")
	settings.BindFlag(cmd.Flags(), "tls-chave", "tls.chave")
	return cmd
}

type serveFlags struct {
	demo       bool
	transition bool
	untilDay   string
}

// until is the last moment of the change-over, zero without one.
func (f serveFlags) until(now time.Time, zone *time.Location) (time.Time, error) {
	const example = "exemplo: monitor serve --transicao --ate 31/12/2026"
	switch {
	case !f.transition && f.untilDay == "":
		return time.Time{}, nil
	case !f.transition:
		return time.Time{}, term.UsageError(example, "--ate só vale com --transicao")
	case f.untilDay == "":
		return time.Time{}, term.UsageError(example, "--transicao precisa do dia em que termina: --ate")
	}
	for _, form := range []string{"02/01/2006", "2006-01-02"} {
		day, err := time.ParseInLocation(form, f.untilDay, zone)
		if err != nil {
			continue
		}
		end := day.AddDate(0, 0, 1) // the whole day counts
		if !now.Before(end) {
			return time.Time{}, term.UsageError(example, "o dia %s já passou", f.untilDay)
		}
		return end, nil
	}
	return time.Time{}, term.UsageError(example, "--ate %s não é um dia", f.untilDay)
}

// runServe takes the port first: a port that is taken must not leave a new
// database behind.
func (a *app) runServe(ctx context.Context, cfg *settings.Config, f serveFlags) error {
	defer aimForLittleMemory()()
	sc := a.storeConfig(cfg)
	until, err := f.until(time.Now(), sc.Fuso)
	if err != nil {
		return err
	}
	ln, err := a.listen(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = ln.Close() }()
	if f.demo {
		return a.withDemo(ctx, cfg, store.CanalCLI, func(ctx context.Context, d *demonstration) error {
			fmt.Fprintln(a.Out, "DEMONSTRAÇÃO: dados inventados, em um banco temporário que some ao encerrar.")
			a.tellLogin(cfg, ln, d.people.Email, d.people.Senha)
			return a.serve(ctx, d.session, ln, server.Config{Demo: true, LegacyUntil: until})
		})
	}
	s, created, err := a.openForServe(ctx, cfg)
	if mayComeBack(err) {
		return a.serveWaiting(ctx, cfg, ln, until, err)
	}
	if err != nil {
		return err
	}
	defer func() { _ = s.st.Close() }()
	if err := a.prepare(ctx, s, ln, created, until); err != nil {
		return err
	}
	return a.serve(ctx, s, ln, server.Config{LegacyUntil: until})
}

// prepare does and tells what comes before the first request.
func (a *app) prepare(ctx context.Context, s *session, ln net.Listener, created bool, until time.Time) error {
	if err := s.st.Writable(); err != nil {
		return err // Nobody could even log in.
	}
	if err := s.st.CheckKey(ctx); err != nil {
		return err // nor without the key that signs the trail
	}
	a.tellLegacyKey(s.cfg)
	if err := a.firstAdmin(ctx, s, ln, created); err != nil {
		return err
	}
	a.tellTransition(until, a.storeConfig(s.cfg).Fuso)
	return nil
}

func (a *app) listen(ctx context.Context, cfg *settings.Config) (net.Listener, error) {
	address := cfg.Text("endereco")
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, listenError(address, err)
	}
	if cfg.Text("tls.certificado") == "" {
		return ln, nil
	}
	pair, err := loadKeypair(cfg, a.serverLog(cfg))
	if err != nil {
		_ = ln.Close()
		return nil, err
	}
	return tls.NewListener(ln, serverTLS(pair)), nil
}

// listenError says who holds the port.
func listenError(address string, err error) error {
	_, port, _ := net.SplitHostPort(address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		holder := portHolder(port)
		if holder == "" {
			holder = "outro programa"
		}
		return &term.ProblemError{
			Kind:     term.ErrFailed,
			Sentence: "a porta " + port + " já está em uso por " + holder,
			Hint:     "encerre-o ou escolha outra porta: monitor serve --endereco 127.0.0.1:" + otherPort(port),
		}
	case errors.Is(err, syscall.EACCES):
		return &term.ProblemError{
			Kind:     term.ErrFailed,
			Sentence: "sem permissão para usar a porta " + port,
			Hint:     "escolha uma porta acima de 1023: monitor serve --endereco 127.0.0.1:5000",
		}
	default:
		return &term.ProblemError{
			Kind:     term.ErrFailed,
			Sentence: "não foi possível atender em " + address,
			Hint:     "use um endereço desta máquina, por exemplo 127.0.0.1:5000 ou 0.0.0.0:5000",
		}
	}
}

func otherPort(port string) string {
	if port == "5001" {
		return "5002"
	}
	return "5001"
}

// openForServe opens the database and makes it only at its default path.
func (a *app) openForServe(ctx context.Context, cfg *settings.Config) (s *session, created bool, err error) {
	sc := a.storeConfig(cfg)
	sc.Log = a.serverLog(cfg)
	s, err = a.openStore(ctx, cfg, sc, store.CanalCLI)
	var schema *store.SchemaError
	if err == nil || !errors.As(err, &schema) || schema.Estado != store.SchemaMissing || cfg.Origin("banco").Kind != settings.FromDefault {
		return s, false, err
	}
	sc.Create = true
	if s, err = a.openStore(ctx, cfg, sc, store.CanalCLI); err == nil {
		fmt.Fprintln(a.Out, "Banco de dados criado em "+s.st.Banco())
	}
	return s, err == nil, err
}

// firstAdmin makes the first administrator where a person sees the password.
// Off a terminal it would end in a log file, so it only says how.
func (a *app) firstAdmin(ctx context.Context, s *session, ln net.Listener, created bool) error {
	if !a.OutTerminal {
		return a.tellSetup(ctx, s, created)
	}
	admin, senha, made, err := s.Clientes.EnsureAdmin(ctx, defaultAdmin, "")
	if err != nil || !made {
		return err
	}
	fmt.Fprintln(a.Out, "Primeiro administrador criado; a senha é mostrada só agora e será trocada na primeira entrada.")
	a.tellLogin(s.cfg, ln, admin.Email, senha)
	return nil
}

func (a *app) tellSetup(ctx context.Context, s *session, created bool) error {
	if !created {
		page, err := s.Clientes.List(ctx, store.ClienteFiltro{PorPagina: 1})
		if err != nil || page.Total > 0 {
			return err
		}
	}
	fmt.Fprintln(a.Err, "Ainda não há administrador: crie-o com: monitor setup"+a.bancoFlag())
	return nil
}

func (a *app) tellLogin(cfg *settings.Config, ln net.Listener, email, senha string) {
	body, _ := json.Marshal(map[string]string{"email": email, "senha": senha})
	fmt.Fprintf(a.Out, "  e-mail  %s\n  senha   %s\n  teste   curl -s %s/api/db/auth/login -H 'Content-Type: application/json' -d %s\n",
		term.OneLine(email), senha, publicURL(cfg, ln), term.ShellQuote(string(body)))
}

// publicURL is an address that a browser on this machine can open.
func publicURL(cfg *settings.Config, ln net.Listener) string {
	scheme := "http"
	if cfg.Text("tls.certificado") != "" {
		scheme = "https"
	}
	host, port, _ := net.SplitHostPort(ln.Addr().String())
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

// tellTransition says what is open meanwhile and how to see who needs it.
func (a *app) tellTransition(until time.Time, zone *time.Location) {
	if until.IsZero() {
		return
	}
	fmt.Fprintf(
		a.Err,
		"aviso: até %s dispositivos sem credencial podem registrar-se, dar sinal e informar conexões; veja quais com: monitor setup pendentes%s\n",
		until.Add(-time.Second).In(zone).Format("02/01/2006 15:04"),
		a.bancoFlag(),
	)
}

// serve fills in what every server needs and runs it.
func (a *app) serve(ctx context.Context, s *session, ln net.Listener, sc server.Config) error {
	sc.Store = s.st
	srv, err := a.newServer(s.cfg, sc)
	if err != nil {
		return err
	}
	a.tellAddress(s.cfg, ln)
	a.notice("Atendendo. Ctrl-C encerra.")
	if err := srv.Serve(ctx, ln); err != nil {
		return err
	}
	a.notice("Encerrado.")
	return nil
}

func (a *app) newServer(cfg *settings.Config, sc server.Config) (*server.Server, error) {
	sc.Log, sc.Version, sc.TLS = a.serverLog(cfg), version(), cfg.Text("tls.certificado") != ""
	sc.Proxies, _ = settings.Proxies(cfg.Text("proxies"))
	sc.ProxyHeader = cfg.Text("proxy.cabecalho")
	sc.Limits = cfg.Limits()
	srv, err := server.New(sc)
	if err != nil {
		return nil, fmt.Errorf("cmd: server: %w", err)
	}
	return srv, nil
}

func (a *app) tellAddress(cfg *settings.Config, ln net.Listener) {
	fmt.Fprintln(a.Out, publicURL(cfg, ln))
	a.warnOpen(cfg, ln)
}

// warnOpen tells when passwords would cross a network in clear.
func (a *app) warnOpen(cfg *settings.Config, ln net.Listener) {
	addr, ok := ln.Addr().(*net.TCPAddr)
	if !ok || addr.IP.IsLoopback() || cfg.Text("tls.certificado") != "" || cfg.Text("proxies") != "" {
		return
	}
	fmt.Fprintln(a.Err, "aviso: atendendo na rede sem TLS; use --tls-cert e --tls-chave, ou um proxy que faça HTTPS")
}
