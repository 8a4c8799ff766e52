package server

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"example.com/monitor/store"
)

// maxFile bounds a spreadsheet that is sent, in bytes: 100,000 clients take some 12 MB.
const maxFile = 24 << 20

var errImporting = refusal(http.StatusTooManyRequests, "importacao_em_curso", "Este servidor já está lendo uma planilha: espere que essa termine")

// sheetTypes are the media types of spreadsheets.
var sheetTypes = map[store.SheetFormat]string{
	store.SheetXLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", store.SheetCSV: "text/csv; charset=utf-8", store.SheetNDJSON: "application/x-ndjson",
}

type clienteExport struct {
	ClienteQuery
	Formato string `query:"formato" default:"xlsx" enum:"xlsx,csv,ndjson"`
	Para    string `query:"para" default:"excel" enum:"excel,programas" doc:"excel: títulos em português, ponto e vírgula no CSV, horários do servidor; programas: nomes dos campos, vírgula, RFC 3339"`
}

// exportClientes streams. What keeps it from beginning is an ordinary answer; what breaks it
// later breaks the connection, so that half does not look whole.
func (s *Server) exportClientes(ctx context.Context, in *clienteExport) (*download, error) {
	f, err := in.store()
	if err != nil {
		return nil, err
	}
	format := store.SheetFormat(in.Formato)
	e, err := s.as(ctx).Clientes.Export(ctx, f, store.ExportOptions{Format: format, Audience: store.SheetAudience(in.Para)})
	if err != nil {
		return nil, err
	}
	return s.sendFile(sheetTypes[format], "clientes."+in.Formato, e), nil
}

type sheetTemplate struct {
	Formato string `query:"formato" default:"xlsx" enum:"xlsx,csv"`
}

// clienteTemplate is a file to fill in.
func (s *Server) clienteTemplate(_ context.Context, in *sheetTemplate) (*download, error) {
	var file bytes.Buffer
	format := store.SheetFormat(in.Formato)
	if err := store.ImportTemplate(&file, format); err != nil {
		return nil, err
	}
	return &download{
		ContentType: sheetTypes[format], Disposition: `attachment; filename="clientes-modelo.` + in.Formato + `"`,
		Body: func(c huma.Context) { _, _ = c.BodyWriter().Write(file.Bytes()) },
	}, nil
}

type clienteImport struct {
	Nome         string   `query:"nome" doc:"Nome do arquivo" example:"clientes.xlsx"`
	Planilha     string   `query:"planilha" doc:"Nome da planilha do arquivo; sem ele vale a primeira"`
	Coluna       []string `query:"coluna,explode" doc:"O que é uma coluna do arquivo, como Correio=email; com - ela fica de fora. Pode ser repetido"`
	Sobrescrever bool     `query:"sobrescrever" doc:"Os valores do arquivo valem também onde alguém mudou depois da última importação"`
}

// importLine is a line of the answer while the file is read, and then written.
type importLine struct {
	Lidas    int   `json:"lidas,omitempty"`
	Feitas   int   `json:"feitas,omitempty"`
	Total    int   `json:"total,omitempty"`
	Operacao int64 `json:"operacao,omitempty"` // its number, by which it can be ended and undone
}

// importError is the last line where somebody has to say what a column is.
type importError struct {
	*failure
	Colunas []store.ImportColumn `json:"colunas,omitempty"`
}

// importEnd is the last line. Rejects is the file of the rows that were left out.
type importEnd struct {
	Success    bool              `json:"success"`
	Plano      *store.ImportPlan `json:"plano"`
	Operacao   *store.Operacao   `json:"operacao,omitempty"`
	Rejeitados []byte            `json:"rejeitados,omitempty"`
}

func (s *Server) planImport(ctx context.Context, in *clienteImport) (*download, error) {
	return s.importing(ctx, in, false)
}

func (s *Server) importClientes(ctx context.Context, in *clienteImport) (*download, error) {
	return s.importing(ctx, in, true)
}

