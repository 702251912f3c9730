# systemctl reload puts a new configuration into force, or fails with the reason and leaves all of the old in force; SIGHUP does
# the same. Jobs under way keep their settings; those that wait for a pipeline that was removed are kept.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

pipelines=/etc/runninghubd/pipelines.d

cloud_set '{"tasks": {"manual": true}}'
set_up
pid=$(main_pid)

reload() {
	systemctl reload runninghubd.service 2>/dev/null
}

# told WHAT: the unit's journal has it
told() {
	journalctl --sync
	[[ $(journalctl --no-pager -q -o cat -u runninghubd.service) == *"$1"* ]]
}

step 'a pipeline that is added takes files, one that is changed does so for the next job'
drop first.png
await reached running first.png
sed 's/285/286/' "$pipelines/paint.yaml" >"$pipelines/sketch.yaml"
echo 'outbox: { layout: folder }' >>"$pipelines/paint.yaml"
assert reload
assert told 'The configuration is in force: new: sketch; changed: paint.'
await test -d "$spool/inbox/sketch"
assert_equal "rights of the new inbox" "$(rights "$spool/inbox/sketch")" 'runninghub:runninghub-users 2770'
finish_tasks
assert_delivered_once first
drop second.png
await reached running second.png
finish_tasks
await test -f "$spool/outbox/paint/second/second.result.json"
sed -i '/^outbox/d' "$pipelines/paint.yaml"
assert reload

step 'a wrong config.yaml fails the reload with its place, and the old stays in force'
cp /etc/runninghubd/config.yaml /tmp/right.yaml
echo 'spoool: /somewhere' >>/etc/runninghubd/config.yaml
refute reload
assert told "spoool"
assert_equal 'the service' "$(systemctl is-active runninghubd.service)" active
drop third.png
await reached running third.png
cp /tmp/right.yaml /etc/runninghubd/config.yaml

step 'a key that a running task needs is refused by name, with how many jobs need it'
sed -i 's/^api:$/&\n  keys: [{ name: other, credential: key_other }]/' /etc/runninghubd/config.yaml
refute reload
assert told 'api.keys: key main is taken out, but the task of 1 job under way'
sed 's,base_url: .*,base_url: http://127.0.0.1:8901,' /tmp/right.yaml >/etc/runninghubd/config.yaml
refute reload
assert told 'api.base_url has changed, but the task of 1 job under way'

step 'what is read at a start only is refused with the command'
sed 's,public_url: .*,public_url: http://127.0.0.1:1,' /tmp/right.yaml >/etc/runninghubd/config.yaml
refute reload
assert told 'webhook.public_url has changed and is read at a start only: systemctl restart runninghubd'
cp /tmp/right.yaml /etc/runninghubd/config.yaml

step "a pipeline's own mistake takes it out of service and no other"
echo 'nodez: []' >>"$pipelines/sketch.yaml"
assert reload
assert told 'out of service: sketch'
assert told 'sketch.yaml:'
await grep -q 'out of service' "$spool/inbox/sketch/_STATUS.txt"
assert_matches 'its first line' "$(head -n 1 "$spool/inbox/sketch/_STATUS.txt")" '^sketch stopped'
assert_matches 'what status says' "$(runninghubctl status | tr -s ' \n' ' ')" "pipeline sketch is out of service: 'runninghubd check'"

step 'what waits for a pipeline that is removed is kept, what runs is delivered'
drop fourth.png
await reached queued fourth.png
mv "$pipelines/paint.yaml" /tmp/paint.yaml
assert reload
finish_tasks
assert_delivered_once third
runninghubctl show "$(job_of fourth.png)" >/tmp/shown
assert grep -q 'no pipeline paint in service' /tmp/shown
assert_matches 'why it stays' "$(runninghubctl why "$spool/work/paint/fourth.png")" "$(job_of fourth.png)"
assert test -e "$spool/work/paint/fourth.png"

step 'SIGHUP brings it back, and it goes on'
mv /tmp/paint.yaml "$pipelines/paint.yaml"
systemctl kill --signal=HUP --kill-who=main runninghubd.service
await reached running fourth.png
assert told 'asked by SIGHUP'
finish_tasks
assert_delivered_once fourth

step 'only administrators may ask for it'
if as eve runninghubctl reload 2>/tmp/refused; then fail 'eve may reload'; fi
assert grep -q 'runninghub-admin' /tmp/refused

assert_equal 'the process' "$(main_pid)" "$pid"
