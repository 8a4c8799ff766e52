package engine

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// From the URL as a provider's page gives it to everything that follows from it.
func TestProviders(t *testing.T) {
	for _, c := range []struct {
		url      string
		kind     Kind
		host     string
		porta    int
		banco    string
		tls      TLSMode
		provider string
		pooler   bool
		semFK    bool
		conexoes int
		avisos   []string // a word of each
		dicas    []string
	}{
		{
			"postgresql://usuario:segredo@tiny.db.elephantsql.com/database", Postgres, "tiny.db.elephantsql.com", 5432, "database",
			TLSVerificado, "ElephantSQL", false, false, 4, nil, nil,
		},
		{
			"postgresql://usuario:segredo@ep-xxx.us-east-1.aws.neon.tech/database?sslmode=require", Postgres, "ep-xxx.us-east-1.aws.neon.tech", 5432, "database",
			TLSVerificado, "Neon", false, false, 0, nil,
			[]string{"dorme"},
		},
		{
			"postgresql://usuario:segredo@ep-xxx-pooler.sa-east-1.aws.neon.tech/database?sslmode=require&channel_binding=require", Postgres,
			"ep-xxx-pooler.sa-east-1.aws.neon.tech", 5432, "database", TLSVerificado, "Neon", true, false, 0, nil,
			[]string{"dorme"},
		},
		{
			"postgresql://usuario:segredo@ep-xxx.us-east-1.aws.neon.tech/database?options=endpoint%3Dep-xxx", Postgres, "ep-xxx.us-east-1.aws.neon.tech", 5432, "database",
			TLSVerificado, "Neon", false, false, 0, nil,
			[]string{"dorme"},
		},
		{
			"postgresql://postgres:segredo@db.xxx.supabase.co:5432/postgres", Postgres, "db.xxx.supabase.co", 5432, "postgres",
			TLSVerificado, "Supabase", false, false, 8, nil,
			[]string{"só atende por IPv6", "autoridade própria", "pausado"},
		},
		{
			"postgresql://postgres.xxx:segredo@aws-0-sa-east-1.pooler.supabase.com:6543/postgres", Postgres, "aws-0-sa-east-1.pooler.supabase.com", 6543, "postgres",
			TLSVerificado, "Supabase", true, false, 20, nil,
			[]string{"modo transação", "autoridade própria", "pausado"},
		},
		{
			"postgresql://postgres.xxx:segredo@aws-1-sa-east-1.pooler.supabase.com:5432/postgres?sslmode=require", Postgres, "aws-1-sa-east-1.pooler.supabase.com", 5432, "postgres",
			TLSSemVerificacao, "Supabase", false, false, 8,
			[]string{"sem conferir o certificado"},
			[]string{"modo sessão", "autoridade própria", "pausado"},
		},
		{
			"postgresql://postgres:segredo@db.xxx.supabase.co:6543/postgres?sslmode=verify-full&sslrootcert=prod-ca.crt", Postgres, "db.xxx.supabase.co", 6543, "postgres",
			TLSVerificado, "Supabase", true, false, 8, nil,
			[]string{"autoridade própria", "pausado"},
		},
		{
			"mysql://usuario:segredo@aws.connect.psdb.cloud/database?ssl=true", MySQL, "aws.connect.psdb.cloud", 3306, "database",
			TLSVerificado, "PlanetScale", false, true, 0, nil,
			[]string{"Safe migrations", "uma vez"},
		},
		{
			"mysql+pymysql://usuario:segredo@aws-sa-east-1.connect.psdb.cloud/database?ssl_ca=/etc/ssl/cert.pem", MySQL, "aws-sa-east-1.connect.psdb.cloud", 3306, "database",
			TLSVerificado, "PlanetScale", false, true, 0, nil,
			[]string{"Safe migrations", "uma vez"},
		},
		{
			`mysql://usuario:segredo@gcp.connect.psdb.cloud/database?ssl={"rejectUnauthorized":true}`, MySQL, "gcp.connect.psdb.cloud", 3306, "database",
			TLSVerificado, "PlanetScale", false, true, 0, nil,
			[]string{"Safe migrations", "uma vez"},
		},
		{
			"mysql://usuario:segredo@aws.connect.psdb.cloud/database?sslaccept=strict", MySQL, "aws.connect.psdb.cloud", 3306, "database",
			TLSVerificado, "PlanetScale", false, true, 0, nil,
			[]string{"Safe migrations", "uma vez"},
		},
		{
			"mysql://usuario:segredo@aws.connect.psdb.cloud/database?sslaccept=accept_invalid_certs", MySQL, "aws.connect.psdb.cloud", 3306, "database",
			TLSSemVerificacao, "PlanetScale", false, true, 0,
			[]string{"sem conferir o certificado"},
			[]string{"Safe migrations", "uma vez"},
		},
		{
			"postgresql://postgres:segredo@containers-xxx.railway.app:5432/railway", Postgres, "containers-xxx.railway.app", 5432, "railway",
			TLSVerificado, "Railway", false, false, 20, nil,
			[]string{"assinado por ele mesmo", "são antigos"},
		},
		{
			"mysql://root:segredo@roundhouse.proxy.rlwy.net:41234/railway", MySQL, "roundhouse.proxy.rlwy.net", 41234, "railway",
			TLSVerificado, "Railway", false, false, 20, nil,
			[]string{"assinado por ele mesmo"},
		},
		{
			"postgresql://postgres:segredo@postgres.railway.internal:5432/railway", Postgres, "postgres.railway.internal", 5432, "railway",
			TLSNenhum, "Railway", false, false, 20, nil,
			[]string{"só existe dentro da rede"},
		},
		{
			"postgresql://usuario:segredo@dpg-abc-a.oregon-postgres.render.com/database?sslmode=require", Postgres, "dpg-abc-a.oregon-postgres.render.com", 5432, "database",
			TLSVerificado, "Render", false, false, 20, nil,
			[]string{"30 dias"},
		},
		{
			"postgresql://usuario:segredo@dpg-abc-a/database", Postgres, "dpg-abc-a", 5432, "database",
			TLSNenhum, "", false, false, 0, nil, nil,
		},
		{
			"postgres://avnadmin:segredo@pg-abc.aivencloud.com:12345/defaultdb?sslmode=require", Postgres, "pg-abc.aivencloud.com", 12345, "defaultdb",
			TLSSemVerificacao, "Aiven", false, false, 8,
			[]string{"sem conferir o certificado"},
			[]string{"CA certificate"},
		},
		{
			"mysql://avnadmin:segredo@mysql-abc.aivencloud.com:12345/defaultdb?ssl-mode=REQUIRED&ssl-ca=ca.pem", MySQL, "mysql-abc.aivencloud.com", 12345, "defaultdb",
			TLSVerificado, "Aiven", false, false, 8, nil,
			[]string{"CA certificate"},
		},
		{
			"cockroachdb+psycopg2://usuario:segredo@alto-123.abc.cockroachlabs.cloud/defaultdb?sslmode=verify-full", Postgres, "alto-123.abc.cockroachlabs.cloud", 26257, "defaultdb",
			TLSVerificado, "CockroachDB", false, false, 0, nil,
			[]string{"não foi testado"},
		},
		{
			"postgresql://usuario:segredo@abc.xyz.sa-east-1.rds.amazonaws.com/database", Postgres, "abc.xyz.sa-east-1.rds.amazonaws.com", 5432, "database",
			TLSVerificado, "Amazon RDS", false, false, 0, nil,
			[]string{"global-bundle.pem"},
		},
		{
			"mysql://usuario:segredo@abc.mysql.database.azure.com/database?ssl=true", MySQL, "abc.mysql.database.azure.com", 3306, "database",
			TLSVerificado, "Azure", false, false, 0, nil, nil,
		},
		{
			"postgresql://doadmin:segredo@db-abc.b.db.ondigitalocean.com:25061/pool?sslmode=require", Postgres, "db-abc.b.db.ondigitalocean.com", 25061, "pool",
			TLSSemVerificacao, "DigitalOcean", true, false, 15,
			[]string{"sem conferir o certificado"},
			[]string{"CA certificate"},
		},
		// a server of one's own
		{
			"postgresql://usuario:segredo@db.exemplo.com/database", Postgres, "db.exemplo.com", 5432, "database",
			TLSVerificado, "", false, false, 0, nil, nil,
		},
		{
			"postgresql://usuario:segredo@db.exemplo.com/database?sslmode=prefer", Postgres, "db.exemplo.com", 5432, "database",
			TLSVerificado, "", false, false, 0, nil, nil,
		},
		{
			"postgresql://usuario:segredo@db.exemplo.com/database?sslmode=disable", Postgres, "db.exemplo.com", 5432, "database",
			TLSNenhum, "", false, false, 0,
			[]string{"passam abertos"},
			nil,
		},
		{
			"postgresql://usuario:segredo@db.exemplo.com/database?sslmode=require", Postgres, "db.exemplo.com", 5432, "database",
			TLSSemVerificacao, "", false, false, 0,
			[]string{"sem conferir o certificado"},
			nil,
		},
		{
			"postgresql://usuario:segredo@db.exemplo.com/database?sslmode=verify-ca&sslrootcert=ca.pem", Postgres, "db.exemplo.com", 5432, "database",
			TLSVerificado, "", false, false, 0,
			[]string{"não o nome do servidor"},
			nil,
		},
		{
			"mysql://usuario:segredo@db.exemplo.com/database?ssl=false", MySQL, "db.exemplo.com", 3306, "database",
			TLSNenhum, "", false, false, 0,
			[]string{"passam abertos"},
			nil,
		},
		{
			"mysql://usuario:segredo@db.exemplo.com/database?ssl_verify_cert=false&ssl=true", MySQL, "db.exemplo.com", 3306, "database",
			TLSSemVerificacao, "", false, false, 0,
			[]string{"sem conferir o certificado"},
			nil,
		},
		{
			"postgresql://usuario:segredo@localhost/database?sslmode=verify-full", Postgres, "localhost", 5432, "database",
			TLSVerificado, "", false, false, 0, nil, nil,
		},
		{
			"postgresql://usuario:segredo@neon.tech.exemplo.com/database", Postgres, "neon.tech.exemplo.com", 5432, "database",
			TLSVerificado, "", false, false, 0, nil, nil,
		},
	} {
		t.Run(c.url, func(t *testing.T) {
			got, err := ParseURL(c.url)
			require.NoError(t, err)
			require.Equal(t, "segredo", got.Senha)
			require.Equal(t, []any{c.kind, c.host, c.porta, c.banco, c.tls, c.provider, c.pooler, c.semFK, c.conexoes},
				[]any{got.Kind, got.Host, got.Porta, got.Banco, got.TLS, got.Provedor, got.Pooler, got.SemFK, got.MaxConexoes})
			require.Equal(t, c.provider == "ElephantSQL", strings.Contains(got.Encerrado(), "encerrou o serviço em janeiro de 2025"))
			requireEach(t, c.avisos, got.Avisos)
			requireEach(t, c.dicas, got.Dicas)
			require.NotContains(t, got.Nome+strings.Join(got.Avisos, "")+strings.Join(got.Dicas, ""), "segredo")
		})
	}
}

// requireEach wants one text for each word, in any order, and no other.
func requireEach(t *testing.T, words, texts []string) {
	t.Helper()
	require.Len(t, texts, len(words), strings.Join(texts, "\n"))
	for _, w := range words {
		require.Contains(t, strings.Join(texts, "\n"), w)
	}
}
