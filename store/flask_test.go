package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

func TestFlaskDatabase(t *testing.T) { storetest.Each(t, flaskDatabase) }

func flaskDatabase(t *testing.T, e storetest.Engine) {
	t.Helper()
	s := e.Open(t, e.Flask(t))
	h := s.As(storetest.Operator)
	p, err := h.Clientes.List(t.Context(), store.ClienteFiltro{PorPagina: 100})
	require.NoError(t, err)
	people := map[string]int{"sqlite": 27, "postgres": 29, "mariadb": 29, "pgbouncer": 29}[e.Name]
	require.Equal(t, people, p.Total)
	require.Len(t, p.Itens, people)
	antonia, err := h.Clientes.Find(t.Context(), " Antonia@Lojas.com.br")
	require.NoError(t, err)
	require.Equal(t, "Antônia d'Ávila", antonia.Nome)
	require.Equal(t, "Rua das Acácias, 100\nsala 2", antonia.Endereco)
	registered := map[string]string{"sqlite": "37.514787", "postgres": "41.196281", "mariadb": "45.000000", "pgbouncer": "41.196281"}[e.Name]
	require.Equal(t, "2026-11-23T17:27:"+registered+"+00:00", antonia.DataCadastro.String())
	require.Equal(t, 1, antonia.TotalDispositivos)
}

func TestFlaskLogins(t *testing.T) {
	storetest.FullPace(t) // the old hashes are weak beside ours
	storetest.Each(t, flaskLogins)
}

func flaskLogins(t *testing.T, e storetest.Engine) {
	t.Helper()
	s := e.Open(t, e.Flask(t))
	for email, senha := range map[string]string{
		"chefe@empresa.com": "Segredo-Chefe-99", "antonia@lojas.com.br": "Segredo-Antonia-1", "C03@LOTE.com.br": "Senha-Werkzeug-3",
	} {
		token, c, err := s.As(store.Stranger(store.Origem{IP: "127.0.0.1"})).Sessoes.Login(t.Context(), email, senha)
		require.NoError(t, err, email)
		actor, err := s.Authenticate(t.Context(), store.Credencial{Bearer: token}, store.Origem{})
		require.NoError(t, err)
		require.Equal(t, c.NivelAcesso, actor.Nivel())
		again, err := s.As(storetest.Operator).Clientes.Get(t.Context(), c.ID)
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(again.SenhaHash, "pbkdf2:sha256:600000$"), "%s is rehashed", email)
	}
	for email, senha := range map[string]string{"chefe@empresa.com": "x", "ninguem@x.com": "Segredo-Chefe-99", "ze@exemplo.com": "qualquer"} {
		_, _, err := s.As(store.Stranger(store.Origem{})).Sessoes.Login(t.Context(), email, senha)
		require.ErrorIs(t, err, store.ErrUnauthenticated, email)
		var rule *store.RuleError
		require.True(t, errors.As(err, &rule))
		require.Equal(t, "Credenciais inválidas", rule.Frase)
	}
}

// TestPythonWrites has Python insert and change rows: lists and searches show
// them at once.
func TestPythonWrites(t *testing.T) {
	t.Parallel()
	path := storetest.Flask(t)
	s := storetest.Open(t, path)
	h := s.As(storetest.Operator)
	storetest.Python(t, `
import sqlite3, sys
c = sqlite3.connect(sys.argv[1])
c.execute("insert into clientes(nome, email, empresa, ativo, nivel_acesso, data_cadastro) values('Inês Conceição', 'ines@python.com', 'Açaí Ltda', 1, 'usuario', '2026-11-23 18:00:00.000001')")
c.execute("update clientes set nome = 'Zeferino' where id = 3")
c.execute("delete from clientes where id = 5")
c.commit()`, path)
	for busca, want := range map[string]int{"ines conceicao": 1, "acai": 1, "zeferino": 1, "jose": 0, "c00@": 0} {
		p, err := h.Clientes.List(t.Context(), store.ClienteFiltro{Busca: busca})
		require.NoError(t, err)
		require.Equal(t, want, p.Total, busca)
	}
	p, err := h.Clientes.List(t.Context(), store.ClienteFiltro{PorPagina: 1})
	require.NoError(t, err)
	require.Equal(t, 27, p.Total)
	require.Equal(t, "Inês Conceição", p.Itens[0].Nome)
}

