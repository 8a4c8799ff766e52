package engine

import (
	"strings"
)

// The providers that are recognised by host name.
const (
	provedorNeon         = "Neon"
	provedorSupabase     = "Supabase"
	provedorRailway      = "Railway"
	provedorPlanetScale  = "PlanetScale"
	provedorRender       = "Render"
	provedorAiven        = "Aiven"
	provedorCockroach    = "CockroachDB"
	provedorElephant     = "ElephantSQL"
	provedorRDS          = "Amazon RDS"
	provedorAzure        = "Azure"
	provedorDigitalOcean = "DigitalOcean"
)

// redePrivadaRailway ends the names of Railway's private network, which is
// encrypted by itself.
const redePrivadaRailway = ".railway.internal"

// redePrivada recognises names that only exist inside a provider's own network:
// Railway's, and Render's dpg-abc-a without a domain.
func redePrivada(host string) bool {
	return strings.HasSuffix(host, redePrivadaRailway) || strings.HasPrefix(host, "dpg-") && !strings.Contains(host, ".")
}

// provider is what we know of a provider.
type provider struct {
	nome    string
	sufixos []string // of host names, lower case
	publica bool     // certificates come from an authority that systems trust
	// encerrado says where to go from a provider that is no more.
	encerrado string
	conexoes  int // what smaller plans stand beside other programs; 0: our default
	dicas     []string
	// ajusta looks closer at the target; may be nil.
	ajusta func(t *Target, host string)
}

// provedores by name. Their facts are explained in docs/provedores.md.
var provedores = byName([]provider{
	{
		nome: provedorNeon, sufixos: []string{".neon.tech"}, publica: true,
		dicas: []string{
			"o Neon dorme depois de alguns minutos sem uso; a primeira conexão leva um ou dois segundos, e o monitor não o acorda sem motivo",
		},
		ajusta: func(t *Target, host string) {
			first, _, _ := strings.Cut(host, ".")
			t.Pooler = t.Pooler || strings.HasSuffix(first, "-pooler")
		},
	},
	{
		nome: provedorSupabase, sufixos: []string{".supabase.co", ".pooler.supabase.com"}, conexoes: 8,
		dicas:  []string{"o projeto gratuito do Supabase é pausado depois de uma semana sem uso; retome-o no painel"},
		ajusta: supabase,
	},
	{
		nome: provedorRailway, sufixos: []string{".railway.app", ".rlwy.net", redePrivadaRailway}, conexoes: 20,
		ajusta: func(t *Target, host string) {
			if strings.HasSuffix(host, redePrivadaRailway) {
				t.Dicas = append(t.Dicas, "este endereço só existe dentro da rede do Railway; de fora, use DATABASE_PUBLIC_URL")
				return
			}
			t.Dicas = append(t.Dicas, "o certificado do Railway é assinado por ele mesmo: fixe-o com monitor setup --confiar-certificado")
			if strings.HasSuffix(host, ".railway.app") {
				t.Dicas = append(
					t.Dicas,
					"endereços containers-….railway.app são antigos; se a conexão falhar, copie DATABASE_PUBLIC_URL de novo no painel (….proxy.rlwy.net)",
				)
			}
		},
	},
	{
		nome: provedorPlanetScale, sufixos: []string{".psdb.cloud"}, publica: true,
		dicas: []string{"o PlanetScale só entrega a senha uma vez; se ela se perdeu, crie outra em Connect"},
		ajusta: func(t *Target, _ string) {
			t.SemFK = t.Kind == MySQL
			if t.Kind == MySQL {
				t.Dicas = append(
					t.Dicas,
					"o ramo precisa aceitar mudanças de esquema diretas: desligue Safe migrations durante o monitor setup",
				)
			}
		},
	},
	{
		nome: provedorRender, sufixos: []string{"-postgres.render.com"}, publica: true, conexoes: 20,
		dicas: []string{
			"o banco gratuito do Render expira 30 dias depois de criado; de serviços no próprio Render, use a Internal Database URL",
		},
	},
	{
		nome: provedorAiven, sufixos: []string{".aivencloud.com"}, conexoes: 8,
		dicas: []string{
			"o certificado do Aiven é de uma autoridade do projeto: baixe o CA certificate no painel e informe-o com sslrootcert=ca.pem (ou MONITOR_DB_CA)",
		},
	},
	{
		nome: provedorCockroach, sufixos: []string{".cockroachlabs.cloud"}, publica: true,
		dicas: []string{"o monitor não foi testado com o CockroachDB"},
	},
	{
		nome: provedorElephant, sufixos: []string{".elephantsql.com"}, conexoes: 4,
		encerrado: "o ElephantSQL encerrou o serviço em janeiro de 2025: restaure a sua última cópia em outro provedor (o Neon e o Supabase têm plano gratuito) e troque a URL",
	},
	{
		nome: provedorRDS, sufixos: []string{".rds.amazonaws.com"},
		dicas: []string{
			"a autoridade da Amazon não vem nos sistemas: baixe global-bundle.pem em truststore.pki.rds.amazonaws.com e informe-o com sslrootcert= (ou MONITOR_DB_CA)",
		},
	},
	{
		nome: provedorAzure, sufixos: []string{".postgres.database.azure.com", ".mysql.database.azure.com"}, publica: true,
	},
	{
		nome: provedorDigitalOcean, sufixos: []string{".db.ondigitalocean.com"}, conexoes: 15,
		dicas: []string{
			"o certificado é de uma autoridade do projeto: baixe o CA certificate no painel e informe-o com sslrootcert= (ou MONITOR_DB_CA)",
		},
		ajusta: func(t *Target, _ string) {
			t.Pooler = t.Pooler || t.Porta == 25061
		},
	},
})

