#!/usr/bin/env bash
# Measures Granary beside the usual Git servers in one run, with the harness gitbench, and writes the tables.
#
#   tests/Comparison/compare.sh GITBENCH [OUT] [gitbench run options, e.g. --scenarios 'lsrefs*' --tier 1]
#
# GITBENCH is the folder of gitbench.py and peers/; OUT (default: a new folder) gets fixtures, results and tables; fixtures
# that are there are used again. Needs python3, nginx, fcgiwrap, openssh-server. Only what is started here is ended.
# One Granary is measured public ("granary"), and once more with every read logged in ("granary-auth").
set -euo pipefail
bench=$(cd "${1:?the folder of gitbench.py}" && pwd)
mkdir -p "${2:-}" 2> /dev/null || true
out=$(cd "${2:-$(mktemp -d)}" && pwd)
shift; [ $# -gt 0 ] && shift
cd "$(dirname "$0")/../.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
http=${GRANARY_HTTP_PORT:-18380} rpc=${GRANARY_RPC_PORT:-18381} ssh=${GRANARY_SSH_PORT:-18322} peer=${PEER_PORT:-18390}
password=$(head -c 24 /dev/urandom | base64 | tr -d '+/=\n')

dotnet build Silo -c Release -v q > "$out/build.log" || { cat "$out/build.log"; exit 1; }
[ -f "$out/fixtures/manifest.json" ] || python3 "$bench/gitbench.py" data --out "$out/fixtures"

rm -rf "$out/granary"; mkdir -p "$out/granary" "$out/state"
(cd "$out/granary" && \
    Granary__Http__Port=$http Granary__Rpc__Port=$rpc Granary__Ssh__Port=$ssh Granary__Admin__Password=$password \
    exec setsid "$OLDPWD/Silo/bin/Release/net10.0/granary" > "$out/granary/log" 2>&1) &
server=$!
peers="python3 $bench/peers/peers.py"
finish() {
    kill "$server" 2> /dev/null || true
    $peers stop "$out"/state/nginx "$out"/state/nginx-fsync "$out"/state/sshd "$out"/state/sshd-x25519 > /dev/null 2>&1 || true
    wait "$server" 2> /dev/null || true
}
trap finish EXIT
for _ in $(seq 600); do curl -sf "http://127.0.0.1:$http/healthz/ready" > /dev/null && break; sleep 0.1; done

$peers start nginx --state "$out/state/nginx" --port "$peer"
$peers start nginx --state "$out/state/nginx-fsync" --port $((peer + 1)) --name nginx-fsync --config core.fsync=all
$peers start sshd --state "$out/state/sshd" --port $((peer + 2))
$peers start sshd --state "$out/state/sshd-x25519" --port $((peer + 3)) --name sshd-x25519 --ssh-option KexAlgorithms=curve25519-sha256

api="curl -sf -u admin:$password -H Content-Type:application/json http://127.0.0.1:$http/api/v1"
ssh-keygen -q -t ed25519 -N '' -f "$out/granary/key"
$api/projects -d '{"key":"PUBLIC","public":true}' > /dev/null
$api/projects -d '{"key":"PRIVATE"}' > /dev/null
$api/users -d '{"name":"bench","password":"bench-password"}' > /dev/null
$api/users/bench/keys -d "{\"publicKey\":\"$(cat "$out/granary/key.pub")\"}" > /dev/null
for project in PUBLIC PRIVATE; do $api/projects/$project/members -d '{"user":"bench","role":"member"}' > /dev/null; done

target() { # name project read_auth
    local api="curl -sf -u admin:$password -H Content-Type:application/json http://127.0.0.1:$http/api/v1/projects/$2/repositories"
    cat > "$out/$1.json" <<JSON
{
  "name": "$1", "http": "http://127.0.0.1:$http/$2/{repo}.git", "ssh": "ssh://git@127.0.0.1:$ssh/$2/{repo}.git",
  "ssh_command": "ssh -F /dev/null -i $out/granary/key -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR",
  "user": "bench", "password": "bench-password", "read_auth": $3, "pids": [$server],
  "provision": {
    "mode": "push", "create": "$api -d '{\"name\":\"{repo}\"}'", "delete": "$api/{repo} -X DELETE",
    "settle": "$api/{repo}/maintenance -d '{}'"
  }
}
JSON
}
target granary PUBLIC false
target granary-auth PRIVATE true

python3 "$bench/gitbench.py" run --fixtures "$out/fixtures" --out "$out/result.json" \
    --target "$out/granary.json" --target "$out/granary-auth.json" \
    --target "$out/state/nginx/target.json" --target "$out/state/nginx-fsync/target.json" \
    --target "$out/state/sshd/target.json" --target "$out/state/sshd-x25519/target.json" "$@"
python3 "$bench/gitbench.py" table "$out/result.json" | tee "$out/table.txt"
python3 "$bench/gitbench.py" compare "$out/result.json" --ours granary \
    --peer nginx --peer nginx-fsync --peer sshd --peer sshd-x25519 | tee "$out/compare.txt"
python3 "$bench/gitbench.py" compare "$out/result.json" --ours granary-auth --peer granary | tee "$out/compare-auth.txt"
echo "written: $out"
