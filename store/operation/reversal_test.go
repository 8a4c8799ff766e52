package operation

import (
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store/fault"
	"example.com/monitor/store/record"
	"example.com/monitor/store/trail"
)

// TestReverse says of each kind of entry what takes it back, or that nothing does.
func TestReverse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ action, data, column, before, refused string }{
		{action: "cliente_criado", data: `{"depois":{"nome":"Ana"}}`, column: "ativo", before: "false"},
		{action: "cliente_atualizado", data: `{"antes":{"cidade":null},"depois":{"cidade":"Natal"},"versao":"v"}`, column: "cidade", before: "null"},
		{action: "cliente_desativado", data: `{"antes":{"ativo":true},"depois":{"ativo":false}}`, column: "ativo", before: "true"},
		{action: "email_alterado", data: `{"antes":{"email":"a@x.com"},"depois":{"email":"b@x.com"}}`, column: "email", before: `"a@x.com"`},
		{action: "dispositivo_registrado", data: `{"depois":{"nome":"pc"}}`, column: "ativo", before: "false"},
		{action: "dispositivo_alterado", data: `{"antes":{"nome":"a"},"depois":{"nome":"b"}}`, column: "nome", before: `"a"`},
		{action: "cliente_atualizado", data: `{}`, refused: "não mudou nada"},
		{action: "cliente_atualizado", data: `{"antes":{"cidade":null},"depois":{"cidade":"x","senha":"••••"}}`, refused: "senha"},
		{action: "dispositivo_alterado", data: `{"antes":{},"depois":{"credencial":"liberada"}}`, refused: "credencial"},
		{action: "dispositivo_alterado", data: `{"antes":{"hostname":"a"},"depois":{"hostname":"b"}}`, refused: "o próprio computador"},
		{action: "cliente_deletado", data: `{"antes":{"nome":"Ana"}}`, refused: "não volta"},
		{action: "dispositivo_removido", data: `{}`, refused: "não volta"},
		{action: "senha_alterada", data: `{}`, refused: "senha"},
		{action: "sessao_revogada", data: `{}`, refused: "não voltam"},
		{action: "chave_revogada", data: `{}`, refused: "não voltam"},
		{action: ActBegun, data: `{}`, refused: "muitos registros"},
		{action: "login", data: `{}`, refused: "não se desfaz"},
		{action: "cliente_atualizado", data: `[]`, refused: "não se desfaz"},
		{action: "cliente_atualizado", data: ``, refused: "não se desfaz"},
	} {
		r, err := Reverse(trail.Entry{ID: 3, ClienteID: 7, DispositivoID: 9, Action: c.action, Data: c.data})
		if c.refused != "" {
			require.ErrorIs(t, err, fault.ErrConflict, c)
			require.ErrorContains(t, err, c.refused, c)
			continue
		}
		require.NoError(t, err, c)
		require.Equal(t, []string{c.column}, r.Columns())
		require.Equal(t, c.before, string(r.Values[c.column]))
		if r.Recurso == Dispositivos {
			require.EqualValues(t, 9, r.ID)
		} else {
			require.EqualValues(t, 7, r.ID)
		}
	}
}

// FuzzReverse gives entries of whatever origin: each is taken back by columns that people edit,
// or refused in words.
func FuzzReverse(f *testing.F) {
	f.Add("cliente_atualizado", `{"antes":{"dados_extras":{"a":[1]},"ativo":"sim"},"depois":{"dados_extras":{}}}`)
	f.Add("dispositivo_alterado", `{"antes":{"cliente_id":-1,"ativo":null},"depois":{"cliente_id":1e99}}`)
	f.Fuzz(func(t *testing.T, action, data string) {
		r, err := Reverse(trail.Entry{ID: 1, ClienteID: 1, DispositivoID: 1, Action: action, Data: data})
		if err != nil {
			require.True(t, IsRefusal(err))
			return
		}
		var c record.Cliente
		var d record.Dispositivo
		_ = c.Set(r.Values, true)
		_, _ = record.ReadMudanca(r.Values)
		for _, column := range []func(string) (any, bool){c.Column, d.Column} {
			if err := r.Untouched("outra", column); err != nil {
				require.True(t, IsRefusal(err), "%v", err)
			}
		}
	})
}
