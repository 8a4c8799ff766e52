package setup_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// whenBothLived is when the sessions of the legacy databases are open.
func whenBothLived() time.Time { return time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC) }

// tokenOfTheBoss are the tokens that the Flask system gave its administrator.
var tokenOfTheBoss = map[string]string{
	"sqlite":    "3Ze6-jpOrvg01yb0412qhpbKIbPgj_C-0rZVOgFVhm-s0koK7umgmJWmjsKeRQodli-4ONG38pzQQLo-c-NCeg",
	"postgres":  "Se7Omv5VIAiCrLyP6RVyxubk2XQdYR0GnpLB0GoQRgDkMLYRyncarSsoRmVxdrHXVtgN-HyY5nlDgiRuV1RJHg",
	"pgbouncer": "Se7Omv5VIAiCrLyP6RVyxubk2XQdYR0GnpLB0GoQRgDkMLYRyncarSsoRmVxdrHXVtgN-HyY5nlDgiRuV1RJHg",
	"mariadb":   "MPXXpRhLWp8OmXarvsfPrxk9MjbVD0urgkrxHqXrqiMQFSa59NPt1_C5u_SZo_aFOndOHOnaJPfoWLWvTRwqRA",
}

// enters says whether a bearer is let in; any other failure ends the test.
func enters(t *testing.T, s *store.Store, bearer string) bool {
	t.Helper()
	_, err := s.Authenticate(t.Context(), store.Credencial{Bearer: bearer}, store.Origem{})
	if err != nil {
		require.ErrorIs(t, err, store.ErrUnauthenticated, bearer)
	}
	return err == nil
}

// storedTokens are all values that stand in the database where credentials are looked
// for.
func storedTokens(t *testing.T, db *sql.DB) []string {
	t.Helper()
	list := storetest.Texts(t, db, "SELECT token FROM sessoes")
	list = append(list, storetest.Texts(t, db, "SELECT hash FROM monitor_chaves")...)
	return append(list, storetest.Texts(t, db, "SELECT segredo_hash FROM monitor_dispositivos WHERE segredo_hash IS NOT NULL")...)
}

// ReadStage is what setup says of the stage, "" for nothing.
func ReadStage(t *testing.T, e storetest.Engine, at string) (said string) {
	t.Helper()
	_, err := store.Diagnose(t.Context(), e.Config(t, at, storetest.Now(whenBothLived)), func(f store.Fase) {
		if f.Codigo == "etapa" {
			said = f.Detalhe
			require.Equal(t, f.Estado == store.FaseAviso, f.Motivo != "")
		}
	})
	require.NoError(t, err)
	return said
}

// nobodyEnters presents every stored value as every kind of credential.
func nobodyEnters(t *testing.T, s *store.Store, db *sql.DB) {
	t.Helper()
	for _, v := range storedTokens(t, db) {
		for _, shown := range []string{v, strings.TrimPrefix(v, "sha256$"), strings.ToUpper(v)} {
			require.False(t, enters(t, s, shown), shown)
			_, err := s.Authenticate(t.Context(), store.Credencial{Chave: shown}, store.Origem{})
			require.ErrorIs(t, err, store.ErrUnauthenticated, shown)
		}
	}
}

func TestCut(t *testing.T) { storetest.EachDoor(t, cut) }

