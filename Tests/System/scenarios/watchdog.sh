# A piece of work that never goes on is ended by systemd's watchdog, and the job goes on from the ledger; a daemon that waits
# for a full disk or a network that answers nothing is left alone.
# alone: systemd ends a daemon that is not heard of for three seconds.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

# Ten of these is how long a piece of work may stand still.
readonly watchdog=3

install_product
configure
person alice runninghub-users
person eve
# A disk that one result fills.
mount -t tmpfs -o size=4m,mode=2755,uid=runninghub,gid=runninghub-users tmpfs "$spool"
systemd-tmpfiles --create runninghubd.conf
mkdir -p /etc/systemd/system/runninghubd.service.d
cat >/etc/systemd/system/runninghubd.service.d/watchdog.conf <<-END_OF_FILE
	[Service]
	WatchdogSec=${watchdog}s
	RestartSec=100ms
	EnvironmentFile=-/etc/runninghubd/fault.env
END_OF_FILE
systemctl daemon-reload
systemctl enable --quiet --now runninghubd.service
await test -d "$spool/inbox/paint"

restarts() {
	unit_property runninghubd.service NRestarts
}

# arm FAULT: the next start has it, and no other
arm() {
	echo "RUNNINGHUBD_FAULT=$1" >/etc/runninghubd/fault.env
	systemctl restart runninghubd.service
	rm /etc/runninghubd/fault.env
}

told_stuck() {
	[[ $(journal_field MESSAGE) == *'No progress: '*"$1"* ]]
}

for fault in query:before:1:stall/querying commit.delivered:before:1:stall/fetching; do
	step "stalled at ${fault%%:*}"
	name=stalled-${fault##*/}
	arm "${fault%/*}"
	pid=$(main_pid) before=$(restarts)
	drop "$name.png"
	await restarted "$pid"
	assert told_stuck "${fault##*/} of job $(job_of "$name.png")"
	assert_matches 'how it ended' "$(journalctl --no-pager -q -u runninghubd.service -o cat)" 'Watchdog timeout'
	assert_equal 'restarts' "$(restarts)" $((before + 1))
	assert_delivered_once "$name"
done

step 'a full disk and a network that swallows everything are waited for'
before=$(restarts) pid=$(main_pid)
cloud_set '{"results": {"outputs": [{"content": "generated", "type": "png", "bytes": 6000000}]}}'
drop full.png
await reached fetching full.png
full() {
	[[ $(journal_field MESSAGE) == *'paint/full.png could not be put into the outbox yet'*'No space left'* ]]
}
await full
cloud_set '{"faults": {"upload": {"slow": 1, "slow_time": 600}}}'
drop lost.png
uploading() {
	runninghubctl jobs --state uploading | grep -q lost.png
}
await uploading
sleep $((watchdog * 10 + watchdog * 4))
assert_equal 'its process' "$(main_pid)" "$pid"
assert_equal 'restarts' "$(restarts)" "$before"
refute delivered full

step 'and both jobs go on'
mount -o remount,size=64m "$spool"
cloud_set '{"faults": {"upload": {"slow": 0}}}'
assert_delivered_once full
systemctl restart runninghubd.service
assert_delivered_once lost
