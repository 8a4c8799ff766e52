package demo

import (
	"context"
	"fmt"
	"time"

	"example.com/monitor/store"
)

// conversation is what the invented people say, room by room; each line answers the
// one before it where it says so.
var conversation = []struct {
	sala, text string
	answers    bool
}{
	{"geral", "Bom dia! Hoje às 18h para a manutenção do servidor de arquivos, uns 20 minutos.", false},
	{"geral", "Combinado. Aviso a equipe do financeiro.", true},
	{"suporte", "A impressora da recepção voltou a imprimir em branco.", false},
	{"suporte", "Já troquei o toner ontem; deve ser o driver novo. Vou olhar.", true},
	{"geral", "Alguém sabe se o backup de ontem terminou?", false},
	{"geral", "Terminou às 3h12, sem erros. O relatório está na pasta de sempre.", true},
	{"plantao", "Queda de energia em Niterói às 14h20; nobreak segurou os servidores.", false},
	{"suporte", "caixa-07 sem sinal desde o almoço. Alguém desligou a régua?", false},
	{"suporte", "Era a régua mesmo. Já voltou 👍", true},
	{"geral", "Lembrete: quem ainda usa o Windows 10 precisa agendar a atualização até sexta.", false},
	{"plantao", "Link de internet de Salvador oscilando, operadora avisada (protocolo 20261123-0917).", false},
	{"geral", "Novo estagiário no suporte a partir de segunda: deem as boas-vindas ao Ubiratã!", false},
	{"geral", "Bem-vindo! 🎉", true},
	{"suporte", "Antivírus acusou falso positivo no instalador do fiscal. Liberado na lista da matriz.", false},
	{"plantao", "Tudo normal por aqui. Próxima ronda às 22h.", false},
}

// news is said now and then while the demonstration runs.
var news = []string{
	"notebook-05 reiniciado depois da atualização.",
	"Disco do servidor-04 em 81 %. Vou limpar os registros antigos.",
	"Cliente da Padaria Pão Quente ligou: sistema lento. Verificando.",
	"Resolvido: era o antivírus varrendo a pasta do banco.",
	"Alguém viu o cabo do projetor da sala de reunião?",
	"Link de Salvador estável há uma hora.",
}

// peers are where the machines of the demonstration talk to.
var peers = []struct {
	ip, processo string
	port         int64
}{
	{"142.250.219.14", "chrome.exe", 443},
	{"13.107.42.14", "outlook.exe", 443},
	{"192.168.0.2", "erp.exe", 3050},
	{"192.168.0.5", "postgres", 5432},
	{"10.0.0.53", "svchost.exe", 53},
	{"2804:14c::8a2e:370:7334", "backup", 22},
	{"151.101.2.137", "firefox", 443},
	{"192.168.0.9", "spoolsv.exe", 445},
}

// seedActivity gives the demonstration something to say: conversations of the
// last day and the connections of the machines that are on.
func (d *Demo) seedActivity(ctx context.Context, clients []int64) error {
	d.clock.set(time.Now().Add(-26 * time.Hour))
	last := map[string]int64{}
	for i, t := range conversation {
		m := store.MensagemNova{Sala: t.sala, Mensagem: t.text}
		m.ClienteID, m.Usuario = speaker(clients, i)
		if t.answers {
			m.RespostaPara = last[t.sala]
		}
		sent, err := d.h.Chat.Send(ctx, m)
		if err != nil {
			return fmt.Errorf("demo: messages: %w", err)
		}
		last[t.sala] = sent.ID
		d.clock.forward(80 * time.Minute)
	}
	return d.report(ctx, 0)
}

// speaker is who says the i-th thing.
func speaker(clients []int64, i int) (id int64, name string) {
	n := (i * 41) % len(clients)
	return clients[n], Cliente(n).Nome
}

// report sends a few connections of every fifth of the machines that are on.
func (d *Demo) report(ctx context.Context, round int) error {
	return atOnce(len(d.alive), func(i int) error {
		if round > 0 && i%5 != round%5 {
			return nil
		}
		_, err := d.h.Conexoes.Register(ctx, d.alive[i], d.owners[i], newConexoes(i, round))
		if err != nil {
			return fmt.Errorf("demo: connections: %w", err)
		}
		return nil
	})
}

func newConexoes(i, round int) []store.ConexaoNova {
	var out []store.ConexaoNova
	for j := range 1 + (i+round)%3 {
		n := i*7 + j*3 + round
		peer := pick(peers, n)
		x := store.ConexaoNova{
			IPOrigem: fmt.Sprintf(
				"192.168.%d.%d",
				i%4,
				10+i,
			), PortaOrigem: new(int64(49152 + (n*37)%16000)), IPDestino: peer.ip, PortaDestino: new(peer.port),
			Processo: peer.processo, PID: new(int64(900 + (n*131)%30000)),
		}
		switch {
		case peer.port == 53:
			x.Protocolo = "UDP"
		case n%6 == 5:
			x.Status = "TIME_WAIT"
		}
		out = append(out, x)
	}
	return out
}

// logins are the sessions that are open while the demonstration runs.
var logins = []store.Origem{
	{
		Canal:     store.CanalWeb,
		IP:        "192.168.0.21",
		UserAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36",
	},
	{
		Canal:     store.CanalWeb,
		IP:        "200.147.3.157",
		UserAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
	},
	{Canal: store.CanalAPI, IP: "10.0.0.8", UserAgent: "curl/8.11.0"},
}

// openSessions logs in as people do; a wrong password is in the audit trail, too.
// It runs beside the demonstration, for each takes its time.
func (d *Demo) openSessions(ctx context.Context) {
	for _, from := range logins {
		_, _, _ = d.st.As(store.Stranger(from)).Sessoes.Login(ctx, d.Email, d.Senha)
	}
	_, _, _ = d.st.As(store.Stranger(logins[1])).Sessoes.Login(ctx, d.Email, "senha errada")
}

// talk says something in a room once in a while.
func (d *Demo) talk(ctx context.Context, round int) {
	const every = 5 // beats
	if round%every != every-1 {
		return
	}
	i := round / every
	m := store.MensagemNova{Sala: pick([]string{"suporte", "geral", "plantao"}, i), Mensagem: pick(news, i)}
	m.ClienteID, m.Usuario = speaker(d.clients, i+3)
	_, _ = d.h.Chat.Send(ctx, m)
}
