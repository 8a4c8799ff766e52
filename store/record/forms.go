package record

import (
	"encoding/json"

	"example.com/monitor/store/when"
)

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
