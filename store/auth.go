package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"
	"time"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/schema"
	"example.com/monitor/store/when"
)

// Credencial is what a caller shows. When both are set the key counts.
type Credencial struct {
	Bearer string // session token or device secret
	Chave  string // API key
}

const (
	// keyPrefix begins every API key, so that a leaked one is recognised.
	keyPrefix = "mon_"
	// sessaoOciosa ends a session of ours that nobody used for so long.
	sessaoOciosa = 12 * time.Hour
	// sessaoDuracao is the life of a session, as the Flask system has it.
	sessaoDuracao = 24 * time.Hour
	// touchEvery is how often a use is written down.
	touchEvery = time.Minute
)

// ParecidaComChave says that a text has the form of our API keys.
func ParecidaComChave(chave string) bool { return strings.HasPrefix(chave, keyPrefix) }

var (
	errSessao = fault.Rule(ErrUnauthenticated, "sessao_invalida", "Sessão inválida ou expirada")
	errChave  = fault.Rule(ErrUnauthenticated, "chave_invalida", "Chave de API inválida, expirada ou revogada")
)

func sha256Hex(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// Authenticate turns a credential into an actor: person, key or device.
// ErrUnauthenticated when it is unknown, expired, revoked or its person
// inactive. An empty credential gives Stranger(o) and no error. Roles are read
// afresh each time, so that a change acts at once.
func (s *Store) Authenticate(ctx context.Context, c Credencial, o Origem) (Actor, error) {
	ctx, cancel := s.deadline(ctx)
	defer cancel()
	switch {
	case c.Chave != "":
		return s.authenticateKey(ctx, c.Chave, o)
	case c.Bearer != "":
		return s.authenticateBearer(ctx, c.Bearer, o)
	default:
		return Stranger(o), nil
	}
}

func (s *Store) authenticateKey(ctx context.Context, chave string, o Origem) (Actor, error) {
	a := Actor{kind: kindKey, Origem: o}
	var expira, revogada, uso Hora
	err := s.db.Reader().Get(ctx, []any{&a.id, &a.nome, &a.nivel, &expira, &revogada, &uso},
		"SELECT id, nome, nivel, AS_TEXT(expira_em), AS_TEXT(revogada_em), AS_TEXT(ultimo_uso) FROM monitor_chaves WHERE hash = ?", sha256Hex(chave))
	if engine.IsNoRows(err) || (err == nil && (!revogada.IsZero() || s.past(expira))) {
		return Stranger(o), errChave
	}
	if err != nil {
		return Stranger(o), err
	}
	s.touch(ctx, a.ref(), uso, "UPDATE monitor_chaves SET ultimo_uso = ? WHERE id = ?", a.id)
	return a, nil
}

// past says that an end, where there is one, has come.
func (s *Store) past(end Hora) bool { return !end.IsZero() && !s.cfg.Now().Before(end.Time) }

// authenticateBearer tries our own sessions, then the Flask system's clear
// tokens as long as there are any to honour, then devices.
func (s *Store) authenticateBearer(ctx context.Context, token string, o Origem) (Actor, error) {
	if strings.HasPrefix(token, schema.HashedTokenPrefix) {
		return Stranger(o), errSessao
	}
	a, err := s.authenticateSession(ctx, schema.HashedTokenPrefix+sha256Hex(token), true, o)
	if err == nil || !engine.IsNoRows(err) {
		return a, err
	}
	if a, err = s.authenticateSession(ctx, token, false, o); err == nil || !engine.IsNoRows(err) {
		return a, err
	}
	return s.authenticateDevice(ctx, token, o)
}

// storedSession is a session with its person, as it stands in the database.
type storedSession struct {
	id           int64
	token        string
	expira, uso  Hora
	ativa, ativo *bool
	pessoa       int64
	nome, nivel  string
	mustChange   bool
}

func (l *storedSession) dest() []any {
	return []any{&l.id, &l.token, &l.expira, &l.uso, &l.ativa, &l.pessoa, &l.nome, &l.nivel, &l.ativo, &l.mustChange}
}

// A session that is older than its person belongs to somebody who had the id
// before: SQLite hands ids out again.
const sessaoSelect = `SELECT s.id, s.token, AS_TEXT(s.data_expiracao), AS_TEXT(s.ultima_atividade), s.ativa, c.id, c.nome, coalesce(c.nivel_acesso, ''), c.ativo,
	coalesce(p.trocar_senha, FALSE)
	FROM sessoes s JOIN clientes c ON c.id = s.cliente_id
	LEFT JOIN monitor_pessoas p ON p.cliente_id = c.id AND p.data_cadastro = AS_TEXT(c.data_cadastro)
	WHERE (s.data_inicio IS NULL OR c.data_cadastro IS NULL OR s.data_inicio >= c.data_cadastro)`

// ours says that the session was opened by us: its token stands there hashed.
func (l *storedSession) ours() bool { return strings.HasPrefix(l.token, schema.HashedTokenPrefix) }

// counts says that whoever holds the token is let in.
func (s *Store) counts(l *storedSession) bool {
	idle := l.ours() && !l.uso.IsZero() && s.cfg.Now().Sub(l.uso.Time) >= sessaoOciosa
	return l.ativa != nil && *l.ativa && l.ativo != nil && *l.ativo && !l.expira.IsZero() && !s.past(l.expira) && !idle
}

// actor is the person of the session.
func (l *storedSession) actor(o Origem) Actor {
	a := Actor{kind: kindPerson, id: l.pessoa, nome: l.nome, nivel: l.nivel, sessaoID: l.id, mustChange: l.mustChange, Origem: o}
	// Other programs may have written anything: what is not a level of people, a
	// key's for instance, is the least.
	if a.nivel != Admin && a.nivel != Moderador {
		a.nivel = Usuario
	}
	if a.proof = strings.TrimPrefix(l.token, schema.HashedTokenPrefix); !l.ours() {
		a.proof = sha256Hex(l.token)
	}
	return a
}

// authenticateSession finds a session by its stored value. ErrNoRows means that
// there is none; any other end of it is ErrUnauthenticated.
func (s *Store) authenticateSession(ctx context.Context, stored string, own bool, o Origem) (Actor, error) {
	var l storedSession
	query := sessaoSelect + " AND s.token = ?"
	if !own {
		query += semCorte
	}
	if err := s.db.Reader().Get(ctx, l.dest(), query, stored); err != nil {
		return Stranger(o), err
	}
	if l.token != stored {
		// MySQL compares texts without letter case, which would let the stored hash
		// of a token in, written in capitals.
		return Stranger(o), engine.ErrNoRows
	}
	if !s.counts(&l) {
		return Stranger(o), errSessao
	}
	if own { // a row of the Flask system's stays as it is
		s.touchSession(ctx, &l)
	}
	return l.actor(o), nil
}

// touchSession writes a use down. A session that was opened by a clock that ran ahead
// ends when one that is opened now would.
func (s *Store) touchSession(ctx context.Context, l *storedSession) {
	last, most := l.uso, when.Of(s.now().Add(sessaoDuracao))
	if l.expira.After(most.Time) {
		last = Hora{}
	}
	s.touch(ctx, "sessao:"+l.token, last, "UPDATE sessoes SET ultima_atividade = ?, data_expiracao = CASE WHEN data_expiracao > ? THEN ? ELSE data_expiracao END WHERE id = ?", most, most, l.id)
}

// authenticateDevice accepts the secret that a device made for itself. Where the
// device was removed the actor is one that there is nothing of: all it asks for is
// not found. An id that another program gave to a new device is not the secret's.
func (s *Store) authenticateDevice(ctx context.Context, secret string, o Origem) (Actor, error) {
	a := Actor{kind: kindDevice, Origem: o}
	var nome engine.NullText
	var there, same, active bool
	err := s.db.Reader().Get(ctx, []any{&a.id, &nome, &there, &same, &active}, `SELECT m.dispositivo_id, d.hostname, d.id IS NOT NULL,
		coalesce(AS_TEXT(d.data_registro) = m.data_registro, FALSE), `+emUso+` FROM monitor_dispositivos m
		LEFT JOIN dispositivos d ON d.id = m.dispositivo_id WHERE m.segredo_hash = ?`, sha256Hex(secret))
	if engine.IsNoRows(err) || (err == nil && there && !same) {
		return Stranger(o), errSessao
	}
	if err == nil && !active {
		return Stranger(o), errDispositivoDesativado
	}
	if a.nome = string(nome); err == nil && !there {
		a.id, a.nome = -a.id, "dispositivo removido"
	}
	return a, err
}

// touches remembers when a use was last written down by this process.
type touches struct {
	mu      sync.Mutex
	m       map[string]time.Time
	pending sync.WaitGroup // writes on their way
}

func (t *touches) due(who string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if last, ok := t.m[who]; ok && now.Sub(last).Abs() < touchEvery {
		return false
	}
	if t.m == nil || len(t.m) > 10_000 {
		t.m = map[string]time.Time{}
	}
	t.m[who] = now
	return true
}

// touch writes a use down at most once a minute, without letting the caller wait
// or fail for it: it is telemetry.
func (s *Store) touch(ctx context.Context, who string, last Hora, query string, args ...any) {
	now := s.now()
	if s.cfg.SomenteLeitura || now.Sub(last.Time).Abs() < touchEvery || !s.touches.due(who, now.Time) {
		return
	}
	ctx = context.WithoutCancel(ctx)
	s.touches.pending.Go(func() {
		ctx, cancel := s.deadline(ctx)
		defer cancel()
		if _, err := s.db.WriteOne(ctx, query, append([]any{now}, args...)...); err != nil {
			s.cfg.Log.WarnContext(ctx, "não foi possível anotar o último uso de uma credencial")
		}
	})
}