// TestPythonReads checks that what we write has the form that SQLAlchemy's
// SQLite dialect insists on: its own regular expression for date-times, 0/1 for
// booleans, text for JSON.
func TestPythonReads(t *testing.T) {
	t.Parallel()
	path := storetest.Flask(t)
	s := storetest.Open(t, path)
	h := s.As(storetest.Operator)
	c, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: "Ana", Email: "ana@x.com", Senha: "senha123", DadosExtras: store.Objeto(`{"a": 1}`)})
	require.NoError(t, err)
	_, _, err = s.As(store.Stranger(store.Origem{IP: "10.0.0.1"})).Sessoes.Login(t.Context(), "ana@x.com", "senha123")
	require.NoError(t, err)
	id, err := h.Dispositivos.Register(t.Context(), store.Registro{Info: store.Objeto(`{"hostname":"PC-1"}`), ClienteID: c.ID})
	require.NoError(t, err)
	require.NoError(t, h.Dispositivos.Heartbeat(t.Context(), id))
	require.Equal(t, "ok", storetest.Python(t, `
import sqlite3, sys, re, json, hashlib
from datetime import datetime
form = re.compile(r"(\d+)-(\d+)-(\d+)(?: (\d+):(\d+):(\d+)(?:\.(\d+))?)?$")
c = sqlite3.connect(sys.argv[1])
for table, cols in {"clientes": ["data_cadastro", "ultimo_acesso"], "sessoes": ["data_inicio", "data_expiracao", "ultima_atividade"],
                    "dispositivos": ["ultimo_heartbeat", "data_registro"], "logs_auditoria": ["data_hora"]}.items():
    for col in cols:
        for (v,) in c.execute(f"select {col} from {table} where {col} is not null"):
            assert form.match(v) and len(v) == 26, (table, col, v)
            datetime.strptime(v, "%Y-%m-%d %H:%M:%S.%f")
ativo, extras, h = c.execute("select ativo, dados_extras, senha_hash from clientes where email = 'ana@x.com'").fetchone()
assert ativo == 1 and json.loads(extras) == {"a": 1}
method, salt, digest = h.split("$")
_, algo, rounds = method.split(":")
assert hashlib.pbkdf2_hmac(algo, b"senha123", salt.encode(), int(rounds)).hex() == digest
print("ok")`, path))
}

// The Flask system opens the file with whatever SQLite its Python has: our
// triggers and tables must not get in its way.
func TestPythonWritesEveryTable(t *testing.T) {
	t.Parallel()
	path := storetest.Flask(t)
	storetest.Open(t, path)
	storetest.Python(t, `
import sqlite3, sys
c = sqlite3.connect(sys.argv[1])
n = "2026-11-23 18:00:00.000001"
c.execute("insert into dispositivos(cliente_id, hostname, data_registro) values(2, 'X', ?)", (n,))
c.execute("insert into conexoes(cliente_id, dispositivo_id, data_hora) values(2, 2, ?)", (n,))
c.execute("insert into mensagens_chat(mensagem, data_hora) values('oi', ?)", (n,))
c.execute("insert into sessoes(cliente_id, token, ativa) values(2, 'abc', 1)")
c.execute("insert into logs_auditoria(acao, cliente_id, data_hora) values('login', 2, ?)", (n,))
for t in ("conexoes", "mensagens_chat", "sessoes", "dispositivos"):
    c.execute(f"delete from {t} where cliente_id = 2 or cliente_id is null")
c.execute("update logs_auditoria set cliente_id = null where cliente_id = 2")
c.execute("delete from clientes where id = 2")
c.commit()
assert c.execute("pragma integrity_check").fetchone()[0] == "ok"
`, path)
}
