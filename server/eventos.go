package server

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"example.com/monitor/store"
)

const (
	// heartbeatEvery is how often a silent stream says that it lives: proxies and
	// browsers give up on one that does not.
	heartbeatEvery = 15 * time.Second
	// resumeAfter is what callers are told to wait before they come back.
	resumeAfter = 2 * time.Second
	// eventoWait is the patience with a caller that does not read.
	eventoWait = 20 * time.Second
)

type eventosInput struct {
	Recursos []string `query:"recursos" doc:"Só estes, separados por vírgula: clientes, dispositivos, conexoes, chat, sessoes, chaves, logs, estatisticas" example:"clientes,dispositivos"`
	Desde    string   `header:"Last-Event-ID" doc:"O último id recebido: o fluxo continua depois dele"`
}

type eventosAnswer struct {
	ContentType string `header:"Content-Type"`
	Buffering   string `header:"X-Accel-Buffering"`
	Cache       string `header:"Cache-Control"`
	Body        func(huma.Context)
}

// eventosDoc is what the OpenAPI document says of the stream.
const eventosDoc = `Fluxo de server-sent events que avisa o que mudou, feito por quem for: esta API, o console, a linha de comando, outro servidor ou o sistema antigo (em até 2 segundos).

Cada aviso traz ` + "`event`, `data` (um objeto JSON) e `id`" + `:

- ` + "`mudanca`: `{\"recurso\": \"clientes\", \"id\": 7, \"acao\": \"cliente_atualizado\"}`" + `. As listas desse recurso podem estar velhas. ` + "`id` e `acao` são null" + ` quando não se sabe o que mudou ou quando foram muitos registros (sinais de vida, conexões, o sistema antigo); estes avisos vêm no máximo uma vez por segundo para cada recurso.
- ` + "`recomecar`: `{}`" + `. Avisos se perderam: carregue tudo de novo. O fluxo continua.
- ` + "`fim`: `{}`" + `. A credencial não vale mais ou o nível dela mudou: o fluxo termina. Entre de novo antes de voltar.

Para retomar depois de uma queda, envie o último ` + "`id` em `Last-Event-ID`" + ` (navegadores fazem isso sozinhos), a qualquer servidor sobre o mesmo banco: nada do que foi auditado se perde nem se repete. O ` + "`id`" + ` é opaco; um que não se conhece, ou antigo demais, recebe ` + "`recomecar`" + `. Comece a escutar e só então carregue as listas: o que mudar depois chega. A cada 15 segundos vem um sinal de vida.`

// eventos streams what changes. What keeps it from beginning is an ordinary answer.
func (s *Server) eventos(ctx context.Context, in *eventosInput) (*eventosAnswer, error) {
	subscription, err := s.as(ctx).Eventos(ctx, store.EventoFiltro{Recursos: in.Recursos, Desde: in.Desde})
	if err != nil {
		return nil, err
	}
	return &eventosAnswer{
		ContentType: "text/event-stream", Buffering: "no", Cache: "no-store, no-transform",
		Body: func(c huma.Context) {
			defer subscription.Close()
			r, w := humago.Unwrap(c)
			if r.Method == http.MethodHead {
				return
			}
			ctx, cancel := s.untilStop(r.Context())
			defer cancel()
			callFrom(r.Context()).seat.leave() // one that others need
			s.metrics.streams.Inc()
			defer s.metrics.streams.Dec()
			newStream(w).run(ctx, subscription)
		},
	}, nil
}

// untilStop ends with the server too: Shutdown would wait for an open stream.
func (s *Server) untilStop(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(s.streams, cancel)
	return ctx, func() { stop(); cancel() }
}

// stream writes events to one caller.
type stream struct {
	rc *http.ResponseController
	w  *bufio.Writer
}

func newStream(w http.ResponseWriter) *stream {
	return &stream{rc: http.NewResponseController(w), w: bufio.NewWriterSize(w, 1<<10)}
}

// run writes until the caller, its credential, the store or the server goes.
func (f *stream) run(ctx context.Context, subscription *store.Escuta) {
	// The server's deadlines are made for answers that end.
	_ = f.rc.SetReadDeadline(time.Time{})
	fmt.Fprintf(f.w, "retry: %d\n", resumeAfter.Milliseconds())
	err := f.alive(subscription)
	for err == nil {
		var ev store.Evento
		waiting, cancel := context.WithTimeout(ctx, heartbeatEvery)
		ev, err = subscription.Next(waiting)
		cancel()
		switch {
		case err == nil:
			err = f.event(subscription, ev)
		case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
			err = f.alive(subscription)
		}
	}
}

// alive writes a comment, and where the caller is: an id alone is no event, but
// coming back goes on from there.
func (f *stream) alive(subscription *store.Escuta) error {
	_, _ = io.WriteString(f.w, ": sinal\n")
	if at := subscription.Agora(); at != "" {
		fmt.Fprintf(f.w, "id: %s\n", at)
	}
	return f.send()
}

// notice is the data of a mudanca.
type notice struct {
	Recurso string  `json:"recurso"`
	ID      *int64  `json:"id"`
	Acao    *string `json:"acao"`
}

func (f *stream) event(subscription *store.Escuta, ev store.Evento) error {
	data := []byte("{}")
	if ev.Tipo == store.EventoMudanca {
		a := notice{Recurso: ev.Recurso}
		if ev.ID != 0 {
			a.ID = &ev.ID
		}
		if ev.Acao != "" {
			a.Acao = &ev.Acao
		}
		var err error
		if data, err = json.Marshal(a); err != nil {
			return err
		}
	}
	if ev.Tipo != store.EventoFim { // whoever comes back after its end is somebody else
		fmt.Fprintf(f.w, "id: %s\n", subscription.Posicao(ev))
	}
	fmt.Fprintf(f.w, "event: %s\ndata: %s\n", ev.Tipo, data)
	return f.send()
}

// send ends a block and brings it on its way.
func (f *stream) send() error {
	if err := f.rc.SetWriteDeadline(time.Now().Add(eventoWait)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	_, _ = f.w.WriteString("\n")
	if err := f.w.Flush(); err != nil {
		return err
	}
	return f.rc.Flush()
}

// documentStream describes the answer of a stream, which has no Go type.
func documentStream(op *huma.Operation) {
	op.Description = eventosDoc
	op.Responses["200"] = &huma.Response{
		Description: "O fluxo, até que um dos lados o encerre",
		Headers:     op.Responses["200"].Headers,
		Content: map[string]*huma.MediaType{"text/event-stream": {
			Schema: &huma.Schema{Type: huma.TypeString},
			Example: strings.Join(
				[]string{
					"retry: 2000",
					"id: 3q2-7w",
					"",
					"id: 3q2-8A",
					"event: mudanca",
					`data: {"recurso":"clientes","id":7,"acao":"cliente_atualizado"}`,
					"",
					"",
				},
				"\n",
			),
		}},
	}
}
