package store_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"example.com/monitor/store"
	"example.com/monitor/store/storetest"
)

// sqlalchemyScript writes and reads as the old system does: mapped classes, a
// session, its own defaults. It knows the columns of the six tables and nothing of ours.
const sqlalchemyScript = `
import sys
try:
    import sqlalchemy as sa
    from sqlalchemy.orm import declarative_base, relationship, sessionmaker
except ImportError as e:
    print("falta:", e); sys.exit(77)
from datetime import datetime, timedelta
Base = declarative_base()
now = datetime.utcnow
def col(*a, **k): return sa.Column(*a, **k)
class Cliente(Base):
    __tablename__ = "clientes"
    id = col(sa.Integer, primary_key=True)
    nome = col(sa.String(100), nullable=False); email = col(sa.String(120), unique=True, nullable=False)
    senha_hash = col(sa.String(256)); telefone = col(sa.String(20)); empresa = col(sa.String(100))
    pais = col(sa.String(50), default="Brasil"); cpf_cnpj = col(sa.String(20)); ativo = col(sa.Boolean, default=True)
    nivel_acesso = col(sa.String(20), default="usuario"); data_cadastro = col(sa.DateTime, default=now); ultimo_acesso = col(sa.DateTime)
    dados_extras = col(sa.Text)
    dispositivos = relationship("Dispositivo", backref="cliente", lazy="dynamic")
class Dispositivo(Base):
    __tablename__ = "dispositivos"
    id = col(sa.Integer, primary_key=True); cliente_id = col(sa.Integer, sa.ForeignKey("clientes.id"))
    nome = col(sa.String(100)); hostname = col(sa.String(100)); mac_address = col(sa.String(20)); ativo = col(sa.Boolean, default=True)
    is_virtual = col(sa.Boolean, default=False); ultimo_heartbeat = col(sa.DateTime, default=now); data_registro = col(sa.DateTime, default=now)
class Conexao(Base):
    __tablename__ = "conexoes"
    id = col(sa.Integer, primary_key=True); cliente_id = col(sa.Integer, sa.ForeignKey("clientes.id"))
    dispositivo_id = col(sa.Integer, sa.ForeignKey("dispositivos.id")); ip_origem = col(sa.String(45)); porta_origem = col(sa.Integer)
    protocolo = col(sa.String(10)); status = col(sa.String(20)); data_hora = col(sa.DateTime, default=now); bytes_enviados = col(sa.BigInteger, default=0)
class Mensagem(Base):
    __tablename__ = "mensagens_chat"
    id = col(sa.Integer, primary_key=True); cliente_id = col(sa.Integer, sa.ForeignKey("clientes.id")); sala = col(sa.String(50), default="geral")
    usuario = col(sa.String(100)); mensagem = col(sa.Text, nullable=False); data_hora = col(sa.DateTime, default=now); deletada = col(sa.Boolean, default=False)
class Sessao(Base):
    __tablename__ = "sessoes"
    id = col(sa.Integer, primary_key=True); cliente_id = col(sa.Integer, sa.ForeignKey("clientes.id")); token = col(sa.String(256), unique=True, nullable=False)
    data_inicio = col(sa.DateTime, default=now); data_expiracao = col(sa.DateTime); ativa = col(sa.Boolean, default=True)
class Log(Base):
    __tablename__ = "logs_auditoria"
    id = col(sa.Integer, primary_key=True); cliente_id = col(sa.Integer, sa.ForeignKey("clientes.id")); acao = col(sa.String(50), nullable=False)
    dados = col(sa.Text); data_hora = col(sa.DateTime, default=now); nivel = col(sa.String(20), default="info")
try:
    engine = sa.create_engine(sys.argv[1])
    engine.connect().close()
except ImportError as e:
    print("falta:", e); sys.exit(77)
s = sessionmaker(bind=engine)()
ana = s.query(Cliente).filter_by(email="ana@monitor.com").one()      # monitor's own row
assert ana.ativo is True and isinstance(ana.data_cadastro, datetime), (ana.ativo, ana.data_cadastro)
ana.telefone = "(11) 90000-0000"
ines = Cliente(nome="Inês Açaí", email="ines@python.com", empresa="Ltda")
s.add(ines); s.flush()
d = Dispositivo(cliente_id=ines.id, nome="PC-PY", hostname="PC-PY", mac_address="02:00:00:00:00:77"); s.add(d); s.flush()
s.bulk_save_objects([Conexao(cliente_id=ines.id, dispositivo_id=d.id, ip_origem="10.0.0.%d" % i, porta_origem=i, protocolo="TCP", status="ESTABLISHED") for i in range(3)])
s.add(Mensagem(cliente_id=ines.id, usuario="Inês", mensagem="bom dia"))
s.add(Sessao(cliente_id=ines.id, token="token-claro-da-ines", data_expiracao=now() + timedelta(hours=24)))
s.add(Log(cliente_id=ines.id, acao="login")); s.commit()
page = s.query(Cliente).filter(sa.or_(Cliente.nome.ilike("%açaí%"), Cliente.email.ilike("%python%"))).order_by(Cliente.data_cadastro.desc()).limit(20).offset(0).all()
assert [c.id for c in page] == [ines.id], page
assert s.query(sa.func.count(Dispositivo.id)).filter(Dispositivo.ultimo_heartbeat > now() - timedelta(minutes=5)).scalar() >= 1
assert ines.dispositivos.count() == 1
s.query(Mensagem).filter_by(usuario="Inês").update({"deletada": True})
s.query(Sessao).filter(Sessao.data_expiracao < now()).delete(synchronize_session=False); s.commit()
print("ok")
`

