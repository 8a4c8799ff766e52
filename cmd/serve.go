package cmd

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"syscall"

	"github.com/spf13/cobra"

	"example.com/monitor/server"
	"example.com/monitor/store"
)

func (a *app) serveCommand() *cobra.Command {
	var demonstracao bool
	cmd := &cobra.Command{
		Use: "serve", Aliases: []string{"servir"}, Short: "Serve as páginas e a API por HTTP", GroupID: groupProgram, Args: noArgs,
		SuggestFor: []string{"server", "run", "start", "iniciar"},
		Long: `Serve as páginas e a API por HTTP até receber Ctrl-C.

Sem configuração usa ` + defaultBanco + ` e o cria, se não existir. Um banco
indicado por --banco ou pela configuração precisa existir: crie-o com monitor setup.`,
		Example: "  monitor serve\n  monitor serve --endereco 0.0.0.0:8080\n  monitor serve --demo",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.config(cmd)
			if err != nil {
				return err
			}
			return a.runServe(cmd.Context(), cfg, demonstracao)
		},
	}
	cmd.Flags().String("endereco", "", "`HOST:PORTA` em que atende (padrão: 127.0.0.1:5000)")
	bindFlag(cmd.Flags(), "endereco", "endereco")
	cmd.Flags().BoolVar(&demonstracao, "demo", false, "usa um banco temporário com dados de demonstração")
	cmd.Flags().String("tls-cert", "", "`ARQUIVO` com o certificado, para servir por HTTPS")
	bindFlag(cmd.Flags(), "tls-cert", "tls.certificado")
	cmd.Flags().String("tls-chave", "", "`ARQUIVO` com a chave do certificado")
	bindFlag(cmd.Flags(), "tls-chave", "tls.chave")
	return cmd
}

// runServe takes the port first: a port that is taken must not leave a new
// database behind.
func (a *app) runServe(ctx context.Context, cfg *config, demonstracao bool) error {
	ln, err := a.listen(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = ln.Close() }()
	if demonstracao {
		return a.withDemo(ctx, cfg, store.CanalCLI, func(ctx context.Context, d *demo) error {
			fmt.Fprintln(a.Out, "DEMONSTRAÇÃO: dados inventados, em um banco temporário que some ao encerrar.")
			a.tellLogin(cfg, ln, d.email, d.senha)
			return a.serve(ctx, d.session, ln, true)
		})
	}
	s, created, err := a.openForServe(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = s.st.Close() }()
	if err := s.st.Writable(); err != nil {
		return err // Nobody could even log in.
	}
	a.tellLegacyKey(cfg)
	if err := a.firstAdmin(ctx, s, ln, created); err != nil {
		return err
	}
	return a.serve(ctx, s, ln, false)
}

func (a *app) listen(ctx context.Context, cfg *config) (net.Listener, error) {
	address := cfg.texto("endereco")
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, listenError(address, err)
	}
	if cfg.texto("tls.certificado") == "" {
		return ln, nil
	}
	pair, err := tls.LoadX509KeyPair(cfg.texto("tls.certificado"), cfg.texto("tls.chave"))
	if err != nil {
		_ = ln.Close()
		return nil, usageError("confira tls.certificado e tls.chave (monitor config mostrar diz de onde vieram)",
			"não foi possível usar o certificado %s", cfg.texto("tls.certificado"))
	}
	return tls.NewListener(ln, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}), nil
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
		return &problem{Kind: errFailed, frase: "a porta " + port + " já está em uso por " + holder, dica: "encerre-o ou escolha outra porta: monitor serve --endereco 127.0.0.1:" + otherPort(port)}
	case errors.Is(err, syscall.EACCES):
		return &problem{Kind: errFailed, frase: "sem permissão para usar a porta " + port, dica: "escolha uma porta acima de 1023: monitor serve --endereco 127.0.0.1:5000"}
	default:
		return &problem{Kind: errFailed, frase: "não foi possível atender em " + address, dica: "use um endereço desta máquina, por exemplo 127.0.0.1:5000 ou 0.0.0.0:5000"}
	}
}

func otherPort(port string) string {
	if port == "5001" {
		return "5002"
	}
	return "5001"
}

// openForServe opens the database and makes it only at its default path.
func (a *app) openForServe(ctx context.Context, cfg *config) (s *session, created bool, err error) {
	sc := a.storeConfig(cfg)
	sc.Log = a.serverLog(cfg)
	s, err = a.openStore(ctx, cfg, sc, store.CanalCLI)
	var schema *store.SchemaError
	if err == nil || !errors.As(err, &schema) || schema.Estado != store.SchemaMissing || cfg.origens["banco"].tipo != origemPadrao {
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

func (a *app) tellLogin(cfg *config, ln net.Listener, email, senha string) {
	body, _ := json.Marshal(map[string]string{"email": email, "senha": senha})
	fmt.Fprintf(a.Out, "  e-mail  %s\n  senha   %s\n  teste   curl -s %s/api/db/auth/login -H 'Content-Type: application/json' -d %s\n",
		oneLine(email), senha, publicURL(cfg, ln), shellQuote(string(body)))
}

// publicURL is an address that a browser on this machine can open.
func publicURL(cfg *config, ln net.Listener) string {
	scheme := "http"
	if cfg.texto("tls.certificado") != "" {
		scheme = "https"
	}
	host, port, _ := net.SplitHostPort(ln.Addr().String())
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

func (a *app) serve(ctx context.Context, s *session, ln net.Listener, demonstracao bool) error {
	srv, err := server.New(server.Config{
		Store: s.st, Log: a.serverLog(s.cfg), Versao: version(),
		Demonstracao: demonstracao, TLS: s.cfg.texto("tls.certificado") != "",
	})
	if err != nil {
		return fmt.Errorf("cmd: server: %w", err)
	}
	fmt.Fprintln(a.Out, publicURL(s.cfg, ln))
	a.warnOpen(s.cfg, ln)
	a.notice("Atendendo. Ctrl-C encerra.")
	if err := srv.Serve(ctx, ln); err != nil {
		return err
	}
	a.notice("Encerrado.")
	return nil
}

// warnOpen tells when passwords would cross a network in clear.
func (a *app) warnOpen(cfg *config, ln net.Listener) {
	addr, ok := ln.Addr().(*net.TCPAddr)
	if !ok || addr.IP.IsLoopback() || cfg.texto("tls.certificado") != "" {
		return
	}
	fmt.Fprintln(a.Err, "aviso: atendendo na rede sem TLS; use --tls-cert e --tls-chave, ou um proxy que faça HTTPS")
}
