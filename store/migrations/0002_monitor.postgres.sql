CREATE TABLE IF NOT EXISTS monitor_pessoas (
	cliente_id BIGINT NOT NULL PRIMARY KEY,
	data_cadastro VARCHAR(32),
	trocar_senha BOOLEAN NOT NULL DEFAULT FALSE
)
-- ;
CREATE TABLE IF NOT EXISTS monitor_chaves (
	id BIGSERIAL PRIMARY KEY,
	nome VARCHAR(100) NOT NULL,
	nivel VARCHAR(20) NOT NULL,
	hash VARCHAR(64) NOT NULL UNIQUE,
	inicio VARCHAR(20) NOT NULL,
	criada_em TIMESTAMP WITHOUT TIME ZONE NOT NULL,
	criada_por VARCHAR(200) NOT NULL,
	expira_em TIMESTAMP WITHOUT TIME ZONE,
	usos_maximos BIGINT,
	usos BIGINT NOT NULL DEFAULT 0,
	revogada_em TIMESTAMP WITHOUT TIME ZONE,
	ultimo_uso TIMESTAMP WITHOUT TIME ZONE
)
-- ;
CREATE TABLE IF NOT EXISTS monitor_dispositivos (
	dispositivo_id BIGINT NOT NULL PRIMARY KEY,
	data_registro VARCHAR(32),
	chave_id BIGINT,
	segredo_hash VARCHAR(64) UNIQUE
)
-- ;
CREATE TABLE IF NOT EXISTS monitor_idempotencia (
	ator VARCHAR(200) NOT NULL,
	chave VARCHAR(200) NOT NULL,
	pedido VARCHAR(64) NOT NULL,
	resultado_id BIGINT NOT NULL,
	data_cadastro VARCHAR(32),
	criada_em TIMESTAMP WITHOUT TIME ZONE NOT NULL,
	PRIMARY KEY (ator, chave)
)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_idempotencia_criada ON monitor_idempotencia(criada_em)
-- ;
CREATE TABLE IF NOT EXISTS monitor_faixas (
	id BIGSERIAL PRIMARY KEY,
	dono VARCHAR(64) NOT NULL,
	ate BIGINT NOT NULL,
	sequencia BIGINT NOT NULL DEFAULT 0,
	mac BYTEA NOT NULL
)
-- ;
CREATE TABLE IF NOT EXISTS monitor_trilha (
	faixa BIGINT NOT NULL,
	sequencia BIGINT NOT NULL,
	tipo VARCHAR(12) NOT NULL,
	log_id BIGINT,
	sujeito VARCHAR(80) NOT NULL,
	acao VARCHAR(50) NOT NULL,
	instante BIGINT NOT NULL,
	resumo BYTEA NOT NULL,
	anterior BYTEA NOT NULL,
	mac BYTEA NOT NULL,
	chave VARCHAR(16) NOT NULL,
	PRIMARY KEY (faixa, sequencia)
)
-- ;
CREATE TABLE IF NOT EXISTS monitor_selos (
	faixa BIGINT NOT NULL,
	sequencia BIGINT NOT NULL,
	texto TEXT NOT NULL,
	PRIMARY KEY (faixa, sequencia)
)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_clientes_lista ON clientes(data_cadastro DESC NULLS LAST, id DESC)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_clientes_ativo ON clientes(ativo, data_cadastro DESC NULLS LAST, id DESC)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_clientes_acesso ON clientes(ultimo_acesso)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_clientes_email ON clientes(lower(trim(email)))
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_clientes_email_acentos ON clientes(email) WHERE octet_length(email) <> char_length(email)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_dispositivos_cliente ON dispositivos(cliente_id)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_dispositivos_mac ON dispositivos(mac_address)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_dispositivos_hostname ON dispositivos(hostname)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_dispositivos_heartbeat ON dispositivos(ultimo_heartbeat DESC NULLS LAST, id DESC)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_conexoes_dispositivo ON conexoes(dispositivo_id, data_hora DESC NULLS LAST, id DESC)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_conexoes_cliente ON conexoes(cliente_id, data_hora DESC NULLS LAST, id DESC)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_conexoes_lista ON conexoes(data_hora DESC NULLS LAST, id DESC)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_mensagens_sala ON mensagens_chat(sala, id)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_mensagens_hora ON mensagens_chat(data_hora)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_mensagens_cliente ON mensagens_chat(cliente_id)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_mensagens_resposta ON mensagens_chat(resposta_para) WHERE resposta_para IS NOT NULL
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_sessoes_cliente ON sessoes(cliente_id)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_sessoes_ativas ON sessoes(ativa, data_expiracao)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_logs_lista ON logs_auditoria(data_hora DESC NULLS LAST, id DESC)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_logs_cliente ON logs_auditoria(cliente_id, data_hora DESC NULLS LAST, id DESC)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_logs_acao ON logs_auditoria(acao, data_hora DESC NULLS LAST, id DESC)
