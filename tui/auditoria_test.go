package tui

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/tui/kit"
)

func (b *bench) trail() *kit.Section[store.Log] { return &topOf[*auditoria](b).List }

func logNo(i int) store.Log {
	l := store.Log{
		ID: int64(500 - i), ClienteID: 7, Acao: "cliente_atualizado", Descricao: "Cliente Antônia Conceição alterado", Nivel: "info",
		DataHora: store.Hora{Time: testNow.Add(-time.Duration(i*i) * time.Hour)},
		Dados: store.Objeto(
			`{"ator":"pessoa:3 Maria da Silva","canal":"web","ip":"10.0.0.8","antes":{"telefone":"(11) 98765-4321","ativo":true,"observacoes":"linha 1\nlinha 2"},"depois":{"telefone":null,"ativo":false,"limite":3,"dados_extras":{"plano":"ouro"}}}`,
		),
	}
	switch i % 4 {
	case 1:
		l.Acao, l.Nivel, l.Descricao, l.Dados = "login_falhou", "warning", "Tentativa de login recusada", store.Objeto(
			`{"ator":"desconhecido","canal":"api","ip":"203.0.113.9","depois":{"email":"x@y.com.br"}}`,
		)
	case 2:
		l.Acao, l.Nivel, l.ClienteID, l.Descricao, l.Dados = "de_outro\x1b[2J", "critical", 0, "do sistema antigo \u202eetse", store.Objeto(
			`{"rota":"/api","tentativas":[1,2]}`,
		)
	case 3:
		l.Acao, l.Dados, l.Nivel = "dispositivo_registrado", store.Objeto("isto não é JSON"), ""
	}
	return l
}

func logs(n int) (out []store.Log) {
	for i := range n {
		out = append(out, logNo(i))
	}
	return out
}

func onTrail(b *bench) {
	b.goTo("auditoria")
	give(b, b.trail(), logs(9)...)
	b.send(kit.TickMsg{})
}

func inVerification(b *bench) *verifyScreen {
	onTrail(b)
	b.keys("v")
	v := topOf[*verifyScreen](b)
	v.total = 4000
	return v
}

func (b *bench) verified(v store.Verificacao, err error) {
	b.clock = b.clock.Add(3 * time.Second)
	b.send(kit.Answer[store.Verificacao]{Seq: topOf[*verifyScreen](b).ask.Seq, Value: v, Err: err})
}

func auditoriaScenes() []scene {
	return []scene{
		{"auditoria", onTrail},
		{"auditoria-vazia", func(b *bench) { b.goTo("auditoria"); give(b, b.trail()) }},
		{"auditoria-filtro-vazio", func(b *bench) { onTrail(b); b.keys("f", "f", "p"); give(b, b.trail()) }},
		{"auditoria-sem-permissao", func(b *bench) { b.goTo("auditoria"); deny(b, b.trail(), store.ErrForbidden) }},
		{"auditoria-filtrar", func(b *bench) { onTrail(b); b.keys("F", "right", "right", "tab", "tab"); b.typeText("01/11/2026") }},
		{"registro", func(b *bench) { onTrail(b); b.keys("enter") }},
		{"registro-de-outro", func(b *bench) { onTrail(b); b.keys("down", "down", "enter") }},
		{"verificacao", func(b *bench) {
			v := inVerification(b)
			v.seen.Store(1500)
			b.clock = b.clock.Add(2 * time.Second)
			b.send(kit.SlowMsg{Seq: v.ask.Seq})
		}},
		{"verificacao-integra", func(b *bench) {
			inVerification(b)
			b.verified(
				store.Verificacao{
					Integra:    true,
					Veredito:   store.VereditoIntegra,
					Elos:       4012,
					Faixas:     2,
					ForaCadeia: 1,
					Avisos:     []string{"não há arquivo de âncora: um corte no fim da trilha, feito com cuidado, não seria notado"},
				},
				nil,
			)
		}},
		{"verificacao-adulterada", func(b *bench) {
			inVerification(b)
			b.verified(
				store.Verificacao{
					Veredito:  store.VereditoAdulterada,
					Elos:      4012,
					Faixas:    2,
					Problemas: []string{"faixa 1, elo 12: o registro 77 foi alterado", "faixa 2: o fim não confere\x1b[2J"},
				},
				nil,
			)
		}},
		{"verificacao-negada", func(b *bench) { inVerification(b); b.verified(store.Verificacao{}, store.ErrForbidden) }},
		{"verificacao-cancelada", func(b *bench) { inVerification(b); b.keys("esc") }},
	}
}

func TestDifferenceShowsBeforeAndAfterFieldByField(t *testing.T) {
	th := newBench(t, 80, 24).env.Theme
	d := readAuditData(logNo(0).Dados)
	require.Equal(t, []string{
		"  Situação            - ativo",
		"                      + inativo",
		"  Dados extras        + {",
		"                          \"plano\": \"ouro\"",
		"                        }",
		"  Limite              + 3",
		"  Observações         - linha 1",
		"                        linha 2",
		"  Telefone            - (11) 98765-4321",
		"                      + (vazio)",
	}, difference(th, d.Before, d.After, 70))
}

func TestVerificationCanBeWatchedAndCancelled(t *testing.T) {
	b := newBench(t, 80, 24)
	v := inVerification(b)
	v.seen.Store(1000)
	b.wait(2 * time.Second)
	require.Contains(t, b.View(), "1.000 de cerca de 4.000 · 2 s")
	require.Contains(t, b.View(), "25 %")
	late := v.ask.Seq
	b.keys("esc")
	require.Contains(t, b.View(), "Verificação cancelada")
	b.send(kit.Answer[store.Verificacao]{Seq: late, Value: store.Verificacao{Integra: true}, Err: nil})
	require.NotContains(t, b.View(), "íntegra", "late answers are dropped")
	b.keys("v")
	b.verified(store.Verificacao{Integra: true, Elos: 12}, nil)
	require.Contains(t, b.View(), "✓ A trilha está íntegra")
	b.keys("esc")
	topOf[*auditoria](b)
}

func TestAuditRowsLeadToTheirClientAndNarrowToTheirAction(t *testing.T) {
	b := newBench(t, 100, 30)
	onTrail(b)
	b.keys("C")
	require.EqualValues(t, 7, topOf[*clienteDetail](b).ID)
	b.keys("A")
	require.Equal(t, store.LogFiltro{ClienteID: 7}, topOf[*auditoria](b).asked())
	b.keys("esc", "esc", "down", "=")
	require.Equal(t, "login_falhou", topOf[*auditoria](b).asked().Acao)
	give(b, b.trail(), logNo(1))
	require.Contains(t, b.View(), "ação: Entrada recusada")
	b.keys("esc")
	require.Equal(t, store.LogFiltro{}, topOf[*auditoria](b).asked())
}

func TestFilterOfTheTrailIsAskedOfTheStore(t *testing.T) {
	b := newBench(t, 100, 30)
	onTrail(b)
	b.keys("F", "right", "tab", "right", "right", "tab")
	b.typeText("01/11/2026")
	b.keys("ctrl+s")
	f := topOf[*filterForm](b)
	require.True(t, f.ask.Busy())
	b.send(kit.Answer[struct{}]{Seq: f.ask.Seq})
	require.Equal(t, store.LogFiltro{Acao: "acesso_recusado", Nivel: "warning", De: "01/11/2026"}, topOf[*auditoria](b).asked())
}
