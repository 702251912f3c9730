# The daemon is restarted again and again while callbacks come in at a steady rate: none is refused, none is reset, none is
# lost. A stop awaits a submission that is under way. A flood and a wrong configuration leave the socket unit active.
# alone: callers come at a rate by the clock.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

# Beside the daemon, or as make laboratory builds it.
laboratory=$build/laboratory
[[ -x $laboratory ]] || laboratory=/repository/.build/debug/laboratory
[[ -x $laboratory ]] || fail 'there is no laboratory: make laboratory builds it'

cloud_set '{"tasks": {"manual": true}}'
set_up
sed -i 's/^api:$/&\n  keys: [{ name: main, credential: key_main, concurrency: 3 }]/' /etc/runninghubd/config.yaml
systemctl restart runninghubd.service

step 'three tasks run, whose callbacks are made'
for name in one two three; do drop $name.png; done
await running_tasks 3
mapfile -t paths < <(cloud_record '.submissions[].webhook_url' | sed "s,^$listener,,")
assert_equal 'addresses' "${#paths[@]}" 3

# call FILE: callers in the background, until the file appears; what they saw is in FILE.json
call() {
	local arguments=() path
	for path in "${paths[@]}"; do arguments+=(--callback "$path"); done
	"$laboratory" callers --rate "${RATE:-100}" --until "$1" "${arguments[@]}" >"$1.json" &
	callers=$!
}

hang_up() {
	touch "$1"
	wait "$callers" || fail "the callers: $(<"$1.json")"
}

saw() {
	jq ".$2" "$1.json"
}

step "${RESTARTS:=40} restarts under ${RATE:-100} callbacks a second"
call /tmp/restarts
began=$SECONDS
for ((restart = 0; restart < RESTARTS; restart++)); do
	systemctl restart runninghubd.service || fail "restart $restart"
	# So that those who waited are answered before the next.
	sleep "${PAUSE:-0.3}"
done
echo "  in $((SECONDS - began)) s"
hang_up /tmp/restarts
echo "  $(</tmp/restarts.json)"
assert test "$(saw /tmp/restarts calls)" -gt $((RESTARTS * 5))
for what in refused reset silent other; do
	assert_equal "$what" "$(saw /tmp/restarts $what)" 0
done
assert_equal 'answered' "$(saw /tmp/restarts answered)" "$(saw /tmp/restarts calls)"
assert_equal 'how often systemd restarted it by itself' "$(unit_property runninghubd.service NRestarts)" 0

step 'all of them are in the ledger'
systemctl stop runninghubd.service runninghubd.socket
assert_equal 'stored' "$("$laboratory" stored-callbacks /var/lib/runninghubd/ledger.sqlite)" "$(saw /tmp/restarts calls)"
chown --reference=/var/lib/runninghubd /var/lib/runninghubd/*
systemctl start runninghubd.service

step 'a wrong configuration with callbacks coming in leaves the socket unit active'
call /tmp/wrong
cp /etc/runninghubd/config.yaml /tmp/right.yaml
echo 'spoool: /somewhere' >>/etc/runninghubd/config.yaml
refute systemctl restart runninghubd.service 2>/dev/null
# Each caller has it started again, so it may just be starting.
await unit_is runninghubd.service ExecMainStatus 78
sleep 3
assert_equal 'the socket unit' "$(systemctl is-active runninghubd.socket)" active
cp /tmp/right.yaml /etc/runninghubd/config.yaml
systemctl restart runninghubd.service
hang_up /tmp/wrong
echo "  $(</tmp/wrong.json)"
assert_equal 'refused' "$(saw /tmp/wrong refused)" 0
assert_equal 'the service' "$(systemctl is-active runninghubd.service)" active

step 'a flood of connections leaves the socket unit active'
systemctl stop runninghubd.service
seq 1000 | xargs -P 100 -I{} curl -s -o /dev/null --max-time 30 "$listener/healthz?{}" || true
assert_equal 'the socket unit' "$(systemctl is-active runninghubd.socket)" active
await service_is active

finish_tasks
for name in one two three; do assert_delivered_once $name; done

step 'a stop awaits the answer to a submission that is under way'
cloud_set '{"faults": {"submit": {"slow": 1, "slow_time": 15}}}'
drop posted.png
submitting() {
	runninghubctl jobs --state submitting | grep -q posted.png
}
await submitting
systemctl stop runninghubd.service
assert reached running posted.png

step 'and leaves a long download for the next start'
cloud_set '{"faults": {"downloads": {"slow": 1, "slow_bytes_per_second": 20}}}'
systemctl start runninghubd.service
finish_tasks
await reached fetching posted.png
began=$SECONDS
systemctl stop runninghubd.service
assert test $((SECONDS - began)) -lt 20
assert_equal 'how it ended' "$(unit_property runninghubd.service Result)" success
cloud_set '{"faults": {"downloads": {"slow": 0}}}'
systemctl start runninghubd.service
assert_delivered_once posted
