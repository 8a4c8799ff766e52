package store

import "example.com/monitor/store/summary"

type (
	// Estatisticas is summary.Estatisticas.
	Estatisticas = summary.Estatisticas
	// Ponto is summary.Ponto.
	Ponto = summary.Ponto
	// Resumo is summary.Resumo.
	Resumo = summary.Resumo
	// ResumoAcessos is summary.ResumoAcessos.
	ResumoAcessos = summary.ResumoAcessos
	// ResumoAuditoria is summary.ResumoAuditoria.
	ResumoAuditoria = summary.ResumoAuditoria
	// ResumoChave is summary.ResumoChave.
	ResumoChave = summary.ResumoChave
	// ResumoChaves is summary.ResumoChaves.
	ResumoChaves = summary.ResumoChaves
	// ResumoCliente is summary.ResumoCliente.
	ResumoCliente = summary.ResumoCliente
	// ResumoClientes is summary.ResumoClientes.
	ResumoClientes = summary.ResumoClientes
	// ResumoCopia is summary.ResumoCopia.
	ResumoCopia = summary.ResumoCopia
	// ResumoDispositivo is summary.ResumoDispositivo.
	ResumoDispositivo = summary.ResumoDispositivo
	// ResumoDispositivos is summary.ResumoDispositivos.
	ResumoDispositivos = summary.ResumoDispositivos
	// ResumoMudanca is summary.ResumoMudanca.
	ResumoMudanca = summary.ResumoMudanca
	// ResumoRecusas is summary.ResumoRecusas.
	ResumoRecusas = summary.ResumoRecusas
	// Serie is summary.Serie.
	Serie = summary.Serie
)

// What doors know of package summary.
const (
	PassoDia  = summary.PassoDia
	PassoHora = summary.PassoHora
	Serie24h  = summary.Serie24h
	Serie30d  = summary.Serie30d
	Serie7d   = summary.Serie7d
)
