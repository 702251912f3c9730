# A ledger, a marker or a machine that is not the one it was: nothing is paid again without a person's word, everybody who
# asks is told what happened and what to do, what is known to run is fetched, and what was paid is fetched when it comes back.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

readonly state=/var/lib/runninghubd copies=/var/lib/scenario/copies
mkdir -p "$copies"

submissions() { cloud_record '.submissions | length'; }

# history NAME: from here on it is about this one
history() {
	step "$1 (after $SECONDS s)"
	before=$(submissions)
	since=$(date '+%F %T.%6N')
}

# expect_submissions N: so many since the history began; a line of the table
expect_submissions() {
	local after
	after=$(submissions)
	printf '    %d submissions before, %d after\n' "$before" "$after"
	assert_equal 'submissions since' $((after - before)) "$1"
}

stop_daemon() { systemctl stop runninghubd.service runninghubd.socket; }

# told WORDS: the journal has a line with them (a regular expression) since this history began
told() {
	journalctl --sync 2>/dev/null || true
	journalctl --quiet --no-pager --output=cat --since "$since" SYSLOG_IDENTIFIER=runninghubd | grep -qE -- "$1"
}

# shellcheck disable=SC2154
status_file_says() { grep -qE -- "$1" "$spool/inbox/paint/_STATUS.txt"; }

in_work() { [[ -f $spool/work/paint/$1 ]]; }

waiting() { runninghubctl jobs --state queued --json | jq -re ".jobs[] | select(.file == \"$1\")" >/dev/null; }

# expect_held WORDS: everything is held since…, told in the journal, by status and in the inbox, and a new file waits
expect_held() {
	systemctl start runninghubd.socket runninghubd.service
	await told "Everything is held, since $1"
	told "release with 'runninghubctl release --all'" || fail 'the journal does not say what to do'
	assert_matches 'what status says' "$(runninghubctl status | tr -s ' \n' ' ')" "everything is held: $1"
	assert_matches 'what systemctl status says' "$(unit_property runninghubd.service StatusText)" 'everything is held'
	drop "held-$before.png"
	await waiting "held-$before.png"
	await why_says "$spool/work/paint/held-$before.png" 'release --all'
	await status_file_says "On hold .$1"
}

# release: the person's word; what waited is submitted once, and delivered
release() {
	runninghubctl release --all >/dev/null
	await running_task_of "held-$before.png"
	finish_tasks
	await delivered "held-$before"
}

running_task_of() { runninghubctl jobs --state running --json | jq -re ".jobs[] | select(.file == \"$1\")" >/dev/null; }

# start_task NAME: a file whose task runs
start_task() {
	drop "$1"
	await running_task_of "$1"
}

# keep_ledger NAME: a copy with its log, as a backup program makes it while the daemon stands
keep_ledger() {
	mkdir -p "$copies/$1"
	cp -a "$state"/ledger.sqlite* "$copies/$1/"
}

lose_ledger() { rm -f "$state"/ledger.sqlite*; }

# unknown FILE: it lay in work/ and nobody knew it
unknown() {
	[[ $(jq -r .name "$spool/failed/paint/$1.error.json") == unknown-job ]]
}

cloud_set '{"tasks": {"manual": true, "when_full": "queue"}, "results": {"outputs": [{"content": "generated", "type": "png", "bytes": 300000}]}}'
set_up
sed -i 's/^api:$/&\n  keys: [{ name: main, credential: key_main, concurrency: 9 }]/' /etc/runninghubd/config.yaml
systemctl restart runninghubd.service

history 'the ledger restored from a copy of this run, with its log; no restart came between'
start_task known.png
keep_ledger whole
sleep 5.1 # The marker goes ahead of a copy that is older than this (SpoolMark.pace).
start_task late.png
stop_daemon
lose_ledger
cp -a "$copies/whole/." "$state/"
expect_held 'the ledger is older than the spool'
await unknown late.png
finish_tasks
await delivered known
expect_submissions 2
release
expect_submissions 3

