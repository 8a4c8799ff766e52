CREATE TABLE IF NOT EXISTS clientes (
	id INTEGER NOT NULL AUTO_INCREMENT,
	nome VARCHAR(100) NOT NULL,
	email VARCHAR(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
	senha_hash VARCHAR(256),
	telefone VARCHAR(20),
	empresa VARCHAR(100),
	cargo VARCHAR(50),
	endereco MEDIUMTEXT,
	cidade VARCHAR(50),
	estado VARCHAR(50),
	pais VARCHAR(50),
	cep VARCHAR(15),
	cpf_cnpj VARCHAR(20),
	ativo BOOLEAN,
	nivel_acesso VARCHAR(20),
	data_cadastro DATETIME(6),
	ultimo_acesso DATETIME(6),
	observacoes MEDIUMTEXT,
	dados_extras MEDIUMTEXT,
	PRIMARY KEY (id),
	UNIQUE (email)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci
-- ;
CREATE TABLE IF NOT EXISTS dispositivos (
	id INTEGER NOT NULL AUTO_INCREMENT,
	cliente_id INTEGER,
	nome VARCHAR(100),
	tipo VARCHAR(50),
	sistema_operacional VARCHAR(50),
	versao_so VARCHAR(50),
	hostname VARCHAR(100),
	ip_local VARCHAR(45),
	ip_publico VARCHAR(45),
	mac_address VARCHAR(20),
	processador VARCHAR(100),
	memoria_total VARCHAR(20),
	disco_total VARCHAR(20),
	is_virtual BOOLEAN,
	virtual_type VARCHAR(50),
	ativo BOOLEAN,
	ultimo_heartbeat DATETIME(6),
	data_registro DATETIME(6),
	info_extra MEDIUMTEXT,
	PRIMARY KEY (id),
	FOREIGN KEY(cliente_id) REFERENCES clientes (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci
-- ;
CREATE TABLE IF NOT EXISTS mensagens_chat (
	id INTEGER NOT NULL AUTO_INCREMENT,
	cliente_id INTEGER,
	sala VARCHAR(50),
	usuario VARCHAR(100),
	mensagem MEDIUMTEXT NOT NULL,
	tipo VARCHAR(20),
	data_hora DATETIME(6),
	editada BOOLEAN,
	deletada BOOLEAN,
	resposta_para INTEGER,
	PRIMARY KEY (id),
	FOREIGN KEY(cliente_id) REFERENCES clientes (id),
	FOREIGN KEY(resposta_para) REFERENCES mensagens_chat (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci
-- ;
CREATE TABLE IF NOT EXISTS sessoes (
	id INTEGER NOT NULL AUTO_INCREMENT,
	cliente_id INTEGER,
	token VARCHAR(256) NOT NULL,
	ip_address VARCHAR(45),
	user_agent MEDIUMTEXT,
	dispositivo_info MEDIUMTEXT,
	data_inicio DATETIME(6),
	data_expiracao DATETIME(6),
	ultima_atividade DATETIME(6),
	ativa BOOLEAN,
	PRIMARY KEY (id),
	FOREIGN KEY(cliente_id) REFERENCES clientes (id),
	UNIQUE (token)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci
-- ;
CREATE TABLE IF NOT EXISTS logs_auditoria (
	id INTEGER NOT NULL AUTO_INCREMENT,
	cliente_id INTEGER,
	acao VARCHAR(50) NOT NULL,
	descricao MEDIUMTEXT,
	ip_address VARCHAR(45),
	user_agent MEDIUMTEXT,
	dados MEDIUMTEXT,
	data_hora DATETIME(6),
	nivel VARCHAR(20),
	PRIMARY KEY (id),
	FOREIGN KEY(cliente_id) REFERENCES clientes (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci
-- ;
CREATE TABLE IF NOT EXISTS conexoes (
	id INTEGER NOT NULL AUTO_INCREMENT,
	cliente_id INTEGER,
	dispositivo_id INTEGER,
	ip_origem VARCHAR(45),
	ip_destino VARCHAR(45),
	porta_origem INTEGER,
	porta_destino INTEGER,
	protocolo VARCHAR(10),
	status VARCHAR(20),
	processo VARCHAR(100),
	pid INTEGER,
	data_hora DATETIME(6),
	duracao_segundos INTEGER,
	bytes_enviados BIGINT,
	bytes_recebidos BIGINT,
	PRIMARY KEY (id),
	FOREIGN KEY(cliente_id) REFERENCES clientes (id),
	FOREIGN KEY(dispositivo_id) REFERENCES dispositivos (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci
