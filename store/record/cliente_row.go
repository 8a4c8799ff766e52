package record

import (
	"database/sql/driver"

	"example.com/monitor/store/engine"
	"example.com/monitor/store/when"
)

// ClienteCols are the columns of a client, in the order of Dest.
const ClienteCols = `c.id, c.nome, c.email, c.senha_hash, c.telefone, c.empresa, c.cargo, c.endereco, c.cidade, c.estado, c.pais, c.cep,
	c.cpf_cnpj, c.ativo, c.nivel_acesso, AS_TEXT(c.data_cadastro), AS_TEXT(c.ultimo_acesso), c.observacoes, c.dados_extras,
	(SELECT count(*) FROM dispositivos d WHERE d.cliente_id = c.id)`

// textTime scans a date-time that AS_TEXT gave, and keeps the text.
type textTime struct {
	at   *when.Hora
	text *string
}

// Scan implements sql.Scanner.
func (h *textTime) Scan(src any) error {
	if err := (*engine.NullText)(h.text).Scan(src); err != nil {
		return err
	}
	return h.at.Parse(*h.text)
}

// lenientBool reads what is no boolean as NULL, as the engine does for other records.
type lenientBool struct{ dst **bool }

// Scan implements sql.Scanner.
func (b *lenientBool) Scan(src any) error {
	*b.dst = nil
	if v, err := driver.Bool.ConvertValue(src); err == nil {
		is := v.(bool) //nolint:forcetypeassert // what Bool converts to
		*b.dst = &is
	}
	return nil
}

// Dest lists where the columns of ClienteCols go.
func (c *Cliente) Dest() []any {
	return []any{
		&c.ID, engine.AsText(&c.Nome), engine.AsText(&c.Email), engine.AsText(&c.SenhaHash), engine.AsText(&c.Telefone), engine.AsText(&c.Empresa), engine.AsText(&c.Cargo), engine.AsText(&c.Endereco),
		engine.AsText(&c.Cidade), engine.AsText(&c.Estado), engine.AsText(&c.Pais), engine.AsText(&c.CEP), engine.AsText(&c.CPFCNPJ), &lenientBool{&c.Ativo}, engine.AsText(&c.NivelAcesso),
		&textTime{&c.DataCadastro, &c.cadastro}, &c.UltimoAcesso, engine.AsText(&c.Observacoes), &c.DadosExtras, &c.TotalDispositivos,
	}
}
