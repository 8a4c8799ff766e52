package record

import (
	"encoding/json"

	"example.com/monitor/store/when"
)

// clienteJSON is the API's form of a client, in the order of the table.
type clienteJSON struct {
	ID                int64     `json:"id"`
	Nome              Text      `json:"nome"`
	Email             Text      `json:"email"`
	Telefone          Text      `json:"telefone"`
	Empresa           Text      `json:"empresa"`
	Cargo             Text      `json:"cargo"`
	Endereco          Text      `json:"endereco"`
	Cidade            Text      `json:"cidade"`
	Estado            Text      `json:"estado"`
	Pais              Text      `json:"pais"`
	CEP               Text      `json:"cep"`
	CPFCNPJ           Text      `json:"cpf_cnpj"`
	Ativo             *bool     `json:"ativo"`
	NivelAcesso       Text      `json:"nivel_acesso"`
	DataCadastro      when.Hora `json:"data_cadastro"`
	UltimoAcesso      when.Hora `json:"ultimo_acesso"`
	Observacoes       Text      `json:"observacoes"`
	DadosExtras       Objeto    `json:"dados_extras"`
	TotalDispositivos int       `json:"total_dispositivos"`
}

// MarshalJSON gives the API's form; it has no place for secrets.
func (c Cliente) MarshalJSON() ([]byte, error) {
	return json.Marshal(clienteJSON{
		ID: c.ID, Nome: Text(c.Nome), Email: Text(c.Email), Telefone: Text(c.Telefone),
		Empresa: Text(c.Empresa), Cargo: Text(c.Cargo), Endereco: Text(c.Endereco),
		Cidade: Text(c.Cidade), Estado: Text(c.Estado), Pais: Text(c.Pais), CEP: Text(c.CEP),
		CPFCNPJ: Text(c.CPFCNPJ), Ativo: c.Ativo, NivelAcesso: Text(c.NivelAcesso),
		DataCadastro: c.DataCadastro, UltimoAcesso: c.UltimoAcesso, Observacoes: Text(c.Observacoes),
		DadosExtras: c.DadosExtras, TotalDispositivos: c.TotalDispositivos,
	})
}

type dispositivoJSON struct {
	ID                 int64     `json:"id"`
	ClienteID          ID        `json:"cliente_id"`
	ClienteNome        Text      `json:"cliente_nome"`
	Nome               Text      `json:"nome"`
	Tipo               Text      `json:"tipo"`
	SistemaOperacional Text      `json:"sistema_operacional"`
	VersaoSO           Text      `json:"versao_so"`
	Hostname           Text      `json:"hostname"`
	IPLocal            Text      `json:"ip_local"`
	IPPublico          Text      `json:"ip_publico"`
	MACAddress         Text      `json:"mac_address"`
	Processador        Text      `json:"processador"`
	MemoriaTotal       Text      `json:"memoria_total"`
	DiscoTotal         Text      `json:"disco_total"`
	IsVirtual          *bool     `json:"is_virtual"`
	VirtualType        Text      `json:"virtual_type"`
	Ativo              *bool     `json:"ativo"`
	Online             bool      `json:"online"`
	UltimoHeartbeat    when.Hora `json:"ultimo_heartbeat"`
	DataRegistro       when.Hora `json:"data_registro"`
	InfoExtra          Objeto    `json:"info_extra"`
}

// MarshalJSON gives the API's form.
func (d Dispositivo) MarshalJSON() ([]byte, error) {
	return json.Marshal(dispositivoJSON{
		ID: d.ID, ClienteID: ID(d.ClienteID), ClienteNome: Text(d.ClienteNome), Nome: Text(d.Nome),
		Tipo: Text(d.Tipo), SistemaOperacional: Text(d.SistemaOperacional), VersaoSO: Text(d.VersaoSO),
		Hostname: Text(d.Hostname), IPLocal: Text(d.IPLocal), IPPublico: Text(d.IPPublico),
		MACAddress: Text(d.MACAddress), Processador: Text(d.Processador), MemoriaTotal: Text(d.MemoriaTotal),
		DiscoTotal: Text(d.DiscoTotal), IsVirtual: d.IsVirtual, VirtualType: Text(d.VirtualType), Ativo: d.Ativo,
		Online: d.Online, UltimoHeartbeat: d.UltimoHeartbeat, DataRegistro: d.DataRegistro, InfoExtra: d.InfoExtra,
	})
}
