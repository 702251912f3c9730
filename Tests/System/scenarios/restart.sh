# A restart in the middle of a task, and SIGKILL in the middle of an upload and of a download, each end in exactly one
# delivered result and one submission.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

cloud_set '{"results": {"outputs": [{"content": "generated", "type": "png", "bytes": 2000000}]}}'
set_up

step 'restart while a task runs'
cloud_set '{"tasks": {"manual": true}}'
drop task.png
await reached running task.png
await running_tasks 1
systemctl restart runninghubd.service
finish_tasks
assert_delivered_once task

step 'restart while a task ends unheard'
drop unheard.png
await reached running unheard.png
systemctl stop runninghubd.service runninghubd.socket
finish_tasks
systemctl start runninghubd.service
assert_delivered_once unheard
cloud_set '{"tasks": {"manual": false, "task_time": 0}}'

step 'SIGKILL in the middle of an upload'
cloud_set '{"faults": {"upload": {"slow": 1, "slow_time": 30}}}'
uploads=$(cloud_record '.uploads | length')
drop upload.png 1000000
await cloud_counts ".uploads | length > $uploads" true
refute reached running upload.png
pid=$(main_pid)
systemctl kill --signal=KILL runninghubd.service
cloud_set '{"faults": {"upload": {"slow": 0}}}'
await restarted "$pid"
assert_delivered_once upload

step 'SIGKILL in the middle of a download'
cloud_set '{"faults": {"downloads": {"slow": 1, "slow_bytes_per_second": 20000}}}'
drop download.png
# Half of a file in a hidden folder; .runninghubd is the folder's marker.
downloading() {
	find "$spool/outbox" -path '*/.*' -type f ! -name .runninghubd -size +10k | grep -q .
}
await downloading
refute delivered download
pid=$(main_pid)
systemctl kill --signal=KILL runninghubd.service
cloud_set '{"faults": {"downloads": {"slow": 0}}}'
await restarted "$pid"
assert_delivered_once download

step 'nothing half-written is left'
assert_equal 'left in staging' "$(find "$spool/outbox" -path '*/.*' -type f ! -name .runninghubd)" ''
assert_equal 'how often it was restarted by systemd' "$(unit_property runninghubd.service NRestarts)" 2
