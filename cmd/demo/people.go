package demo

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"

	"example.com/monitor/store"
)

// The invented people are made of these parts; any likeness is chance.
var (
	firstNames = []string{
		"João", "Maria", "José", "Ana", "Antônio", "Francisca", "Carlos", "Antônia", "Paulo", "Adriana", "Pedro", "Juliana",
		"Lucas", "Márcia", "Luís", "Fernanda", "Marcos", "Patrícia", "Gabriel", "Aline", "Rafael", "Sandra", "Daniel", "Camila",
		"Conceição", "Bruno", "Jéssica", "Eduardo", "Letícia", "Felipe", "Vitória", "Rodrigo", "Márcio", "Sônia", "Tainá", "Ubiratã",
	}
	middleNames = []string{"da Silva", "dos Santos", "Oliveira", "de Souza", "Pereira", "Lima", "Carvalho", "Ferreira", "Ribeiro", "Almeida", "Araújo"}
	lastNames   = []string{"Costa", "Gonçalves", "Guimarães", "Magalhães", "Barbosa", "Rocha", "Dias", "Moreira", "Falcão", "Assunção", "Brandão", "Leão", "Queirós"}
	jobs        = []string{"Gerente", "Analista de suporte", "Especialista em TI", "Representante comercial", "Atendente", "Contabilista", "Assistente de direção", "Agente de compras", "Recepcionista"}
	firms       = []string{
		"Padaria Pão Quente", "Indústria Sá & Irmãos", "Clínica São Lucas", "Construções Maçaranduba", "Transportadora Três Corações",
		"Escola Aquarela", "Mercado Bom Preço", "Livraria Sertão", "Fazenda Água Limpa", "Óptica Visão", "Farmácia da Praça", "Café Mogiana",
		"Têxtil Joinville", "Oficina do Zé", "Editora Ipê", "Cerâmica Marajó", "Pousada Ilha Bela", "Laticínios Serra Azul",
	}
	places = []struct{ cidade, state, ddd, cep string }{
		{"São Paulo", "SP", "11", "01310-1"},
		{"Niterói", "RJ", "21", "24020-0"},
		{"Belo Horizonte", "MG", "31", "30130-0"},
		{"Curitiba", "PR", "41", "80010-0"},
		{"Florianópolis", "SC", "48", "88010-0"},
		{"Goiânia", "GO", "62", "74003-0"},
		{"Salvador", "BA", "71", "40020-0"},
		{"Maceió", "AL", "82", "57020-0"},
		{"São Luís", "MA", "98", "65010-0"},
		{"Belém", "PA", "91", "66010-0"},
	}
	streets    = []string{"Rua das Acácias", "Avenida Brasil", "Rua Sete de Setembro", "Travessa do Comércio", "Alameda dos Ipês", "Praça da República"}
	systems    = []struct{ name, version string }{{"Windows", "11 Pro"}, {"Ubuntu", "24.04"}, {"macOS", "15.1"}, {"Windows", "10 Pro"}, {"Debian", "12"}}
	processors = []string{"Intel Core i5-12400", "AMD Ryzen 5 5600G", "Apple M2", "Intel Core i7-1165G7", "AMD EPYC 7302"}
	roles      = []string{"caixa", "recepcao", "financeiro", "servidor", "notebook", "estoque"}
)

func pick[T any](list []T, n int) T { return list[n%len(list)] }

