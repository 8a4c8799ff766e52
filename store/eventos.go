package store

import (
	"context"
	"slices"
	"strings"

	"example.com/monitor/store/fault"
	"example.com/monitor/store/feed"
	"example.com/monitor/store/record"
)

// EventoFiltro narrows what a listener hears.
type EventoFiltro struct {
	Recursos []string // nouns; none means all that the actor may hear
	// Desde is the position after which to go on, from Escuta.Posicao; "" is now.
	Desde string
}

// The views of the levels follow what each may list.
var views = map[string]feed.View{
	Admin: {feed.ReachAll, feed.ReachAll, feed.ReachAll, feed.ReachAll, feed.ReachAll, feed.ReachAll, feed.ReachAll, feed.ReachAll},
	Moderador: {
		feed.Clientes: feed.ReachAll, feed.Dispositivos: feed.ReachAll, feed.Conexoes: feed.ReachAll, feed.Chat: feed.ReachAll, feed.Sessoes: feed.ReachOwn,
		feed.Logs: feed.ReachAll, feed.Estatisticas: feed.ReachAll,
	},
	Usuario: {
		feed.Clientes: feed.ReachOwn, feed.Dispositivos: feed.ReachOwn, feed.Conexoes: feed.ReachOwn, feed.Chat: feed.ReachAll, feed.Sessoes: feed.ReachOwn,
	},
	Leitura: {feed.Clientes: feed.ReachAll, feed.Dispositivos: feed.ReachAll, feed.Conexoes: feed.ReachAll, feed.Chat: feed.ReachAll, feed.Estatisticas: feed.ReachAll},
}

// narrow leaves the named nouns. Naming what the level may not hear is refused.
func narrow(v feed.View, names []string) (feed.View, error) {
	if len(names) == 0 {
		return v, nil
	}
	var some feed.View
	for _, nome := range names {
		i := slices.Index(feed.Nouns, nome)
		switch {
		case i < 0:
			return some, fault.Invalid("recursos", "Use nomes desta lista, separados por vírgula: "+strings.Join(feed.Nouns, ", "))
		case v[i] == feed.ReachNone:
			return some, errForbidden
		}
		some[i] = v[i]
	}
	return some, nil
}

// Eventos begins to listen to changes, whoever makes them and in whatever process
// (within about a second when it is another). Admins hear everything, moderadores
// everything but keys and others' sessions, leitura keys what they may list,
// people what is their own and the chat. Close the Escuta. ErrTooMany when too
// many listen already.
func (h *Handle) Eventos(ctx context.Context, f EventoFiltro) (*feed.Subscription, error) {
	if err := h.require(Admin, Moderador, Usuario, Leitura); err != nil {
		return nil, err
	}
	view, err := narrow(views[h.actor.nivel], f.Recursos)
	if err != nil {
		return nil, err
	}
	ctx, cancel := h.s.deadline(ctx)
	defer cancel()
	who := feed.Listener{Ref: h.actor.ref(), View: view, Level: views[h.actor.nivel], Who: h.actor}
	who.Person, _ = h.actor.Pessoa()
	return h.s.feed.Join(ctx, who, f.Desde)
}

// feedConfig is what the feed of changes needs to know.
func (s *Store) feedConfig() feed.Config {
	return feed.Config{
		Reader: s.db.Reader, Chain: s.chain, Now: s.cfg.Now, Log: s.cfg.Log, Deadline: s.cfg.Deadline, OnlineFor: record.OnlineFor,
		NoTableTimes: s.cfg.noTableTimes, Go: s.work.Go, Alive: s.alive, Gone: errSessao,
	}
}
