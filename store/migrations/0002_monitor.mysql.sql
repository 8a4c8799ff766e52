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
INSERT IGNORE INTO monitor_travas(nome, dono, ate) VALUES ('admins', '', 0), ('email0', '', 0), ('email1', '', 0), ('email2', '', 0), ('email3', '', 0), ('email4', '', 0), ('email5', '', 0), ('email6', '', 0), ('email7', '', 0), ('email8', '', 0), ('email9', '', 0), ('email10', '', 0), ('email11', '', 0), ('email12', '', 0), ('email13', '', 0), ('email14', '', 0), ('email15', '', 0), ('email16', '', 0), ('email17', '', 0), ('email18', '', 0), ('email19', '', 0), ('email20', '', 0), ('email21', '', 0), ('email22', '', 0), ('email23', '', 0), ('email24', '', 0), ('email25', '', 0), ('email26', '', 0), ('email27', '', 0), ('email28', '', 0), ('email29', '', 0), ('email30', '', 0), ('email31', '', 0), ('email32', '', 0), ('email33', '', 0), ('email34', '', 0), ('email35', '', 0), ('email36', '', 0), ('email37', '', 0), ('email38', '', 0), ('email39', '', 0), ('email40', '', 0), ('email41', '', 0), ('email42', '', 0), ('email43', '', 0), ('email44', '', 0), ('email45', '', 0), ('email46', '', 0), ('email47', '', 0), ('email48', '', 0), ('email49', '', 0), ('email50', '', 0), ('email51', '', 0), ('email52', '', 0), ('email53', '', 0), ('email54', '', 0), ('email55', '', 0), ('email56', '', 0), ('email57', '', 0), ('email58', '', 0), ('email59', '', 0), ('email60', '', 0), ('email61', '', 0), ('email62', '', 0), ('email63', '', 0)