history 'the ledger restored from a backup without a log'
mkdir "$copies/backup"
sqlite3 "$state/ledger.sqlite" ".backup $copies/backup/ledger.sqlite"
cp "$state/ledger.sqlite" "$copies/main"
chown runninghub:runninghub "$copies"/{backup/ledger.sqlite,main} "$state"/*
sleep 5.1
start_task between.png
stop_daemon
lose_ledger
cp -a "$copies/backup/." "$state/"
expect_held 'the ledger is older than the spool'
await unknown between.png
finish_tasks
expect_submissions 1
release
expect_submissions 2

history "the ledger's main file restored alone, from a copy whose log was forgotten"
stop_daemon
lose_ledger
cp -a "$copies/main" "$state/ledger.sqlite"
expect_held '(the ledger is older than the spool|the spool was used with another ledger)'
expect_submissions 0
release
expect_submissions 1

history 'an old ledger put beside the log of its successor'
stop_daemon
sqlite3 "$state/ledger.sqlite" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
chown runninghub:runninghub "$state"/*
systemctl start runninghubd.socket runninghubd.service
for i in {1..4}; do drop "many-$i.png"; done
for i in {1..4}; do await running_task_of "many-$i.png"; done
systemctl kill --signal=KILL runninghubd.service
stop_daemon
sleep 12 # A log that is that much older than its file is another's (Ledger.isForeign).
cp -a "$copies/backup/ledger.sqlite" "$state/"
assert test -s "$state/ledger.sqlite-wal"
expect_held 'the ledger was put beside the log of another'
finish_tasks
expect_submissions 4
release
expect_submissions 5

history 'the ledger deleted; a file that failed after it was paid comes back'
sed -i 's/free_space: 1MB/&\n  output: 100KB/' /etc/runninghubd/config.yaml
systemctl restart runninghubd.service
start_task paid.png
finish_tasks
await test -f "$spool/failed/paint/paid.png.error.json"
assert_equal 'why it failed' "$(jq -r .name "$spool/failed/paint/paid.png.error.json")" result-unfetched
start_task lost.png
stop_daemon
sed -i '/output: 100KB/d' /etc/runninghubd/config.yaml
lose_ledger
expect_held 'the spool was used with another ledger'
await unknown lost.png
expect_submissions 2
mv "$spool/failed/paint/paid.png" "$spool/inbox/paint/"
await delivered paid
await test -f "$spool/done/paint/paid.png"
refute test -e "$spool/failed/paint/paid.png.error.json"
expect_submissions 2
finish_tasks
release
expect_submissions 3

history 'ledger and spool copied to another machine'
start_task moved.png
stop_daemon
cp -a "$spool" "$spool.copy"
rm -rf "${spool:?}"/{*,.[!.]*}
cp -a "$spool.copy/." "$spool/"
rm -rf "$spool.copy"
tr -d - </proc/sys/kernel/random/uuid >"$copies/machine-id"
mkdir -p /etc/systemd/system/runninghubd.service.d
printf '[Service]\nBindReadOnlyPaths=%s:/etc/machine-id\n' "$copies/machine-id" \
	>/etc/systemd/system/runninghubd.service.d/machine.conf
systemctl daemon-reload
expect_held 'the ledger was last used on another machine'
finish_tasks
await delivered moved
await test -f "$spool/done/paint/moved.png"
refute in_work moved.png
expect_submissions 1
release
expect_submissions 2

# second NAME STATE SPOOL: how another daemon with this state and spool ends
second() {
	mkdir -p "$2" "$3"
	chown runninghub:runninghub "$2" "$3"
	sed "s,^limits:,state: $2\nspool: $3\ncontrol_socket: /run/$1.sock\n&," /etc/runninghubd/config.yaml >"/etc/runninghubd/$1.yaml"
	local code=0
	runuser -u runninghub -- timeout 20 /usr/bin/runninghubd run --config "/etc/runninghubd/$1.yaml" >"$copies/$1.out" 2>&1 ||
		code=$?
	grep -qF 'Another daemon has' "$copies/$1.out" || fail "it did not say why: $(tail -n 3 "$copies/$1.out")"
	assert_equal "how the second daemon with $1 ends" "$code" 75
}

history 'a second daemon on the same spool, on the same state, on both'
second same-spool "$copies/other-state" "$spool"
second same-state "$state" "$copies/other-spool"
second same-both "$state" "$spool"
service_is active || fail 'the first daemon did not go on'
expect_submissions 0

history 'the spool used by another daemon, whose state is its own, while this one stood'
start_task mine.png
stop_daemon
mv "$state" "$state.mine"
expect_held 'the spool was used with another ledger'
await unknown mine.png
stop_daemon
rm -rf "$state"
mv "$state.mine" "$state"
finish_tasks
expect_submissions 1
systemctl start runninghubd.socket runninghubd.service
await told 'Everything is held, since the spool was used with another ledger'
await unknown "held-$before.png"
await delivered mine
expect_submissions 1
runninghubctl release --all >/dev/null

history 'the spool of another daemon put in the place of this one'
stop_daemon
mv "$state" "$state.mine"
cp -a "$spool" "$spool.mine"
systemctl start runninghubd.socket runninghubd.service
await told 'Everything is held'
stop_daemon
rm -rf "$state"
mv "$state.mine" "$state"
expect_held 'the spool was used with another ledger'
expect_submissions 0
release
expect_submissions 1
rm -rf "$spool.mine"

history 'the secret of the callback addresses lost'
start_task secret.png
stop_daemon
sqlite3 "$state/ledger.sqlite" "DELETE FROM facts WHERE name = 'secret'"
chown runninghub:runninghub "$state"/ledger.sqlite*
systemctl start runninghubd.socket runninghubd.service
await told 'The secret of the callback addresses was gone'
finish_tasks
# Its callback is refused; it is asked about within a minute, and at a start at once.
systemctl restart runninghubd.service
await delivered secret
refute told 'Everything is held'
expect_submissions 1

history "the spool's marker deleted"
stop_daemon
rm "$spool/.runninghubd"
systemctl start --no-block runninghubd.socket runninghubd.service
await told "with everything held until you release it: touch '$spool/.runninghubd'"
refute service_is active
touch "$spool/.runninghubd"
await service_is active
expect_held "the spool's marker .runninghubd is empty or damaged"
release
expect_submissions 1

history "the spool's marker damaged, and another's name written into it"
for text in '{' '{"ledger":"another","generation":1}'; do
	stop_daemon
	since=$(date '+%F %T.%6N')
	printf '%s' "$text" >"$spool/.runninghubd"
	systemctl start runninghubd.socket runninghubd.service
	await told 'Everything is held, since the spool'
done
expect_submissions 0
runninghubctl release --all >/dev/null

history "a pipeline folder's marker deleted, and another's in its place, while the daemon runs"
marker=$spool/work/paint/.runninghubd
await status_file_says 'paint is running'
status_says() { runninghubctl status | tr -s ' \n' ' ' | grep -qF -- "$1"; }
rm "$marker"
await told 'Pipeline paint waits: .* its marker is missing'
status_says "touch '$marker'" || fail 'status does not say what to do'
printf '{"ledger":"another","generation":1}' >"$marker"
await status_says "truncate -s 0 '$marker'"
: >"$marker"
await told 'Pipeline paint: its folders are there again'
drop after.png
await running_task_of after.png
finish_tasks
assert_delivered_once after
expect_submissions 1