// TestSQLAlchemyBeside has the old system's own library write and read beside a
// running monitor: what each writes the other sees, and neither breaks the other.
func TestSQLAlchemyBeside(t *testing.T) {
	t.Parallel()
	bin := "/usr/bin/python3" // Debian's, whose packages another in PATH does not see
	if _, err := os.Stat(bin); err != nil {
		if bin, err = exec.LookPath("python3"); err != nil {
			t.Skip("python3 não está instalado: a escrita pelo SQLAlchemy não foi conferida")
		}
	}
	for _, e := range storetest.Engines()[:3] {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			at := e.Flask(t)
			s := e.Open(t, at)
			h := s.As(storetest.Operator)
			_, err := h.Clientes.Create(t.Context(), store.Cliente{Nome: "Ana", Email: "ana@monitor.com"})
			require.NoError(t, err)
			url, _, _ := strings.Cut(at, "?")
			url = strings.NewReplacer("postgresql://", "postgresql+psycopg2://", "mysql://", "mysql+pymysql://").Replace(url)
			cmd := exec.CommandContext(t.Context(), bin, "-c", sqlalchemyScript, url)
			cmd.Env = append(os.Environ(), "PYTHONWARNINGS=ignore")
			out, err := cmd.CombinedOutput()
			if cmd.ProcessState.ExitCode() == 77 {
				t.Skip("a biblioteca do sistema antigo não está instalada (python3-sqlalchemy, python3-psycopg2, python3-pymysql): " + string(out))
			}
			require.NoError(t, err, string(out))
			require.Contains(t, string(out), "ok")
			p, err := h.Clientes.List(t.Context(), store.ClienteFiltro{Busca: "acai python"})
			require.NoError(t, err)
			require.Equal(t, 1, p.Total)
			require.Equal(t, 1, p.Itens[0].TotalDispositivos)
			ana, err := h.Clientes.Find(t.Context(), "ana@monitor.com")
			require.NoError(t, err)
			require.Equal(t, "(11) 90000-0000", ana.Telefone)
			_, err = s.Authenticate(t.Context(), store.Credencial{Bearer: "token-claro-da-ines"}, store.Origem{})
			require.NoError(t, err, "its sessions are honoured")
			v, err := h.Logs.Verify(t.Context())
			require.NoError(t, err)
			require.Empty(t, v.Problemas)
			require.NoError(t, h.Clientes.Delete(t.Context(), p.Itens[0].ID))
		})
	}
}
