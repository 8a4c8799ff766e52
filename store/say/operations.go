package say

// Noun is what operations are about: its code, and the word for one and for many.
type Noun struct{ Code, One, Many string }

// Nouns are what operations are about. What the pages have is compared with these.
var Nouns = []Noun{
	{"clientes", "cliente", "clientes"},
	{"dispositivos", "dispositivo", "dispositivos"},
	{"sessoes", "sessão", "sessões"},
	{"chaves", "chave", "chaves"},
}

// NounOf is the noun with that code; one that is not known stays as it is written.
func NounOf(code string) Noun {
	for _, n := range Nouns {
		if n.Code == code {
			return n
		}
	}
	return Noun{code, code, code}
}

// Of counts records of the noun: 3 clientes.
func (n Noun) Of(number int) string { return Count(number, n.One, n.Many) }
