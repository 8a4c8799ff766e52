package tui

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"example.com/monitor/tui/kit"

	tea "github.com/charmbracelet/bubbletea"

	"example.com/monitor/store"
)

const (
	generalSala = "geral"
	// roomsEvery is how often the rooms are counted, which reads every message.
	roomsEvery = 15 * time.Second
	// operatorName is who speaks where nobody has logged in.
	operatorName = "Administração"
)

// chat is the page of conversations: the messages of one room, oldest first, with
// a line to write in.
type chat struct {
	env     *env
	list    kit.Section[store.Mensagem]
	sala    string
	input   kit.Field
	draft   string // what was in the field before a message was edited in it
	writing bool   // the field has the focus
	about   store.Mensagem
	mode    writing
	sending kit.Question
	news    string // why the last message was not sent

	tried    store.MensagemNova // what was tried to be sent last, under chave
	triedKey string

	salas    []store.Sala
	counting kit.Question
	counted  time.Time            // when the rooms were counted
	seen     map[string]time.Time // the latest message seen in each room
	lastRead int64                // id of the newest message that stood at the end of the screen
	bottom   int                  // the row at the foot of the screen
}

// writing says what the text in the field will be.
type writing int

const (
	newMessage writing = iota
	answering          // to chat.sobre
	editing            // of chat.sobre
)

func newChat(e *env) *chat {
	id := func(m store.Mensagem) int64 { return m.ID }
	c := &chat{
		env: e, sala: generalSala, input: kit.NewField(""), sending: kit.NewQuestion(e.Shell), counting: kit.NewQuestion(e.Shell), seen: map[string]time.Time{},
		list: kit.NewSection(e.Shell, id, kit.Grid[store.Mensagem]{}),
	}
	c.list.FromEnd = true
	return c
}

func (c *chat) Start() tea.Cmd { return tea.Batch(c.open(), c.countRooms()) }
func (c *chat) Typing() bool   { return c.writing }
func (c *chat) Title() string  { return "Chat" }

func (c *chat) Leave() {
	c.list.Leave()
	c.sending.Stop()
	c.counting.Stop()
}

// open asks for the room's newest messages.
func (c *chat) open() tea.Cmd {
	filter, handle := store.MensagemFiltro{Sala: c.sala}, c.env.cfg.Handle
	c.list.Recount, c.lastRead = true, 0
	return c.list.Open(func(ctx context.Context, at kit.Place, n int) (kit.Stretch[store.Mensagem], error) {
		f := filter
		f.Cursor, f.Primeira, f.PorPagina, f.SemTotal = at.Cursor, at == kit.Place{}, n, true
		return stretchOf(handle.Chat.List(ctx, f))
	}, nil)
}

func (c *chat) countRooms() tea.Cmd {
	handle := c.env.cfg.Handle
	return kit.Ask(&c.counting, func(ctx context.Context) ([]store.Sala, error) { return handle.Chat.Salas(ctx) })
}

// enterRoom shows another room, which need not hold a message yet.
func (c *chat) enterRoom(sala string) tea.Cmd {
	if sala == c.sala {
		return nil
	}
	c.sala = sala
	c.quitWriting()
	c.list.Window.Reset(nil, false)
	return c.open()
}

func (c *chat) Update(msg tea.Msg) tea.Cmd {
	if a, ok := kit.Take[store.Mensagem](&c.sending, msg); ok {
		return c.sent(a)
	}
	if a, ok := kit.Take[[]store.Sala](&c.counting, msg); ok {
		if a.Err == nil {
			c.salas = a.Value
		}
		c.counted = c.env.Now()
		return nil
	}
	switch msg := msg.(type) {
	case tea.KeyMsg:
		if c.sending.Busy() {
			return nil
		}
		c.news = ""
		return c.input.Update(msg)
	case kit.ChangedMsg[store.Mensagem]:
		return c.list.Refresh()
	}
	cmds := []tea.Cmd{c.list.Update(msg, c.env.Top() == kit.Screen(c)), c.sending.Update(msg)}
	if _, tick := msg.(kit.TickMsg); tick && !c.counting.Busy() && c.env.cfg.Refresh > 0 && c.env.Now().Sub(c.counted) >= roomsEvery {
		cmds = append(cmds, c.countRooms())
	}
	return tea.Batch(cmds...)
}

