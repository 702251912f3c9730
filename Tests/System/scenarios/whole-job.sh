# A dropped file becomes a result in the outbox, the journal tells it step by step, and no secret is seen anywhere.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

set_up
assert_equal 'the type of a pipeline folder' "$(rights "$spool/inbox/paint")" 'runninghub:runninghub-users 2770'

step 'alice drops a picture'
drop cat.png 100000
await delivered cat
assert_delivered_once cat

step 'the result is hers to take, and nobody else sees it'
manifest=$spool/outbox/paint/cat.result.json
output=$(jq -r '.outputs[0].file' "$manifest")
assert_equal 'rights of the result' "$(rights "$spool/outbox/paint/$output")" 'runninghub:runninghub-users 660'
as alice mv "$spool/outbox/paint/$output" /home/alice/
refute as eve cat "$manifest" 2>/dev/null
assert_equal 'rights of the state' "$(rights /var/lib/runninghubd)" 'runninghub:runninghub 700'

step 'the journal tells the story of the job'
job=$(jq -r .job "$manifest")
assert_equal 'the job that the journal names' "$(job_of cat.png)" "$job"
story=$(journal_field MESSAGE RUNNINGHUB_JOB="$job")
printf '  %s\n' "${story//$'\n'/$'\n  '}"
for words in 'Took paint/cat.png' 'Uploaded paint/cat.png' 'started task' 'called back' 'succeeded' 'Delivered paint/cat.png'; do
	assert_matches 'the story' "$story" "$words"
done
# One entry with all that belongs to a delivery.
entry=$(journal RUNNINGHUB_JOB="$job" RUNNINGHUB_STATE=delivered | head -n 1)
for field in MESSAGE_ID RUNNINGHUB_PIPELINE RUNNINGHUB_FILE RUNNINGHUB_TASK RUNNINGHUB_KEY RUNNINGHUB_ATTEMPT \
	RUNNINGHUB_COINS RUNNINGHUB_DURATION_MS CODE_FILE PRIORITY; do
	assert_equal "whether a delivery has $field" "$(jq "has(\"$field\")" <<<"$entry")" true
done
assert_equal 'the identifier' "$(jq -r .SYSLOG_IDENTIFIER <<<"$entry")" runninghubd
assert_equal 'lines without a MESSAGE_ID' "$(journal RUNNINGHUB_JOB="$job" | jq -r 'select(has("MESSAGE_ID") | not)')" ''

step 'a name that is no UTF-8 is kept'
name=$(printf 'caf\xe9')
drop "$name.png"
await delivered "$name"
# The original follows its results.
await test -f "$spool/done/paint/$name.png"
assert_equal 'entries that name its bytes' "$(journal RUNNINGHUB_FILE="$name.png" | wc -l | awk '{ print ($1 > 0) }')" 1

step 'no secret is seen'
pid=$(main_pid)
refute grep -qa "$key" "/proc/$pid/environ" "/proc/$pid/cmdline"
journalctl --sync
refute grep -qa "$key" <(journalctl --quiet --output=export)
refute grep -rqa "$key" "$spool" /var/lib/runninghubd /run/runninghubd

step 'nothing of the sandbox is met'
assert_equal 'lines of the runtime on standard error' "$(journalctl --quiet --output=cat -u runninghubd.service _TRANSPORT=stdout)" ''

step 'it stops cleanly'
systemctl stop runninghubd.service runninghubd.socket
assert_equal 'how it ended' "$(unit_property runninghubd.service Result)" success
