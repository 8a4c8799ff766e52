CREATE INDEX monitor_ix_logs_nivel ON logs_auditoria(nivel, data_hora, id)
-- ;
ALTER TABLE monitor_idempotencia ADD COLUMN recurso VARCHAR(20) NOT NULL DEFAULT 'clientes'
