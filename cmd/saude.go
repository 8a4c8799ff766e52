package cmd

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"example.com/monitor/cmd/settings"
	"example.com/monitor/cmd/term"
	"example.com/monitor/store"
)

// healthPatience is under the five seconds that orchestrators usually wait.
const healthPatience = 3 * time.Second

func (a *app) saudeCommand() *cobra.Command {
	var address string
	var patience time.Duration
	var alive bool
	cmd := &cobra.Command{
		Use: "saude", Short: "Pergunta a um servidor no ar se ele está bem", GroupID: groupProgram, Args: term.NoArgs,
		Aliases: []string{"saúde"}, SuggestFor: []string{"health", "healthcheck", "status", "ping"},
		Long: `Pergunta a um servidor no ar se ele e o banco respondem, para contêineres e
vigias. Sai com 0 quando está tudo bem, com 5 quando o servidor está no ar sem o
banco, e com 1 quando o servidor não responde.

Sem --url, pergunta no endereço da configuração.`,
		Example: "  monitor saude\n  monitor saude --url https://monitor.empresa.com.br --prazo 5s",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.config(cmd)
			if err != nil {
				return err
			}
			if patience <= 0 {
				return term.UsageError("exemplo: monitor saude --prazo 3s", "--prazo precisa ser maior que zero")
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), patience)
			defer cancel()
			p, err := newProbe(cfg, address, alive)
			if err != nil {
				return err
			}
			if err := p.ask(ctx); err != nil {
				return err
			}
			a.notice("Está tudo bem.")
			return nil
		},
	}
	cmd.Flags().StringVar(&address, "url", "", "`URL` do servidor (padrão: o endereço da configuração)")
	cmd.Flags().DurationVar(&patience, "prazo", healthPatience, "`TEMPO` que a resposta pode levar")
	cmd.Flags().BoolVar(&alive, "vivo", false, "pergunta só se o processo responde, sem o banco")
	return cmd
}

// probe is one question to a server.
type probe struct {
	url    string
	client *http.Client
}

func newProbe(cfg *settings.Config, address string, alive bool) (probe, error) {
	base := address
	transport := &http.Transport{DisableKeepAlives: true}
	if base == "" {
		var err error
		if base, err = ownURL(cfg, transport); err != nil {
			return probe{}, err
		}
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return probe{}, term.UsageError(
			"exemplo: monitor saude --url http://127.0.0.1:5000",
			"--url %s não é um endereço http",
			term.OneLine(base),
		)
	}
	path := "readyz"
	if alive {
		path = "livez"
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return probe{u.JoinPath(path).String(), &http.Client{Transport: transport, CheckRedirect: stay}}, nil
}

// ownURL is where the server of this configuration listens. Its certificate, which
// may name another host, must be exactly the configured one.
func ownURL(cfg *settings.Config, transport *http.Transport) (string, error) {
	host, port, err := net.SplitHostPort(cfg.Text("endereco"))
	if err != nil {
		return "", err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	at := net.JoinHostPort(host, port)
	if cfg.Text("tls.certificado") == "" {
		return "http://" + at, nil
	}
	pair, err := readPair(cfg.Text("tls.certificado"), cfg.Text("tls.chave"))
	if err != nil {
		return "", err
	}
	transport.TLSClientConfig = &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: true, //nolint:gosec // VerifyConnection is stricter
		VerifyConnection: func(s tls.ConnectionState) error {
			if len(s.PeerCertificates) == 0 || !bytes.Equal(s.PeerCertificates[0].Raw, pair.Certificate[0]) {
				return errors.New("cmd: another certificate than the configured one")
			}
			return nil
		},
	}
	return "https://" + at, nil
}

func (p probe) ask(ctx context.Context) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url, nil)
	if err != nil {
		return err
	}
	resp, err := p.client.Do(r)
	if err != nil {
		return &term.ProblemError{
			Kind:     term.ErrFailed,
			Sentence: "o servidor não respondeu em " + p.url,
			Hint:     "confira se monitor serve está no ar e se o endereço é esse (monitor config mostrar)",
		}
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16))
	switch resp.StatusCode {
	case http.StatusOK:
		return nil
	case http.StatusServiceUnavailable:
		return &term.ProblemError{
			Kind:     store.ErrUnavailable,
			Sentence: "o servidor está no ar, mas o banco de dados não responde",
			Hint:     "veja o que falta com: monitor setup --verificar",
		}
	default:
		return &term.ProblemError{
			Kind:     term.ErrFailed,
			Sentence: "em " + p.url + " responde outra coisa que não o monitor (status " + resp.Status[:3] + ")",
			Hint:     "confira o endereço dado em --url",
		}
	}
}
