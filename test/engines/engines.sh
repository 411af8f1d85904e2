#!/usr/bin/env bash
# Container engines for the tests, apart from whatever else the machine runs. Root only.
#
#   engines.sh start [ENGINE...]     of containerd, docker, podman, registry; all without a name; what runs already is left alone
#   engines.sh kill ENGINE...        SIGKILL, as in a crash: containers go on, nothing is cleaned up; `start` starts it again
#   engines.sh restart ENGINE...     stops the daemons alone and starts them again
#   engines.sh crash                 all engines and containers are gone at once, as when the machine fails: only what is on the disk stays
#   engines.sh stop                  stops all of it: afterwards none of its processes, mounts and network interfaces is left
#   engines.sh purge                 the same, and removes the data
#
# Sockets are in /run/outrider-test, data in /var/lib/outrider-test, logs in /var/log/outrider-test. OUTRIDER_TEST_INSTANCE=N, 1 to 9,
# makes it another set with names ending in -N: tests that restart engines have one of their own.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
engines=(containerd docker podman registry)
instance=${OUTRIDER_TEST_INSTANCE:-0}
name=outrider-test
[ "$instance" = 0 ] || name=$name-$instance
run=/run/$name data=/var/lib/$name logs=/var/log/$name
# Of containerd's Pods, of Docker's default bridge, of Docker's networks, of Podman's networks.
cri_net=10.$((89 + 4 * instance)) bridge_net=10.$((90 + 4 * instance)) docker_net=10.$((91 + 4 * instance)) podman_net=10.$((92 + 4 * instance))
cri_bridge=outrider-test$instance docker_bridge=or-docker$instance

main() {
  # Podman's monitors may leave a file where it was started.
  cd /
  local command=${1:-start}
  shift || true
  case "$command" in
    start) start_engines "${@:-${engines[@]}}" ;;
    kill) for engine in "$@"; do end KILL "$engine"; done ;;
    restart)
      for engine in "$@"; do end TERM "$engine"; done
      start_engines "$@"
      ;;
    crash) crash ;;
    stop) stop ;;
    purge)
      stop
      rm -rf "$run" "$data" "$logs"
      ;;
    *)
      sed -n '/^#  /s/^# *//p' "${BASH_SOURCE[0]}" >&2
      exit 2
      ;;
  esac
}

start_engines() {
  mkdir -p "$run" "$data" "$logs"
  configure
  local engine
  for engine in "$@"; do
    case "$engine" in
      # Docker uses this containerd, in a namespace of its own.
      containerd | docker) start_containerd ;;&
      docker) start_docker ;;
      podman) start_podman ;;
      registry) start registry '' docker-registry serve "$data/registry.yml" ;;
    esac
    load_images "$engine"
  done
}

# Raising limits and lowering oom_score_adj can be refused on machines that are containers themselves, and crun may refuse their cgroups.
configure() {
  # Podman lowers its own limit to this before it starts anything.
  local processes=32768 files
  [ "$(ulimit -Hu)" = unlimited ] || processes=$(($(ulimit -Hu) < processes ? $(ulimit -Hu) : processes))
  files=$(ulimit -Hn)
  mkdir -p "$data/cni"
  # "firewall": dockerd lets nothing through between other bridges' containers.
  write "$data/cni/10-outrider.conflist" <<CNI
{
  "cniVersion": "0.4.0",
  "name": "$name",
  "plugins": [
    {
      "type": "bridge", "bridge": "$cri_bridge", "isGateway": true, "hairpinMode": true, "ipMasq": false,
      "ipam": { "type": "host-local", "dataDir": "$run/ipam", "ranges": [[{ "subnet": "$cri_net.0.0/16" }]], "routes": [{ "dst": "0.0.0.0/0" }] }
    },
    { "type": "portmap", "capabilities": { "portMappings": true } },
    { "type": "firewall" }
  ]
}
CNI
  write "$data/containerd.toml" <<TOML
version = 2
root = "$data/containerd"
state = "$run/containerd"
[grpc]
  address = "$run/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  sandbox_image = "outrider.test/pause:1"
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$data/cni"
[plugins."io.containerd.internal.v1.opt"]
  path = "$data/containerd-opt"
TOML
  write "$data/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=$files:$files", "nproc=$processes:$processes"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
infra_image = "outrider.test/pause:1"
[network]
network_backend = "netavark"
default_subnet = "$podman_net.0.0/24"
default_subnet_pools = [{ "base" = "$podman_net.128.0/17", "size" = 24 }]
network_config_dir = "$data/podman-networks"
CONF
  write "$data/registry.yml" <<YML
version: 0.1
storage: { filesystem: { rootdirectory: $data/registry }, delete: { enabled: true } }
http: { addr: "127.0.0.1:$((5055 + instance))" }
YML
}