func cut(t *testing.T, e storetest.Engine) {
	at := e.Flask(t)
	now := whenBothLived()
	s := e.Open(t, at, storetest.Now(func() time.Time { return now }))
	h, db := s.As(storetest.Operator), e.Foreign(t, at)
	token := tokenOfTheBoss[e.Name]
	_, _, err := h.Chaves.Create(t.Context(), store.ChaveNova{Nome: "painel", Nivel: store.Leitura})
	require.NoError(t, err)
	antonia, _, err := s.As(store.Stranger(store.Origem{})).Sessoes.Login(t.Context(), "antonia@lojas.com.br", "Segredo-Antonia-1")
	require.NoError(t, err)

	// Convivência: the token enters, its hash does not, and its row stays as it is.
	before := takePicture(t, e, db, nil).linhas["sessoes"]
	other, err := store.Open(t.Context(), e.Config(t, at, storetest.Now(func() time.Time { return now })))
	require.NoError(t, err)
	require.True(t, enters(t, other, token))
	require.NoError(t, other.Close(), "what is written on the side is")
	require.True(t, enters(t, s, token))
	require.Equal(t, before, takePicture(t, e, db, nil).linhas["sessoes"])
	require.Contains(t, storedTokens(t, db), token)
	require.Equal(t, "convivência: o sistema antigo pode continuar no ar", ReadStage(t, e, at))
	require.False(t, enters(t, s, "sha256$"+storetest.SHA256(token)))
	stage, err := h.Sessoes.Stage(t.Context())
	require.NoError(t, err)
	require.True(t, stage.Corte.IsZero())
	require.Positive(t, stage.Abertos)
	require.Equal(t, "2026-11-23", stage.Ultima.Format(time.DateOnly))

	n, err := h.Sessoes.Cut(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, stage.Abertos, int64(n))
	stage, err = h.Sessoes.Stage(t.Context())
	require.NoError(t, err)
	require.Equal(t, whenBothLived(), stage.Corte.Time)
	require.Zero(t, stage.Abertos)
	require.True(t, enters(t, s, token))
	require.True(t, enters(t, s, antonia))
	nobodyEnters(t, s, db)
	require.Equal(t, "corte: o sistema antigo foi encerrado em 23/11/2026 15:00", ReadStage(t, e, at))

	// A forgotten Flask system opens a session: it counts for nothing, not even
	// after another cut.
	e.Exec(
		t,
		db,
		"INSERT INTO sessoes(cliente_id, token, data_inicio, data_expiracao, ultima_atividade, ativa) SELECT cliente_id, 'esquecido', data_inicio, data_expiracao, ultima_atividade, ativa FROM sessoes WHERE token = ?",
		"sha256$"+storetest.SHA256(token),
	)
	require.False(t, enters(t, s, "esquecido"))
	require.Contains(t, ReadStage(t, e, at), "gravou 1 sessão depois")
	n, err = h.Sessoes.Cut(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.False(t, enters(t, s, "esquecido"))
	nobodyEnters(t, s, db)
	n, err = h.Sessoes.Cut(t.Context(), nil)
	require.NoError(t, err)
	require.Zero(t, n)

	// Expiry and logout go on working.
	now = time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
	require.True(t, enters(t, s, token))
	actor, err := s.Authenticate(t.Context(), store.Credencial{Bearer: token}, store.Origem{})
	require.NoError(t, err)
	require.Equal(t, store.Admin, actor.Nivel())
	require.NoError(t, s.As(actor).Sessoes.Logout(t.Context()))
	require.False(t, enters(t, s, token))
	v, err := h.Logs.Verify(t.Context())
	require.NoError(t, err)
	require.True(t, v.Integra, "%v", v.Problemas)
}

// A session that nobody used for half a day is open at the cut, as the Flask
// system had it, and ends when it always would have.
func TestCutKeepsIdleSessions(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		now := time.Date(2026, 11, 24, 16, 0, 0, 0, time.UTC)
		s := e.Open(t, e.Flask(t), storetest.Now(func() time.Time { return now }))
		h := s.As(storetest.Operator)
		_, err := h.Sessoes.Cut(t.Context(), nil)
		require.NoError(t, err)
		require.True(t, enters(t, s, tokenOfTheBoss[e.Name]))
		now = time.Date(2026, 11, 24, 17, 30, 0, 0, time.UTC)
		require.False(t, enters(t, s, tokenOfTheBoss[e.Name]), "expired")
	})
}

func TestOnlyAdminsCut(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, storetest.Flask(t), storetest.Now(whenBothLived))
	token, _, err := s.As(store.Stranger(store.Origem{})).Sessoes.Login(t.Context(), "antonia@lojas.com.br", "Segredo-Antonia-1")
	require.NoError(t, err)
	moderador, err := s.Authenticate(t.Context(), store.Credencial{Bearer: token}, store.Origem{})
	require.NoError(t, err)
	for _, a := range []store.Actor{moderador, store.Stranger(store.Origem{})} {
		_, err = s.As(a).Sessoes.Cut(t.Context(), nil)
		require.Error(t, err)
		_, err = s.As(a).Sessoes.Stage(t.Context())
		require.Error(t, err)
	}
	require.True(t, enters(t, s, tokenOfTheBoss["sqlite"]))
}

// manySessions gives the chief n clear tokens more, t0 to t<n-1>.
func manySessions(t *testing.T, e storetest.Engine, db *sql.DB, n int) {
	t.Helper()
	rows := make([]string, n)
	yes := "1"
	if e.Name == "postgres" || e.Name == "pgbouncer" {
		yes = "true"
	}
	for i := range rows {
		rows[i] = fmt.Sprintf("(4, 't%d', '2026-11-23 17:50:00', '2026-11-24 17:50:00', '2026-11-23 17:50:00', %s)", i, yes)
	}
	storetest.Exec(
		t,
		db,
		"INSERT INTO sessoes(cliente_id, token, data_inicio, data_expiracao, ultima_atividade, ativa) VALUES "+strings.Join(rows, ", "),
	)
}
