package server

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"example.com/monitor/store"
)

// dispositivo documents the JSON of store.Dispositivo.
type dispositivo struct {
	ID                 int64          `json:"id" example:"3"`
	ClienteID          *int64         `json:"cliente_id" example:"7"`
	ClienteNome        *string        `json:"cliente_nome" example:"João Silva"`
	Nome               *string        `json:"nome" example:"PC-ESCRITORIO"`
	Tipo               *string        `json:"tipo" example:"desktop"`
	SistemaOperacional *string        `json:"sistema_operacional" example:"Windows 11"`
	VersaoSO           *string        `json:"versao_so"`
	Hostname           *string        `json:"hostname" example:"PC-ESCRITORIO"`
	IPLocal            *string        `json:"ip_local" example:"192.168.1.100"`
	IPPublico          *string        `json:"ip_publico" doc:"Endereço de onde veio o registro"`
	MACAddress         *string        `json:"mac_address" example:"AA:BB:CC:DD:EE:01"`
	Processador        *string        `json:"processador"`
	MemoriaTotal       *string        `json:"memoria_total"`
	DiscoTotal         *string        `json:"disco_total"`
	IsVirtual          *bool          `json:"is_virtual"`
	VirtualType        *string        `json:"virtual_type"`
	Ativo              *bool          `json:"ativo"`
	Online             bool           `json:"online" doc:"Deu sinal nos últimos 5 minutos"`
	UltimoHeartbeat    store.Hora     `json:"ultimo_heartbeat"`
	DataRegistro       store.Hora     `json:"data_registro"`
	InfoExtra          map[string]any `json:"info_extra" doc:"Tudo o que o dispositivo disse de si"`
}

type dispositivoByID struct {
	ID int64 `path:"id" doc:"Número do dispositivo" example:"3"`
}

type dispositivoAnswer struct {
	ETag string `header:"ETag" doc:"Versão do que se edita no dispositivo, para If-Match; sinais de vida não a mudam"`
	Body dispositivoBody
}

// dispositivoChanged is the answer to a change.
type dispositivoChanged struct {
	Change
	ETag string `header:"ETag" doc:"Versão do que se edita no dispositivo, para If-Match; sinais de vida não a mudam"`
	Body dispositivoBody
}

func answerDispositivo(d store.Dispositivo) *dispositivoAnswer {
	return &dispositivoAnswer{etag(d.Versao()), dispositivoBody{true, d}}
}

type dispositivoBody struct {
	Success     bool              `json:"success" example:"true"`
	Dispositivo store.Dispositivo `json:"dispositivo"`
}

func (s *Server) getDispositivo(ctx context.Context, in *dispositivoByID) (*dispositivoAnswer, error) {
	d, err := s.as(ctx).Dispositivos.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return answerDispositivo(d), nil
}

type dispositivoList struct {
	Window
	PorPagina int    `query:"por_pagina" default:"50" doc:"No máximo 100"`
	Busca     string `query:"busca" doc:"Cada palavra deve ocorrer em nome, hostname, sistema, endereços (MAC também sem os dois-pontos) ou nome do cliente, sem contar maiúsculas e acentos" example:"recepcao"`
	Online    string `query:"online" enum:"true,false" doc:"Só os que deram sinal nos últimos 5 minutos, ou só os outros"`
	Tipo      string `query:"tipo" doc:"Só os deste tipo" example:"desktop"`
	Sistema   string `query:"sistema" doc:"Palavras que devem ocorrer no sistema operacional ou na sua versão" example:"windows"`
	ClienteID int64  `query:"cliente_id" doc:"Só os deste cliente"`
}

type dispositivoListAnswer struct{ Body dispositivosBody }

type dispositivosBody struct {
	Success      bool                `json:"success" example:"true"`
	Dispositivos []store.Dispositivo `json:"dispositivos" nullable:"false"`
	Paging
}

func (s *Server) listDispositivos(ctx context.Context, in *dispositivoList) (*dispositivoListAnswer, error) {
	online, err := optionalBool("online", in.Online)
	if err != nil {
		return nil, err
	}
	p, err := s.as(ctx).Dispositivos.List(ctx, store.DispositivoFiltro{
		Busca: in.Busca, Online: online, Tipo: in.Tipo, Sistema: in.Sistema, ClienteID: in.ClienteID, Cursor: in.Cursor, SemTotal: in.SemTotal,
		Pagina: pageNumber(in.Pagina), PorPagina: pageSize(in.PorPagina, 50),
	})
	if err != nil {
		return nil, err
	}
	return &dispositivoListAnswer{dispositivosBody{true, nonNil(p.Itens), pagingOf(p)}}, nil
}

type registrationInput struct {
	IdempotencyKey
	Body registration
}

// registration is the body of registrar in its two forms: an envelope around
// system_info, or the information itself.
type registration struct {
	store.Registro
	ignorados ignored
}

