#!/bin/sh
# Os dados ficam, mesmo com purge: quem quiser apagá-los faz isso à mão.
set -e
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
fi
case "$1" in
  purge | 0)
    if [ -d /var/lib/monitor ]; then
      echo "monitor: os dados continuam em /var/lib/monitor" >&2
    fi
    ;;
esac
