package server

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"example.com/monitor/store"
)

type conexaoList struct {
	Window
	Period
	PorPagina     int   `query:"por_pagina" default:"100" doc:"No máximo 100"`
	DispositivoID int64 `query:"dispositivo_id" doc:"Só as deste dispositivo"`
	ClienteID     int64 `query:"cliente_id" doc:"Só as deste cliente"`
}

type conexaoListAnswer struct{ Body conexoesBody }

type conexoesBody struct {
	Success  bool            `json:"success" example:"true"`
	Conexoes []store.Conexao `json:"conexoes" nullable:"false"`
	Paging
}

func (s *Server) listConexoes(ctx context.Context, in *conexaoList) (*conexaoListAnswer, error) {
	p, err := s.as(ctx).Conexoes.List(ctx, store.ConexaoFiltro{
		DispositivoID: in.DispositivoID, ClienteID: in.ClienteID, De: in.De, Ate: in.Ate, Cursor: in.Cursor, SemTotal: in.SemTotal,
		Pagina: pageNumber(in.Pagina), PorPagina: pageSize(in.PorPagina, 100),
	})
	if err != nil {
		return nil, err
	}
	return &conexaoListAnswer{conexoesBody{true, nonNil(p.Itens), pagingOf(p)}}, nil
}

type reportInput struct {
	IdempotencyKey
	Body report
}

// report is what a device sees of the network. It reads itself: an item has two
// recorded forms, and a report is the largest body that there is.
type report struct {
	dispositivo, cliente int64
	conexoes             []byte // the list as it was sent
}

// Schema implements huma.SchemaProvider.
func (report) Schema(huma.Registry) *huma.Schema {
	text := &huma.Schema{Type: huma.TypeString}
	number := &huma.Schema{Type: huma.TypeInteger}
	end := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{"ip": text, "port": number}}
	return &huma.Schema{
		Type: huma.TypeObject, AdditionalProperties: true,
		Properties: map[string]*huma.Schema{
			"dispositivo_id": {Type: huma.TypeInteger, Description: "Só administradores podem omitir"},
			"cliente_id":     {Type: huma.TypeInteger, Description: "Vale só para administradores; senão é o dono do dispositivo"},
			"conexoes": {
				Type: huma.TypeArray,
				Items: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true, Properties: map[string]*huma.Schema{
					"ip_local": text, "porta_local": number, "ip_remoto": text, "porta_remota": number, "laddr": end, "raddr": end,
					"type": text, "status": text, "processo": text, "name": text, "pid": number,
				}},
			},
		},
		Examples: []any{map[string]any{"dispositivo_id": 3, "conexoes": []any{map[string]any{
			"ip_local": "192.168.1.100", "porta_local": 50123, "ip_remoto": "142.250.1.1", "porta_remota": 443, "processo": "chrome.exe", "pid": 4321,
		}}}},
	}
}

// endpoint is one end of a connection as psutil names it.
type endpoint struct {
	IP   string      `json:"ip"`
	Port wholeNumber `json:"port"`
}

type reportItem struct {
	IPLocal     string      `json:"ip_local"`
	PortaLocal  wholeNumber `json:"porta_local"`
	IPRemoto    string      `json:"ip_remoto"`
	PortaRemota wholeNumber `json:"porta_remota"`
	Laddr       endpoint    `json:"laddr"`
	Raddr       endpoint    `json:"raddr"`
	Type        string      `json:"type"`
	Status      string      `json:"status"`
	Processo    string      `json:"processo"`
	Name        string      `json:"name"`
	PID         wholeNumber `json:"pid"`
}

func (i *reportItem) conexao() store.ConexaoNova {
	c := store.ConexaoNova{
		IPOrigem: i.IPLocal, PortaOrigem: i.PortaLocal.value, IPDestino: i.IPRemoto, PortaDestino: i.PortaRemota.value,
		Protocolo: i.Type, Status: i.Status, Processo: i.Processo, PID: i.PID.value,
	}
	if c.IPOrigem == "" && c.PortaOrigem == nil {
		c.IPOrigem, c.PortaOrigem = i.Laddr.IP, i.Laddr.Port.value
	}
	if c.IPDestino == "" && c.PortaDestino == nil {
		c.IPDestino, c.PortaDestino = i.Raddr.IP, i.Raddr.Port.value
	}
	if c.Processo == "" {
		c.Processo = i.Name
	}
	return c
}

// decode implements custom.
func (r *report) decode(fields map[string]json.RawMessage, _ []byte) error {
	var head struct {
		Dispositivo field[int64] `json:"dispositivo_id"`
		Cliente     field[int64] `json:"cliente_id"`
		Ignorados   ignored      `json:"-"`
	}
	if err := decodeInto(&head, fields); err != nil {
		return err
	}
	r.dispositivo, r.cliente, r.conexoes = head.Dispositivo.value, head.Cliente.value, fields["conexoes"]
	return nil
}

var errConexoes = &store.InvalidError{Campos: map[string]string{"conexoes": "Deve ser uma lista de conexões"}}

// longReport is the length, in bytes, from which the device is asked for before the
// list is read. Register asks again, and is enough for the others.
const longReport = 16 << 10

// reported reads the list of a report, after it is known that the caller may speak for
// the device.
func (s *Server) reported(ctx context.Context, r *report) ([]store.ConexaoNova, ignored, error) {
	if len(r.conexoes) > longReport {
		if err := s.as(ctx).Conexoes.Accepts(ctx, r.dispositivo); err != nil {
			return nil, nil, err
		}
	}
	return readConexoes(ctx, r.conexoes)
}

var errEnough = errors.New("server: more items than a report may have")

// maxNamed bounds how many items of a report are named as bad.
const maxNamed = 100

// readConexoes reads item by item, and no more of them than a report may have: one
// beyond is enough for the store to refuse. An item that is no connection is named
// and costs none of the others.
func readConexoes(ctx context.Context, list []byte) (conexoes []store.ConexaoNova, bad ignored, err error) {
	if list == nil || string(list) == "null" {
		return nil, nil, nil
	}
	var item reportItem
	n := -1
	err = eachItem(list, func(raw []byte) error {
		if n++; n > store.MaxConexoes {
			return errEnough
		}
		item = reportItem{}
		if json.Unmarshal(raw, &item) == nil {
			conexoes = append(conexoes, item.conexao())
		} else if len(bad) < maxNamed {
			bad = append(bad, "conexoes["+strconv.Itoa(n)+"]")
		}
		return ctx.Err()
	})
	switch {
	case err == errEnough: //nolint:errorlint // the value itself, never wrapped
		return make([]store.ConexaoNova, store.MaxConexoes+1), nil, nil
	case ctx.Err() != nil:
		return nil, nil, ctx.Err()
	case err != nil:
		return nil, nil, errConexoes
	}
	return conexoes, bad, nil
}

type reportAnswer struct{ Body reportBody }

type reportBody struct {
	Success     bool    `json:"success" example:"true"`
	Registradas int     `json:"registradas" example:"3"`
	Ignorados   ignored `json:"ignorados,omitempty" doc:"Conexões enviadas que não puderam ser lidas, pela sua posição: no máximo 100"`
}

func (s *Server) registerConexoes(ctx context.Context, in *reportInput) (*reportAnswer, error) {
	list, bad, err := s.reported(ctx, &in.Body)
	if err != nil {
		return nil, err
	}
	n, err := s.as(ctx).Conexoes.Register(ctx, in.Body.dispositivo, in.Body.cliente, list, in.options()...)
	if err != nil {
		return nil, err
	}
	return &reportAnswer{reportBody{true, n, bad}}, nil
}
