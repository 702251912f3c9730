# The journal: each job's story reads as docs/journal.md shows it, each line has an explanation in English, Chinese and Russian, and
# trouble that goes on is a line a minute.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

set_up
sed 's/^nodes:/retries: 1\n&/' /etc/runninghubd/pipelines.d/paint.yaml >/etc/runninghubd/pipelines.d/patient.yaml
systemctl restart runninghubd.service
await test -d "$spool/inbox/patient"

# send NAME PIPELINE
send() {
	picture "/home/alice/$1"
	chown alice:runninghub-users "/home/alice/$1"
	chmod 0660 "/home/alice/$1"
	as alice cp --no-preserve=mode "/home/alice/$1" "$spool/inbox/$2/.$1.tmp"
	as alice mv "$spool/inbox/$2/.$1.tmp" "$spool/inbox/$2/$1"
}
# story FILE: what the journal tells of its job, with ids and times left out
story() {
	journal_field MESSAGE RUNNINGHUB_JOB="$(job_of "$1")" |
		sed -E 's/[0-9]{19}/TASK/g; s/\([0-9a-z]{12}\)/(JOB)/g; s/\([0-9]+ coins, [0-9]+ m?s/(6 coins, 2 s/g'
}
# shown NAME: the block of docs/journal.md with that name
shown() {
	awk -v name="$1" '$0 == "```text" && want { inside = 1; next } $0 == "```" { inside = want = 0 } inside
		$0 ~ "^<!-- " name " -->$" { want = 1 }' /repository/docs/journal.md
}
# assert_story NAME FILE
# The last step of a job is told when its original lies in its place.
put_away() {
	[[ $(story "$1") == *' was put away: '* ]]
}
assert_story() {
	await put_away "$2"
	diff <(shown "$1") <(story "$2") >/var/lib/scenario/diff ||
		fail "the story \"$1\" is not as docs/journal.md shows it:"$'\n'"$(</var/lib/scenario/diff)"
}

step 'a job that goes well'
# The answer to a submission comes before the end of its task, on the busiest machine too.
cloud_set '{"tasks": {"task_time": 5}}'
send cat.png paint
assert_story whole cat.png

step 'one that is refused for now, and one whose file no app takes'
cloud_set '{"faults": {"submit": {"errors": [{"code": 421, "fault": {"count": 1}}]}}}'
send busy.png paint
assert_story refused busy.png
cloud_set '{"faults": {"submit": {"errors": [{"code": 433, "fault": {"count": 1}}]}}}'
send bad.png paint
assert_story failed bad.png

step 'one that is cancelled, and one that a restart comes between'
cloud_set '{"tasks": {"manual": true}}'
send long.png paint
await reached running long.png
runninghubctl cancel "$(job_of long.png)" >/dev/null
assert_story cancelled long.png
send slept.png paint
await reached running slept.png
systemctl stop runninghubd.service runninghubd.socket
finish_tasks
# Its callback finds nobody.
await cloud_counts '[.callbacks[-1].tries[]] | length > 0' true
systemctl start runninghubd.service
assert_story restarted slept.png

step 'one whose task fails for a reason that may pass'
cloud_set '{"tasks": {"manual": false, "task_time": 5},
	"faults": {"tasks": {"failures": [{"failure": {"code": 1005}, "fault": {"count": 1}}]}}}'
send again.png patient
# It is asked about again after two minutes.
deadline=$((SECONDS + 240))
until [[ -f $spool/done/patient/again.png ]]; do
	((SECONDS < deadline)) || fail 'it was not tried again in time'
	sleep 0.2
done
assert_story again again.png

step 'each line has a message id'
assert_equal 'lines without' "$(journal | jq -r 'select(has("MESSAGE_ID") | not) | .MESSAGE')" ''
# That journald had to keep nothing back is told by journald itself.
assert_equal 'lines that were suppressed' "$(journalctl --quiet --grep 'Suppressed .* messages' --no-pager || true)" ''

# Names of locales, for the C library; what matters here is the language.
for name in en_US ru_RU ru_UA zh_CN zh_TW de_DE; do ln -sfn C.utf8 "/usr/lib/locale/$name.utf8"; done
# explained LOCALE: what journalctl -x says of the cancelled job in that language
explained() {
	LC_ALL=$1.UTF-8 journalctl --quiet --no-pager --catalog RUNNINGHUB_JOB="$(job_of long.png)" RUNNINGHUB_STATE=cancelled |
		sed -n '/Subject: \(Job cancelled\|Задание отменено\|已取消\)/,/^[^░]/p' | sed -n 's/^░░ \{0,1\}//p' |
		awk 'NF { for (; blank; blank--) print ""; print; next } { blank++ }'
}
step 'explanations in English, Chinese and Russian, as the page shows them'
for name in en_US zh_CN ru_RU; do
	diff <(shown $name) <(explained $name) >/var/lib/scenario/diff || fail "in $name: $(</var/lib/scenario/diff)"
done
assert_equal 'what a locale of Taiwan shows' "$(explained zh_TW)" "$(explained zh_CN)"
assert_equal 'what a Russian locale of Ukraine shows' "$(explained ru_UA)" "$(explained ru_RU)"
assert_equal 'what another language shows' "$(explained de_DE)" "$(explained en_US)"

step 'and of each message that there is'
entries=$(sed -n 's/^-- \([0-9a-f]\{32\}\)$/\1/p' /usr/lib/systemd/catalog/runninghubd.catalog)
for id in $entries; do
	english=$(LC_ALL=en_US.UTF-8 journalctl --dump-catalog "$id")
	assert_matches "the entry $id" "$english" 'Defined-By: runninghubd'
	for name in zh_CN ru_RU; do
		[[ $(LC_ALL=$name.UTF-8 journalctl --dump-catalog "$id") != "$english" ]] || fail "$id is not there in $name"
	done
done
echo "  $(wc -l <<<"$entries") messages"

step 'a thousand forged callbacks are a line a minute'
began=$(date +%s)
for _ in {1..20}; do
	curl -s -o /dev/null -X POST --data '{}' "$listener/callback/0123456789ab/[1-50]/5TCcsLqSaGmoh9P2d8Q9Sr7Afr9urmoT_k1pnY9WTr4"
done
told=$(journal | jq -r .MESSAGE | grep -c 'did not make')
assert test "$told" -ge 1 -a "$told" -le $((1 + ($(date +%s) - began) / 60))
assert_equal 'lines that a stranger made otherwise' "$(journal | jq -r .MESSAGE | grep -c 0123456789ab || true)" 0

step 'while the cloud cannot be reached each job tells it once, and a line a minute counts the further tries'
cloud_set '{"faults": {"upload": {"cut_before": 1}}}'
began=$(date +%s)
for number in {1..20}; do send "down$number.png" paint; done
unreached() {
	journal --since="@$began" MESSAGE_ID="$(journal_id 'Upload failed')" | jq -r .RUNNINGHUB_FILE
}
# journal_id SUBJECT: the id of the message with that subject
journal_id() {
	grep -B 1 -x "Subject: $1" /usr/lib/systemd/catalog/runninghubd.catalog | sed -n 's/^-- //p'
}
each_told() {
	[[ $(unreached | sort -u | wc -l) == 20 ]]
}
await each_told
# Each is tried again after 5, 10 and 20 s.
sleep 40
tries=$(unreached | wc -l)
assert test "$tries" -le $((21 + ($(date +%s) - began) / 60))
cloud_set '{"faults": {"upload": {"cut_before": 0}}}'
