#!/usr/bin/env bash
# Starts containerd, dockerd, Podman's service and a registry for the tests, apart from whatever else the machine runs: sockets in
# /run/outrider-test, data in /var/lib/outrider-test, logs in /var/log/outrider-test. `engines.sh start|stop|restart-containerd|restart-docker`.
# Root only. Starting what runs already does nothing.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
run=/run/outrider-test data=/var/lib/outrider-test logs=/var/log/outrider-test

main() {
  case "${1:-start}" in
    start) start_all ;;
    stop) for name in registry podman docker containerd; do stop "$name"; done ;;
    restart-containerd) stop containerd; start_containerd ;;
    restart-docker) stop docker; start_docker ;;
    *) echo "usage: $0 start|stop|restart-containerd|restart-docker" >&2; exit 2 ;;
  esac
}

start_all() {
  mkdir -p "$run" "$data" "$logs"
  configure
  start_containerd
  start_docker
  start_podman
  start_registry
  load_images
}

# Raising limits and lowering oom_score_adj can be refused on machines that are containers themselves, and crun may refuse their cgroups.
configure() {
  # Podman lowers its own limit to this before it starts anything.
  local processes=32768
  [ "$(ulimit -Hu)" = unlimited ] || processes=$(($(ulimit -Hu) < processes ? $(ulimit -Hu) : processes))
  mkdir -p "$data/cni"
  cat >"$data/cni/10-outrider.conflist" <<'CNI'
{
  "cniVersion": "0.4.0",
  "name": "outrider-test",
  "plugins": [
    {
      "type": "bridge", "bridge": "outrider-test0", "isGateway": true, "hairpinMode": true, "ipMasq": false,
      "ipam": { "type": "host-local", "dataDir": "/run/outrider-test/ipam", "ranges": [[{ "subnet": "10.89.0.0/16" }]], "routes": [{ "dst": "0.0.0.0/0" }] }
    },
    { "type": "portmap", "capabilities": { "portMappings": true } }
  ]
}
CNI
  cat >"$data/containerd.toml" <<TOML
version = 2
root = "$data/containerd"
state = "$run/containerd"
[grpc]
  address = "$run/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  sandbox_image = "outrider.test/pause:1"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$data/cni"
[plugins."io.containerd.internal.v1.opt"]
  path = "$data/containerd-opt"
TOML
  cat >"$data/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=$(ulimit -Hn):$(ulimit -Hn)", "nproc=$processes:$processes"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
CONF
  cat >"$data/registry.yml" <<YML
version: 0.1
storage: { filesystem: { rootdirectory: $data/registry }, delete: { enabled: true } }
http: { addr: "127.0.0.1:5055" }
YML
}

start_containerd() { start containerd "$run/containerd.sock" containerd -c "$data/containerd.toml"; }

start_docker() {
  start docker "$run/docker.sock" dockerd --data-root "$data/docker" --exec-root "$run/docker" --pidfile "$run/dockerd.pid" \
    --host "unix://$run/docker.sock" --containerd "$run/containerd.sock" --bip 10.90.0.1/16 --default-address-pool base=10.91.0.0/16,size=24
}

start_podman() {
  CONTAINERS_CONF="$data/containers.conf" start podman "$run/podman.sock" \
    podman --root "$data/podman" --runroot "$run/podman" system service --time 0 "unix://$run/podman.sock"
}

# Without a login; tests that need one start their own.
start_registry() { start registry '' docker-registry serve "$data/registry.yml"; }

load_images() {
  [ ! -e "$data/images-loaded" ] || return 0
  node "$here/busybox-image.mjs" "$data/images.tar"
  ctr --address "$run/containerd.sock" --namespace k8s.io images import "$data/images.tar" >/dev/null
  for engine in docker podman; do
    curl --silent --show-error --fail --unix-socket "$run/$engine.sock" -X POST -H 'Content-Type: application/x-tar' \
      --data-binary "@$data/images.tar" http://localhost/v1.41/images/load >/dev/null
  done
  touch "$data/images-loaded"
}

# start NAME SOCKET COMMAND...
start() {
  local name=$1 socket=$2
  shift 2
  ! is_running "$name" || return 0
  [ -z "$socket" ] || rm -f "$socket"
  setsid "$@" </dev/null >>"$logs/$name.log" 2>&1 &
  echo $! >"$run/$name.pid"
  [ -n "$socket" ] || return 0
  for _ in $(seq 600); do
    if answers "$name" "$socket"; then return 0; fi
    is_running "$name" || break
    sleep 0.1
  done
  echo "$name does not answer at $socket; the end of $logs/$name.log:" >&2
  tail -n 20 "$logs/$name.log" >&2
  exit 1
}

answers() {
  [ -S "$2" ] || return 1
  case "$1" in
    containerd) ctr --address "$2" version >/dev/null 2>&1 ;;
    *) curl --silent --fail --max-time 5 --unix-socket "$2" http://localhost/_ping >/dev/null ;;
  esac
}

is_running() {
  local pid
  pid=$(cat "$run/$1.pid" 2>/dev/null) && kill -0 "$pid" 2>/dev/null
}

stop() {
  local pid
  is_running "$1" || return 0
  pid=$(cat "$run/$1.pid")
  kill "$pid"
  for _ in $(seq 300); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$pid"
}

main "$@"
