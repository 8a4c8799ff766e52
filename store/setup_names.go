package store

import "example.com/monitor/store/setup"

type (
	// Custo is setup.Custo.
	Custo = setup.Custo
	// Plano is setup.Plano.
	Plano = setup.Plano
	// Remocao is setup.Remocao.
	Remocao = setup.Remocao
)
