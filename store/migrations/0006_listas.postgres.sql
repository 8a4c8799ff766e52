CREATE INDEX IF NOT EXISTS monitor_ix_logs_nivel ON logs_auditoria(nivel, data_hora DESC NULLS LAST, id DESC)
-- ;
ALTER TABLE monitor_idempotencia ADD COLUMN IF NOT EXISTS recurso VARCHAR(20) NOT NULL DEFAULT 'clientes'
