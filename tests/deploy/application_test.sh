#!/usr/bin/env bash
# The gates of deploy/application.md as they stand there, behind HTTP: FastAPI under uvicorn and Next.js's
# route under Node (tsc checks its types), each with Gates and with KeptGates, against a Postgres that goes
# away and comes back. What pip or npm cannot get is skipped aloud.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
for part in say ports processes postgres secrets test_postgres; do . "$repository/tools/lib/$part.sh"; done

if [[ ! ${BILLHOOK_BIN:-} ]]; then
    echo "SKIPPED: BILLHOOK_BIN is not set; run it by tools/test"
    exit 0
fi
readonly python_packages=(fastapi==0.115.6 uvicorn==0.34.0 'psycopg[binary,pool]==3.2.3')
readonly node_packages=(pg@8.13.1 @types/pg@8.11.10 @types/node@20.17.10 typescript@5.7.2)
readonly fetched=$(dirname "$BILLHOOK_BIN")/gates-of-applications

folder=$(mktemp -d)
chmod 755 "$folder"
readonly mark=$folder/ secrets=$folder/secrets
server=
end_server() {
    [[ ! $server ]] || kill "$server" 2>/dev/null || true
    [[ ! $server ]] || wait "$server" 2>/dev/null || true
    server=
}
trap 'end_server; end_step; end_pid_in "$folder/postgres.pid" "$mark" QUIT 20; rm -rf "$folder"' EXIT
fail_test() {
    printf 'FAILED: %s: %s\n' "$case" "$*" >&2
    [[ ! -s $folder/server.log ]] || tail -20 "$folder/server.log" >&2
    exit 1
}

# The fences whose first line names a file, each in it.
mkdir "$folder/code"
awk -v folder="$folder/code" '
    /^```(python|typescript)$/ { begins = 1; next }
    /^```$/ { file = ""; next }
    begins { begins = 0; file = $2 ~ /\.(py|ts)$/ ? folder "/" $2 : ""
             if (file) { path = file; sub("/[^/]*$", "", path); system("mkdir -p " path) } }
    file { print >file }' "$repository/deploy/application.md"

# fetch NAME COMMAND...: the packages, once; FOLDER in the command is where to. False if they cannot be had.
fetch() {
    local name=$1 new
    shift
    [[ ! -d $fetched/$name ]] || return 0
    mkdir -p "$fetched"
    new=$(mktemp -d "$fetched/new.XXXXXX")
    if "${@//FOLDER/$new}" >"$folder/fetch.log" 2>&1; then
        mv -T "$new" "$fetched/$name" 2>/dev/null || rm -rf "$new"  # another test was first
        return 0
    fi
    rm -rf "$new"
    echo "without $name, which cannot be had: $(tail -1 "$folder/fetch.log")"
    return 1
}

start_postgres() {
    launch_test_postgres "$folder" "$port"
    await_test_postgres "$folder" "$port"
}
admin() { psql -X -q -A -t -v ON_ERROR_STOP=1 "${BILLHOOK_TEST_DATABASE_URL%/*}/application"; }
notes() { printf '{"treatment_notes": %s}' "$1"; }

# answer ORGANIZATION: the status of the gate.
answer() {
    curl -s -o /dev/null -w '%{http_code}' -X POST -H "x-organization: $1" \
        "http://127.0.0.1:$http/api/notes" || true
}
expect() { # ORGANIZATION STATUS WHY
    local got
    got=$(answer "$1")
    [[ $got == "$2" ]] || fail_test "$1 is answered with $got instead of $2: $3"
}
await() { # ORGANIZATION STATUS WHY
    local until=$((SECONDS + 60)) got=
    while ((SECONDS < until)); do
        got=$(answer "$1")
        [[ $got != "$2" ]] || return 0
        sleep 0.1
    done
    fail_test "$1 is still answered with $got instead of $2: $3"
}
# An answer that is still the old one shows that it is kept; it is asked until it is, for whoever just
# began to listen forgets.
await_kept() { # ORGANIZATION STATUS WHY
    local until=$((SECONDS + 60)) each
    while ((SECONDS < until)); do
        admin <<<"UPDATE billing_1.standings SET features = '$(notes true)' WHERE organization = '$1'"
        admin <<<"NOTIFY billing_changes, '$1'"
        await "$1" 201 "$3"
        sleep 0.2
        expect "$1" 201 "$3"
        admin <<<"UPDATE billing_1.standings SET features = '$(notes false)' WHERE organization = '$1'"
        each=$(answer "$1")
        [[ $each != "$2" ]] || return 0
    done
    fail_test "$1 is never answered with $2: $3"
}

