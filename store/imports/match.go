package imports

import (
	"context"
	"encoding/json"
	"fmt"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/fault"
	"example.com/monitor/store/fold"
	"example.com/monitor/store/operation"
	"example.com/monitor/store/record"
)

// people is everybody who is there, by what a row may say: some hundred bytes each.
type people struct {
	ids       map[int64]person
	emails    map[string]int64 // by EmailKey; several of one key are several
	documents map[string]int64
}

type person struct{ nome, email, document string }

// several stands for more than one client.
const several = -1

// whoIsThere reads everybody.
func whoIsThere(ctx context.Context, q engine.Q) (people, error) {
	p := people{ids: map[int64]person{}, emails: map[string]int64{}, documents: map[string]int64{}}
	rows, err := q.Rows(ctx, "SELECT c.id, c.nome, c.email, c.cpf_cnpj FROM clientes c")
	if err != nil {
		return p, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var who person
		if err := rows.Scan(&id, engine.AsText(&who.nome), engine.AsText(&who.email), engine.AsText(&who.document)); err != nil {
			return p, engine.Translate(err)
		}
		who.document = plain(who.document)
		p.ids[id] = who
		note(p.emails, record.EmailKey(who.email), id)
		note(p.documents, who.document, id)
	}
	return p, engine.Translate(rows.Err())
}

func note(m map[string]int64, key string, id int64) {
	if key == "" {
		return
	}
	if m[key] != 0 {
		id = several
	}
	m[key] = id
}

// who is the client that a row is about; 0 for nobody who is there.
func (p *people) who(v *values) (int64, error) {
	document := plain(v.texts["cpf_cnpj"])
	switch {
	case v.id != 0:
		return v.id, p.agrees(v, document)
	case v.email != "":
		return p.byEmail(v, document)
	case document == "":
		return 0, fault.Invalid("email", "Falta o e-mail (ou o CPF/CNPJ de quem já está cadastrado)")
	}
	switch id := p.documents[document]; id {
	case several:
		return 0, fault.Invalid("cpf_cnpj", "Vários clientes têm este CPF/CNPJ: informe o e-mail para saber qual")
	case 0:
		return 0, fault.Invalid("email", "Ninguém tem este CPF/CNPJ; para cadastrar, informe o e-mail")
	default:
		return id, nil
	}
}

// agrees asks for something beside the id: other systems' numbers look just the same.
func (p *people) agrees(v *values, document string) error {
	who, there := p.ids[v.id]
	nome := v.texts["nome"]
	switch {
	case !there:
		return fault.Invalid("id", fmt.Sprintf("Não há cliente nº %d; para cadastrar, deixe o id vazio", v.id))
	case v.email != "" && record.EmailKey(v.email) == record.EmailKey(who.email),
		document != "" && document == who.document,
		nome != "" && fold.Text(nome) == fold.Text(who.nome):
		return nil
	case v.email == "" && document == "" && nome == "":
		return nil // the file says nothing else of who it is
	default:
		return fault.Invalid("id", fmt.Sprintf("O cliente nº %d é %s, e nada desta linha confere com ele: se os números são de outro sistema, deixe a coluna de fora", v.id, who.nome))
	}
}

func (p *people) byEmail(v *values, document string) (int64, error) {
	id := p.emails[record.EmailKey(v.email)]
	if id == several {
		return 0, fault.Invalid("email", "Mais de um cliente tem este e-mail: informe o id")
	}
	other := p.documents[document]
	if id == 0 && len(document) == 11 && other != 0 {
		return 0, fault.Invalid("cpf_cnpj", "Este CPF já é de "+p.nameOf(other)+": se é a mesma pessoa, mude o e-mail no cadastro")
	}
	return id, nil
}

func (p *people) nameOf(id int64) string {
	if id == several {
		return "mais de um cliente"
	}
	return fmt.Sprintf("%s (nº %d, %s)", p.ids[id].nome, id, p.ids[id].email)
}

// later is what happened to a client after its last import.
type later struct {
	entry   int64           // of that import
	columns map[string]bool // changed since, by others than imports
	off     bool            // the import was undone, and left the client inactive
}

// lastImports is the entry of the last import of each client that ever came in one.
func lastImports(ctx context.Context, q engine.Q) (map[int64]int64, error) {
	rows, err := q.Rows(ctx, `SELECT i.alvo, max(i.log_id) FROM monitor_operacoes o JOIN monitor_operacoes_itens i ON i.operacao = o.id
		WHERE o.recurso = ? AND o.acao = ? AND i.situacao = ? GROUP BY i.alvo`, operation.Clientes, operation.Importar, operation.Feito)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[int64]int64{}
	for rows.Next() {
		var id, entry int64
		if err := rows.Scan(&id, &entry); err != nil {
			return nil, engine.Translate(err)
		}
		out[id] = entry
	}
	return out, engine.Translate(rows.Err())
}

// sinceImport says it of those of ids that were ever imported.
func sinceImport(ctx context.Context, q engine.Q, imported map[int64]int64, ids []int64) (map[int64]*later, error) {
	out := map[int64]*later{}
	for _, id := range ids {
		if entry := imported[id]; entry != 0 {
			out[id] = &later{entry: entry, columns: map[string]bool{}}
		}
	}
	if len(out) == 0 {
		return out, nil
	}
	return out, readLater(ctx, q, out)
}

// readLater reads what the trail says of them since.
func readLater(ctx context.Context, q engine.Q, out map[int64]*later) error {
	ids, first := make([]int64, 0, len(out)), int64(0)
	for id, l := range out {
		ids = append(ids, id)
		if first == 0 || l.entry < first {
			first = l.entry
		}
	}
	return engine.InLots(ids, func(list string, args []any) error {
		rows, err := q.Rows(ctx, "SELECT l.id, l.cliente_id, l.dados FROM logs_auditoria l WHERE l.id > ? AND l.cliente_id IN "+list+" ORDER BY l.id",
			append([]any{first}, args...)...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var entry, id int64
			var dados string
			if err := rows.Scan(&entry, &id, engine.AsText(&dados)); err != nil {
				return engine.Translate(err)
			}
			if l := out[id]; entry > l.entry {
				l.hears(dados)
			}
		}
		return engine.Translate(rows.Err())
	})
}

// hears takes in one entry of the trail.
func (l *later) hears(dados string) {
	var d struct {
		Depois map[string]json.RawMessage `json:"depois"`
		Desfaz int64                      `json:"desfaz"`
	}
	if json.Unmarshal([]byte(dados), &d) != nil {
		return
	}
	if d.Desfaz == l.entry { // as if it had not been imported
		clear(l.columns)
		l.off = string(d.Depois["ativo"]) == "false"
		return
	}
	for column := range d.Depois {
		l.columns[column] = true
	}
}

// revives returns whether an import that was undone left the client inactive, so that the mended
// file brings it back.
func (l *later) revives(was *record.Cliente) bool {
	return l != nil && l.off && !l.columns["ativo"] && record.BoolText(was.Ativo) == "false"
}

// clash are the columns that would be changed and were changed since.
func (l *later) clash(depois map[string]any) (columns []string) {
	if l == nil {
		return nil
	}
	for _, c := range columnsOf(depois) {
		if l.columns[c] {
			columns = append(columns, c)
		}
	}
	return columns
}
