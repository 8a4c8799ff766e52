CREATE TABLE IF NOT EXISTS monitor_pessoas (
	cliente_id BIGINT NOT NULL PRIMARY KEY,
	data_cadastro VARCHAR(32),
	trocar_senha BOOLEAN NOT NULL DEFAULT 0
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
-- ;
CREATE TABLE IF NOT EXISTS monitor_chaves (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	nome VARCHAR(100) NOT NULL,
	nivel VARCHAR(20) NOT NULL,
	hash VARCHAR(64) NOT NULL UNIQUE,
	inicio VARCHAR(20) NOT NULL,
	criada_em DATETIME(6) NOT NULL,
	criada_por VARCHAR(200) NOT NULL,
	expira_em DATETIME(6),
	usos_maximos BIGINT,
	usos BIGINT NOT NULL DEFAULT 0,
	revogada_em DATETIME(6),
	ultimo_uso DATETIME(6)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
-- ;
CREATE TABLE IF NOT EXISTS monitor_dispositivos (
	dispositivo_id BIGINT NOT NULL PRIMARY KEY,
	data_registro VARCHAR(32),
	chave_id BIGINT,
	segredo_hash VARCHAR(64) UNIQUE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
-- ;
CREATE TABLE IF NOT EXISTS monitor_idempotencia (
	ator VARBINARY(800) NOT NULL,
	chave VARBINARY(800) NOT NULL,
	pedido VARCHAR(64) NOT NULL,
	resultado_id BIGINT NOT NULL,
	data_cadastro VARCHAR(32),
	criada_em DATETIME(6) NOT NULL,
	PRIMARY KEY (ator, chave)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
-- ;
CREATE INDEX monitor_ix_idempotencia_criada ON monitor_idempotencia(criada_em)
-- ;
CREATE TABLE IF NOT EXISTS monitor_faixas (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	dono VARCHAR(64) NOT NULL,
	ate BIGINT NOT NULL,
	sequencia BIGINT NOT NULL DEFAULT 0,
	mac VARBINARY(64) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
-- ;
CREATE TABLE IF NOT EXISTS monitor_trilha (
	faixa BIGINT NOT NULL,
	sequencia BIGINT NOT NULL,
	tipo VARCHAR(12) NOT NULL,
	log_id BIGINT,
	sujeito VARCHAR(80) NOT NULL,
	acao VARCHAR(50) NOT NULL,
	instante BIGINT NOT NULL,
	resumo VARBINARY(64) NOT NULL,
	anterior VARBINARY(64) NOT NULL,
	mac VARBINARY(64) NOT NULL,
	chave VARCHAR(16) NOT NULL,
	PRIMARY KEY (faixa, sequencia)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
-- ;
CREATE TABLE IF NOT EXISTS monitor_selos (
	faixa BIGINT NOT NULL,
	sequencia BIGINT NOT NULL,
	texto MEDIUMTEXT NOT NULL,
	PRIMARY KEY (faixa, sequencia)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
-- ;
CREATE INDEX monitor_ix_clientes_lista ON clientes(data_cadastro, id)
-- ;
CREATE INDEX monitor_ix_clientes_ativo ON clientes(ativo, data_cadastro, id)
-- ;
CREATE INDEX monitor_ix_clientes_acesso ON clientes(ultimo_acesso)
-- ;
CREATE INDEX monitor_ix_dispositivos_cliente ON dispositivos(cliente_id)
-- ;
CREATE INDEX monitor_ix_dispositivos_mac ON dispositivos(mac_address)
-- ;
CREATE INDEX monitor_ix_dispositivos_hostname ON dispositivos(hostname)
-- ;
CREATE INDEX monitor_ix_dispositivos_heartbeat ON dispositivos(ultimo_heartbeat, id)
-- ;
CREATE INDEX monitor_ix_conexoes_dispositivo ON conexoes(dispositivo_id, data_hora, id)
-- ;
CREATE INDEX monitor_ix_conexoes_cliente ON conexoes(cliente_id, data_hora, id)
-- ;
CREATE INDEX monitor_ix_conexoes_lista ON conexoes(data_hora, id)
-- ;
CREATE INDEX monitor_ix_mensagens_sala ON mensagens_chat(sala, id)
-- ;
CREATE INDEX monitor_ix_mensagens_hora ON mensagens_chat(data_hora)
-- ;
CREATE INDEX monitor_ix_mensagens_cliente ON mensagens_chat(cliente_id)
-- ;
CREATE INDEX monitor_ix_mensagens_resposta ON mensagens_chat(resposta_para)
-- ;
CREATE INDEX monitor_ix_sessoes_cliente ON sessoes(cliente_id)
-- ;
CREATE INDEX monitor_ix_sessoes_ativas ON sessoes(ativa, data_expiracao)
-- ;
CREATE INDEX monitor_ix_logs_lista ON logs_auditoria(data_hora, id)
-- ;
CREATE INDEX monitor_ix_logs_cliente ON logs_auditoria(cliente_id, data_hora, id)
-- ;
CREATE INDEX monitor_ix_logs_acao ON logs_auditoria(acao, data_hora, id)
-- ;
CREATE TABLE IF NOT EXISTS monitor_travas (
	nome VARCHAR(50) NOT NULL PRIMARY KEY,
	dono VARCHAR(64) NOT NULL,
	ate BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
-- ;
INSERT IGNORE INTO monitor_travas(nome, dono, ate) VALUES ('admins', '', 0), ('nome0', '', 0), ('nome1', '', 0), ('nome2', '', 0), ('nome3', '', 0), ('nome4', '', 0), ('nome5', '', 0), ('nome6', '', 0), ('nome7', '', 0), ('nome8', '', 0), ('nome9', '', 0), ('nome10', '', 0), ('nome11', '', 0), ('nome12', '', 0), ('nome13', '', 0), ('nome14', '', 0), ('nome15', '', 0), ('nome16', '', 0), ('nome17', '', 0), ('nome18', '', 0), ('nome19', '', 0), ('nome20', '', 0), ('nome21', '', 0), ('nome22', '', 0), ('nome23', '', 0), ('nome24', '', 0), ('nome25', '', 0), ('nome26', '', 0), ('nome27', '', 0), ('nome28', '', 0), ('nome29', '', 0), ('nome30', '', 0), ('nome31', '', 0), ('nome32', '', 0), ('nome33', '', 0), ('nome34', '', 0), ('nome35', '', 0), ('nome36', '', 0), ('nome37', '', 0), ('nome38', '', 0), ('nome39', '', 0), ('nome40', '', 0), ('nome41', '', 0), ('nome42', '', 0), ('nome43', '', 0), ('nome44', '', 0), ('nome45', '', 0), ('nome46', '', 0), ('nome47', '', 0), ('nome48', '', 0), ('nome49', '', 0), ('nome50', '', 0), ('nome51', '', 0), ('nome52', '', 0), ('nome53', '', 0), ('nome54', '', 0), ('nome55', '', 0), ('nome56', '', 0), ('nome57', '', 0), ('nome58', '', 0), ('nome59', '', 0), ('nome60', '', 0), ('nome61', '', 0), ('nome62', '', 0), ('nome63', '', 0)
