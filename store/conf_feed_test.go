package store_test

import (
	"example.com/monitor/store"
)

// roteiroEventos writes down what listeners of each level hear of the same work.
// What names no record comes when it comes, so it is left out.
func roteiroEventos(r *roteiro) {
	ctx := r.Context()
	for _, nome := range []string{"Ana", "Bia"} {
		r.anota("cria")(r.op.Clientes.Create(ctx, store.Cliente{Nome: nome, Email: nome + "@exemplo.com", Senha: "senha123"}))
	}
	ouvintes := []struct {
		nome   string
		handle *store.Handle
	}{{"operador", r.op}, {"ana", r.entra("ana@exemplo.com", "senha123")}}
	var escutas []*escuta
	for _, o := range ouvintes {
		escutas = append(escutas, ouve(r.T, o.handle, ""))
	}
	telefone := "11 3333-4444"
	for id := range int64(2) {
		r.anota("muda")(r.op.Clientes.Change(ctx, id+1, "", func(c *store.Cliente) { c.Telefone = telefone }))
		r.anota("registra")(r.op.Dispositivos.Register(ctx, store.Registro{Info: store.Objeto(`{"hostname":"PC"}`), ClienteID: id + 1}))
	}
	r.anota("fala")(r.op.Chat.Send(ctx, store.MensagemNova{Mensagem: "fim"}))
	for i, e := range escutas {
		for {
			ev := e.named()
			r.anota("%s ouve", ouvintes[i].nome)(ev, nil)
			if ev.Recurso == "chat" {
				break
			}
		}
	}
	for _, f := range []store.EventoFiltro{{Desde: "não é nada"}, {Recursos: []string{"logs"}}, {Recursos: []string{"nada"}}} {
		e, err := ouvintes[1].handle.Eventos(ctx, f)
		r.erro("ana ouve %+v", f)(err)
		if err == nil {
			ev, err := e.Next(ctx)
			e.Close()
			r.anota("ana ouve")(ev, err)
		}
	}
}
