ALTER TABLE monitor_contadores ADD COLUMN mudou_clientes INTEGER NOT NULL DEFAULT 0
-- ;
ALTER TABLE monitor_contadores ADD COLUMN mudou_dispositivos INTEGER NOT NULL DEFAULT 0
-- ;
ALTER TABLE monitor_contadores ADD COLUMN mudou_conexoes INTEGER NOT NULL DEFAULT 0
-- ;
ALTER TABLE monitor_contadores ADD COLUMN mudou_mensagens INTEGER NOT NULL DEFAULT 0
-- ;
ALTER TABLE monitor_contadores ADD COLUMN mudou_sessoes INTEGER NOT NULL DEFAULT 0
-- ;
ALTER TABLE monitor_contadores ADD COLUMN mudou_logs INTEGER NOT NULL DEFAULT 0
-- ;
CREATE TRIGGER monitor_mudou_clientes_troca AFTER UPDATE ON clientes BEGIN
	UPDATE monitor_contadores SET mudou_clientes = mudou_clientes + 1;
END
-- ;
CREATE TRIGGER monitor_mudou_clientes_fim AFTER DELETE ON clientes BEGIN
	UPDATE monitor_contadores SET mudou_clientes = mudou_clientes + 1;
END
-- ;
CREATE TRIGGER monitor_mudou_dispositivos_troca AFTER UPDATE OF id, cliente_id, nome, tipo, sistema_operacional, versao_so, hostname, ip_local, ip_publico, mac_address, processador, memoria_total, disco_total,
	is_virtual, virtual_type, ativo, data_registro, info_extra ON dispositivos BEGIN
	UPDATE monitor_contadores SET mudou_dispositivos = mudou_dispositivos + 1;
END
-- ;
CREATE TRIGGER monitor_mudou_dispositivos_fim AFTER DELETE ON dispositivos BEGIN
	UPDATE monitor_contadores SET mudou_dispositivos = mudou_dispositivos + 1;
END
-- ;
CREATE TRIGGER monitor_mudou_conexoes_troca AFTER UPDATE ON conexoes BEGIN
	UPDATE monitor_contadores SET mudou_conexoes = mudou_conexoes + 1;
END
-- ;
CREATE TRIGGER monitor_mudou_conexoes_fim AFTER DELETE ON conexoes BEGIN
	UPDATE monitor_contadores SET mudou_conexoes = mudou_conexoes + 1;
END
-- ;
CREATE TRIGGER monitor_mudou_mensagens_troca AFTER UPDATE ON mensagens_chat BEGIN
	UPDATE monitor_contadores SET mudou_mensagens = mudou_mensagens + 1;
END
-- ;
CREATE TRIGGER monitor_mudou_mensagens_fim AFTER DELETE ON mensagens_chat BEGIN
	UPDATE monitor_contadores SET mudou_mensagens = mudou_mensagens + 1;
END
-- ;
CREATE TRIGGER monitor_mudou_sessoes_troca AFTER UPDATE ON sessoes BEGIN
	UPDATE monitor_contadores SET mudou_sessoes = mudou_sessoes + 1;
END
-- ;
CREATE TRIGGER monitor_mudou_sessoes_fim AFTER DELETE ON sessoes BEGIN
	UPDATE monitor_contadores SET mudou_sessoes = mudou_sessoes + 1;
END
-- ;
CREATE TRIGGER monitor_mudou_logs_troca AFTER UPDATE ON logs_auditoria BEGIN
	UPDATE monitor_contadores SET mudou_logs = mudou_logs + 1;
END
-- ;
CREATE TRIGGER monitor_mudou_logs_fim AFTER DELETE ON logs_auditoria BEGIN
	UPDATE monitor_contadores SET mudou_logs = mudou_logs + 1;
END
