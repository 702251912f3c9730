# The guards of the configuration, each told in the journal, by status and in the inbox: the same file twice, too many at
# once, the coins of the day, and how long originals are kept.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

cloud_set '{"tasks": {"manual": true}, "answers": {"usage": "coins"}}'
set_up 'spending: { hold_above: 3, coins_per_day: 12 }'

inbox_says() {
	grep -qE -- "$1" "$spool/inbox/paint/_STATUS.txt"
}
status_says() {
	runninghubctl status | tr -s ' \n' ' ' | grep -qE -- "$1"
}
waits() {
	status_says "$1 queued"
}

step 'the same file twice is one task'
drop twice.png
await running_tasks 1
as alice cp --no-preserve=mode /home/alice/twice.png "$spool/inbox/paint/.twice.png.tmp"
as alice mv "$spool/inbox/paint/.twice.png.tmp" "$spool/inbox/paint/twice.png"
await says 'twice \(2\)\.png is the same as the file of job .* no second task is made'
await inbox_says '1 is the same as a file that is under way already'
await status_says 'waiting 1 for .* same parameters is under way already'
assert_matches 'why it waits' "$(runninghubctl why "$spool/work/paint/twice (2).png" | tr -s ' \n' ' ')" 'no second task is paid'
finish_tasks
assert_delivered_once twice
await says 'Delivered paint/twice \(2\)\.png: the results are those of job'
assert_equal 'submissions' "$(cloud_record '.submissions | length')" 1

step 'more waiting than hold_above are held until a person says so'
drop first.png
await reached running first.png
for stem in a b c d; do drop "$stem.png"; done
await says 'Pipeline paint is held: 4 files wait, more than hold_above: 3\..*runninghubctl release paint'
await inbox_says 'On hold \(4 files wait, more than hold_above: 3\)'
await status_says 'held paint since .*hold_above: 3'
finish_tasks
await delivered first
assert_equal 'submissions while it is held' "$(cloud_record '.submissions | length')" 2

step 'the coins of the day bound what is submitted'
runninghubctl release paint >/dev/null
await says 'Pipeline paint rests until midnight: 12 coins were spent today in all, and coins_per_day: 12 allows no more'
await inbox_says '12 coins were spent today in all.* Nothing new is sent until midnight'
await status_says 'waits: 12 coins were spent today'
assert_equal 'submissions when they are spent' "$(cloud_record '.submissions | length')" 2

step 'originals are deleted when they have been kept for long enough, results never'
sed -i 's/^spending:/retention: { done: 1s }\n&/' /etc/runninghubd/config.yaml
# It looks 30 s after a start, and every 10 min.
systemctl restart runninghubd.service
await inbox_says 'What lies in done/paint is deleted after 1 hours?'
kept() { [[ -n $(find "$spool/done/paint" -type f -not -name '.*') ]]; }
gone() { ! kept; }
await gone
await says 'Deleted done/paint/twice\.png: it has been kept for as long as retention says'
for stem in twice first; do assert delivered "$stem"; done
assert_equal 'what waits' "$(find "$spool/work/paint" -type f -not -name '.*' | wc -l)" 4

step 'each of these has an entry in the catalog'
for words in 'is the same as' 'rests until midnight' 'as long as retention says'; do
	journalctl --quiet --no-pager -x SYSLOG_IDENTIFIER=runninghubd | grep -A 12 -- "$words" | grep -q 'Subject:' ||
		fail "no explanation of: $words"
done
