# What an administrator asks and does by command: who may, what is told, and how it ends.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

cloud_set '{"tasks": {"manual": true}}'
set_up
person carol runninghub-admin
drop a.png
await reached running a.png
drop b.png
# When its upload is made.
await why_says "$spool/work/paint/b.png" 'place|slot|key'
job=$(job_of a.png)

# code COMMAND…: its exit code
code() {
	local code=0
	"$@" >/dev/null 2>&1 || code=$?
	echo "$code"
}

step 'everybody may ask'
for command in status jobs "show $job" "why $spool/work/paint/b.png"; do
	# shellcheck disable=SC2086
	assert_equal "how $command ends for eve" "$(code as eve runninghubctl $command)" 0
done
assert_matches 'the job' "$(as eve runninghubctl show "$job")" 'task [0-9]{19}'

step 'who is no administrator may change nothing'
assert_equal 'how cancel ends for eve' "$(code as eve runninghubctl cancel "$job")" 1
assert_matches 'what eve is told' "$(as eve runninghubctl hold paint 2>&1 || true)" 'runninghub-admin'
assert_equal 'how account ends for alice' "$(code as alice runninghubctl account)" 1

step 'an administrator may, and the journal tells it with the name'
assert_matches 'the account' "$(as carol runninghubctl account)" '[0-9]+ coins'
as carol runninghubctl cancel "$job" >/dev/null
await test -f "$spool/failed/paint/a.png.error.txt"
assert_matches 'the costs' "$(<"$spool/failed/paint/a.png.error.txt")" 'coins'
assert_matches 'the journal' "$(journal_field MESSAGE RUNNINGHUB_JOB="$job")" 'carol'

step 'retry asks about the old task first, and pays once for a new one'
await running_tasks 1
finish_tasks
await delivered b
before=$(cloud_record '.submissions | length')
as carol runninghubctl retry "$job" >/dev/null
await cloud_counts '.submissions | length' $((before + 1))
finish_tasks
await delivered a
assert_matches 'what paint cost' "$(runninghubctl status)" 'paint.*3 tasks'

step 'a pipeline described by the service passes the check'
runninghubd describe --ai-app 2016740236478386178 >/etc/runninghubd/pipelines.d/described.yaml
assert_equal 'how check ends' "$(code runninghubd check)" 0

step 'asking a stopped daemon starts none'
systemctl stop runninghubd.service
assert_equal 'how status ends' "$(code runninghubctl status)" 69
assert_equal 'the service' "$(unit_property runninghubd.service ActiveState)" inactive
assert_matches 'without a command' "$(runninghubctl)" 'USAGE: runninghubctl <subcommand>'
assert_equal 'the daemons' "$(pgrep -c -x runninghubd || true)" 0

step 'root does not run it over the folders of its user'
code=0
answer=$(timeout 20 runninghubd run 2>&1) || code=$?
assert_equal 'how it ends' "$code" 78
assert_matches 'what it says' "$answer" 'belongs to runninghub, .*systemctl start runninghubd'
assert_equal 'files of root in the state folder' "$(find /var/lib/runninghubd -user root)" ''
systemctl start runninghubd.service
await runninghubctl status

step 'health in the order of Nagios'
said() {
	code=0
	answer=$("$@" 2>&1) || code=$?
}
said as eve runninghubctl health
assert_equal 'how health ends' "$code" 0
assert_matches 'health' "$answer" '^OK: .* \| queued=[0-9]+ '
as carol runninghubctl hold paint >/dev/null
said as eve runninghubctl health
# One of two pipelines.
assert_equal 'how health ends with one held' "$code" 1
as carol runninghubctl hold --all >/dev/null
said as eve runninghubctl health --json
assert_equal 'how health ends with all held' "$code" 2
assert_equal 'its level' "$(jq -r .level <<<"$answer")" critical
as carol runninghubctl release --all >/dev/null
as carol runninghubctl release paint >/dev/null
assert_matches 'the journal' "$(journal_field MESSAGE)" 'released by carol'