func (c *chat) Actions() []kit.Action {
	if c.writing {
		return c.writingActions()
	}
	k := c.env.keys
	none, write := c.noneBlocked(), c.env.chatBlocked()
	sel, _ := c.list.Window.Selected()
	own := kit.First(write, none, c.env.foreign(sel))
	out := []kit.Action{
		{Key: k.New, Desc: "escrever", Run: func() tea.Cmd { return c.write(newMessage) }, Blocked: write},
		{Key: k.Salas, Run: c.rooms},
		{Key: k.Reply, Run: func() tea.Cmd { return c.write(answering) }, Blocked: kit.First(write, none)},
		{Key: k.Open, Desc: "ler", Run: func() tea.Cmd { return c.env.Push(newMensagemDetail(c.env, sel)) }, Blocked: none},
		{Key: k.Edit, Run: func() tea.Cmd { return c.write(editing) }, Blocked: own},
		{Key: k.Remove, Desc: "apagar", Run: func() tea.Cmd { return c.env.Push(newMessageRemoval(c.env, sel)) }, Blocked: own},
		c.env.linkCliente(int64(sel.ClienteID), sel.Usuario, none),
		{Key: k.Refresh, Quiet: true, Run: c.list.Retry},
	}
	if c.list.List.Slow {
		out = append([]kit.Action{{Key: k.Back, Desc: "cancelar consulta", Run: c.cancel}}, out...)
	}
	return append(out, c.moves(k.Down, k.Up, k.PageDown, k.PageUp)...)
}

func (c *chat) moves(down, up, pageDown, pageUp kit.Binding) []kit.Action {
	k := c.env.keys
	out := []kit.Action{
		{Key: down, Quiet: true, Run: func() tea.Cmd { return c.list.Move(1) }},
		{Key: up, Quiet: true, Run: func() tea.Cmd { return c.list.Move(-1) }},
		{Key: pageDown, Quiet: true, Run: func() tea.Cmd { return c.list.Move(c.screenful()) }},
		{Key: pageUp, Quiet: true, Run: func() tea.Cmd { return c.list.Move(-c.screenful()) }},
	}
	if c.writing {
		return out
	}
	return append(out,
		kit.Action{Key: k.Home, Desc: "ir à mais antiga", Quiet: true, Run: c.list.Home},
		kit.Action{Key: k.End, Desc: "ir à mais nova", Quiet: true, Run: c.list.End})
}

func (c *chat) cancel() tea.Cmd {
	c.list.Stop()
	return nil
}

func (c *chat) writingActions() []kit.Action {
	k := c.env.keys
	if c.sending.Busy() {
		return []kit.Action{{Key: k.Back, Desc: "cancelar envio", Run: c.cancelSending}}
	}
	send, back := "enviar", "parar de escrever"
	switch c.mode {
	case editing:
		send, back = "salvar", "desistir da edição"
	case answering:
		send, back = "enviar resposta", "desistir da resposta"
	}
	out := []kit.Action{{Key: k.Send, Desc: send, Run: c.send}, {Key: k.Back, Desc: back, Run: c.stopWriting}}
	return append(out, c.moves(k.MoveDown, k.MoveUp, k.MovePageDown, k.MovePageUp)...)
}

func (c *chat) noneBlocked() string {
	if c.list.Window.Empty() {
		return "Nenhuma mensagem selecionada."
	}
	return ""
}

// chatBlocked says why nothing can be written.
func (e *env) chatBlocked() string {
	return kit.First(e.writeBlocked(), e.levelBlocked("escrever no chat", store.Admin, store.Moderador, store.Usuario))
}

// mine says that the person at the console wrote m.
func (e *env) mine(m store.Mensagem) bool {
	id, ok := e.cfg.Handle.Actor().Pessoa()
	return ok && id == int64(m.ClienteID)
}

// foreign says why m is not the person's to change, "" when it is.
func (e *env) foreign(m store.Mensagem) string {
	if e.mine(m) || e.levelBlocked("", store.Admin, store.Moderador) == "" {
		return ""
	}
	return "Só quem escreveu a mensagem e os moderadores podem alterá-la."
}

