#!/bin/sh
# Antes de remover de vez; em uma atualização o serviço continua.
set -e
case "$1" in
  remove | 0)
    if [ -d /run/systemd/system ]; then
      systemctl disable --now monitor.service
    fi
    ;;
esac
