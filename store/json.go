package store

import "encoding/json"

// clienteJSON is the API's form of a client, in the order of the table.
type clienteJSON struct {
	ID                int64    `json:"id"`
	Nome              jsonText `json:"nome"`
	Email             jsonText `json:"email"`
	Telefone          jsonText `json:"telefone"`
	Empresa           jsonText `json:"empresa"`
	Cargo             jsonText `json:"cargo"`
	Endereco          jsonText `json:"endereco"`
	Cidade            jsonText `json:"cidade"`
	Estado            jsonText `json:"estado"`
	Pais              jsonText `json:"pais"`
	CEP               jsonText `json:"cep"`
	CPFCNPJ           jsonText `json:"cpf_cnpj"`
	Ativo             *bool    `json:"ativo"`
	NivelAcesso       jsonText `json:"nivel_acesso"`
	DataCadastro      Hora     `json:"data_cadastro"`
	UltimoAcesso      Hora     `json:"ultimo_acesso"`
	Observacoes       jsonText `json:"observacoes"`
	DadosExtras       Objeto   `json:"dados_extras"`
	TotalDispositivos int      `json:"total_dispositivos"`
}

// MarshalJSON gives the API's form; it has no place for secrets.
func (c Cliente) MarshalJSON() ([]byte, error) {
	return json.Marshal(clienteJSON{
		ID: c.ID, Nome: jsonText(c.Nome), Email: jsonText(c.Email), Telefone: jsonText(c.Telefone),
		Empresa: jsonText(c.Empresa), Cargo: jsonText(c.Cargo), Endereco: jsonText(c.Endereco),
		Cidade: jsonText(c.Cidade), Estado: jsonText(c.Estado), Pais: jsonText(c.Pais), CEP: jsonText(c.CEP),
		CPFCNPJ: jsonText(c.CPFCNPJ), Ativo: c.Ativo, NivelAcesso: jsonText(c.NivelAcesso),
		DataCadastro: c.DataCadastro, UltimoAcesso: c.UltimoAcesso, Observacoes: jsonText(c.Observacoes),
		DadosExtras: c.DadosExtras, TotalDispositivos: c.TotalDispositivos,
	})
}

type dispositivoJSON struct {
	ID                 int64    `json:"id"`
	ClienteID          jsonID   `json:"cliente_id"`
	ClienteNome        jsonText `json:"cliente_nome"`
	Nome               jsonText `json:"nome"`
	Tipo               jsonText `json:"tipo"`
	SistemaOperacional jsonText `json:"sistema_operacional"`
	VersaoSO           jsonText `json:"versao_so"`
	Hostname           jsonText `json:"hostname"`
	IPLocal            jsonText `json:"ip_local"`
	IPPublico          jsonText `json:"ip_publico"`
	MACAddress         jsonText `json:"mac_address"`
	Processador        jsonText `json:"processador"`
	MemoriaTotal       jsonText `json:"memoria_total"`
	DiscoTotal         jsonText `json:"disco_total"`
	IsVirtual          *bool    `json:"is_virtual"`
	VirtualType        jsonText `json:"virtual_type"`
	Ativo              *bool    `json:"ativo"`
	Online             bool     `json:"online"`
	UltimoHeartbeat    Hora     `json:"ultimo_heartbeat"`
	DataRegistro       Hora     `json:"data_registro"`
	InfoExtra          Objeto   `json:"info_extra"`
}

// MarshalJSON gives the API's form.
func (d Dispositivo) MarshalJSON() ([]byte, error) {
	return json.Marshal(dispositivoJSON{
		ID: d.ID, ClienteID: jsonID(d.ClienteID), ClienteNome: jsonText(d.ClienteNome), Nome: jsonText(d.Nome),
		Tipo: jsonText(d.Tipo), SistemaOperacional: jsonText(d.SistemaOperacional), VersaoSO: jsonText(d.VersaoSO),
		Hostname: jsonText(d.Hostname), IPLocal: jsonText(d.IPLocal), IPPublico: jsonText(d.IPPublico),
		MACAddress: jsonText(d.MACAddress), Processador: jsonText(d.Processador), MemoriaTotal: jsonText(d.MemoriaTotal),
		DiscoTotal: jsonText(d.DiscoTotal), IsVirtual: d.IsVirtual, VirtualType: jsonText(d.VirtualType), Ativo: d.Ativo,
		Online: d.Online, UltimoHeartbeat: d.UltimoHeartbeat, DataRegistro: d.DataRegistro, InfoExtra: d.InfoExtra,
	})
}
