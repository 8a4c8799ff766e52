package say

// States are the states of an operation and what people read, in the order of its life.
var States = []Action{
	{"em_andamento", "em andamento"}, {"interrompida", "interrompida"}, {"concluida", "concluída"}, {"encerrada", "encerrada"},
}

// StateName is the name of a state; one that is not known stays as it is written.
func StateName(code string) string {
	for _, s := range States {
		if s.Code == code {
			return s.Name
		}
	}
	return code
}
