# What an administrator asks and does by command: who may, what is told, and how it ends.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

cloud_set '{"tasks": {"manual": true}}'
set_up
person carol runninghub-admin
drop a.png
await running_tasks 1
drop b.png
waiting() {
	[[ $(runninghubctl jobs --state queued --json | jq -r '.jobs[].file' 2>/dev/null) == b.png ]]
}
await waiting
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
assert_matches 'why b.png waits' "$(runninghubctl why "$spool/work/paint/b.png")" 'place|slot|key'
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
