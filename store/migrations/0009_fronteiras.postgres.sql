CREATE INDEX IF NOT EXISTS monitor_ix_dispositivos_mac_inteiro ON dispositivos(lower(replace(replace(replace(replace(substr(mac_address, 1, 32), ':', ''), '-', ''), '.', ''), ' ', '')))
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_dispositivos_hostname_inteiro ON dispositivos(lower(trim(substr(hostname, 1, 100))))
-- ;
CREATE TABLE IF NOT EXISTS monitor_nomes_dados (
	dispositivo_id BIGINT NOT NULL PRIMARY KEY,
	data_registro VARCHAR(32) NOT NULL,
	dado_por VARCHAR(200) NOT NULL
)
-- ;
CREATE TABLE IF NOT EXISTS monitor_nomes_antigos (
	dispositivo_id BIGINT NOT NULL,
	data_registro VARCHAR(32) NOT NULL,
	hostname VARCHAR(100) NOT NULL,
	PRIMARY KEY (dispositivo_id, hostname)
)
-- ;
CREATE TABLE IF NOT EXISTS monitor_anonimos (
	dispositivo_id BIGINT NOT NULL PRIMARY KEY,
	data_registro VARCHAR(32) NOT NULL,
	marca VARCHAR(64) NOT NULL
)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_anonimos_marca ON monitor_anonimos(marca)
-- ;
CREATE TABLE IF NOT EXISTS monitor_logs_clientes (
	log_id BIGINT NOT NULL PRIMARY KEY,
	cliente_id BIGINT NOT NULL
)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_logs_clientes ON monitor_logs_clientes(cliente_id, log_id)
-- ;
INSERT INTO monitor_logs_clientes(log_id, cliente_id)
SELECT t.log_id, CAST(substring(t.sujeito from 'cliente:([0-9]{1,18})$') AS BIGINT) FROM monitor_trilha t JOIN logs_auditoria l ON l.id = t.log_id
WHERE l.cliente_id IS NULL AND t.sujeito ~ 'cliente:[0-9]{1,18}$' ON CONFLICT DO NOTHING
-- ;
ALTER TABLE monitor_trilha ADD COLUMN IF NOT EXISTS versao INTEGER NOT NULL DEFAULT 1
-- ;
ALTER TABLE monitor_trilha ADD COLUMN IF NOT EXISTS passo INTEGER NOT NULL DEFAULT 0
-- ;
ALTER TABLE monitor_pendentes ADD COLUMN IF NOT EXISTS recusada BOOLEAN NOT NULL DEFAULT FALSE
