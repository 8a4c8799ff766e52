package store_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// TestChat: a session speaks as its person whatever it says, edits and deletes its
// own; moderadores everybody's; each leaves its audit row.
func TestChat(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := e.New(t)
		h := s.As(storetest.Operator)
		as := func(email, nivel string) *store.Handle {
			t.Helper()
			senha := senhaDada(nivel)
			c, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: "Nome " + email, Email: email, Senha: senha, NivelAcesso: nivel})
			require.NoError(t, err)
			if nivel != store.Usuario {
				require.NoError(t, escolheSenha(t.Context(), s, c))
				senha = senhaForte
			}
			token, _, err := s.As(store.Stranger(store.Origem{})).Sessoes.Login(t.Context(), c.Email, senha)
			require.NoError(t, err)
			a, err := s.Authenticate(t.Context(), store.Credencial{Bearer: token}, store.Origem{})
			require.NoError(t, err)
			return s.As(a)
		}
		ana, bia, mod := as("ana@exemplo.com", store.Usuario), as("bia@exemplo.com", store.Usuario), as("mod@exemplo.com", store.Moderador)

		m, err := ana.Chat.Send(t.Context(), store.MensagemNova{Mensagem: "Olá 😀", Usuario: "Chefe", ClienteID: 2})
		require.NoError(t, err)
		require.Equal(t, "Nome ana@exemplo.com", m.Usuario)
		require.EqualValues(t, 1, m.ClienteID)
		free, err := h.Chat.Send(t.Context(), store.MensagemNova{Mensagem: "de fora", Usuario: "Robô", RespostaPara: m.ID})
		require.NoError(t, err)
		require.Equal(t, "Robô", free.Usuario)

		for _, bad := range []store.MensagemNova{{Mensagem: " \n"}, {Mensagem: strings.Repeat("a", 4097)}, {Mensagem: "a\x00b"}, {Mensagem: "oi", Sala: "outra", RespostaPara: m.ID}, {Mensagem: "oi", ClienteID: 99}, {Mensagem: "oi", Sala: strings.Repeat("s", 51)}} {
			_, err := h.Chat.Send(t.Context(), bad)
			var invalid *store.InvalidError
			require.ErrorAs(t, err, &invalid, "%+v", bad)
		}

		_, err = bia.Chat.Edit(t.Context(), m.ID, "roubada")
		require.ErrorIs(t, err, store.ErrNotFound)
		require.ErrorIs(t, bia.Chat.Delete(t.Context(), m.ID), store.ErrNotFound)
		edited, err := ana.Chat.Edit(t.Context(), m.ID, "Olá a todos")
		require.NoError(t, err)
		require.True(t, edited.Editada)
		require.NoError(t, mod.Chat.Delete(t.Context(), free.ID))
		require.ErrorIs(t, mod.Chat.Delete(t.Context(), free.ID), store.ErrNotFound)
		list, err := bia.Chat.List(t.Context(), store.MensagemFiltro{})
		require.NoError(t, err)
		require.Len(t, list.Itens, 1)
		require.Equal(t, "Olá a todos", list.Itens[0].Mensagem)

		for i := range 9 {
			_, err := h.Chat.Send(t.Context(), store.MensagemNova{Mensagem: strconv.Itoa(i), Sala: "Sala"})
			require.NoError(t, err)
		}
		_, err = h.Chat.Send(t.Context(), store.MensagemNova{Mensagem: "x", Sala: "sala"})
		require.NoError(t, err)
		texts := func(f store.MensagemFiltro) string {
			t.Helper()
			var out strings.Builder
			f.Sala = "Sala"
			list, err := bia.Chat.List(t.Context(), f)
			require.NoError(t, err)
			for _, m := range list.Itens {
				out.WriteString(m.Mensagem)
			}
			return out.String()
		}
		require.Equal(t, "012345678", texts(store.MensagemFiltro{}))
		require.Equal(t, "678", texts(store.MensagemFiltro{PorPagina: 3}))
		first := list.Itens[0].ID + 2
		require.Equal(t, "12", texts(store.MensagemFiltro{PorPagina: 2, AntesDe: first + 3}))
		require.Equal(t, "45", texts(store.MensagemFiltro{PorPagina: 2, DepoisDe: first + 3}))

		for action, n := range map[string]int{"mensagem_enviada": 12, "mensagem_editada": 1, "mensagem_apagada": 1} {
			rows, err := h.Logs.List(t.Context(), store.LogFiltro{Acao: action})
			require.NoError(t, err)
			require.Equal(t, n, rows.Total, action)
		}
		v, err := h.Logs.Verify(t.Context())
		require.NoError(t, err)
		require.True(t, v.Integra, v.Problemas)
	})
}
