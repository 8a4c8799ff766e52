package tui

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// machineIn registers a device, which begins online.
func machineIn(t *testing.T, h *store.Handle, name string, cliente int64) int64 {
	t.Helper()
	id, err := h.Dispositivos.Register(
		t.Context(),
		store.Registro{Info: store.Objeto(`{"nome":"` + name + `","hostname":"` + name + `","tipo":"desktop"}`), ClienteID: cliente},
	)
	require.NoError(t, err)
	require.NoError(t, h.Dispositivos.Heartbeat(t.Context(), id))
	return id
}

func TestFlowDeviceFromOnlineToRemoved(t *testing.T) {
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	st := storetest.New(t, storetest.Now(now))
	h := st.As(testOperator)
	fill(t, h)
	id := machineIn(t, h, "RECEPCAO", 1)
	_, err := h.Conexoes.Register(
		t.Context(),
		id,
		1,
		[]store.ConexaoNova{{IPOrigem: "192.168.0.7", IPDestino: "142.250.219.14", PortaDestino: new(int64(443)), Processo: "chrome.exe"}},
	)
	require.NoError(t, err)
	f := newFlow(t, st, func(c *Config) { c.Now, c.Refresh = now, 50*time.Millisecond })
	f.sees("Clientes · 5")
	f.keys("2")
	f.sees("● RECEPCAO", "online há", "Dispositivos · 1")
	ahead.Store(int64(7 * time.Minute))
	f.sees("○ RECEPCAO", "offline há 7 min")
	f.keys("enter")
	f.sees("chrome.exe", "142.250.219.14:443")
	f.keys("e")
	f.sees("Editar")
	f.keys("backspace", "tab", "tab", "enter")
	f.Text("antonia")
	f.sees("❯ ● Antônia Conceição")
	f.keys("enter", "ctrl+s")
	f.sees("salvas.")
	f.sees("Antônia Conceição")
	d, err := h.Dispositivos.Get(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, "RECEPCA", d.Nome)
	require.Equal(t, "Antônia Conceição", d.ClienteNome)
	f.keys("delete")
	f.sees("Remover de vez")
	f.Text("RECEPCA")
	f.confirm("Remover")
	f.sees("removido.")
	_, err = h.Dispositivos.Get(t.Context(), id)
	require.ErrorIs(t, err, store.ErrNotFound)
	f.quit()
}

func TestFlowChatIsLiveForBothSides(t *testing.T) {
	st := storetest.New(t)
	h := st.As(testOperator)
	f := newFlow(t, st, func(c *Config) { c.Refresh = 50 * time.Millisecond })
	f.keys("4")
	f.sees("Nenhuma mensagem em #geral")
	_, err := h.Chat.Send(t.Context(), store.MensagemNova{Usuario: "João", Mensagem: "alguém aí?"})
	require.NoError(t, err)
	f.sees("alguém aí?")
	f.keys("a")
	f.Text("estou, João")
	f.keys("enter")
	f.sees("↳ João: alguém aí?", "estou, João")
	p, err := h.Chat.List(t.Context(), store.MensagemFiltro{})
	require.NoError(t, err)
	require.Equal(t, operatorName, p.Itens[1].Usuario)
	require.EqualValues(t, p.Itens[0].ID, p.Itens[1].RespostaPara)
	require.NoError(t, h.Chat.Delete(t.Context(), p.Itens[1].ID))
	f.quit()
}

func TestFlowSessionIsRevokedAndTheTrailTellsOfIt(t *testing.T) {
	st := storetest.New(t)
	h := st.As(testOperator)
	_, err := h.Clientes.Create(t.Context(), store.ClienteNovo{Nome: "Bruno Lima", Email: "b@x.com.br", Senha: "Uma-Senha-Boa-1"})
	require.NoError(t, err)
	_, _, err = st.As(
		store.Stranger(store.Origem{Canal: store.CanalWeb, IP: "10.0.0.8", UserAgent: "curl/8.11.0"}),
	).Sessoes.Login(
		t.Context(),
		"b@x.com.br",
		"Uma-Senha-Boa-1",
	)
	require.NoError(t, err)
	f := newFlow(t, st)
	f.keys("5")
	f.sees("● Bruno Lima", "curl", "10.0.0.8")
	f.keys("delete")
	f.sees("❯ Cancelar ❮")
	f.confirm("Encerrar")
	f.sees("Sessão de Bruno Lima encerrada.")
	f.sees("Ninguém está com uma sessão aberta")
	f.keys("6")
	f.sees("Sessão encerrada", "Entrada", "Cliente criado")
	f.keys("v")
	f.sees("✓ A trilha está íntegra")
	f.keys("esc", "enter")
	f.sees("sessao_revogada", "local: teste@maquina")
	f.keys("C")
	f.sees("Identificação", "b@x.com.br")
	f.quit()
}