// Cliente is the n-th person: always the same one, with valid numbers. What
// the name must not tell, such as the company, is drawn from n's own lots.
func Cliente(n int) store.ClienteNovo {
	lots := rand.New(rand.NewPCG(uint64(n), 0))
	name := strings.Join([]string{pick(firstNames, n*7), pick(middleNames, n*5+n/11), pick(lastNames, n*3+n/13)}, " ")
	place := pick(places, lots.IntN(len(places)))
	c := store.ClienteNovo{
		Nome: name, Email: fmt.Sprintf("%s.%03d@exemplo.com.br", asciiLower(pick(firstNames, n*7)), n+1),
		Telefone: fmt.Sprintf("(%s) 9%04d-%04d", place.ddd, 6000+(n*37)%3999, (n*7919)%10000),
		Empresa:  pick(firms, lots.IntN(len(firms))), Cargo: pick(jobs, lots.IntN(len(jobs))),
		Endereco: fmt.Sprintf("%s, %d", pick(streets, lots.IntN(len(streets))), 10+(n*13)%1990),
		Cidade:   place.cidade, Estado: place.state, Pais: "Brasil", CEP: fmt.Sprintf("%s%02d", place.cep, n%100),
		CPFCNPJ: cpf(n), NivelAcesso: store.Usuario,
	}
	if n%4 == 1 {
		c.CPFCNPJ = cnpj(n)
	}
	if n%6 == 0 {
		c.Observacoes = "Prefere contato por e-mail, de manhã."
		c.DadosExtras = store.Objeto(`{"plano":"ouro","origem":"indicação"}`)
	}
	return c
}

// asciiLower is a first name as it stands in an address.
func asciiLower(s string) string {
	return strings.NewReplacer("á", "a", "ã", "a", "â", "a", "ç", "c", "é", "e", "ê", "e", "í", "i", "ó", "o", "ô", "o", "õ", "o", "ú", "u").Replace(strings.ToLower(s))
}

// cpf is a CPF with right check digits.
func cpf(n int) string {
	d := digits(fmt.Sprintf("%09d", 100000000+n*2654435%899999999))
	d = append(d, checkDigit(d, 10, 11))
	d = append(d, checkDigit(d, 11, 12))
	return fmt.Sprintf("%d%d%d.%d%d%d.%d%d%d-%d%d", anys(d)...)
}

// cnpj is a CNPJ of a head office with right check digits.
func cnpj(n int) string {
	d := digits(fmt.Sprintf("%08d0001", 10000000+n*104729%89999999))
	d = append(d, checkDigit(d, 5, 9))
	d = append(d, checkDigit(d, 6, 9))
	return fmt.Sprintf("%d%d.%d%d%d.%d%d%d/%d%d%d%d-%d%d", anys(d)...)
}

func digits(s string) []int {
	d := make([]int, len(s))
	for i := range s {
		d[i] = int(s[i] - '0')
	}
	return d
}

func anys(d []int) []any {
	out := make([]any, len(d))
	for i, v := range d {
		out[i] = v
	}
	return out
}

// checkDigit is modulo 11 over weights that fall from first to 2 and start
// again at restart.
func checkDigit(d []int, first, restart int) int {
	sum, w := 0, first
	for _, v := range d {
		sum += v * w
		if w--; w < 2 {
			w = restart
		}
	}
	if r := sum % 11; r >= 2 {
		return 11 - r
	}
	return 0
}

// deviceInfo is what the i-th machine says of itself.
func deviceInfo(i int) store.Objeto {
	sys := pick(systems, i*3)
	host := fmt.Sprintf("%s-%02d", pick(roles, i), i+1)
	info := map[string]any{
		"nome": host, "hostname": host, "tipo": pick([]string{"desktop", "notebook", "servidor"}, i),
		"sistema": sys.name, "versao": sys.version, "processador": pick(processors, i*2),
		"mac_address": fmt.Sprintf("02:00:5e:%02x:%02x:%02x", i%7, i, 255-i), "ip_local": fmt.Sprintf("192.168.%d.%d", i%4, 10+i),
		"memoria": fmt.Sprintf("%d GB", 8<<(i%3)), "disco": fmt.Sprintf("%d GB", 256<<(i%3)), "is_virtual": i%5 == 3,
	}
	if i%5 == 3 {
		info["virtual_type"] = "KVM"
	}
	doc, _ := json.Marshal(info) // A map of plain values always marshals.
	return doc
}
