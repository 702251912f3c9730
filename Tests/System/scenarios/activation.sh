# The first connection starts the service, through the socket; while it restarts no connection is refused.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

install_product
configure
systemctl start runninghubd.socket
assert service_is inactive

step 'the first connection starts the daemon and is answered'
assert_equal 'the answer' "$(curl -s -o /dev/null -w '%{http_code}' "$listener/healthz")" 200
assert_equal 'the service' "$(systemctl is-active runninghubd.service)" active

step "the unit's queue is in force, not NIO's"
assert_equal 'the queue' "$(ss -Hltn 'sport = 8787' | awk '{ print $3 }')" 4096

step 'no connection is refused during restarts'
: >/tmp/codes
while [[ ! -e /tmp/enough ]]; do
	curl -s -o /dev/null --max-time 30 -w '%{http_code} %{errormsg}\n' "$listener/healthz" >>/tmp/codes || true
done &
asking=$!
for _ in 1 2 3 4 5; do systemctl restart runninghubd.service; done
touch /tmp/enough
wait "$asking"
# systemd holds the socket all the while: nobody may find it closed.
assert_equal 'refused connections' "$(grep -ci 'connect to' /tmp/codes || true)" 0
assert test "$(wc -l </tmp/codes)" -ge 5

step 'a flood leaves the socket unit active'
systemctl stop runninghubd.service
seq 200 | xargs -P 50 -I{} curl -s -o /dev/null --max-time 30 "$listener/healthz?{}" || true
assert_equal 'the socket unit' "$(systemctl is-active runninghubd.socket)" active
assert_equal 'the service' "$(systemctl is-active runninghubd.service)" active
