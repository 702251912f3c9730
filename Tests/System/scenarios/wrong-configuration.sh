# A wrong configuration stops the start with 78, is told with its place, and is not tried again; connections meanwhile leave
# the socket unit active.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

install_product
configure 'spoool: /somewhere'
journalctl --sync

step 'it ends with 78 and stays ended'
refute systemctl start runninghubd.service 2>/dev/null
assert_equal 'its exit code' "$(unit_property runninghubd.service ExecMainStatus)" 78
# With a restart to come the sub-state would be auto-restart.
assert_equal 'its sub-state' "$(unit_property runninghubd.service SubState)" failed
assert_equal 'restarts' "$(unit_property runninghubd.service NRestarts)" 0

step 'the journal names file, line and column'
assert_matches 'the journal' "$(journal_field MESSAGE)" 'config\.yaml:[0-9]+:[0-9]+: .*spoool'

step 'connections are told 503, and the socket unit stays active'
seq 300 | xargs -P 30 -I{} curl -s -o /dev/null --max-time 20 -w '%{http_code}\n' "$listener/callback/x/1/{}" >/tmp/codes || true
assert_equal 'answers other than 503' "$(sort -u /tmp/codes | grep -vx '503\|000' || true)" ''
assert grep -qx 503 /tmp/codes
assert_equal 'the socket unit' "$(systemctl is-active runninghubd.socket)" active

step 'put right, it starts'
# The last connection may have started it once more.
await unit_is runninghubd.service SubState failed
configure
systemctl reset-failed runninghubd.service
systemctl start runninghubd.service
assert_equal 'the service' "$(systemctl is-active runninghubd.service)" active

step 'a reload with a wrong configuration fails and leaves it running'
configure 'spoool: /somewhere'
pid=$(main_pid)
refute systemctl reload runninghubd.service 2>/dev/null
assert_equal 'the service' "$(systemctl is-active runninghubd.service)" active
assert_equal 'the process' "$(main_pid)" "$pid"

step 'it still answers, and says that the next start would fail'
assert runninghubctl status >/dev/null
code=0
answer=$(runninghubctl health 2>&1) || code=$?
assert_equal 'how health ends' "$code" 1
assert_matches 'health' "$answer" '^WARNING: The configuration is wrong, and would stop the next start; see: runninghubd check'

step 'a reload with a right one succeeds'
configure
assert systemctl reload runninghubd.service
assert_equal 'the service' "$(systemctl is-active runninghubd.service)" active
assert_equal 'the process' "$(main_pid)" "$pid"