# scenario KEPT
scenario() {
    await org_pro 201 'its plan has notes'
    expect org_basic 403 'its plan has none'
    expect org_nobody 201 'nobody ever saw it'
    if [[ $1 ]]; then
        await_kept org_pro 201 'nobody said that it changed'
        admin <<<"NOTIFY billing_changes, 'org_pro'"
        await org_pro 403 'it was told'
    else
        admin <<<"UPDATE billing_1.standings SET features = '$(notes false)' WHERE organization = 'org_pro'"
        expect org_pro 403 'it is asked each time'
    fi
    end_pid_in "$folder/postgres.pid" "$mark" QUIT 20
    expect org_never_asked 201 'the database is away'
    if [[ $1 ]]; then
        expect org_basic 403 'the database is away and that was its last answer'
    else
        expect org_basic 201 'the database is away'
    fi
    start_postgres
    admin <<<"UPDATE billing_1.standings SET features = '$(notes true)' WHERE organization = 'org_pro'"
    await org_pro 201 'the database is back, and what changed meanwhile counts'
    await org_basic 403 'the database is back'
    [[ ! $1 ]] || await_kept org_pro 201 'it listens again'
    admin <<<"UPDATE billing_1.standings SET features = '$(notes true)' WHERE organization = 'org_pro'"
}

try_python() { # KEPT
    case="FastAPI${1:+, kept}"
    rm -rf "$folder/python"
    cp -r "$folder/code" "$folder/python"
    [[ ! $1 ]] || sed -i 's/^from gates import Gates$/from kept_gates import KeptGates as Gates/' "$folder/python/app.py"
    (cd "$folder/python" && PYTHONPATH=$fetched/python exec python3 -W error::SyntaxWarning -m uvicorn app:app \
        --port "$http" --log-level warning) >"$folder/server.log" 2>&1 &
    server=$!
    scenario "$1"
    end_server
    echo "$case: as it should"
}

try_node() { # KEPT
    case="Next.js${1:+, kept}"
    rm -rf "$folder/node"
    cp -r "$folder/code" "$folder/node"
    [[ ! $1 ]] || sed -i 's/^import { Gates } from "\(.*\)gates"/import { KeptGates as Gates } from "\1kept_gates"/' \
        "$folder/node/app/api/notes/route.ts"
    ln -s "$fetched/node/node_modules" "$folder/node/node_modules"
    (cd "$folder/node" && node_modules/.bin/tsc --strict --noImplicitOverride --target es2022 --module commonjs \
        --esModuleInterop --skipLibCheck kept_gates.ts app/api/notes/route.ts) || fail_test "tsc refuses it"
    cat >"$folder/node/serve.js" <<'END'
const { createServer } = require("node:http");
const { POST } = require("./app/api/notes/route.js");
createServer(async (asked, reply) => {
  const answer = await POST(new Request("http://application" + asked.url, { method: "POST", headers: asked.headers }));
  reply.writeHead(answer.status).end(await answer.text());
}).listen(Number(process.argv[2]), "127.0.0.1");
END
    (cd "$folder/node" && exec node serve.js "$http") >"$folder/server.log" 2>&1 &
    server=$!
    scenario "$1"
    end_server
    echo "$case: as it should"
}

case=setup
free_port port 0
free_port http 0
start_postgres
psql -X -q "$BILLHOOK_TEST_DATABASE_URL" -c 'CREATE DATABASE application'
"$BILLHOOK_BIN/billhook" migrate --no-topics --with-organizations --plans "$repository/deploy/plans.example.toml" \
    --database-url "${BILLHOOK_TEST_DATABASE_URL%/*}/application" >/dev/null
admin <<END
ALTER ROLE billhook_app PASSWORD '$(secret application)';
INSERT INTO billing_1.standings (organization, features, as_of) VALUES
    ('org_pro', '$(notes true)', now()), ('org_basic', '$(notes false)', now());
END
export BILLHOOK_APP_DATABASE_URL=postgresql://billhook_app:$(secret application)@127.0.0.1:$port/application

# What the topic's example has are columns of the view, besides the version.
example=$(awk '/^```json$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$repository/deploy/application.md")
unknown=$(admin <<END
SELECT string_agg(key, ' ') FROM jsonb_object_keys('$example') key WHERE key <> 'version' AND key NOT IN (
    SELECT column_name FROM information_schema.columns WHERE table_schema = 'billing' AND table_name = 'organization_access')
END
)
[[ ! $unknown ]] || fail_test "deploy/application.md's message has fields that the view has not: $unknown"

# Said last: ctest takes the word for the whole test's result, whatever fails behind it.
skipped=
if command -v python3 >/dev/null &&
    fetch python python3 -m pip install --quiet --no-input --target FOLDER "${python_packages[@]}"; then
    try_python ''
    try_python kept
else
    skipped+=" FastAPI's"
fi
if command -v npm >/dev/null &&
    fetch node npm install --silent --no-audit --no-fund --prefix FOLDER "${node_packages[@]}"; then
    try_node ''
    try_node kept
else
    skipped+=" Next.js's"
fi
[[ ! $skipped ]] || echo "SKIPPED: gates that are not tried:$skipped; all else passed"
