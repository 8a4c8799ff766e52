package server

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"example.com/monitor/store"
)

// progress is a line of the answer while the verification runs.
type progress struct {
	Elos int `json:"elos"`
}

// verdict is the last line.
type verdict struct {
	Success     bool               `json:"success"`
	Verificacao *store.Verificacao `json:"verificacao"`
}

// verifyLogs answers with lines that tell how far it is, since a long trail takes
// longer than an answer may; the last one is the outcome. What keeps it from
// beginning is an ordinary answer; what breaks it later breaks the connection.
func (s *Server) verifyLogs(ctx context.Context, _ *struct{}) (*download, error) {
	run, err := s.as(ctx).Logs.Conferencia(ctx)
	if err != nil {
		return nil, err
	}
	return &download{ContentType: exportTypes[store.FormatoNDJSON], Body: func(c huma.Context) {
		r, w := humago.Unwrap(c)
		ctx, cancel := s.untilStop(r.Context())
		defer cancel()
		tell := lineWriter(w)
		v, err := run.Run(ctx, func(elos int) { _ = tell(progress{elos}) }) // one who left ends ctx
		if err == nil {
			err = tell(verdict{true, &v})
		}
		if err != nil {
			s.breakOff(r.Context(), err)
		}
	}}, nil
}

// lineWriter sends a value as a line of JSON, at once.
func lineWriter(w http.ResponseWriter) func(any) error {
	patience, rc, enc := patienceFor(w), http.NewResponseController(w), json.NewEncoder(w)
	return func(line any) error {
		patience()
		if err := enc.Encode(line); err != nil {
			return err
		}
		return rc.Flush()
	}
}

// documentVerification describes the answer of a verification, which has no Go type.
func documentVerification(op *huma.Operation) {
	op.Responses["200"] = &huma.Response{
		Description: "Linhas de JSON: quantos elos já foram conferidos e, na última, o resultado; uma falha no meio corta a conexão",
		Headers:     op.Responses["200"].Headers,
		Content: map[string]*huma.MediaType{"application/x-ndjson": {
			Schema:  &huma.Schema{Type: huma.TypeString},
			Example: `{"elos":500}` + "\n" + `{"success":true,"verificacao":{"integra":true,"veredito":"integra","elos":980,"faixas":1,"fora_cadeia":0,"sem_chave":0,"chaves":["6dafe8fc71b1a2d3"],"problemas":[],"avisos":[]}}` + "\n",
		}},
	}
}
