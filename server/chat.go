package server

import (
	"context"

	"example.com/monitor/store"
)

// mensagem documents the JSON of store.Mensagem.
type mensagem struct {
	ID           int64      `json:"id" example:"12"`
	ClienteID    *int64     `json:"cliente_id" doc:"De quem é, quando foi enviada por uma pessoa"`
	Sala         string     `json:"sala" example:"geral"`
	Usuario      string     `json:"usuario" example:"João"`
	Mensagem     string     `json:"mensagem" example:"Olá, tudo bem?"`
	Tipo         string     `json:"tipo" example:"texto"`
	DataHora     store.Hora `json:"data_hora"`
	Editada      bool       `json:"editada"`
	Deletada     bool       `json:"deletada"`
	RespostaPara *int64     `json:"resposta_para" doc:"A mensagem a que esta responde"`
}

type mensagemList struct {
	Limite   int    `query:"limite" default:"100" doc:"No máximo 500"`
	Sala     string `query:"sala" default:"geral" doc:"Nome da sala"`
	AntesDe  int64  `query:"antes_de" doc:"Só mensagens mais antigas que a deste id"`
	DepoisDe int64  `query:"depois_de" doc:"Só mensagens mais novas que a deste id"`
	Cursor   string `query:"cursor" doc:"anterior_cursor, das mais antigas, ou proximo_cursor, das mais novas, de outra resposta"`
	SemTotal bool   `query:"sem_total" doc:"true poupa a contagem: total e paginas vêm null"`
}

type mensagemListAnswer struct{ Body mensagensBody }

type mensagensBody struct {
	Success   bool             `json:"success" example:"true"`
	Mensagens []store.Mensagem `json:"mensagens" nullable:"false"`
	Paging
}

func (s *Server) listMensagens(ctx context.Context, in *mensagemList) (*mensagemListAnswer, error) {
	p, err := s.as(ctx).Chat.List(ctx, store.MensagemFiltro{
		Sala: in.Sala, AntesDe: in.AntesDe, DepoisDe: in.DepoisDe, Cursor: in.Cursor, SemTotal: in.SemTotal, PorPagina: min(in.Limite, maxLimite),
	})
	if err != nil {
		return nil, err
	}
	p.Pagina = 0 // a conversation begins at its end
	return &mensagemListAnswer{mensagensBody{true, nonNil(p.Itens), pagingOf(p)}}, nil
}

type salaListAnswer struct{ Body salasBody }

type salasBody struct {
	Success bool         `json:"success" example:"true"`
	Salas   []store.Sala `json:"salas" nullable:"false" doc:"No máximo 1000, a da mensagem mais nova primeiro"`
}

func (s *Server) listSalas(ctx context.Context, _ *struct{}) (*salaListAnswer, error) {
	list, err := s.as(ctx).Chat.Salas(ctx)
	if err != nil {
		return nil, err
	}
	return &salaListAnswer{salasBody{true, nonNil(list)}}, nil
}

type mensagemInput struct {
	IdempotencyKey
	Body newMensagem
}

type newMensagem struct {
	Mensagem     field[string] `json:"mensagem,omitzero" doc:"Obrigatória, até 4 KiB" example:"Olá, tudo bem?"`
	Usuario      field[string] `json:"usuario,omitzero" doc:"Vale só com chave de administrador; em uma sessão é a pessoa" example:"João"`
	Sala         field[string] `json:"sala,omitzero" doc:"geral, quando não vier" example:"geral"`
	ClienteID    field[int64]  `json:"cliente_id,omitzero" doc:"Vale só com chave de administrador"`
	RespostaPara field[int64]  `json:"resposta_para,omitzero" doc:"Id da mensagem, da mesma sala, a que responde"`
	Ignorados    ignored       `json:"-"`
}

type mensagemAnswer struct {
	ETag string `header:"ETag" doc:"Versão da mensagem, para If-Match"`
	Body mensagemBody
}

func answerMensagem(m store.Mensagem, left ignored) *mensagemAnswer {
	return &mensagemAnswer{etag(m.Versao()), mensagemBody{true, m, left}}
}

type mensagemBody struct {
	Success   bool           `json:"success" example:"true"`
	Mensagem  store.Mensagem `json:"mensagem"`
	Ignorados ignored        `json:"ignorados,omitempty" doc:"Campos enviados que não contam"`
}

func (s *Server) sendMensagem(ctx context.Context, in *mensagemInput) (*mensagemAnswer, error) {
	b := &in.Body
	m, err := s.as(ctx).Chat.Send(ctx, store.MensagemNova{
		Mensagem: b.Mensagem.value, Usuario: b.Usuario.value, Sala: b.Sala.value, ClienteID: b.ClienteID.value, RespostaPara: b.RespostaPara.value,
	}, in.options()...)
	if err != nil {
		return nil, err
	}
	return answerMensagem(m, b.Ignorados), nil
}

type mensagemByID struct {
	ID int64 `path:"id" doc:"Número da mensagem" example:"12"`
}

func (s *Server) getMensagem(ctx context.Context, in *mensagemByID) (*mensagemAnswer, error) {
	m, err := s.as(ctx).Chat.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return answerMensagem(m, nil), nil
}

type mensagemEdit struct {
	IfMatch
	ID   int64 `path:"id" doc:"Número da mensagem" example:"12"`
	Body struct {
		Mensagem field[string] `json:"mensagem" doc:"O novo texto" example:"Olá!"`
	}
}

func (s *Server) editMensagem(ctx context.Context, in *mensagemEdit) (*mensagemAnswer, error) {
	op, err := in.options()
	if err != nil {
		return nil, err
	}
	m, err := s.as(ctx).Chat.Edit(ctx, in.ID, in.Body.Mensagem.value, op...)
	if err != nil {
		return nil, stale(err, at(m))
	}
	return answerMensagem(m, nil), nil
}

type mensagemDelete struct {
	IfMatch
	ID int64 `path:"id" doc:"Número da mensagem" example:"12"`
}

func (s *Server) deleteMensagem(ctx context.Context, in *mensagemDelete) (*doneAnswer, error) {
	op, err := in.options()
	if err != nil {
		return nil, err
	}
	chat := s.as(ctx).Chat
	if err := chat.Delete(ctx, in.ID, op...); err != nil {
		return nil, stale(err, func() (store.Mensagem, error) { return chat.Get(ctx, in.ID) })
	}
	return done("Mensagem apagada"), nil
}