// Encerrado says where to go when t's provider is no more; "" when it lives.
func (t Target) Encerrado() string { return provedores[t.Provedor].encerrado }

// supabase tells its three doors apart.
func supabase(t *Target, host string) {
	switch {
	case strings.HasSuffix(host, ".pooler.supabase.com") && t.Porta == 6543:
		t.Pooler, t.MaxConexoes = true, max(t.MaxConexoes, 20)
		t.Dicas = append(t.Dicas, "pooler do Supabase em modo transação (porta 6543)")
	case strings.HasSuffix(host, ".pooler.supabase.com"):
		t.Dicas = append(
			t.Dicas,
			"pooler do Supabase em modo sessão (porta 5432): cada conexão ocupa uma vaga do plano; para muitos programas, use a porta 6543",
		)
	case t.Porta == 6543:
		t.Pooler = true
	default:
		t.Dicas = append(
			t.Dicas,
			"o endereço direto do Supabase só atende por IPv6; em redes IPv4, use o Session pooler ou o Transaction pooler (….pooler.supabase.com)",
		)
	}
	t.Dicas = append(
		t.Dicas,
		"o certificado do Supabase é de uma autoridade própria: baixe-o em Database Settings → SSL Configuration e informe-o com sslrootcert= (ou MONITOR_DB_CA)",
	)
}

func byName(list []provider) map[string]provider {
	m := make(map[string]provider, len(list))
	for _, p := range list {
		m[p.nome] = p
	}
	return m
}

// applyProvider recognises who runs the server and sets what is known of it.
func (t *Target) applyProvider() {
	host := strings.ToLower(strings.TrimSuffix(t.Host, "."))
	for nome, p := range provedores {
		for _, s := range p.sufixos {
			if strings.HasSuffix(host, s) {
				t.Provedor = nome
			}
		}
	}
	p, ok := provedores[t.Provedor]
	if !ok {
		return
	}
	if p.ajusta != nil {
		p.ajusta(t, host)
	}
	t.Dicas = append(t.Dicas, p.dicas...)
	if t.MaxConexoes == 0 {
		t.MaxConexoes = p.conexoes
	}
}
