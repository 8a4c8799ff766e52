#!/bin/sh
# Depois de instalar ou atualizar: o usuário, a pasta dos dados e o serviço.
set -e
if ! getent group monitor >/dev/null; then
  groupadd --system monitor
fi
if ! getent passwd monitor >/dev/null; then
  useradd --system --gid monitor --home-dir /var/lib/monitor --no-create-home --shell /usr/sbin/nologin monitor
fi
mkdir -p /var/lib/monitor
chown monitor:monitor /var/lib/monitor
chmod 0700 /var/lib/monitor
chown -R root:monitor /etc/monitor
chmod 0750 /etc/monitor
find /etc/monitor -type f -exec chmod 0640 {} +
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  # deb: "configure" e a versão anterior; rpm: quantas versões ficam instaladas.
  if [ -n "$2" ] || [ "$1" = 2 ]; then
    systemctl try-restart monitor.service
  else
    systemctl enable --now monitor.service
  fi
fi