// importing reads the file that was sent and answers with lines that tell how far it is; the last
// one is the outcome, or the failure.
func (s *Server) importing(ctx context.Context, in *clienteImport, write bool) (*download, error) {
	columns, err := in.columns()
	if err != nil {
		return nil, err
	}
	if !s.sheets.TryLock() {
		return nil, errImporting
	}
	file := callFrom(ctx).body
	table, err := store.OpenSheet(bytes.NewReader(file), int64(len(file)), in.Nome, store.SheetOptions{Sheet: in.Planilha})
	if err != nil {
		s.sheets.Unlock()
		return nil, err
	}
	options := store.ImportOptions{Name: in.Nome, Columns: columns, Overwrite: in.Sobrescrever}
	return &download{ContentType: exportTypes[store.FormatoNDJSON], Body: func(c huma.Context) {
		defer s.sheets.Unlock()
		defer table.Close()
		r, w := humago.Unwrap(c)
		ctx, cancel := s.untilStop(r.Context())
		defer cancel()
		tell := lineWriter(w)
		if err := s.importLines(ctx, table, options, write, tell); err != nil {
			columns, _ := store.MatchColumns(table.Header, options.Columns)
			if tell(importError{s.describeError(ctx, err), columns}) != nil {
				s.breakOff(r.Context(), err)
			}
		}
	}}, nil
}

func (s *Server) importLines(ctx context.Context, table *store.Sheet, o store.ImportOptions, write bool, tell func(any) error) error {
	clientes := s.as(ctx).Clientes
	plan, err := clientes.PlanImport(ctx, table, o, func(rows int) { _ = tell(importLine{Lidas: rows}) }) // one who left ends ctx
	if err != nil {
		return err
	}
	end := importEnd{Success: true, Plano: plan}
	if write && plan.Novos+plan.Mudam > 0 {
		op, err := clientes.Import(ctx, plan, func(op store.Operacao) {
			_ = tell(importLine{Feitas: op.Total - op.Restam(), Total: op.Total, Operacao: op.ID})
		})
		if err != nil {
			return err
		}
		end.Operacao = &op
	}
	if plan.Rejects() > 0 {
		var rejects bytes.Buffer
		if err := plan.WriteRejects(&rejects); err != nil {
			return err
		}
		end.Rejeitados = rejects.Bytes()
	}
	return tell(end)
}

// columns are the choices that were made for columns of the file.
func (in *clienteImport) columns() (map[string]string, error) {
	out := map[string]string{}
	for _, c := range in.Coluna {
		at := strings.LastIndex(c, "=")
		if at < 1 {
			return nil, &store.InvalidError{Campos: map[string]string{"coluna": "Use CABEÇALHO=CAMPO, por exemplo Correio=email"}}
		}
		out[c[:at]] = c[at+1:]
	}
	return out, nil
}

// documentFile describes the body of a request that is a file.
func documentFile(op *huma.Operation) {
	file := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	op.RequestBody = &huma.RequestBody{
		Required: true, Description: "A planilha como ela é: XLSX, CSV (qualquer separador; UTF-8 ou windows-1252) ou NDJSON, até 24 MiB. O que ela é se descobre pelo conteúdo",
		Content: map[string]*huma.MediaType{"application/octet-stream": file},
	}
}

// documentImport describes the answer of an import, which has no Go type.
func documentImport(op *huma.Operation) {
	op.Responses["200"] = &huma.Response{
		Description: "Linhas de JSON: quantas linhas do arquivo já foram lidas, quantas já foram gravadas e, na última, o que a importação faz ou fez, com a planilha das linhas que ficaram de fora (base64); uma falha é a última linha, com success false e, se o arquivo foi lido, o que cada coluna é",
		Headers:     op.Responses["200"].Headers,
		Content: map[string]*huma.MediaType{"application/x-ndjson": {
			Schema:  &huma.Schema{Type: huma.TypeString},
			Example: `{"lidas":500}` + "\n" + `{"feitas":200,"total":480,"operacao":977}` + "\n" + `{"success":true,"plano":{"arquivo":"clientes.xlsx","total":500,"novos":450,"mudam":30,"iguais":20,"conflitos":0,"recusados":0}}` + "\n",
		}},
	}
}

// documentSheet describes the answer that is a spreadsheet.
func documentSheet(op *huma.Operation) {
	binary := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	content := map[string]*huma.MediaType{}
	for _, p := range op.Parameters {
		if p.Name == "formato" {
			for _, format := range p.Schema.Enum {
				kind, _, _ := strings.Cut(sheetTypes[store.SheetFormat(format.(string))], ";")
				content[kind] = &huma.MediaType{Schema: binary}
			}
		}
	}
	op.Responses["200"] = &huma.Response{Description: "A planilha; uma falha no meio corta a conexão", Headers: op.Responses["200"].Headers, Content: content}
}
