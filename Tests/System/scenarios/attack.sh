# The listener under attack in its own sandbox: the daemon goes on in one process, and the socket unit stays active.
# alone: it fills both processors, and measures how long others wait meanwhile.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

# Beside the daemon, or as make laboratory builds it.
laboratory=$build/laboratory
[[ -x $laboratory ]] || laboratory=/repository/.build/debug/laboratory
[[ -x $laboratory ]] || fail 'there is no laboratory: make laboratory builds it'

cloud_set '{"tasks": {"manual": true, "loads_addresses": false}}'
set_up
sed -i 's/^api:$/&\n  keys: [{ name: main, credential: key_main, concurrency: 3 }]/' /etc/runninghubd/config.yaml
cat >/etc/runninghubd/pipelines.d/large.yaml <<-'END'
	ai_app: 2016740236478386178
	nodes:
	  - { id: 12, field: url, value: "{url}" }
END
systemctl restart runninghubd.service
await test -d "$spool/inbox/large"

step 'two tasks run that call back, and one that may load its file'
drop one.png
drop two.png
picture /home/alice/large.png 8000000
chown alice:runninghub-users /home/alice/large.png
as alice bash -c "umask 0007 && mv /home/alice/large.png $spool/inbox/large/"
await running_tasks 3
mapfile -t callbacks < <(cloud_record '.submissions[].webhook_url' | sed "s,^$listener,,")
input=$(cloud_record '[.submissions[].nodes[].value | select(contains("/input/"))][0]' | sed "s,^$listener,,")

step 'every attack is made'
pid=$(main_pid)
# A busy machine and a debug build answer more slowly than the 100 ms that are promised; see docs/proof/listener.md.
"$laboratory" attack --short --within "${WITHIN:-5000}" --memory "${MEMORY:-8}" --process "$pid" \
	--callback "${callbacks[0]}" --callback "${callbacks[1]}" --input "$input" || fail 'an attack had an effect'

step 'nothing has changed'
assert_equal 'the socket unit' "$(systemctl is-active runninghubd.socket)" active
assert_equal 'the service' "$(systemctl is-active runninghubd.service)" active
assert_equal 'its process' "$(main_pid)" "$pid"
assert_equal 'restarts' "$(unit_property runninghubd.service NRestarts)" 0
assert_equal 'submissions' "$(cloud_record '.submissions | length')" 3
assert running_tasks 3

step 'and the jobs end as they would have'
finish_tasks
assert_delivered_once one
assert_delivered_once two
