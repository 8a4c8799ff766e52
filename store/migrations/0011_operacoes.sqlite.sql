CREATE TABLE IF NOT EXISTS monitor_operacoes (
	id INTEGER NOT NULL PRIMARY KEY,
	recurso VARCHAR(20) NOT NULL,
	acao VARCHAR(20) NOT NULL,
	ator VARCHAR(200) NOT NULL,
	estado VARCHAR(12) NOT NULL,
	total INTEGER NOT NULL,
	desfaz INTEGER NOT NULL,
	vista INTEGER NOT NULL,
	alvos TEXT NOT NULL
)
-- ;
CREATE TABLE IF NOT EXISTS monitor_operacoes_itens (
	operacao INTEGER NOT NULL,
	alvo INTEGER NOT NULL,
	situacao VARCHAR(10) NOT NULL,
	log_id INTEGER NOT NULL,
	motivo VARCHAR(300) NOT NULL,
	PRIMARY KEY (operacao, alvo)
) WITHOUT ROWID
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_trilha_log ON monitor_trilha(log_id)