step 'a copy of the ledger: who may, for whom, and never over another file'
said as eve runninghubctl backup /home/eve/copy
assert_equal 'how backup ends for eve' "$code" 1
assert_matches 'what eve is told' "$answer" 'runninghub-admin'
assert_equal 'what is left of it' "$(find /home/eve -name '*copy*')" ''
as carol runninghubctl backup /home/carol/copy >/dev/null
assert_equal 'the copy' "$(rights /home/carol/copy)" 'carol:carol 600'
assert_equal 'its beginning' "$(head -c 15 /home/carol/copy)" 'SQLite format 3'
sum=$(sha256sum </home/carol/copy)
said as carol runninghubctl backup /home/carol/copy
assert_equal 'how a second one ends' "$code" 1
assert_matches 'what carol is told' "$answer" 'is there already, and is not replaced'
assert_equal 'the first' "$(sha256sum </home/carol/copy)" "$sum"
assert_equal 'what is left in the state folder' "$(find /var/lib/runninghubd -name '*.copy')" ''
assert_matches 'the journal' "$(journal_field MESSAGE)" 'carol took a copy of the ledger'

step 'put back, it has all jobs, and everything is held'
jobs=$(runninghubctl jobs --limit 0 --json | jq '.jobs | length')
# Something is submitted that the copy does not know of.
drop later.png
await running_tasks 1
finish_tasks
await delivered later
systemctl stop runninghubd.service
mkdir /var/lib/old
mv /var/lib/runninghubd/ledger.sqlite* /var/lib/old/
install -o runninghub -g runninghub -m 0600 /home/carol/copy /var/lib/runninghubd/ledger.sqlite
systemctl start runninghubd.service
await runninghubctl status
assert_equal 'its jobs' "$(runninghubctl jobs --limit 0 --json | jq '.jobs | length')" "$jobs"
said runninghubctl health
assert_equal 'how health ends' "$code" 2
assert_matches 'health' "$answer" 'Everything is held: the ledger is older than the spool'
runninghubctl release --all >/dev/null

step 'pipes: quiet where nobody reads on, told where it cannot be written, whole lines without a terminal'
for command in "jobs --json" status "show $job"; do
	# shellcheck disable=SC2086
	said bash -c "set -o pipefail; runninghubctl $command | head -n 1"
	assert_equal "how $command ends before head" "$code" 0
	assert_equal "lines of $command before head" "$(wc -l <<<"$answer")" 1
done
said bash -c 'runninghubctl status >/dev/full'
assert_equal 'how it ends on a full disk' "$code" 1
assert_matches 'what is told' "$answer" 'cannot be written: No space left'
refute grep -q $'\e' <(runninghubctl status; runninghubctl jobs; runninghubctl show "$job"; runninghubctl health)

# terminal ROWS COLUMNS COMMAND: what it shows in a terminal of that size within five seconds
terminal() {
	script -qec "stty rows $1 cols $2; timeout --foreground -s INT 5 $3" /dev/null </dev/null | tr -d '\r' || true
}

# longest: the longest line, in columns
longest() {
	sed 's/\x1b\[[0-9;]*[A-Za-z]//g' | LC_ALL=C.UTF-8 wc -L
}

step 'narrow terminals, and a status that is watched'
for columns in 60 80; do
	for command in status jobs; do
		shown=$(terminal 24 "$columns" "runninghubctl $command" | longest)
		((shown <= columns)) || fail "$command is $shown columns wide in a terminal of $columns"
	done
done
watched=$(terminal 6 60 'runninghubctl status --watch')
assert_equal 'frames within five seconds' "$(grep -c $'\e\\[H' <<<"$watched" | awk '{ print ($1 >= 2) }')" 1
assert_matches 'what does not fit' "$watched" '… [0-9]+ more lines'

step 'completions of bash, fish and zsh'
completed() {
	bash -c "source /usr/share/bash-completion/completions/runninghubctl
		COMP_WORDS=($1 '') COMP_CWORD=$2 COMP_LINE='$1 ' COMP_POINT=$((${#1} + 1)) COMPREPLY=()
		_runninghubctl; printf '%s\n' \"\${COMPREPLY[@]}\""
}
assert_matches 'commands in bash' "$(completed runninghubctl 1)" 'backup'
assert_matches 'jobs in bash' "$(completed 'runninghubctl show' 2)" "$job"
assert_matches 'pipelines in bash' "$(completed 'runninghubctl hold' 2)" 'paint'
assert_matches 'commands in fish' "$(fish -c "complete -C 'runninghubd des'")" 'describe'
for name in runninghubd runninghubctl; do assert zsh -n "/usr/share/zsh/vendor-completions/_$name"; done

step 'wrong usage ends with 64'
for command in 'jobs --state odd' 'retry' 'hold' 'show %' frobnicate; do
	# shellcheck disable=SC2086
	assert_equal "how $command ends" "$(code runninghubctl $command)" 64
done
