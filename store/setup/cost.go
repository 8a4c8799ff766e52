package setup

import (
	"context"
	"fmt"
	"path/filepath"

	"example.com/monitor/store/durable"
	"example.com/monitor/store/engine"
	"example.com/monitor/store/say"
	"example.com/monitor/store/schema"
)

// Custo is what adopting a database costs while it lasts, about.
type Custo struct {
	Linhas int64 `json:"linhas"` // of the six tables
	Bytes  int64 `json:"bytes"`  // that these take now
	Espaco int64 `json:"espaco"` // bytes needed beside them
	Livre  int64 `json:"livre"`  // bytes free there, -1 where nobody tells
	// Segundos is the time on a small machine that has other work to do.
	Segundos int64 `json:"segundos"`
	// Travas says what other programs must wait for.
	Travas string `json:"travas"`
}

// Measured with 100,000 clients and 300,000 connections on two busy cores: 11 s on
// MariaDB, 17 s on SQLite, 23 s on PostgreSQL. The search costs most, so clients
// count more than other rows.
const (
	clientsPerSecond = 6_000
	rowsPerSecond    = 60_000
)

// growth is how many times the size of the six tables is needed beside them:
// measured at the end, and a table that is written anew stands there twice meanwhile.
var growth = map[engine.Kind]int64{engine.SQLite: 4, engine.Postgres: 2, engine.MySQL: 2}

var lockNotes = map[engine.Kind]string{
	engine.SQLite:   "o sistema antigo continua lendo; para gravar, espera cada passo terminar, e o Python desiste depois de 5 s: prefira uma hora calma",
	engine.Postgres: "clientes fica fechada, também para leitura, enquanto a coluna de busca é calculada; as outras tabelas esperam para gravar enquanto os índices são feitos",
	engine.MySQL:    "clientes só aceita leitura enquanto é copiada com as colunas de busca; os índices são feitos com as tabelas em uso",
}

const countFlaskRows = `SELECT (SELECT count(*) FROM clientes), (SELECT count(*) FROM dispositivos) + (SELECT count(*) FROM conexoes)
	+ (SELECT count(*) FROM mensagens_chat) + (SELECT count(*) FROM sessoes) + (SELECT count(*) FROM logs_auditoria)`

var flaskBytes = map[engine.Kind]string{
	engine.SQLite: "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
	engine.Postgres: `SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = current_schema() AND c.relkind = 'r' AND c.relname IN (?, ?, ?, ?, ?, ?)`,
	engine.MySQL: `SELECT CAST(coalesce(sum(data_length + index_length), 0) AS UNSIGNED) FROM information_schema.tables
		WHERE table_schema = database() AND table_name IN (?, ?, ?, ?, ?, ?)`,
}

// costOf estimates the adoption of a database of the Flask system.
func costOf(ctx context.Context, db *engine.DB) (*Custo, error) {
	c := &Custo{Livre: -1, Travas: lockNotes[db.Kind]}
	var clients, others int64
	if err := db.Reader().Get(ctx, []any{&clients, &others}, countFlaskRows); err != nil {
		return nil, err
	}
	args := schema.SixArgs()
	if db.Kind == engine.SQLite {
		args = nil // the whole file is theirs
	}
	if err := db.Reader().Get(ctx, []any{&c.Bytes}, flaskBytes[db.Kind], args...); err != nil {
		return nil, err
	}
	c.Linhas, c.Espaco = clients+others, growth[db.Kind]*c.Bytes
	c.Segundos = 1 + clients/clientsPerSecond + others/rowsPerSecond
	if db.Kind == engine.SQLite {
		if free, known := durable.FreeSpace(filepath.Dir(db.Target.Path)); known {
			c.Livre = free
		}
	}
	return c, nil
}

// Frases says it for people.
func (c Custo) Frases() []string {
	space := fmt.Sprintf("as seis tabelas têm %s e %s; preparar precisa de cerca de %s a mais",
		say.Count(int(c.Linhas), "linha", "linhas"), say.Bytes(c.Bytes), say.Bytes(c.Espaco))
	switch {
	case c.Livre >= 0 && c.Livre < c.Espaco:
		space += ", e há só " + say.Bytes(c.Livre) + " livres: libere espaço antes"
	case c.Livre >= 0:
		space += " (há " + say.Bytes(c.Livre) + " livres)"
	}
	return []string{space, "leva " + say.About(c.Segundos) + "; enquanto isso, " + c.Travas}
}
