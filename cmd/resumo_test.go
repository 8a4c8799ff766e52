package cmd

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"

	"example.com/monitor/cmd/digest"
	"example.com/monitor/store"
)

// dawn is a summary with something in each part, and its series.
func dawn() (store.Resumo, store.Serie) {
	at := func(text string) store.Hora {
		t, err := time.Parse("2006-01-02 15:04", text)
		if err != nil {
			panic(err)
		}
		return store.Hora{Time: t}
	}
	r := store.Resumo{Desde: at("2026-11-23 03:00"), Ate: at("2026-11-24 11:02")}
	r.Dispositivos = store.ResumoDispositivos{
		Total: 1060, Online: 38, Calados: 21, CaladosAntes: 1, Novos: 1,
		ListaCalados: []store.ResumoDispositivo{
			{ID: 7, Nome: "PC-RECEPCAO", ClienteNome: "Padaria do João", Desde: at("2026-11-24 10:41")},
			{ID: 8, Nome: "\x1b[2Jmau\nnome", Desde: at("2026-11-24 02:10")},
		},
		ListaNovos: []store.ResumoDispositivo{{ID: 9, Desde: at("2026-11-23 12:00")}},
	}
	r.Clientes = store.ResumoClientes{
		Total:       312,
		Novos:       1,
		Desativados: 2,
		ListaNovos:  []store.ResumoCliente{{ID: 3, Nome: "Ana", Email: "ana@x.com", Desde: at("2026-11-23 17:00")}},
	}
	r.Acessos = store.ResumoAcessos{
		Abertas: 14, Pessoas: 1, Recusados: 9, Bloqueios: 2,
		Contas: []store.ResumoRecusas{
			{Quem: "chefe@empresa.com", Vezes: 8, Ultima: at("2026-11-24 06:12")},
			{Vezes: 1, Ultima: at("2026-11-23 06:12")},
		},
		Enderecos: []store.ResumoRecusas{{Quem: "203.0.113.9", Vezes: 9, Ultima: at("2026-11-24 06:12")}},
	}
	r.Chaves.Revogadas = []store.ResumoChave{{ID: 1, Nome: "painel", Nivel: "leitura", Quando: at("2026-11-24 09:00")}}
	r.Auditoria = store.ResumoAuditoria{Registros: 1, VerificadaEm: at("2026-11-20 11:00"), Integra: new(false), Problemas: 2}
	r.Copia = store.ResumoCopia{FeitaEm: at("2026-11-14 05:00"), Bytes: new(int64(12_345_678))}
	r.Mudanca = store.ResumoMudanca{
		TokensAbertos:      1,
		UltimaSessaoAntiga: at("2026-11-23 02:59"),
		Chamadores:         3,
		Recentes:           1,
		UltimaChamada:      at("2026-11-24 10:59"),
	}
	var s store.Serie
	for _, n := range []int64{0, 10, -1, 38, 40} {
		p := store.Ponto{}
		if n >= 0 {
			p.DispositivosOnline = &n
		}
		s.Pontos = append(s.Pontos, p)
	}
	return r, s
}

const morningText = `Resumo desde ontem às 00:00
! a trilha de auditoria não confere: monitor logs verificar
! 21 dispositivos pararam de responder
! 9 logins foram recusados
! a última cópia de segurança foi feita há 10 dias: monitor backup

Dispositivos        38 de 1.060 online
                    ▁▂·▇█  online nas últimas 24 horas
                    21 pararam de responder:
                      PC-RECEPCAO   Padaria do João  desde hoje às 07:41
                      �[2Jmau nome                   desde ontem às 23:10
                      e mais 19: monitor dispositivos list
                    1 já não respondia antes
                    1 novo:
                      nº 9    ontem às 09:00
Clientes            312 clientes, 1 novo, 2 desativados
                      Ana  ana@x.com  ontem às 14:00
Acessos             14 sessões abertas por 1 pessoa
                    2 bloqueios por senhas erradas em vigor: monitor bloqueios list
                    9 logins recusados:
                      conta  chefe@empresa.com  8 vezes  a última hoje às 03:12
                      conta  (desconhecido)     1 vez    a última ontem às 03:12
                      de     203.0.113.9        9 vezes  a última hoje às 03:12
                      todos: monitor logs list --acao login_falhou
Chaves              1 revogada
                      revogada  painel  leitura  hoje às 06:00
Auditoria           1 registro novo
                    2 problemas na última verificação, 20/11/2026 08:00
Cópia de segurança  14/11/2026 02:00 (há 10 dias), 12,3 MB
Sistema antigo      ainda em convivência, com 1 sessão dele no banco
                    a última começou 22/11/2026 23:59
                    3 programas chamaram sem credencial, 1 desde então; a última vez hoje às 07:59: monitor setup pendentes
`

func sheetOf(r store.Resumo, s store.Serie, width int) string {
	sp, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		panic(err)
	}
	return digest.Text(r, s, digest.Look{Zone: sp, Width: width})
}

func TestSummaryIsWords(t *testing.T) {
	r, s := dawn()
	require.Equal(t, morningText, sheetOf(r, s, 0))
	for _, width := range []int{20, 40, 60, 80, 100} {
		for line := range strings.Lines(sheetOf(r, s, width)) {
			require.LessOrEqual(t, ansi.StringWidth(strings.TrimSuffix(line, "\n")), width, line)
		}
	}
	require.Contains(t, sheetOf(r, s, 80), "desde hoje às 07:41\n", "a narrow terminal keeps the time")
	requirePortuguese(t, "resumo", morningText)
}

func TestSummaryOfNothingIsCalm(t *testing.T) {
	r := store.Resumo{Ate: store.Hora{Time: time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC)}}
	r.Desde = store.Hora{Time: r.Ate.AddDate(0, 0, -1)}
	r.Copia = store.ResumoCopia{FeitaEm: r.Desde, Bytes: new(int64(999))}
	text := sheetOf(r, store.Serie{Pontos: make([]store.Ponto, 24)}, 80)
	require.Contains(t, text, "✓ Nada pede atenção.")
	require.Contains(t, text, "nenhum dispositivo registrado\n")
	require.NotContains(t, text, "·")
	require.Contains(t, text, "ontem às 08:00 (há 24 horas), 999 bytes")
	require.Contains(t, text, "nenhum sinal dele")
}

func TestSummaryCommand(t *testing.T) {
	fresh(t)
	require.Equal(t, 0, runMonitor(t, "setup", "--sem-admin").code)
	require.Contains(t, runMonitor(t, "resumo").out, "nenhuma registrada neste banco")
	require.Equal(t, 0, runMonitor(t, "backup", "copia.sqlite").code)
	require.Equal(t, 0, runMonitor(t, "logs", "verificar").code)
	got := runMonitor(t, "resumo", "--desde", "01/01/2026", "-o", "json")
	require.Equal(t, 0, got.code, got.err)
	var r store.Resumo
	require.NoError(t, json.Unmarshal([]byte(got.out), &r))
	require.NotZero(t, *r.Copia.Bytes)
	require.False(t, r.Copia.FeitaEm.IsZero())
	require.True(t, *r.Auditoria.Integra)
	require.NotContains(t, runMonitor(t, "resumo").out, "não há cópia")
	for _, wrong := range []string{"1", "2999-01-01", "31/02/2026"} {
		bad := runMonitor(t, "resumo", "--desde", wrong)
		require.Equal(t, exitUsage, bad.code, bad.err)
		require.Contains(t, bad.err, "--desde "+wrong)
		requirePortuguese(t, "resumo --desde", bad.err)
	}
}