// write gives the field the focus for a message of that kind.
func (c *chat) write(mode writing) tea.Cmd {
	c.mode, c.writing, c.news = mode, true, ""
	if mode != newMessage {
		c.about, _ = c.list.Window.Selected()
	}
	if mode == editing {
		c.draft = c.input.Value()
		c.input.Set(c.about.Mensagem)
	}
	c.input.Focus(true)
	return nil
}

// stopWriting leaves the field; what was typed in it stays for the next time.
func (c *chat) stopWriting() tea.Cmd {
	c.quitWriting()
	return nil
}

func (c *chat) quitWriting() {
	if c.mode == editing && c.writing {
		c.input.Set(c.draft)
	}
	c.mode, c.writing, c.news = newMessage, false, ""
	c.input.Focus(false)
}

func (c *chat) cancelSending() tea.Cmd {
	c.sending.Stop()
	c.news = "Envio cancelado. A mensagem pode ter chegado: confira antes de repetir."
	return c.list.Refresh()
}

func (c *chat) send() tea.Cmd {
	text, handle := c.input.Value(), c.env.cfg.Handle
	if strings.TrimSpace(text) == "" {
		c.news = "Escreva a mensagem antes de enviar."
		return nil
	}
	c.news = ""
	if c.mode == editing {
		id, base := c.about.ID, c.about.Versao()
		return kit.Ask(&c.sending, func(ctx context.Context) (store.Mensagem, error) {
			return handle.Chat.Edit(ctx, id, text, store.WithVersao(base))
		})
	}
	changed := store.MensagemNova{Sala: c.sala, Usuario: operatorName, Mensagem: text}
	if c.mode == answering {
		changed.RespostaPara = c.about.ID
	}
	if changed != c.tried { // the same message again must not come twice
		c.tried, c.triedKey = changed, rand.Text()
	}
	onceKey := c.triedKey
	return kit.Ask(&c.sending, func(ctx context.Context) (store.Mensagem, error) {
		return handle.Chat.Send(ctx, changed, store.WithIdempotencia(onceKey))
	})
}

// sent takes in how it went. What was not sent stays in the field.
func (c *chat) sent(a kit.Answer[store.Mensagem]) tea.Cmd {
	switch {
	case errors.Is(a.Err, store.ErrConflict) && c.mode == editing && a.Value.ID != 0:
		c.about = a.Value
		c.news = "Outra pessoa a editou: “" + kit.Clip(kit.Line(a.Value.Mensagem), 40) + "”. enter salva a sua por cima."
		return c.list.Refresh()
	case a.Err != nil:
		c.news = refusal(a.Err)
		return nil
	}
	c.tried, c.triedKey = store.MensagemNova{}, ""
	edited := c.mode == editing
	if edited {
		c.quitWriting()
		c.env.Tell(kit.NoticeOK, "Mensagem editada.")
		return c.list.Refresh()
	}
	c.mode = newMessage
	c.input.Set("")
	return c.list.End()
}

// refusal is why a message was not taken, with what to do.
func refusal(err error) string {
	if invalid, ok := errors.AsType[*store.InvalidError](err); ok {
		return invalid.Error()
	}
	f := explain(err)
	return strings.TrimSpace(f.Cause + ". Nada do que você digitou se perdeu. " + f.Remedy)
}

// newMessageRemoval asks before a message is deleted.
func newMessageRemoval(e *env, m store.Mensagem) *kit.Confirm {
	handle, id := e.cfg.Handle, m.ID
	c := kit.NewConfirm(
		e.Shell,
		"Apagar mensagem",
		"Apagar a mensagem de "+speaker(m)+": “"+kit.Clip(kit.Line(m.Mensagem), 120)+"”? Ela some do chat para todos.",
		"Apagar",
	)
	c.Danger = true
	c.Run = func(ctx context.Context) (int64, error) { return 0, handle.Chat.Delete(ctx, id) }
	c.Done = kit.Told[store.Mensagem](e.Shell, "Mensagem apagada.", id)
	return c
}

func speaker(m store.Mensagem) string { return kit.First(kit.Line(m.Usuario), "Anônimo") }
