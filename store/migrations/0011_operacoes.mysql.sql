CREATE TABLE IF NOT EXISTS monitor_operacoes (
	id BIGINT NOT NULL PRIMARY KEY,
	recurso VARCHAR(20) NOT NULL,
	acao VARCHAR(20) NOT NULL,
	ator VARCHAR(200) NOT NULL,
	estado VARCHAR(12) NOT NULL,
	total BIGINT NOT NULL,
	desfaz BIGINT NOT NULL,
	vista BIGINT NOT NULL,
	alvos LONGTEXT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
-- ;
CREATE TABLE IF NOT EXISTS monitor_operacoes_itens (
	operacao BIGINT NOT NULL,
	alvo BIGINT NOT NULL,
	situacao VARCHAR(10) NOT NULL,
	log_id BIGINT NOT NULL,
	motivo VARCHAR(300) NOT NULL,
	PRIMARY KEY (operacao, alvo)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
-- ;
CREATE INDEX monitor_ix_trilha_log ON monitor_trilha(log_id)
