package tui

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"example.com/monitor/store"
	"example.com/monitor/store/operation"
	"example.com/monitor/store/record"
	"example.com/monitor/tui/kit"
)

// hostileRecords puts one record of drawn texts on each page and gives the keys
// that show it in every way.
func hostileRecords(text func() string) map[string]func(*bench) [][]string {
	return map[string]func(*bench) [][]string{
		"dispositivos": func(b *bench) [][]string {
			d := store.Dispositivo{
				ID:                 1,
				Nome:               text(),
				Tipo:               text(),
				Hostname:           text(),
				SistemaOperacional: text(),
				VersaoSO:           text(),
				IPLocal:            text(),
				ClienteNome:        text(),
				ClienteID:          3,
				InfoExtra:          store.Objeto(text()),
			}
			give(b, b.devices(), d)
			return [][]string{{"enter"}, {"pgdown"}, {"e"}, {"tab"}, {"esc"}, {"delete"}, {"x"}, {"esc"}, {"X"}}
		},
		"conexoes": func(b *bench) [][]string {
			c := conexaoAt(0)
			x := store.Conexao{ID: 1, DispositivoID: 4, PortaDestino: c.PortaDestino}
			setTexts(text, &x.IPOrigem, &x.IPDestino, &x.Processo, &x.Status, &x.Protocolo)
			give(b, b.links(), x)
			return [][]string{{"enter"}, {"esc"}, {"F"}}
		},
		"chat": func(b *bench) [][]string {
			give(
				b,
				b.room(),
				store.Mensagem{ID: 1, Usuario: text(), Mensagem: text(), Sala: "geral"},
				store.Mensagem{ID: 2, Usuario: text(), Mensagem: text(), RespostaPara: 1, Editada: true},
			)
			b.send(kit.Answer[[]store.Sala]{Seq: topOf[*chat](b).counting.Seq, Value: []store.Sala{{Sala: text()}}, Err: nil})
			return [][]string{{"up"}, {"a"}, {"esc"}, {"e"}, {"esc"}, {"s"}, {"esc"}, {"delete"}, {"esc"}, {"enter"}}
		},
		"sessoes": func(b *bench) [][]string {
			s := store.SessaoAberta{ID: 1, ClienteID: 3}
			setTexts(text, &s.ClienteNome, &s.IPAddress, &s.UserAgent)
			give(b, b.logins(), s)
			return [][]string{{"delete"}, {"esc"}, {"enter"}}
		},
		"auditoria": func(b *bench) [][]string {
			l := store.Log{ID: 1, Acao: text(), Descricao: text(), Nivel: text(), Dados: store.Objeto(text())}
			if len(l.Acao)%2 == 0 {
				l.Dados = logNo(0).Dados
			}
			give(b, b.trail(), l)
			return [][]string{{"enter"}, {"pgdown"}, {"esc"}, {"="}, {"F"}}
		},
		"operacoes": func(b *bench) [][]string {
			op := store.Operacao{
				ID:         1,
				Recurso:    text(),
				Acao:       text(),
				Ator:       text(),
				Estado:     store.OperacaoInterrompida,
				Total:      3,
				Motivo:     record.Text(text()),
				Reversivel: true,
			}
			op.Campos = map[string]json.RawMessage{text(): json.RawMessage(text())}
			give(b, b.operations(), op)
			return [][]string{{"enter"}, {"pgdown"}, {"esc"}, {"u"}, {"esc"}, {"delete"}, {"esc"}, {"c"}}
		},
		"clientes": func(b *bench) [][]string {
			c := store.Cliente{ID: 1, Nome: text(), Email: text()}
			b.rows(kit.Stretch[store.Cliente]{Items: []store.Cliente{c}})
			v := store.ClienteVersao{ID: 1, Acao: "cliente_atualizado", Reversivel: true}
			setTexts(text, &v.Ator, &v.Canal, &v.IP, &v.Motivo)
			for _, column := range []string{"nome", text()} {
				value, _ := json.Marshal(text())
				v.Campos = append(v.Campos, operation.Campo{Campo: column, Antes: value, Depois: json.RawMessage(text())})
			}
			b.keys("H")
			give(b, b.versions(), v)
			return [][]string{{"enter"}, {"pgdown"}, {"v"}, {"enter"}, {"esc"}, {"esc"}, {"u"}}
		},
	}
}

func setTexts[T ~string](text func() string, fields ...*T) {
	for _, f := range fields {
		*f = T(text())
	}
}

func TestHostileRecordsOnEveryPage(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w, h := rapid.IntRange(20, 200).Draw(r, "w"), rapid.IntRange(5, 60).Draw(r, "h")
		page := rapid.SampledFrom(
			[]string{"dispositivos", "conexoes", "chat", "sessoes", "auditoria", "operacoes", "clientes"},
		).Draw(
			r,
			"page",
		)
		b := newBench(t, w, h)
		b.goTo(page)
		keys := hostileRecords(func() string { return hostile().Draw(r, "text") })[page](b)
		requireFits(r, b.View(), w, h, page)
		for _, k := range keys {
			b.keys(k...)
			requireFits(r, b.View(), w, h, page+" "+strings.Join(k, " "))
		}
		require.NotEmpty(r, b.env.Stack)
	})
}
