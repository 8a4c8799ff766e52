CREATE TABLE monitor_pessoas (
	cliente_id INTEGER NOT NULL PRIMARY KEY,
	data_cadastro VARCHAR(32),
	trocar_senha BOOLEAN NOT NULL DEFAULT 0
)
-- ;
CREATE TABLE monitor_chaves (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	nome VARCHAR(100) NOT NULL,
	nivel VARCHAR(20) NOT NULL,
	hash VARCHAR(64) NOT NULL UNIQUE,
	inicio VARCHAR(20) NOT NULL,
	criada_em DATETIME NOT NULL,
	criada_por VARCHAR(200) NOT NULL,
	expira_em DATETIME,
	usos_maximos INTEGER,
	usos INTEGER NOT NULL DEFAULT 0,
	revogada_em DATETIME,
	ultimo_uso DATETIME
)
-- ;
CREATE TABLE monitor_dispositivos (
	dispositivo_id INTEGER NOT NULL PRIMARY KEY,
	data_registro VARCHAR(32),
	chave_id INTEGER,
	segredo_hash VARCHAR(64) UNIQUE
)
-- ;
CREATE TABLE monitor_idempotencia (
	ator VARCHAR(200) NOT NULL,
	chave VARCHAR(200) NOT NULL,
	pedido VARCHAR(64) NOT NULL,
	resultado_id INTEGER NOT NULL,
	data_cadastro VARCHAR(32),
	criada_em DATETIME NOT NULL,
	PRIMARY KEY (ator, chave)
) WITHOUT ROWID
-- ;
CREATE INDEX monitor_ix_idempotencia_criada ON monitor_idempotencia(criada_em)
-- ;
CREATE TABLE monitor_faixas (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	dono VARCHAR(64) NOT NULL,
	ate INTEGER NOT NULL,
	sequencia INTEGER NOT NULL DEFAULT 0,
	mac BLOB NOT NULL
)
-- ;
CREATE TABLE monitor_trilha (
	faixa INTEGER NOT NULL,
	sequencia INTEGER NOT NULL,
	tipo VARCHAR(12) NOT NULL,
	log_id INTEGER,
	sujeito VARCHAR(80) NOT NULL,
	acao VARCHAR(50) NOT NULL,
	instante INTEGER NOT NULL,
	resumo BLOB NOT NULL,
	anterior BLOB NOT NULL,
	mac BLOB NOT NULL,
	chave VARCHAR(16) NOT NULL,
	PRIMARY KEY (faixa, sequencia)
) WITHOUT ROWID
-- ;
CREATE TABLE monitor_selos (
	faixa INTEGER NOT NULL,
	sequencia INTEGER NOT NULL,
	texto TEXT NOT NULL,
	PRIMARY KEY (faixa, sequencia)
) WITHOUT ROWID
-- ;
CREATE TABLE monitor_contadores (
	id INTEGER NOT NULL PRIMARY KEY,
	clientes INTEGER NOT NULL,
	ativos INTEGER NOT NULL,
	inativos INTEGER NOT NULL,
	dispositivos INTEGER NOT NULL
)
-- ;
INSERT INTO monitor_contadores(id, clientes, ativos, inativos, dispositivos)
SELECT 1, count(*), coalesce(sum(ativo IS 1), 0), coalesce(sum(ativo IS 0), 0), (SELECT count(*) FROM dispositivos) FROM clientes
-- ;
CREATE TRIGGER monitor_clientes_contar_novo AFTER INSERT ON clientes BEGIN
	UPDATE monitor_contadores SET clientes = clientes + 1, ativos = ativos + (NEW.ativo IS 1), inativos = inativos + (NEW.ativo IS 0);
END
-- ;
CREATE TRIGGER monitor_clientes_contar_fim AFTER DELETE ON clientes BEGIN
	UPDATE monitor_contadores SET clientes = clientes - 1, ativos = ativos - (OLD.ativo IS 1), inativos = inativos - (OLD.ativo IS 0);
END
-- ;
CREATE TRIGGER monitor_clientes_contar_troca AFTER UPDATE OF ativo ON clientes WHEN NEW.ativo IS NOT OLD.ativo BEGIN
	UPDATE monitor_contadores SET ativos = ativos + (NEW.ativo IS 1) - (OLD.ativo IS 1), inativos = inativos + (NEW.ativo IS 0) - (OLD.ativo IS 0);
END
-- ;
CREATE TRIGGER monitor_dispositivos_contar_novo AFTER INSERT ON dispositivos BEGIN
	UPDATE monitor_contadores SET dispositivos = dispositivos + 1;
END
-- ;
CREATE TRIGGER monitor_dispositivos_contar_fim AFTER DELETE ON dispositivos BEGIN
	UPDATE monitor_contadores SET dispositivos = dispositivos - 1;
END
-- ;
CREATE INDEX monitor_ix_clientes_lista ON clientes(data_cadastro DESC, id DESC)
-- ;
CREATE INDEX monitor_ix_clientes_ativo ON clientes(ativo, data_cadastro DESC, id DESC)
-- ;
CREATE INDEX monitor_ix_clientes_acesso ON clientes(ultimo_acesso)
-- ;
CREATE INDEX monitor_ix_clientes_email ON clientes(lower(trim(email)))
-- ;
CREATE INDEX monitor_ix_clientes_email_acentos ON clientes(email) WHERE email GLOB '*[^ -~]*'
-- ;
CREATE INDEX monitor_ix_dispositivos_cliente ON dispositivos(cliente_id)
-- ;
CREATE INDEX monitor_ix_dispositivos_mac ON dispositivos(mac_address)
-- ;
CREATE INDEX monitor_ix_dispositivos_hostname ON dispositivos(hostname)
-- ;
CREATE INDEX monitor_ix_dispositivos_heartbeat ON dispositivos(ultimo_heartbeat DESC, id DESC)
-- ;
CREATE INDEX monitor_ix_conexoes_dispositivo ON conexoes(dispositivo_id, data_hora DESC, id DESC)
-- ;
CREATE INDEX monitor_ix_conexoes_cliente ON conexoes(cliente_id, data_hora DESC, id DESC)
-- ;
CREATE INDEX monitor_ix_conexoes_lista ON conexoes(data_hora DESC, id DESC)
-- ;
CREATE INDEX monitor_ix_mensagens_sala ON mensagens_chat(sala, id)
-- ;
CREATE INDEX monitor_ix_mensagens_hora ON mensagens_chat(data_hora)
-- ;
CREATE INDEX monitor_ix_mensagens_cliente ON mensagens_chat(cliente_id)
-- ;
CREATE INDEX monitor_ix_mensagens_resposta ON mensagens_chat(resposta_para) WHERE resposta_para IS NOT NULL
-- ;
CREATE INDEX monitor_ix_sessoes_cliente ON sessoes(cliente_id)
-- ;
CREATE INDEX monitor_ix_sessoes_ativas ON sessoes(ativa, data_expiracao)
-- ;
CREATE INDEX monitor_ix_logs_lista ON logs_auditoria(data_hora DESC, id DESC)
-- ;
CREATE INDEX monitor_ix_logs_cliente ON logs_auditoria(cliente_id, data_hora DESC, id DESC)
-- ;
CREATE INDEX monitor_ix_logs_acao ON logs_auditoria(acao, data_hora DESC, id DESC)
