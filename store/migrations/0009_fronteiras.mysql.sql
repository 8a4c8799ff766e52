ALTER TABLE dispositivos ADD COLUMN monitor_mac VARBINARY(128) GENERATED ALWAYS AS (cast(lower(replace(replace(replace(replace(left(mac_address, 32), ':', ''), '-', ''), '.', ''), ' ', '')) as binary)) STORED,
	ADD COLUMN monitor_hostname VARBINARY(500) GENERATED ALWAYS AS (cast(lower(trim(convert(left(hostname, 100) using utf8mb4) collate utf8mb4_bin)) as binary)) STORED
-- ;
CREATE INDEX monitor_ix_dispositivos_mac_inteiro ON dispositivos(monitor_mac)
-- ;
CREATE INDEX monitor_ix_dispositivos_hostname_inteiro ON dispositivos(monitor_hostname)
-- ;
CREATE TABLE IF NOT EXISTS monitor_nomes_dados (
	dispositivo_id BIGINT NOT NULL PRIMARY KEY,
	data_registro VARCHAR(32) NOT NULL,
	dado_por VARCHAR(200) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
-- ;
CREATE TABLE IF NOT EXISTS monitor_nomes_antigos (
	dispositivo_id BIGINT NOT NULL,
	data_registro VARCHAR(32) NOT NULL,
	hostname VARCHAR(100) NOT NULL,
	PRIMARY KEY (dispositivo_id, hostname)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
-- ;
CREATE TABLE IF NOT EXISTS monitor_anonimos (
	dispositivo_id BIGINT NOT NULL PRIMARY KEY,
	data_registro VARCHAR(32) NOT NULL,
	marca VARCHAR(64) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
-- ;
CREATE INDEX monitor_ix_anonimos_marca ON monitor_anonimos(marca)
-- ;
CREATE TABLE IF NOT EXISTS monitor_logs_clientes (
	log_id BIGINT NOT NULL PRIMARY KEY,
	cliente_id BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
-- ;
CREATE INDEX monitor_ix_logs_clientes ON monitor_logs_clientes(cliente_id, log_id)
-- ;
INSERT IGNORE INTO monitor_logs_clientes(log_id, cliente_id)
SELECT t.log_id, CAST(substring_index(t.sujeito, 'cliente:', -1) AS UNSIGNED) FROM monitor_trilha t JOIN logs_auditoria l ON l.id = t.log_id
WHERE l.cliente_id IS NULL AND t.sujeito REGEXP 'cliente:[0-9]{1,18}$'
-- ;
ALTER TABLE monitor_trilha ADD COLUMN versao INTEGER NOT NULL DEFAULT 1
-- ;
ALTER TABLE monitor_trilha ADD COLUMN passo INTEGER NOT NULL DEFAULT 0
-- ;
ALTER TABLE monitor_pendentes ADD COLUMN recusada BOOLEAN NOT NULL DEFAULT FALSE
