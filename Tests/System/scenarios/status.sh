# systemctl status shows the live counts.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

cloud_set '{"tasks": {"manual": true}}'
set_up
shows() {
	[[ $(unit_property runninghubd.service StatusText) =~ $1 ]]
}
await shows '0 waiting, 0 uploading, 0 running'

step 'one key with one slot: one runs, two wait'
for stem in a b c; do drop "$stem.png"; done
await shows '2 waiting.* 1 running'
assert_matches 'systemctl status' "$(systemctl status --no-pager runninghubd.service)" 'Status: ".*1 running'

step 'delivered ones are counted'
all_delivered() {
	finish_tasks
	for stem in a b c; do delivered "$stem" || return 1; done
}
await all_delivered
await shows '0 running.* 3 delivered'
