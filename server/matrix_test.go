package server

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("atualizar", false, "escreve docs/papeis.md a partir das rotas")

const roles = "../docs/papeis.md"

// TestMatrix: docs/papeis.md says what the routes say. After a change of routes:
//
//	go test ./server -run TestMatrix -atualizar
func TestMatrix(t *testing.T) {
	t.Parallel()
	want := matrixRows(bareServer(t, &lockedBuffer{}).routes())
	if *update {
		require.NoError(t, os.WriteFile(roles, []byte(want), 0o600))
	}
	have, err := os.ReadFile(roles)
	require.NoError(t, err)
	require.Equal(t, want, string(have), "the routes changed: go test ./server -run TestMatrix -atualizar")
}

// matrixRows writes the rows of the table as people read them.
func matrixRows(routes []route) string {
	var b strings.Builder
	b.WriteString(`# Quem pode o quê

Esta página é escrita a partir das rotas do programa; não a edite. Depois de mudar uma rota:
` + "`go test ./server -run TestMatrix -atualizar`" + `.

Cada coluna é um tipo de credencial: **ninguém** (nenhuma), **usuario**, **moderador** e **admin** (sessões
de pessoas; uma chave de nível admin vale como admin), **leitura** e **agente** (chaves de API) e
**dispositivo** (o segredo que o dispositivo fez para si). Nas células:

- **todos**: a rota inteira;
- **próprios**: só o que é de quem chama; o resto parece não existir (404, ou ausente das listas);
- **–**: recusado, 401 sem credencial e 403 com uma que não basta.

O que uma linha não diz, o programa confere registro a registro: um moderador, por exemplo, só altera
pessoas de nível usuario e a si mesmo. Quem precisa trocar a senha só alcança as rotas marcadas com ¹.
As marcadas com ² não deixam linha na trilha de auditoria: são sinais de vida, anotações e perguntas que não mudam nada, não decisões.

| rota | ninguém | usuario | moderador | admin | leitura | agente | dispositivo |
|---|---|---|---|---|---|---|---|
`)
	for _, r := range routes {
		if r.is(anonymous) && r.method == "GET" {
			continue
		}
		marks := ""
		if r.is(beforePassword) {
			marks += "¹"
		}
		if r.is(telemetry) {
			marks += "²"
		}
		g := r.grants
		fmt.Fprintf(&b, "| `%s %s`%s<br>%s", r.method, r.path, marks, r.summary)
		for _, x := range []grant{g.nobody, g.usuario, g.moderador, g.admin, g.leitura, g.agente, g.dispositivo} {
			b.WriteString(" | " + map[grant]string{no: "–", own: "próprios", all: "todos"}[x])
		}
		b.WriteString(" |\n")
	}
	b.WriteString(`
As páginas, os seus arquivos, ` + "`/livez` e `/readyz`" + ` são abertos a todos e não mostram dados.
`)
	return b.String()
}
