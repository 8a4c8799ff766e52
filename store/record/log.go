package record

import (
	"bytes"
	"encoding/json"

	"example.com/monitor/store/trail"
)

// Autoria is what an audit row tells beside its columns: who did it, through which
// door, from where, and for a refused login the address that was typed. It is read
// from the signed dados; the columns stay as they were recorded.
type Autoria struct {
	Ator           string `json:"ator"`  // "pessoa:7 Ana Souza", "local: ana@maquina"; "" in rows of other programs
	Canal          string `json:"canal"` // one of the Canal values
	IP             string `json:"ip"`
	EmailInformado string `json:"email_informado"`
}

// Autoria reads dados. Rows of other programs have their address in ip_address.
func (l *Log) Autoria() Autoria {
	var d struct {
		Ator   jsonWord `json:"ator"`
		Canal  jsonWord `json:"canal"`
		IP     jsonWord `json:"ip"`
		Depois struct {
			Email jsonWord `json:"email"`
		} `json:"depois"`
	}
	if len(l.Dados) > 0 {
		_ = json.Unmarshal(l.Dados, &d) // what other programs wrote says nothing
	}
	a := Autoria{Ator: string(d.Ator), Canal: string(d.Canal), IP: string(d.IP)}
	if a.Ator == "" {
		a.IP = string(l.IPAddress)
	}
	if l.Acao == trail.ActLoginFailed {
		a.EmailInformado = string(d.Depois.Email)
	}
	return a
}

// jsonWord is a text in JSON of whatever origin; "" for anything else.
type jsonWord string

// UnmarshalJSON implements json.Unmarshaler.
func (w *jsonWord) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*w = jsonWord(s)
	}
	return nil
}

// logColumns are the columns of a row, without its methods.
type logColumns Log

// MarshalJSON adds what dados tells to the columns.
func (l Log) MarshalJSON() ([]byte, error) {
	a := l.Autoria()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // the caller's encoder does, where it should
	err := enc.Encode(struct {
		logColumns
		Ator           Text `json:"ator"`
		Canal          Text `json:"canal"`
		IP             Text `json:"ip"`
		EmailInformado Text `json:"email_informado"`
	}{logColumns(l), Text(a.Ator), Text(a.Canal), Text(a.IP), Text(a.EmailInformado)})
	return b.Bytes(), err
}
