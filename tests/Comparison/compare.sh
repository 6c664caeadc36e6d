#!/usr/bin/env bash
# Measures Granary beside the usual Git servers in one run, with the harness gitbench, and writes the tables.
#
#   tests/Comparison/compare.sh GITBENCH [OUT] [gitbench run options, e.g. --scenarios 'lsrefs*' --tier 1]
#
# GITBENCH is the folder of gitbench.py and peers/; OUT (default: a new folder) gets fixtures, results and tables; fixtures
# that are there are used again. Needs python3, nginx, fcgiwrap, openssh-server. Only what is started here is ended.
# One Granary is measured public ("granary"), another with every read logged in ("granary-auth").
set -euo pipefail
bench=$(cd "${1:?the folder of gitbench.py}" && pwd)
mkdir -p "${2:-}" 2> /dev/null || true
out=$(cd "${2:-$(mktemp -d)}" && pwd)
shift; [ $# -gt 0 ] && shift
cd "$(dirname "$0")/../.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
port=${GRANARY_PORT:-18300} peer=${PEER_PORT:-18390}
password=$(head -c 24 /dev/urandom | base64 | tr -d '+/=\n')

dotnet build Silo -c Release -v q > "$out/build.log" || { cat "$out/build.log"; exit 1; }
[ -f "$out/fixtures/manifest.json" ] || python3 "$bench/gitbench.py" data --out "$out/fixtures"

servers=()
serve() { # name, first of three ports: the server's processor time is that of its own process, so each target has one
    rm -rf "${out:?}/$1"; mkdir -p "$out/$1" "$out/state"
    (cd "$out/$1" && \
        Granary__Http__Port=$2 Granary__Rpc__Port=$(($2 + 1)) Granary__Ssh__Port=$(($2 + 2)) Granary__Admin__Password=$password \
        exec setsid "$OLDPWD/Silo/bin/Release/net10.0/granary" > "$out/$1/log" 2>&1) &
    servers+=($!)
}
serve granary "$port"
serve granary-auth $((port + 10))
peers="python3 $bench/peers/peers.py"
finish() {
    kill "${servers[@]}" 2> /dev/null || true
    $peers stop "$out"/state/nginx "$out"/state/nginx-fsync "$out"/state/sshd "$out"/state/sshd-x25519 > /dev/null 2>&1 || true
    wait "${servers[@]}" 2> /dev/null || true
}
trap finish EXIT
$peers start nginx --state "$out/state/nginx" --port "$peer"
$peers start nginx --state "$out/state/nginx-fsync" --port $((peer + 1)) --name nginx-fsync --config core.fsync=all
$peers start sshd --state "$out/state/sshd" --port $((peer + 2))
$peers start sshd --state "$out/state/sshd-x25519" --port $((peer + 3)) --name sshd-x25519 --ssh-option KexAlgorithms=curve25519-sha256

target() { # name, first port, process id, read_auth
    local api="curl -sf -u admin:$password -H Content-Type:application/json http://127.0.0.1:$2/api/v1"
    for _ in $(seq 600); do curl -sf "http://127.0.0.1:$2/healthz/ready" > /dev/null && break; sleep 0.1; done
    ssh-keygen -q -t ed25519 -N '' -f "$out/$1/key"
    $api/projects -d "{\"key\":\"BENCH\",\"public\":$([ "$4" = true ] && echo false || echo true)}" > /dev/null
    $api/users -d '{"name":"bench","password":"bench-password"}' > /dev/null
    $api/users/bench/keys -d "{\"publicKey\":\"$(cat "$out/$1/key.pub")\"}" > /dev/null
    $api/projects/BENCH/members -d '{"user":"bench","role":"member"}' > /dev/null
    # git's client needs many minutes to match 50,000 names for a push over HTTP: that repository is imported.
    cat > "$out/$1/create.sh" <<SH
set -e
$api/projects/BENCH/repositories -d "{\"name\":\"\$1\"}"
case \$1 in *refs50k)
    GRANARY_USER=admin GRANARY_PASSWORD=$password Silo/bin/Release/net10.0/granary --server http://127.0.0.1:$(($2 + 1)) \\
        repo import "BENCH/\$1" "$out/fixtures/refs50k.git" ;;
esac
SH
    cat > "$out/$1.json" <<JSON
{
  "name": "$1", "http": "http://127.0.0.1:$2/BENCH/{repo}.git", "ssh": "ssh://git@127.0.0.1:$(($2 + 2))/BENCH/{repo}.git",
  "ssh_command": "ssh -F /dev/null -i $out/$1/key -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR",
  "user": "bench", "password": "bench-password", "read_auth": $4, "pids": [$3],
  "provision": {
    "mode": "push", "create": "bash $out/$1/create.sh {repo}",
    "delete": "$api/projects/BENCH/repositories/{repo} -X DELETE", "settle": "$api/projects/BENCH/repositories/{repo}/maintenance -d '{}'"
  }
}
JSON
}
target granary "$port" "${servers[0]}" false
target granary-auth $((port + 10)) "${servers[1]}" true

python3 "$bench/gitbench.py" run --fixtures "$out/fixtures" --out "$out/result.json" \
    --target "$out/granary.json" --target "$out/granary-auth.json" \
    --target "$out/state/nginx/target.json" --target "$out/state/nginx-fsync/target.json" \
    --target "$out/state/sshd/target.json" --target "$out/state/sshd-x25519/target.json" "$@"
python3 "$bench/gitbench.py" table "$out/result.json" | tee "$out/table.txt"
python3 "$bench/gitbench.py" compare "$out/result.json" --ours granary \
    --peer nginx --peer nginx-fsync --peer sshd --peer sshd-x25519 | tee "$out/compare.txt"
python3 "$bench/gitbench.py" compare "$out/result.json" --ours granary-auth --peer granary | tee "$out/compare-auth.txt"
echo "written: $out"
