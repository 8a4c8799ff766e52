package tui

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

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
	list    section[store.Mensagem]
	sala    string
	input   field
	draft   string // what was in the field before a message was edited in it
	writing bool   // the field has the focus
	about   store.Mensagem
	mode    writing
	sending question
	news    string // why the last message was not sent

	tried    store.MensagemNova // what was tried to be sent last, under chave
	triedKey string

	salas    []store.Sala
	counting question
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
		env: e, sala: generalSala, input: newField(""), sending: newQuestion(e.shell), counting: newQuestion(e.shell), seen: map[string]time.Time{},
		list: newSection(e.shell, id, grid[store.Mensagem]{}),
	}
	c.list.fromEnd = true
	return c
}

func (c *chat) Start() tea.Cmd { return tea.Batch(c.open(), c.countRooms()) }
func (c *chat) Typing() bool   { return c.writing }
func (c *chat) Title() string  { return "Chat" }

func (c *chat) Leave() {
	c.list.Leave()
	c.sending.stop()
	c.counting.stop()
}

// open asks for the room's newest messages.
func (c *chat) open() tea.Cmd {
	filter, handle := store.MensagemFiltro{Sala: c.sala}, c.env.cfg.Handle
	c.list.recount, c.lastRead = true, 0
	return c.list.open(func(ctx context.Context, at place, n int) (stretch[store.Mensagem], error) {
		f := filter
		f.Cursor, f.Primeira, f.PorPagina, f.SemTotal = at.Cursor, at == place{}, n, true
		return stretchOf(handle.Chat.List(ctx, f))
	}, nil)
}

func (c *chat) countRooms() tea.Cmd {
	handle := c.env.cfg.Handle
	return ask(&c.counting, func(ctx context.Context) ([]store.Sala, error) { return handle.Chat.Salas(ctx) })
}

// enterRoom shows another room, which need not hold a message yet.
func (c *chat) enterRoom(sala string) tea.Cmd {
	if sala == c.sala {
		return nil
	}
	c.sala = sala
	c.quitWriting()
	c.list.win.reset(nil, false)
	return c.open()
}

func (c *chat) Update(msg tea.Msg) tea.Cmd {
	if a, ok := take[store.Mensagem](&c.sending, msg); ok {
		return c.sent(a)
	}
	if a, ok := take[[]store.Sala](&c.counting, msg); ok {
		if a.err == nil {
			c.salas = a.value
		}
		c.counted = c.env.now()
		return nil
	}
	switch msg := msg.(type) {
	case tea.KeyMsg:
		if c.sending.busy() {
			return nil
		}
		c.news = ""
		return c.input.Update(msg)
	case changedMsg[store.Mensagem]:
		return c.list.refresh()
	}
	cmds := []tea.Cmd{c.list.Update(msg, c.env.top() == screen(c)), c.sending.Update(msg)}
	if _, tick := msg.(tickMsg); tick && !c.counting.busy() && c.env.cfg.Refresh > 0 && c.env.now().Sub(c.counted) >= roomsEvery {
		cmds = append(cmds, c.countRooms())
	}
	return tea.Batch(cmds...)
}

func (c *chat) Actions() []action {
	if c.writing {
		return c.writingActions()
	}
	k := c.env.keys
	none, write := c.noneBlocked(), c.env.chatBlocked()
	sel, _ := c.list.win.selected()
	own := first(write, none, c.env.foreign(sel))
	out := []action{
		{key: k.New, desc: "escrever", run: func() tea.Cmd { return c.write(newMessage) }, blocked: write},
		{key: k.Salas, run: c.rooms},
		{key: k.Reply, run: func() tea.Cmd { return c.write(answering) }, blocked: first(write, none)},
		{key: k.Open, desc: "ler", run: func() tea.Cmd { return c.env.push(newMensagemDetail(c.env, sel)) }, blocked: none},
		{key: k.Edit, run: func() tea.Cmd { return c.write(editing) }, blocked: own},
		{key: k.Remove, desc: "apagar", run: func() tea.Cmd { return c.env.push(newMessageRemoval(c.env, sel)) }, blocked: own},
		c.env.linkCliente(int64(sel.ClienteID), sel.Usuario, none),
		{key: k.Refresh, quiet: true, run: c.list.retry},
	}
	if c.list.list.slow {
		out = append([]action{{key: k.Back, desc: "cancelar consulta", run: c.cancel}}, out...)
	}
	return append(out, c.moves(k.Down, k.Up, k.PageDown, k.PageUp)...)
}

