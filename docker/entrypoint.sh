#!/bin/sh
# exec, so that the process gets SIGTERM itself and can finish the work in hand.
set -eu
case "${1:-api}" in
  api) exec node dist/main.js ;;
  worker) exec node dist/worker.js ;;
  *) exec node dist/cli.js "$@" ;;
esac
