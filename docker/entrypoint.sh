#!/bin/sh
# exec, so that the process gets SIGTERM itself and can finish the work in hand.
set -eu

# Passwords are hashed on libuv's threads, four unless told. A machine with more cores would leave the rest idle.
if [ -z "${UV_THREADPOOL_SIZE:-}" ]; then
  cores=$(nproc 2>/dev/null || echo 4)
  [ "$cores" -ge 4 ] || cores=4
  export UV_THREADPOOL_SIZE="$cores"
fi

case "${1:-api}" in
  api) exec node dist/main.js ;;
  worker) exec node dist/worker.js ;;
  *) exec node dist/cli.js "$@" ;;
esac
