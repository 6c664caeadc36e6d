#!/usr/bin/env bash
# Builds and runs every test project; the last line is the sum. With CI=true whatever is missing is a failure.
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

missing=()
for program in git:git strace:strace node:nodejs npm:npm curl:curl setsid:util-linux mount:mount ssh:openssh-client python3:python3 rabbitmq-server:rabbitmq-server \
    plink:putty-tools dbclient:dropbear-bin ssh-audit:ssh-audit; do
    command -v "${program%%:*}" > /dev/null || missing+=("${program##*:}")
done
# Debian's own interpreter has Debian's libraries, whatever else is in the path.
libraries=(paramiko asyncssh pygit2)
for library in "${libraries[@]}"; do
    /usr/bin/python3 -W ignore -c "import $library" 2> /dev/null || missing+=("python3-$library")
done
if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    apt-get update -q > /dev/null && apt-get install -y -q --no-install-recommends "${missing[@]}" > /dev/null
fi
for program in git strace node npm curl setsid mount ssh python3 rabbitmq-server plink dbclient ssh-audit; do
    command -v "$program" > /dev/null || echo "missing: $program; the tests that need it fail in CI and are skipped elsewhere" >&2
done
for library in "${libraries[@]}"; do
    /usr/bin/python3 -W ignore -c "import $library" 2> /dev/null || echo "missing: python3-$library; the tests that need it fail in CI and are skipped elsewhere" >&2
done

dotnet build Orleans.sln -c Release -v q || { echo "0 passed, 1 failed"; exit 1; }

# Projects run side by side, two at a time (the suite is made for two cores). A project that hangs is ended and is a failure;
# its log names the tests that ran for long.
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
find tests -name '*.Tests.csproj' | sort | xargs -P 2 -I{} sh -c '
    name=$(basename "{}" .csproj)
    timeout --kill-after=10 20m dotnet run -c Release --no-build --project "{}" -- -noLogo -noColor -longRunning 120 > "$1/$name.log" 2>&1
    echo "== $name (exit $?)"
    grep -q "Total:" "$1/$name.log" || { cat "$1/$name.log"; echo "Total: 1, Errors: 0, Failed: 1, Skipped: 0" >> "$1/$name.log"; }
    grep -A 25 -F "[FAIL]" "$1/$name.log" | head -200
    grep "Total:" "$1/$name.log"
' sh "$results"

echo
cat "$results"/*.log | awk '
    match($0, /Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+/) {
        split(substr($0, RSTART, RLENGTH), field, /[^0-9]+/)
        total += field[2]; failed += field[3] + field[4]; skipped += field[5]
    }
    END {
        printf "%d passed, %d failed%s\n", total - failed - skipped, failed, skipped ? ", " skipped " skipped" : ""
        exit failed > 0 || total == 0
    }'
