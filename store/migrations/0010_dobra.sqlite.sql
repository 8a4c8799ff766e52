ALTER TABLE monitor_busca_doc ADD COLUMN nome TEXT NOT NULL DEFAULT ''
-- ;
ALTER TABLE monitor_busca_doc ADD COLUMN empresa TEXT NOT NULL DEFAULT ''
-- ;
ALTER TABLE monitor_busca_doc ADD COLUMN cidade TEXT NOT NULL DEFAULT ''
-- ;
CREATE INDEX monitor_ix_busca_nome ON monitor_busca_doc(nome, cliente_id)
-- ;
CREATE INDEX monitor_ix_busca_empresa ON monitor_busca_doc(empresa, cliente_id)
-- ;
CREATE INDEX monitor_ix_busca_cidade ON monitor_busca_doc(cidade, cliente_id)
-- ;
DROP TRIGGER IF EXISTS monitor_busca_troca
-- ;
CREATE TRIGGER monitor_busca_troca AFTER UPDATE OF id, nome, email, empresa, telefone, cpf_cnpj, cidade, estado, data_cadastro, ativo ON clientes BEGIN
	INSERT OR IGNORE INTO monitor_busca_fila(cliente_id) VALUES (OLD.id);
	INSERT OR IGNORE INTO monitor_busca_fila(cliente_id) VALUES (NEW.id);
END
-- ;
INSERT INTO monitor_busca(monitor_busca) VALUES ('delete-all')
-- ;
DELETE FROM monitor_busca_doc
-- ;
INSERT OR IGNORE INTO monitor_busca_fila(cliente_id) SELECT id FROM clientes
