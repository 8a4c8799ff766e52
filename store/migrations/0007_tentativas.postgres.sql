CREATE TABLE IF NOT EXISTS monitor_tentativas (
	id BIGSERIAL PRIMARY KEY,
	chave VARCHAR(64) NOT NULL UNIQUE,
	tipo VARCHAR(12) NOT NULL,
	alvo VARCHAR(200) NOT NULL,
	falhas BIGINT NOT NULL,
	ultima BIGINT NOT NULL,
	ate BIGINT NOT NULL
)
-- ;
CREATE INDEX IF NOT EXISTS monitor_ix_tentativas_ultima ON monitor_tentativas(ultima)
