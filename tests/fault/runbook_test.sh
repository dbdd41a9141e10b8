#!/usr/bin/env bash
# Every procedure of deploy/runbook.md: the failure is made, and each of the section's commands ("$ " lines) is
# typed as it stands, in its order. A heading without a procedure here fails, and so does a command not typed.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/stack.sh"
begin_test

runbook=$repository/deploy/runbook.md
api_pid=
undo() {
    [[ -z $api_pid ]] || kill "$api_pid" 2>/dev/null || true
    stop_stack
    ! mountpoint -q "$folder/small" || umount "$folder/small"
}

section= tried=() commands=()

# begin HEADING: its commands are to be typed from now on, by `typed`.
begin() {
    section=$1
    grep -qxF "## $section" "$runbook" || fail "the runbook has no heading '$section'"
    mapfile -t commands < <(awk -v heading="## $section" \
        '/^## / { inside = ($0 == heading) } inside && /^\$ / { print substr($0, 3) }' "$runbook")
    ((${#commands[@]})) || fail "'$section' has no commands"
    tried+=("$section")
    echo "-- $section"
}

# typed CODES [OLD NEW]: the section's next command must end with one of the codes; OLD is NEW here.
typed() {
    ((${#commands[@]})) || fail "$section: the runbook has no more commands"
    local command=${commands[0]} code=0
    commands=("${commands[@]:1}")
    (($# < 3)) || command=${command/"$2"/"$3"}
    (cd "$folder" && bash -c "$command") >"$folder/said" 2>&1 || code=$?
    echo "   $command: $code"
    [[ " $1 " == *" $code "* ]] || { cat "$folder/said" >&2 && fail "$section: '$command' ended with $code, not $1"; }
}

says() { grep -qE -- "$1" "$folder/said" || { cat "$folder/said" >&2 && fail "$section: '$1' was not said"; }; }

end() { ((${#commands[@]} == 0)) || fail "$section: not typed: ${commands[*]}"; }

pid_of() { cat "$folder/stack/run/$1.pid"; }

# post CODE [EVENT]: an event of its own is answered CODE within half a minute.
posts=0
post() {
    posts=$((posts + 1))
    printf '{"id":"evt_runbook%s","object":"event","type":"ping","created":%s,"livemode":false}' \
        $posts "$(date +%s)" >"$folder/event.json"
    for ((tries = 0; tries < 60; ++tries)); do
        "$billhook" send "$folder/event.json" >"$folder/answer" 2>&1 || true
        ! grep -q "^$1" "$folder/answer" || return 0
        sleep 0.5
    done
    cat "$folder/answer" >&2
    fail "$section: the webhook was not answered $1"
}

# lives PREFIX N FLAG...: simulated, however it ends.
lives() {
    "$billhook" simulate --organizations "$2" --seed 21 --until "$until" --prefix "$1" "${@:3}" \
        >"$folder/$1.log" 2>&1
}
agree() {
    lives "$1" "$2" --compare --wait 60s || { tail -12 "$folder/$1.log" >&2 && fail "$section: the answers of $1 differ"; }
    echo "   $1: $(tail -1 "$folder/$1.log")"
}

# Metrics that the runbook names are told by some process.
for metric in $(grep -oE 'billhook_[a-z]+_[a-z_]+' "$runbook" | sort -u); do
    grep -rqF "\"$metric\"" "$repository"/{ingest,worker,tools} --include=*.cpp || fail "no process tells $metric"
done

start_stack "$folder/stack"
export PATH=$BILLHOOK_BIN:$PATH
until=$(date -u -d '1 minute ago' +%Y-%m-%dT%H:%M:%SZ)
lives gaps 30 --wait 120s --lose 0.05 --lose-younger 28d && fail "nothing was lost"
billhook stripe-api --organizations 30 --seed 21 --until "$until" --prefix gaps >"$folder/api" &
api_pid=$!
until [[ -s $folder/api ]]; do sleep 0.1; done
STRIPE_API_BASE=$(head -1 "$folder/api")
export STRIPE_API_BASE STRIPE_SECRET_KEY=sk_test_simulated0000000

begin "Kafka is down"
kill -STOP "$(pid_of kafka)"
post 503
typed 3 && says 'brokers do not answer'
typed 0 && says not_ready
kill -CONT "$(pid_of kafka)"
post 200
typed 0
end

begin "Postgres is down"
kill -STOP "$(pid_of postgres)"
post 200
typed 3 && says 'database.url'
kill -KILL "$(pid_of postgres)"
typed 0
typed 0
end

begin "A right or a table is wanting"
sql "REVOKE UPDATE ON billhook.offsets FROM billhook_worker"
post 200
until grep -q 'no retry mends this.*cause=42501' "$folder"/stack/log/worker-*.log; do sleep 0.5; done
typed 1 && says billhook_worker
typed 0
typed 0
end

begin "Stripe is down or webhooks were missed"
typed 0 && says ' [1-9][0-9]* lacking'
typed 0 && says ' [1-9][0-9]* published'
typed 0
agree gaps 30
typed "0 1" && says ' compared, '
typed "0 1"
! billhook reconcile --json 2>/dev/null | grep -q '"cause":"missed"' || fail "still missed"
end

begin "The signing secret is wrong"
settings=$folder/stack/ingest.toml
right=$(grep -o 'whsec_[0-9a-f]*' "$settings")
sed -i "s/$right/whsec_0123456789abcdef0123456789abcdef/" "$settings"
kill -TERM "$(pid_of ingest)"
post 400
typed 0 && says 'no_match"} [1-9]'
printf '\n[[ingest.endpoints.secrets]]\nname = "next"\nvalue = "%s"\n' "$right" >>"$settings"
kill -TERM "$(pid_of ingest)"
post 200
typed 0 && says 'secret="next"} [1-9]'
typed 0
end

begin "A clock is wrong"
signed() {
    python3 - "$1" <<'PYTHON'
import hashlib, hmac, os, sys, time, urllib.error, urllib.request
body, at = b'{"id":"evt_clock","object":"event","type":"ping"}', int(time.time()) + int(sys.argv[1])
key = os.environ["STRIPE_WEBHOOK_SECRET"].encode()
mac = hmac.new(key, str(at).encode() + b"." + body, hashlib.sha256).hexdigest()
asked = urllib.request.Request(os.environ["BILLHOOK_WEBHOOK_URL"], body, {"Stripe-Signature": f"t={at},v1={mac}"})
try:
    print(urllib.request.urlopen(asked).status)
except urllib.error.HTTPError as refused:
    print(refused.code)
PYTHON
}
[[ $(signed -600) == 400 && $(signed 600) == 400 ]] || fail "a gateway whose clock is off must refuse"
typed 0
typed 0
typed 0
typed 0 && says '} [2-9]'
[[ $(signed 0) == 200 ]] || fail "with its clock set right the gateway must accept"
end

superuser=postgresql://postgres:$(cat "$folder/stack/secrets/superuser")@${DATABASE_URL#*@}
begin "A disk is full"
mkdir "$folder/small"
if mount -t tmpfs -o size=48m tmpfs "$folder/small" 2>/dev/null; then
    install -d -o postgres "$folder/small/space"
    psql -X -q "$superuser" -c "CREATE TABLESPACE small LOCATION '$folder/small/space'" \
        -c 'ALTER TABLE billing_1.events SET TABLESPACE small'
    dd if=/dev/zero of="$folder/small/filler" bs=1M 2>/dev/null && fail "the disk did not become full"
    lives full 30 --wait 8s && fail "a full disk holds everything"
    grep -q '53100' "$folder"/stack/log/worker-?.log || fail "the workers did not say that a disk is full"
    typed 0
    typed 0 && says live
    rm "$folder/small/filler"
    typed 0
    agree full 30
    psql -X -q "$superuser" -c 'ALTER TABLE billing_1.events SET TABLESPACE pg_default' -c 'DROP TABLESPACE small'
    umount "$folder/small"
    (($(sql 'SELECT count(*) FROM billhook.dead_letters') == 0)) || fail "a full disk made dead letters"
    end
else
    echo "NOT TRIED: a full disk needs a small one, and only root can mount it"
fi

begin "A bad deploy floods the dead letters"
sql "CREATE FUNCTION public.bad() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN RAISE EXCEPTION 'bad'
     USING ERRCODE = '22023'; END \$\$" >/dev/null
sql 'CREATE TRIGGER bad BEFORE INSERT ON billing_1.events FOR EACH ROW EXECUTE FUNCTION public.bad()'
lives bad 6 --wait 1s && fail "a bad deploy folds nothing"
until (($(sql "SELECT count(*) FROM billhook.dead_letters WHERE reason = 'database_22023'") > 50)); do sleep 0.5; done
mkdir "$folder/flood"
for ((n = 0; n < 2200; ++n)); do echo "{\"flood\":$n" >"$folder/flood/$n.json"; done
(($(date +%-S) < 35)) || sleep $((60 - $(date +%-S)))  # a minute's dead letters are counted
billhook send --connections 8 "$folder/flood" >/dev/null || fail "what is signed is accepted"
until billhook status 2>/dev/null | awk '$6 ~ /^20/ { halted = 1 } END { exit !halted }'; do sleep 0.5; done
typed 4 && says halted
typed 0 && says 'not_json open: [0-9]{3}'
typed 0 3/1234 "$(sql "SELECT partition || '/' || record_offset FROM billhook.dead_letters LIMIT 1")"
sql 'DROP TRIGGER bad ON billing_1.events'
typed 0 && says 'goes on within seconds'
until billhook status --wait 5s >/dev/null 2>&1; do billhook dead-letters resume >/dev/null && sleep 3; done
typed 0 && says ': folded'
typed 0
typed 0 && says 'no dead letters'
agree bad 6
check_accounting
end

begin "A customer is locked out and should not be"
lives help 3 --wait 60s || fail "simulate found differences"
helped=$(sql "SELECT organization_id FROM billing.organization_access WHERE organization_id LIKE '%help%' ORDER BY 1 LIMIT 1")
typed 0 org_1 "$helped" && says '^Why: '
typed 0 org_1 "$helped" && says 'then:'
typed 0
typed 0 org_1 "$helped" && says 'in force.*full access, exemption from dunning'
typed 0 && says "grant *$helped.*their bank is on strike"
end

begin "The database came back older"
pg_dump -Fc "$superuser" >"$folder/older"
lives later 10 --wait 60s || fail "simulate found differences"
psql -X -q "${superuser%/*}/postgres" -c 'DROP DATABASE billhook WITH (FORCE)' \
    -c 'CREATE DATABASE billhook OWNER billhook_owner'
pg_restore -d "$superuser" "$folder/older" || fail "the older state cannot be restored"
typed 0 && says 'goes on'
typed 0
agree later 10
check_accounting
end

begin "The topic is lost"
"$BILLHOOK_BIN/billhook-topics" "$BILLHOOK_KAFKA_BROKERS" delete stripe.events
sleep 2
typed 0
for ((tries = 0; tries < 100; ++tries)); do
    billhook offsets show 2>/dev/null | grep -q 'recreated' && break
    sleep 0.2
done
typed 1 && says recreated
typed 4 && says 'nothing was changed'
typed 0 && says 'done'
typed 0
typed "0 1"
typed 0
agree gaps 30
post 200
end

while read -r heading; do
    [[ $heading == Alerts ]] || printf '%s\n' "${tried[@]}" | grep -qxF "$heading" || fail "nobody tried '$heading'"
done < <(sed -n 's/^## //p' "$runbook")
