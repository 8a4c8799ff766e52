package engine

import "errors"

// Why a database cannot be used, as stable codes: scripts and tests compare them,
// people read the sentences.
const (
	MotivoURL                  = "url_invalida"
	MotivoNome                 = "nome_desconhecido"
	MotivoSoIPv6               = "so_ipv6"
	MotivoPortaFechada         = "porta_fechada"
	MotivoSemResposta          = "sem_resposta"
	MotivoSemRota              = "sem_rota"
	MotivoSemTLS               = "sem_tls"
	MotivoExigeTLS             = "exige_tls"
	MotivoAutoridade           = "autoridade_desconhecida"
	MotivoCertificadoVencido   = "certificado_vencido"
	MotivoCertificadoOutroNome = "certificado_de_outro_nome"
	MotivoCertificadoTrocado   = "certificado_trocado"
	MotivoTLS                  = "tls_falhou"
	MotivoSenha                = "usuario_ou_senha"
	MotivoMaquinaRecusada      = "maquina_recusada"
	MotivoBancoAusente         = "banco_ausente"
	MotivoDireito              = "sem_direito"
	MotivoEspaco               = "sem_espaco"
	MotivoVagas                = "sem_vagas"
	MotivoSoLeitura            = "so_leitura"
	MotivoInterrompido         = "interrompido"
	MotivoOcupado              = "ocupado"
	MotivoOutroProtocolo       = "nao_e_este_banco"
	MotivoPermissao            = "sem_permissao"
	MotivoDisco                = "disco_falhou"
	MotivoDanificado           = "danificado"
	MotivoNaoSQLite            = "nao_e_sqlite"
	MotivoArquivoTrocado       = "arquivo_trocado"
	MotivoSemQuorum            = "sem_quorum"
	MotivoBarraInvertida       = "barra_invertida"
	MotivoCodificacao          = "codificacao"
	MotivoDatas                = "formato_de_datas"
)

// Motivo is the stable code of an error about the database, "" when it has none.
func Motivo(err error) string {
	if u, ok := errors.AsType[*UnavailableError](err); ok {
		return u.motivo
	}
	if IsURLError(err) {
		return MotivoURL
	}
	return ""
}