# Writes a file only when its content is another: containerd reads the network's anew at each change.
write() {
  local content
  content=$(cat)
  [ "$(cat "$1" 2>/dev/null)" = "$content" ] || printf '%s\n' "$content" >"$1"
}

start_containerd() { start containerd "$run/containerd.sock" containerd -c "$data/containerd.toml"; }

start_docker() {
  if ! ip link show "$docker_bridge" >/dev/null 2>&1; then
    ip link add "$docker_bridge" type bridge
    ip address add "$bridge_net.0.1/16" dev "$docker_bridge"
    ip link set "$docker_bridge" up
  fi
  rm -f "$run/dockerd.pid"
  # A second one would take the rules of the first away.
  start docker "$run/docker.sock" dockerd --data-root "$data/docker" --exec-root "$run/docker" --pidfile "$run/dockerd.pid" \
    --host "unix://$run/docker.sock" --containerd "$run/containerd.sock" --containerd-namespace "$name" --bridge "$docker_bridge" \
    --default-address-pool "base=$docker_net.0.0/16,size=24" --shutdown-timeout 3 --iptables="$([ "$instance" = 0 ] && echo true || echo false)"
}

start_podman() { start podman "$run/podman.sock" podman_here system service --time 0 "unix://$run/podman.sock"; }

podman_here() {
  CONTAINERS_CONF="$data/containers.conf" exec podman --root "$data/podman" --runroot "$run/podman" --tmpdir "$run/libpod" "$@"
}

load_images() {
  local engine=$1
  [ "$engine" != registry ] && [ ! -e "$data/images-in-$engine" ] || return 0
  [ -e "$data/images.tar" ] || node "$here/busybox-image.mjs" "$data/images.tar"
  if [ "$engine" = containerd ]; then
    ctr --address "$run/containerd.sock" --namespace k8s.io images import "$data/images.tar" >/dev/null
  else
    curl --silent --show-error --fail --unix-socket "$run/$engine.sock" -X POST -H 'Content-Type: application/x-tar' \
      --data-binary "@$data/images.tar" http://localhost/v1.41/images/load >/dev/null
  fi
  touch "$data/images-in-$engine"
}

# start NAME SOCKET COMMAND...
start() {
  local engine=$1 socket=$2
  shift 2
  ! is_running "$engine" || return 0
  [ -z "$socket" ] || rm -f "$socket"
  if [ "$(type -t "$1")" = function ]; then "$@" </dev/null >>"$logs/$engine.log" 2>&1 & else setsid "$@" </dev/null >>"$logs/$engine.log" 2>&1 & fi
  local pid=$!
  echo "$pid" >"$run/$engine.pid"
  [ -n "$socket" ] || return 0
  local deadline=$((SECONDS + 120))
  while [ "$SECONDS" -lt "$deadline" ]; do
    if answers "$engine" "$socket"; then return 0; fi
    # Not is_running: until the shell's child has become the daemon, its command line is the shell's.
    is_alive "$pid" || break
    sleep 0.1
  done
  echo "$engine does not answer at $socket; the end of $logs/$engine.log:" >&2
  tail -n 20 "$logs/$engine.log" >&2
  exit 1
}