func (c *chat) moves(down, up, pageDown, pageUp binding) []action {
	k := c.env.keys
	out := []action{
		{key: down, quiet: true, run: func() tea.Cmd { return c.list.move(1) }},
		{key: up, quiet: true, run: func() tea.Cmd { return c.list.move(-1) }},
		{key: pageDown, quiet: true, run: func() tea.Cmd { return c.list.move(c.screenful()) }},
		{key: pageUp, quiet: true, run: func() tea.Cmd { return c.list.move(-c.screenful()) }},
	}
	if c.writing {
		return out
	}
	return append(out,
		action{key: k.Home, desc: "ir à mais antiga", quiet: true, run: c.list.home},
		action{key: k.End, desc: "ir à mais nova", quiet: true, run: c.list.end})
}

func (c *chat) cancel() tea.Cmd {
	c.list.stop()
	return nil
}

func (c *chat) writingActions() []action {
	k := c.env.keys
	if c.sending.busy() {
		return []action{{key: k.Back, desc: "cancelar envio", run: c.cancelSending}}
	}
	send, back := "enviar", "parar de escrever"
	switch c.mode {
	case editing:
		send, back = "salvar", "desistir da edição"
	case answering:
		send, back = "enviar resposta", "desistir da resposta"
	}
	out := []action{{key: k.Send, desc: send, run: c.send}, {key: k.Back, desc: back, run: c.stopWriting}}
	return append(out, c.moves(k.MoveDown, k.MoveUp, k.MovePageDown, k.MovePageUp)...)
}

func (c *chat) noneBlocked() string {
	if c.list.win.empty() {
		return "Nenhuma mensagem selecionada."
	}
	return ""
}

// chatBlocked says why nothing can be written.
func (e *env) chatBlocked() string {
	return first(e.writeBlocked(), e.levelBlocked("escrever no chat", store.Admin, store.Moderador, store.Usuario))
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
		c.about, _ = c.list.win.selected()
	}
	if mode == editing {
		c.draft = c.input.value()
		c.input.set(c.about.Mensagem)
	}
	c.input.focus(true)
	return nil
}

// stopWriting leaves the field; what was typed in it stays for the next time.
func (c *chat) stopWriting() tea.Cmd {
	c.quitWriting()
	return nil
}

func (c *chat) quitWriting() {
	if c.mode == editing && c.writing {
		c.input.set(c.draft)
	}
	c.mode, c.writing, c.news = newMessage, false, ""
	c.input.focus(false)
}

func (c *chat) cancelSending() tea.Cmd {
	c.sending.stop()
	c.news = "Envio cancelado. A mensagem pode ter chegado: confira antes de repetir."
	return c.list.refresh()
}

func (c *chat) send() tea.Cmd {
	text, handle := c.input.value(), c.env.cfg.Handle
	if strings.TrimSpace(text) == "" {
		c.news = "Escreva a mensagem antes de enviar."
		return nil
	}
	c.news = ""
	if c.mode == editing {
		id, base := c.about.ID, c.about.Versao()
		return ask(&c.sending, func(ctx context.Context) (store.Mensagem, error) {
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
	return ask(&c.sending, func(ctx context.Context) (store.Mensagem, error) {
		return handle.Chat.Send(ctx, changed, store.WithIdempotencia(onceKey))
	})
}

// sent takes in how it went. What was not sent stays in the field.
func (c *chat) sent(a answer[store.Mensagem]) tea.Cmd {
	switch {
	case errors.Is(a.err, store.ErrConflict) && c.mode == editing && a.value.ID != 0:
		c.about = a.value
		c.news = "Outra pessoa a editou: “" + clip(line(a.value.Mensagem), 40) + "”. enter salva a sua por cima."
		return c.list.refresh()
	case a.err != nil:
		c.news = refusal(a.err)
		return nil
	}
	c.tried, c.triedKey = store.MensagemNova{}, ""
	edited := c.mode == editing
	if edited {
		c.quitWriting()
		c.env.tell(noticeOK, "Mensagem editada.")
		return c.list.refresh()
	}
	c.mode = newMessage
	c.input.set("")
	return c.list.end()
}

// refusal is why a message was not taken, with what to do.
func refusal(err error) string {
	if invalid, ok := errors.AsType[*store.InvalidError](err); ok {
		return invalid.Error()
	}
	f := explain(err)
	return strings.TrimSpace(f.cause + ". Nada do que você digitou se perdeu. " + f.remedy)
}

// newMessageRemoval asks before a message is deleted.
func newMessageRemoval(e *env, m store.Mensagem) *confirm {
	handle, id := e.cfg.Handle, m.ID
	c := newConfirm(e.shell, "Apagar mensagem", "Apagar a mensagem de "+speaker(m)+": “"+clip(line(m.Mensagem), 120)+"”? Ela some do chat para todos.", "Apagar")
	c.danger = true
	c.run = func(ctx context.Context) error { return handle.Chat.Delete(ctx, id) }
	c.done = told[store.Mensagem](e.shell, "Mensagem apagada.", id)
	return c
}

func speaker(m store.Mensagem) string { return first(line(m.Usuario), "Anônimo") }