// Schema implements huma.SchemaProvider.
func (registration) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeObject, AdditionalProperties: true,
		Description: "Com system_info, ou a própria informação no primeiro nível. O dispositivo é reconhecido pelo segredo, senão por mac_address, senão, onde nenhum dos lados tem MAC, por hostname (ou computador). Nomes e endereços que muitas máquinas têm não identificam ninguém.",
		Properties: map[string]*huma.Schema{
			"system_info": {Type: huma.TypeObject, AdditionalProperties: true, Description: "Até 64 KiB e 8 níveis, guardado inteiro"},
			"cliente_id": {
				Type:        huma.TypeInteger,
				Description: "De quem é o dispositivo. Um administrador ou moderador o muda de dono por aqui; para os outros o dono fica, e ignorados o diz",
			},
			"segredo_sha256": {Type: huma.TypeString, Description: "SHA-256, em hexadecimal, do segredo que o dispositivo fez para si"},
		},
		Examples: []any{map[string]any{
			"cliente_id":  7,
			"system_info": map[string]any{"hostname": "PC-ESCRITORIO", "sistema": "Windows 11", "ip_local": "192.168.1.100"},
		}},
	}
}

// decode implements custom.
func (r *registration) decode(fields map[string]json.RawMessage, whole []byte) error {
	var head struct {
		ClienteID field[int64]  `json:"cliente_id"`
		Segredo   field[string] `json:"segredo_sha256"`
		Ignorados ignored       `json:"-"`
	}
	if err := decodeInto(&head, fields); err != nil {
		return err
	}
	r.ClienteID, r.SegredoSHA256 = head.ClienteID.value, head.Segredo.value
	info, enveloped := fields["system_info"]
	if enveloped {
		r.ignorados = slices.DeleteFunc(head.Ignorados, func(name string) bool { return name == "system_info" })
		r.Info = store.Objeto(info)
		return nil
	}
	if !head.Segredo.set {
		r.Info = store.Objeto(whole)
		return nil
	}
	// What proves a device must not come back in info_extra.
	delete(fields, "segredo_sha256")
	rest, err := json.Marshal(fields)
	r.Info = store.Objeto(rest)
	return err
}

type registrationAnswer struct{ Body registrationBody }

type registrationBody struct {
	Success       bool    `json:"success" example:"true"`
	Message       string  `json:"message" example:"Dispositivo registrado"`
	DispositivoID int64   `json:"dispositivo_id" example:"3"`
	Ignorados     ignored `json:"ignorados,omitempty" doc:"Campos enviados que não contam"`
}

func (s *Server) registerDispositivo(ctx context.Context, in *registrationInput) (*registrationAnswer, error) {
	done, err := s.as(ctx).Dispositivos.Enroll(ctx, in.Body.Registro, in.options()...)
	if err != nil {
		return nil, err
	}
	ignoredFields := slices.Concat(in.Body.ignorados, done.Ignorados)
	return &registrationAnswer{registrationBody{true, "Dispositivo registrado", done.ID, ignoredFields}}, nil
}

func (s *Server) heartbeat(ctx context.Context, in *dispositivoByID) (*doneAnswer, error) {
	if err := s.as(ctx).Dispositivos.Heartbeat(ctx, in.ID); err != nil {
		return nil, err
	}
	return done(""), nil
}

type dispositivoChange struct {
	IfMatch
	ID   int64 `path:"id" doc:"Número do dispositivo" example:"3"`
	Body struct {
		Nome      field[string] `json:"nome,omitzero" example:"PC-RECEPCAO"`
		Tipo      field[string] `json:"tipo,omitzero" example:"desktop"`
		ClienteID field[int64]  `json:"cliente_id,omitzero" doc:"De quem é; null ou 0 deixa sem dono"`
		Ativo     field[bool]   `json:"ativo,omitzero"`
		Liberar   field[bool]   `json:"liberar,omitzero" doc:"true esquece a chave e o segredo: a próxima credencial que o registrar fica com ele"`
	}
}

func (s *Server) changeDispositivo(ctx context.Context, in *dispositivoChange) (*dispositivoChanged, error) {
	op, err := in.options()
	if err != nil {
		return nil, err
	}
	b := &in.Body
	var number int64
	d, err := s.as(ctx).Dispositivos.Change(ctx, in.ID, store.DispositivoMudanca{
		Nome: b.Nome.optional(), Tipo: b.Tipo.optional(), ClienteID: b.ClienteID.optional(), Ativo: b.Ativo.optional(), Liberar: b.Liberar.value,
	}, append(op, store.WithOperacao(&number))...)
	if err != nil {
		return nil, stale(err, at(d))
	}
	now := answerDispositivo(d)
	return &dispositivoChanged{changeOf(number), now.ETag, now.Body}, nil
}

type dispositivoDelete struct {
	IfMatch
	ID int64 `path:"id" doc:"Número do dispositivo" example:"3"`
}

func (s *Server) deleteDispositivo(ctx context.Context, in *dispositivoDelete) (*doneAnswer, error) {
	op, err := in.options()
	if err != nil {
		return nil, err
	}
	devices := s.as(ctx).Dispositivos
	if err := devices.Delete(ctx, in.ID, op...); err != nil {
		return nil, stale(err, func() (store.Dispositivo, error) { return devices.Get(ctx, in.ID) })
	}
	return done("Dispositivo removido"), nil
}
