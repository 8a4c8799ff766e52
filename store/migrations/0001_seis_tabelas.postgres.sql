CREATE TABLE IF NOT EXISTS clientes (
	id SERIAL NOT NULL,
	nome VARCHAR(100) NOT NULL,
	email VARCHAR(120) NOT NULL,
	senha_hash VARCHAR(256),
	telefone VARCHAR(20),
	empresa VARCHAR(100),
	cargo VARCHAR(50),
	endereco TEXT,
	cidade VARCHAR(50),
	estado VARCHAR(50),
	pais VARCHAR(50),
	cep VARCHAR(15),
	cpf_cnpj VARCHAR(20),
	ativo BOOLEAN,
	nivel_acesso VARCHAR(20),
	data_cadastro TIMESTAMP WITHOUT TIME ZONE,
	ultimo_acesso TIMESTAMP WITHOUT TIME ZONE,
	observacoes TEXT,
	dados_extras TEXT,
	PRIMARY KEY (id),
	UNIQUE (email)
)
-- ;
CREATE TABLE IF NOT EXISTS dispositivos (
	id SERIAL NOT NULL,
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
	ultimo_heartbeat TIMESTAMP WITHOUT TIME ZONE,
	data_registro TIMESTAMP WITHOUT TIME ZONE,
	info_extra TEXT,
	PRIMARY KEY (id),
	FOREIGN KEY(cliente_id) REFERENCES clientes (id)
)
-- ;
CREATE TABLE IF NOT EXISTS mensagens_chat (
	id SERIAL NOT NULL,
	cliente_id INTEGER,
	sala VARCHAR(50),
	usuario VARCHAR(100),
	mensagem TEXT NOT NULL,
	tipo VARCHAR(20),
	data_hora TIMESTAMP WITHOUT TIME ZONE,
	editada BOOLEAN,
	deletada BOOLEAN,
	resposta_para INTEGER,
	PRIMARY KEY (id),
	FOREIGN KEY(cliente_id) REFERENCES clientes (id),
	FOREIGN KEY(resposta_para) REFERENCES mensagens_chat (id)
)
-- ;
CREATE TABLE IF NOT EXISTS sessoes (
	id SERIAL NOT NULL,
	cliente_id INTEGER,
	token VARCHAR(256) NOT NULL,
	ip_address VARCHAR(45),
	user_agent TEXT,
	dispositivo_info TEXT,
	data_inicio TIMESTAMP WITHOUT TIME ZONE,
	data_expiracao TIMESTAMP WITHOUT TIME ZONE,
	ultima_atividade TIMESTAMP WITHOUT TIME ZONE,
	ativa BOOLEAN,
	PRIMARY KEY (id),
	FOREIGN KEY(cliente_id) REFERENCES clientes (id),
	UNIQUE (token)
)
-- ;
CREATE TABLE IF NOT EXISTS logs_auditoria (
	id SERIAL NOT NULL,
	cliente_id INTEGER,
	acao VARCHAR(50) NOT NULL,
	descricao TEXT,
	ip_address VARCHAR(45),
	user_agent TEXT,
	dados TEXT,
	data_hora TIMESTAMP WITHOUT TIME ZONE,
	nivel VARCHAR(20),
	PRIMARY KEY (id),
	FOREIGN KEY(cliente_id) REFERENCES clientes (id)
)
-- ;
CREATE TABLE IF NOT EXISTS conexoes (
	id SERIAL NOT NULL,
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
	data_hora TIMESTAMP WITHOUT TIME ZONE,
	duracao_segundos INTEGER,
	bytes_enviados BIGINT,
	bytes_recebidos BIGINT,
	PRIMARY KEY (id),
	FOREIGN KEY(cliente_id) REFERENCES clientes (id),
	FOREIGN KEY(dispositivo_id) REFERENCES dispositivos (id)
)
