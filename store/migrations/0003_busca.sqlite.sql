CREATE TABLE monitor_busca_fila (cliente_id INTEGER NOT NULL PRIMARY KEY)
-- ;
CREATE TABLE monitor_busca_doc (
	pos INTEGER NOT NULL PRIMARY KEY,
	cliente_id INTEGER NOT NULL UNIQUE,
	ativo BOOLEAN,
	texto TEXT NOT NULL
)
-- ;
CREATE VIRTUAL TABLE monitor_busca USING fts5(texto, content='monitor_busca_doc', content_rowid='pos', tokenize='trigram case_sensitive 1')
-- ;
CREATE TRIGGER monitor_busca_novo AFTER INSERT ON clientes BEGIN
	INSERT OR IGNORE INTO monitor_busca_fila(cliente_id) VALUES (NEW.id);
END
-- ;
CREATE TRIGGER monitor_busca_troca AFTER UPDATE OF id, nome, email, empresa, telefone, cpf_cnpj, data_cadastro, ativo ON clientes BEGIN
	INSERT OR IGNORE INTO monitor_busca_fila(cliente_id) VALUES (OLD.id);
	INSERT OR IGNORE INTO monitor_busca_fila(cliente_id) VALUES (NEW.id);
END
-- ;
CREATE TRIGGER monitor_busca_fim AFTER DELETE ON clientes BEGIN
	INSERT OR IGNORE INTO monitor_busca_fila(cliente_id) VALUES (OLD.id);
END
-- ;
INSERT OR IGNORE INTO monitor_busca_fila(cliente_id) SELECT id FROM clientes
