package store

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/guess"
	"example.com/monitor/store/internal/chars"
	"example.com/monitor/store/internal/pace"
	"example.com/monitor/store/password"
	"example.com/monitor/store/schema"
	"example.com/monitor/store/when"
)

var (
	errBadLogin   = fault.Rule(ErrUnauthenticated, "credenciais_invalidas", "Credenciais inválidas")
	errLoginVazio = &InvalidError{Campos: map[string]string{"senha": "Email e senha são obrigatórios"}}
)

// Login checks a password and opens a session for 24 h (12 h when unused). The
// token is returned once and stored only as its SHA-256. Wrong, unknown,
// inactive and password-less all give the same ErrUnauthenticated
// ("Credenciais inválidas") after the same time, and too many of them
// ErrBloqueado, also for what would have been right; see store/guess.
func (s Sessoes) Login(ctx context.Context, email, senha string) (token string, c Cliente, err error) {
	if email == "" || senha == "" {
		return "", c, errLoginVazio
	}
	ctx, cancel := s.s.deadline(ctx)
	defer cancel()
	start := time.Now()
	token, c, err = s.login(ctx, email, senha)
	return token, c, errors.Join(err, pace.WaitStep(ctx, start))
}

func (s Sessoes) login(ctx context.Context, email, senha string) (string, Cliente, error) {
	found, conhecido, err := s.account(ctx, email)
	if err != nil {
		return "", Cliente{}, err
	}
	feitas, leave, err := s.admitGuess(ctx, s.guessKeys(email, conhecido))
	if err != nil {
		return "", Cliente{}, err
	}
	defer leave()
	token, c, err := s.try(ctx, found, email, senha, feitas)
	if err != nil && !errors.Is(err, errBadLogin) {
		s.abandonGuess(ctx, feitas)
	}
	return token, c, err
}

// try compares the password, for one computation whatever the account is.
func (s Sessoes) try(ctx context.Context, found Cliente, email, senha string, feitas []guess.Guess) (string, Cliente, error) {
	hash, alive := found.SenhaHash, found.ID != 0 && found.IsActive() && found.SenhaHash != ""
	if !alive {
		hash = password.Nobody()
	}
	ok, rehash := false, ""
	err := s.s.gate.Do(ctx, func() {
		ok = password.VerifyEvenly(hash, senha)
		if ok && alive && password.WeakHash(hash) {
			rehash = password.Hash(senha)
		}
	})
	if err != nil {
		return "", Cliente{}, err
	}
	if !ok || !alive {
		// A failure that cannot be audited is not told as one.
		if err := s.auditFailure(ctx, email, found.ID); err != nil {
			return "", Cliente{}, err
		}
		return "", Cliente{}, errBadLogin
	}
	return s.open(ctx, found, hash, rehash, feitas)
}

// account finds whom an address belongs to, the zero client when nobody, and
// whether that person logged in lately from where this call comes.
func (s Sessoes) account(ctx context.Context, email string) (c Cliente, conhecido bool, err error) {
	err = s.read(ctx, func(ctx context.Context, q engine.Q) error {
		id, err := idByEmail(ctx, q, email)
		if err != nil {
			return err
		}
		if c, err = getCliente(ctx, q, id); errors.Is(err, ErrNotFound) {
			c, err = Cliente{}, nil
		}
		if err != nil {
			return err
		}
		// Asked for nobody, too: the questions must not tell who there is.
		return q.Get(ctx, []any{&conhecido}, `SELECT EXISTS (SELECT 1 FROM sessoes s JOIN clientes c ON c.id = s.cliente_id
			WHERE s.cliente_id = ? AND s.ip_address = ? AND s.data_inicio > ? AND s.data_inicio >= c.data_cadastro)`,
			id, chars.Truncate(s.actor.IP, 45), when.Of(s.s.cfg.Now().Add(-guess.KnownFor)))
	})
	return c, conhecido, err
}

func (s Sessoes) auditFailure(ctx context.Context, email string, id int64) error {
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		return t.audit(ctx, entry{
			acao: actLoginFailed, text: "Tentativa de login recusada", nivel: "warning", clienteID: id,
			depois: map[string]any{"email": chars.Truncate(email, 120)},
		})
	})
}

// newToken makes 256 random bits.
func newToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// open writes the session, unless the account has changed while the password
// was being checked.
func (s Sessoes) open(ctx context.Context, found Cliente, hash, rehash string, feitas []guess.Guess) (string, Cliente, error) {
	token := newToken()
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		c, err := t.lockCliente(ctx, found.ID)
		switch {
		case err != nil && !errors.Is(err, ErrNotFound):
			return err
		case err != nil || !c.IsActive() || c.SenhaHash != hash:
			return errBadLogin
		}
		if rehash != "" {
			if err := t.Later(ctx, "UPDATE clientes SET senha_hash = ? WHERE id = ?", rehash, c.ID); err != nil {
				return err
			}
		}
		if err := t.Later(ctx, "UPDATE clientes SET ultimo_acesso = ? WHERE id = ?", t.now, c.ID); err != nil {
			return err
		}
		id, err := t.Insert(ctx, `INSERT INTO sessoes(cliente_id, token, ip_address, user_agent, data_inicio, data_expiracao, ultima_atividade, ativa)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, c.ID, schema.HashedTokenPrefix+sha256Hex(token), orNull(chars.Truncate(t.actor.IP, 45)), orNull(chars.Truncate(t.actor.UserAgent, 500)),
			t.now, when.Of(t.now.Add(sessaoDuracao)), t.now, true)
		if err != nil {
			return err
		}
		if err := guess.Refund(ctx, t.Q, feitas); err != nil {
			return err
		}
		c.UltimoAcesso = t.now
		found = c
		// Whoever knew the password is somebody now.
		t.actor = Actor{kind: kindPerson, id: c.ID, nivel: c.Level(), nome: c.Nome, Origem: t.actor.Origem}
		return t.audit(ctx, entry{acao: actLogin, text: "Login realizado com sucesso", clienteID: c.ID, subject: fmt.Sprintf("sessao:%d", id)})
	})
	return token, found, err
}

// Logout ends the actor's own session; nothing happens for anyone else.
func (s Sessoes) Logout(ctx context.Context) error {
	if s.actor.kind != kindPerson {
		return nil
	}
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		n, err := t.Exec(ctx, "UPDATE sessoes SET ativa = ? WHERE id = ? AND ativa = ?", false, t.actor.sessaoID, true)
		if err != nil || n == 0 {
			return err
		}
		return t.audit(ctx, entry{acao: actLogout, text: "Sessão encerrada", clienteID: t.actor.id, subject: fmt.Sprintf("sessao:%d", t.actor.sessaoID)})
	})
}

// Me returns the person behind the session; ErrUnauthenticated for anyone else.
func (s Sessoes) Me(ctx context.Context) (Cliente, error) {
	if s.actor.kind != kindPerson {
		return Cliente{}, errSessao
	}
	var me Cliente
	err := s.read(ctx, func(ctx context.Context, q engine.Q) (err error) {
		me, err = getCliente(ctx, q, s.actor.id)
		if errors.Is(err, ErrNotFound) {
			return errSessao // removed since the session was looked at
		}
		return err
	})
	return me, err
}