# containerd answers before it can run Pods: its plugin for them has to be ready too.
answers() {
  [ -S "$2" ] || return 1
  case "$1" in
    containerd) ctr --address "$2" plugins list 2>/dev/null | grep -qE '^io.containerd.grpc.v1 +cri +.* ok' ;;
    *) curl --silent --fail --max-time 5 --unix-socket "$2" http://localhost/_ping >/dev/null ;;
  esac
}

# Ends a daemon, and nothing else: end SIGNAL ENGINE.
end() {
  local pid
  is_running "$2" || return 0
  pid=$(cat "$run/$2.pid")
  kill -s "$1" "$pid"
  gone 30 "$pid" || kill -KILL "$pid"
  gone 30 "$pid"
}

crash() {
  local engine pid
  for engine in "${engines[@]}"; do
    ! is_running "$engine" || kill -KILL "$(cat "$run/$engine.pid")"
  done
  mapfile -t pids < <(remaining_processes)
  mapfile -t namespaces < <(network_namespaces "${pids[@]}")
  [ "${#pids[@]}" = 0 ] || kill -KILL "${pids[@]}" 2>/dev/null || true
  for pid in "${pids[@]}"; do gone 30 "$pid"; done
  [ "${#namespaces[@]}" = 0 ] || { umount "${namespaces[@]}" && rm -f "${namespaces[@]}"; }
  remove_mounts
  local link
  for link in "$cri_bridge" "$docker_bridge" $(bridges "$docker_net" "$podman_net"); do
    ip link delete "$link" 2>/dev/null || true
  done
  rm -rf "$run"
}

stop() {
  [ -d "$run" ] || return 0
  ! is_running podman || (podman_here rm --all --force --time 0 >/dev/null 2>&1) || true
  local engine
  for engine in registry podman docker containerd; do end TERM "$engine"; done
  crash
  report_leftovers
}

# What keeps containers (and the name server of Podman's networks), and everything below it.
remaining_processes() {
  local pid
  for pid in $(pgrep -f -- "containerd-shim.* -address $run/containerd.sock|conmon .*$data/podman/|aardvark-dns.* $run/") ; do
    below "$pid"
    echo "$pid"
  done
}

below() {
  local child
  for child in $(pgrep -P "$1"); do
    below "$child"
    echo "$child"
  done
}

# Podman keeps those of its containers by mounts in a folder that it shares with others.
network_namespaces() {
  local pid file
  for file in /run/netns/netns-*; do
    for pid in "$@"; do
      [ "$(stat --dereference --format %i "/proc/$pid/ns/net" 2>/dev/null)" != "$(stat --format %i "$file" 2>/dev/null)" ] || { echo "$file"; break; }
    done
  done
}

# Last ones first: some lie upon others.
remove_mounts() {
  mounts | tac | while read -r mount; do umount "$mount" 2>/dev/null || umount --lazy "$mount" 2>/dev/null || true; done
}

mounts() { awk -v run="$run/" -v data="$data/" '{ at = $2 "/" } index(at, run) == 1 || index(at, data) == 1 { print $2 }' /proc/mounts; }

bridges() {
  local net
  for net in "$@"; do ip -4 -brief address show to "$net.0.0/16" | awk '{ print $1 }'; done
}

report_leftovers() {
  local left
  left=$(mounts; remaining_processes; bridges "$cri_net" "$bridge_net" "$docker_net" "$podman_net")
  [ -z "$left" ] || { echo "left of $name:" >&2; echo "$left" >&2; exit 1; }
}

is_running() {
  local pid
  pid=$(cat "$run/$1.pid" 2>/dev/null) && is_alive "$pid" && grep -qF -e "$run" -e "$data" "/proc/$pid/cmdline"
}

# Not one that has ended and that its parent has not noticed yet.
is_alive() { [ -e "/proc/$1/stat" ] && ! grep -qE '^[0-9]+ \(.*\) Z ' "/proc/$1/stat" 2>/dev/null; }

# gone SECONDS PID: whether the process ends in time.
gone() {
  local deadline=$((SECONDS + $1))
  while is_alive "$2"; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.05
  done
}

main "$@"
