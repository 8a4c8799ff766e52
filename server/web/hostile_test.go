package web_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"example.com/monitor/server/web"
	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// hostile strings try to become markup, script, style, a link or a formula, or to
// break what stands around them.
var hostile = []string{
	`<img src=x onerror="window.owned=1">`, `"><script>window.owned=1</script>`, `'><script>window.owned=1</script>`,
	`javascript:window.owned=1`, `JaVaScRiPt:window.owned=1`, "java\tscript:window.owned=1", `data:text/html,<script>window.owned=1</script>`,
	`vbscript:window.owned=1`, `{{constructor.constructor('window.owned=1')()}}`, `${window.owned=1}`, `#{window.owned=1}`, `<%= window.owned=1 %>`,
	`'--><svg onload=window.owned=1>`, `<svg/onload=window.owned=1>`, `<svg><script>window.owned=1</script></svg>`, `<math><mi xlink:href="javascript:window.owned=1">x</mi></math>`,
	`<body onload=window.owned=1>`, `<iframe src="javascript:window.owned=1">`, `<object data="javascript:window.owned=1">`, `<embed src="javascript:window.owned=1">`,
	`<a href="javascript:window.owned=1">x</a>`, `<form action="javascript:window.owned=1"><button>x</button></form>`, `<input autofocus onfocus=window.owned=1>`,
	`<details open ontoggle=window.owned=1>`, `<video><source onerror=window.owned=1></video>`, `<audio src=x onerror=window.owned=1>`,
	`<style>*{display:none}</style>`, `</style><script>window.owned=1</script>`, `</title><script>window.owned=1</script>`, `</textarea><script>window.owned=1</script>`,
	`</option></select><script>window.owned=1</script>`, `<base href="https://exemplo.org/">`, `<meta http-equiv="refresh" content="0;url=https://exemplo.org/">`,
	`<link rel=stylesheet href="https://exemplo.org/x.css">`, `<template><b>x</b></template>`, `<b>negrito</b>`, `<marquee>x</marquee>`, `<!-- fim -->`, `<![CDATA[x]]>`, `<?xml version="1.0"?>`,
	"\u202e<b>oibar</b>", "\u2066\u202dabc", "\u200b\u200c\u200d", "e\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308", "👩‍👩‍👧‍👦🏴‍☠️", `{"__html":"<b>x</b>"}`, `__proto__`, `constructor`, `hasOwnProperty`, `toString`,
	`null`, `undefined`, `NaN`, `'; DROP TABLE clientes; --`, `" OR ""="`, `\u003cscript\u003ewindow.owned=1\u003c/script\u003e`, `%3Cscript%3Ewindow.owned%3D1%3C/script%3E`, `&lt;script&gt;window.owned=1&lt;/script&gt;`,
	`=HYPERLINK("https://exemplo.org","x")`, `+1+1|cmd`, `-2+3`, `@SUM(1)`, strings.Repeat("W", 90),
}

// hostileRows fills every text field of every table, past all our checks, as another
// program could.
var hostileRows = []string{
	`INSERT INTO clientes(id, nome, email, telefone, empresa, cargo, endereco, cidade, estado, pais, cep, cpf_cnpj, ativo, nivel_acesso, data_cadastro, observacoes, dados_extras)
		VALUES (1000 + @i, @s, @i || @s, @s, @s, @s, @s, @s, @s, @s, @s, @s, @i % 2, CASE @i % 3 WHEN 0 THEN @s ELSE 'usuario' END, @t, @s, @j)`,
	`INSERT INTO dispositivos(id, cliente_id, nome, tipo, sistema_operacional, versao_so, hostname, ip_local, ip_publico, mac_address, processador, memoria_total, disco_total,
		is_virtual, virtual_type, ativo, ultimo_heartbeat, data_registro, info_extra)
		VALUES (1000 + @i, 1000 + @i, @s, @s, @s, @s, @s, @s, @s, @s, @s, @s, @s, 1, @s, 1, @t, @t, @j)`,
	`INSERT INTO conexoes(id, cliente_id, dispositivo_id, ip_origem, ip_destino, porta_origem, porta_destino, protocolo, status, processo, pid, data_hora)
		VALUES (1000 + @i, 1000 + @i, 1000 + @i, @s, @s, 1, 2, @s, @s, @s, 3, @t)`,
	`INSERT INTO mensagens_chat(id, cliente_id, sala, usuario, mensagem, tipo, data_hora, editada, deletada, resposta_para)
		VALUES (1000 + @i, 1000 + @i, CASE @i % 3 WHEN 0 THEN @s ELSE 'geral' END, @s, @s, @s, @t, 1, 0, CASE @i WHEN 0 THEN NULL ELSE 999 + @i END)`,
	`INSERT INTO sessoes(id, cliente_id, token, ip_address, user_agent, dispositivo_info, data_inicio, data_expiracao, ultima_atividade, ativa)
		VALUES (1000 + @i, 1000 + @i, @i || @s, @s, @s, @s, @t, '2099-01-01 00:00:00.000000', @t, 1)`,
	`INSERT INTO logs_auditoria(id, cliente_id, acao, descricao, ip_address, user_agent, dados, data_hora, nivel)
		VALUES (1000 + @i, 1000 + @i, @s, @s, @s, @s, @j, @t, @s)`,
	`INSERT INTO monitor_chaves(id, nome, nivel, hash, inicio, criada_em, criada_por, usos) VALUES (1000 + @i, @s, 'leitura', @i || @s, @s, @t, @s, 0)`,
}

