CREATE INDEX IF NOT EXISTS monitor_ix_dispositivos_mac_inteiro ON dispositivos(lower(replace(replace(replace(replace(substr(mac_address, 1, 32), ':', ''), '-', ''), '.', ''), ' ', '')))
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_dispositivos_hostname_inteiro ON dispositivos(lower(trim(substr(hostname, 1, 100))))
-- ;
CREATE TABLE IF NOT EXISTS monitor_nomes_dados (
	dispositivo_id INTEGER NOT NULL PRIMARY KEY,
	data_registro VARCHAR(32) NOT NULL,
	dado_por VARCHAR(200) NOT NULL
)
-- ;
CREATE TABLE IF NOT EXISTS monitor_nomes_antigos (
	dispositivo_id INTEGER NOT NULL,
	data_registro VARCHAR(32) NOT NULL,
	hostname VARCHAR(100) NOT NULL,
	PRIMARY KEY (dispositivo_id, hostname)
)
-- ;
CREATE TABLE IF NOT EXISTS monitor_anonimos (
	dispositivo_id INTEGER NOT NULL PRIMARY KEY,
	data_registro VARCHAR(32) NOT NULL,
	marca VARCHAR(64) NOT NULL
)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_anonimos_marca ON monitor_anonimos(marca)
-- ;
CREATE TABLE IF NOT EXISTS monitor_logs_clientes (
	log_id INTEGER NOT NULL PRIMARY KEY,
	cliente_id INTEGER NOT NULL
)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_logs_clientes ON monitor_logs_clientes(cliente_id, log_id)
-- ;
INSERT OR IGNORE INTO monitor_logs_clientes(log_id, cliente_id)
SELECT t.log_id, CAST(substr(t.sujeito, length(rtrim(t.sujeito, '0123456789')) + 1) AS INTEGER) FROM monitor_trilha t JOIN logs_auditoria l ON l.id = t.log_id
WHERE l.cliente_id IS NULL AND rtrim(t.sujeito, '0123456789') LIKE '%cliente:' AND length(t.sujeito) - length(rtrim(t.sujeito, '0123456789')) BETWEEN 1 AND 18
-- ;
CREATE TRIGGER monitor_logs_clientes_fim AFTER UPDATE OF cliente_id ON logs_auditoria WHEN NEW.cliente_id IS NULL AND typeof(OLD.cliente_id) = 'integer' BEGIN
	INSERT INTO monitor_logs_clientes(log_id, cliente_id) SELECT OLD.id, OLD.cliente_id WHERE NOT EXISTS (SELECT 1 FROM monitor_logs_clientes WHERE log_id = OLD.id);
END
-- ;
CREATE TABLE IF NOT EXISTS monitor_ids (
	tabela VARCHAR(20) NOT NULL PRIMARY KEY,
	ultimo INTEGER NOT NULL
) WITHOUT ROWID
-- ;
INSERT INTO monitor_ids(tabela, ultimo)
SELECT 'clientes', coalesce(max(n), 0) FROM (
	SELECT max(id) AS n FROM clientes
	UNION ALL SELECT max(cliente_id) AS n FROM dispositivos WHERE cliente_id BETWEEN 1 AND 10000000
	UNION ALL SELECT max(cliente_id) AS n FROM conexoes WHERE cliente_id BETWEEN 1 AND 10000000
	UNION ALL SELECT max(cliente_id) AS n FROM sessoes WHERE cliente_id BETWEEN 1 AND 10000000
	UNION ALL SELECT max(cliente_id) AS n FROM mensagens_chat WHERE cliente_id BETWEEN 1 AND 10000000
	UNION ALL SELECT max(cliente_id) AS n FROM logs_auditoria WHERE cliente_id BETWEEN 1 AND 10000000
	UNION ALL SELECT max(cliente_id) AS n FROM monitor_pessoas WHERE cliente_id BETWEEN 1 AND 10000000
	UNION ALL SELECT max(CAST(substr(t.sujeito, length(rtrim(t.sujeito, '0123456789')) + 1) AS INTEGER)) FROM monitor_trilha t WHERE rtrim(t.sujeito, '0123456789') LIKE '%cliente:' AND CAST(substr(t.sujeito, length(rtrim(t.sujeito, '0123456789')) + 1) AS INTEGER) BETWEEN 1 AND 10000000)
-- ;
INSERT INTO monitor_ids(tabela, ultimo)
SELECT 'dispositivos', coalesce(max(n), 0) FROM (
	SELECT max(id) AS n FROM dispositivos
	UNION ALL SELECT max(dispositivo_id) AS n FROM conexoes WHERE dispositivo_id BETWEEN 1 AND 10000000
	UNION ALL SELECT max(dispositivo_id) AS n FROM monitor_dispositivos WHERE dispositivo_id BETWEEN 1 AND 10000000
	UNION ALL SELECT max(dispositivo_id) AS n FROM monitor_pendentes WHERE dispositivo_id BETWEEN 1 AND 10000000
	UNION ALL SELECT max(CAST(substr(sujeito, instr(sujeito, 'dispositivo:') + 12) AS INTEGER)) FROM monitor_trilha WHERE sujeito LIKE 'dispositivo:%' AND CAST(substr(sujeito, instr(sujeito, 'dispositivo:') + 12) AS INTEGER) BETWEEN 1 AND 10000000)
-- ;
CREATE TRIGGER monitor_clientes_ids_fim AFTER DELETE ON clientes BEGIN
	UPDATE monitor_ids SET ultimo = OLD.id WHERE tabela = 'clientes' AND ultimo < OLD.id AND OLD.id < 2147483647;
END
-- ;
CREATE TRIGGER monitor_dispositivos_ids_fim AFTER DELETE ON dispositivos BEGIN
	UPDATE monitor_ids SET ultimo = OLD.id WHERE tabela = 'dispositivos' AND ultimo < OLD.id AND OLD.id < 2147483647;
END
-- ;
ALTER TABLE monitor_trilha ADD COLUMN versao INTEGER NOT NULL DEFAULT 1
-- ;
ALTER TABLE monitor_trilha ADD COLUMN passo INTEGER NOT NULL DEFAULT 0
-- ;
ALTER TABLE monitor_pendentes ADD COLUMN recusada BOOLEAN NOT NULL DEFAULT 0