// TestHostile visits every page, and the records on it, of a database full of
// hostile text.
func TestHostile(t *testing.T) {
	browser(t)
	h := newHouse(t)
	h.person("Ana Souza", "ana@exemplo.com", store.Admin)
	db := storetest.Foreign(t, h.path)
	now := time.Now().UTC().Format("2006-01-02 15:04:05.000000")
	for i, s := range hostile {
		j, err := json.Marshal(map[string]any{s: s, "antes": map[string]string{s: s}, "depois": map[string]string{s: s + s}})
		require.NoError(t, err)
		for _, row := range hostileRows {
			storetest.Exec(t, db, row, sql.Named("i", i), sql.Named("s", s), sql.Named("t", now), sql.Named("j", string(j)))
		}
	}
	p := h.open("ana@exemplo.com", "/clientes")
	p.settled()
	require.Equal(t, hostile[len(hostile)-1], p.names()[0], "text is shown as it is")
	for _, one := range web.Pages {
		path, record := strings.CutSuffix(one.Path, "/{id}")
		switch {
		case path == "/entrar":
			continue
		case record:
			for i := 0; i < len(hostile); i++ {
				if path == "/operacoes" { // what another program wrote into the trail is no operation
					p.expect(fmt.Sprintf("409 GET /api/db/operacoes/%d", 1000+i))
				}
				p.harmless(fmt.Sprintf("%s/%d", path, 1000+i))
				if !storetest.Complete() {
					i += 18
				}
			}
		default:
			p.harmless(path)
			// The other parts of the list, until all of them have been on some part.
			for evaluate[bool](p, `Boolean(document.querySelector('[aria-label^="Próxima p"]:enabled'))`) {
				p.turned(func() { p.click(`[aria-label^="Próxima p"]`) })
				p.unharmed(p.address())
			}
		}
		p.phone()
		p.settled()
		p.fits(one.Path)
		p.run("wide", chromedp.EmulateViewport(1440, 900))
	}
}

// turned waits until another part of the list has taken the place of this one.
func (p *page) turned(turn func()) {
	p.t.Helper()
	p.run("keep a row", chromedp.Evaluate[chromedp.Void](`window.before = document.querySelector('.grid tbody tr')`))
	turn()
	p.waitFor("another part", `((row) => row && row !== window.before)(document.querySelector('.grid tbody tr'))`)
	p.settled()
}

func (p *page) harmless(address string) {
	p.t.Helper()
	p.open(address)
	p.settled()
	p.unharmed(address)
	require.Equal(p.t, p.base, evaluate[string](p, "location.origin"))
}

// unharmed says that no text became anything but text.
func (p *page) unharmed(where string) {
	p.t.Helper()
	found := evaluate[[]string](p, `[
		window.owned !== undefined && 'script ran',
		...[...document.querySelectorAll('#app script, #app style, #app b, #app iframe, #app object, #app embed, #app marquee, #app template, #app video, #app audio, #app base, #app meta, #app link, #app math, #app img[src="x"]')].map((e) => e.outerHTML.slice(0, 80)),
		...[...document.querySelectorAll('#app *')].flatMap((e) => [...e.attributes].filter((a) => /^on/i.test(a.name)).map((a) => a.name)),
		...[...document.querySelectorAll('#app a[href]')].map((a) => a.protocol).filter((p) => !['http:', 'mailto:', 'tel:'].includes(p)),
		Object.prototype.owned !== undefined && 'prototype polluted',
	].filter(Boolean)`)
	require.Empty(p.t, found, where)
}

// fits says that nothing is wider than the window.
func (p *page) fits(where string) {
	p.t.Helper()
	wide := evaluate[[]string](p, `document.documentElement.scrollWidth <= innerWidth ? [] :
		[...document.querySelectorAll('#app *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.tagName + '.' + e.className).slice(0, 5)`)
	require.Empty(p.t, wide, where+": wider than the window")
}
