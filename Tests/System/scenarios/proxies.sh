# RunningHub's ways to the daemon, with the files that are shipped for them and the real programs: none at all, an ssh tunnel to a server
# outside, nginx, Caddy. docs/listener.md tells of each.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

readonly examples=/repository/Examples site=http://127.0.0.1:8901 public=https://localhost/rh
readonly certificate=/etc/ssl/scenario.pem certificate_key=/etc/ssl/scenario.key

# --- The world outside

# The cloud is one within the machine: it trusts the authorities that the machine trusts. Lib's functions ask this one.
cloud_set() {
	curl -sSf -X PATCH --data "$1" "$site/simulator/settings" >/dev/null
}
cloud_record() {
	curl -sSf "$site/simulator/record" | jq -r "${1:-.}"
}
finish_tasks() {
	local task
	for task in $(cloud_record '.tasks[] | select(.status | IN("RUNNING", "QUEUED", "CREATE")) | .id'); do
		curl -sSf -X POST "$site/simulator/tasks/$task/finish" >/dev/null
	done
}

build_world() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout /tmp/authority.key -out /tmp/authority.pem -days 2 -subj /CN=authority 2>/dev/null
	cat /tmp/authority.pem >>/etc/ssl/certs/ca-certificates.crt
	openssl req -newkey rsa:2048 -nodes -keyout "$certificate_key" -out /tmp/scenario.csr -subj /CN=scenario 2>/dev/null
	openssl x509 -req -in /tmp/scenario.csr -CA /tmp/authority.pem -CAkey /tmp/authority.key -CAcreateserial -days 2 \
		-extfile <(echo subjectAltName=DNS:localhost) -out "$certificate" 2>/dev/null
	# Caddy is not root.
	chmod 0644 "$certificate_key"
	/build/runninghub-simulator --listen "${site#http://}" --key "main=$key" --concurrency 4 --task-time 200ms --quiet &
	await curl -sf -o /dev/null "$site/simulator/record"
	# Debian's own units under other names, since this machine masks them.
	local name
	for name in nginx caddy; do cp "/lib/systemd/system/$name.service" "/etc/systemd/system/front-$name.service"; done
	systemctl daemon-reload
	# Port 80 is Caddy's.
	rm /etc/nginx/sites-enabled/default
}

# front nginx|caddy [LISTENER [PORT]]: what answers at the public address from now on, where it leads to, and Caddy's port
front() {
	systemctl stop front-nginx.service front-caddy.service
	start_front "$@"
}
start_front() {
	case $1 in
	nginx)
		sed -e "s/media\.example\.com;/localhost;/; s,/etc/letsencrypt/.*/fullchain.pem,$certificate," \
			-e "s,/etc/letsencrypt/.*/privkey.pem,$certificate_key," -e "s/127\.0\.0\.1:8787/${2:-127.0.0.1:8787}/" "$examples/nginx/runninghubd.conf" >/etc/nginx/sites-enabled/runninghubd.conf
		;;
	caddy)
		sed -e "s/^media\.example\.com/localhost:${3:-443}/; s,#tls .*,tls $certificate $certificate_key," \
			-e "s/127\.0\.0\.1:8787/${2:-127.0.0.1:8787}/" "$examples/caddy/Caddyfile" >/etc/caddy/Caddyfile
		;;
	esac
	systemctl start "front-$1.service"
}

# --- What is asked

# settings [LINE]: config.yaml
settings() {
	printf '%s\n' "api: { base_url: $site, keys: [{ name: main, credential: key_main, concurrency: 4 }] }" \
		'inbox: { quiet_time: 200ms, poll_quiet_time: 1s }' 'limits: { free_space: 1MB }' "$@" >/etc/runninghubd/config.yaml
	systemctl restart runninghubd.service
}

# checks REGEX: check --online comes to say that
checks() {
	local deadline=$((SECONDS + patience)) answer
	until answer=$(runninghubd check --online 2>&1 || true) && [[ $answer =~ $1 ]]; do
		((SECONDS < deadline)) || fail "check --online does not come to \"$1\" but says: $answer"
		sleep 0.2
	done
}

called_back() {
	[[ $(journal_field MESSAGE RUNNINGHUB_FILE="$1") == *"RunningHub called back"* ]]
}

# comes_back STEM: it is dropped and delivered, and RunningHub has called
comes_back() {
	drop "$1.png"
	assert_delivered_once "$1"
	assert called_back "$1.png"
}

# status CURL'S ARGUMENTS…: of the answer, and whether it came whole
status() {
	curl -s -o /dev/null -w '%{http_code}\n' "$@" || echo "curl ends with $?"
}

# give_big NAME BYTES: a file that is loaded by address, whose task runs; $callback is its address for callbacks, $address that of the file
give_big() {
	local file=/home/alice/$1.png
	picture "$file" "$2"
	chown alice:runninghub-users "$file"
	as alice bash -c "umask 0007 && cp '$file' $spool/inbox/large/"
	await cloud_counts "[.loads[] | select(.url | endswith(\"/$1.png\"))] | length" 1
	await running_tasks 1
	callback=$(cloud_record '.submissions[-1].webhook_url') address=$(cloud_record '.submissions[-1].nodes[0].value')
	assert_matches 'the address of the file' "$address" "^$public/input/.*/$1.png\$"
	assert_equal 'what RunningHub loaded' "$(cloud_record '.loads[-1].sha256')" "$(sha256sum <"$file" | cut -d' ' -f1)"
}

# whole_way NAME: what stands at the public address is as it is to be
whole_way() {
	local code
	checks 'leads here'
	comes_back "$1"

	cloud_set '{"tasks": {"manual": true}}'
	give_big "big-$1" 3000000
	code=$(curl -s -r 1000000-1999999 -o /run/part -w '%{http_code}' "$address")
	assert_equal 'how a part of the file is answered' "$code" 206
	assert cmp --ignore-initial=0:1000000 --bytes=1000000 /run/part "/home/alice/big-$1.png"

	# 2 MB, of which the daemon reads a fourth and answers.
	{
		printf '{"event":"TASK_END","taskId":"%s","eventData":"' "$(cloud_record '.submissions[-1].task_id')"
		head -c 2000000 /dev/zero | tr '\0' a
		printf '"}'
	} >/run/long
	assert_equal 'the answer to a long callback' "$(status --data-binary @/run/long "$callback")" 200
	assert_equal 'the answer to a forged one' "$(status --data '{}' "${callback%?????}aaaaa")" 404
	finish_tasks
	cloud_set '{"tasks": {"manual": false}}'
	await test -f "$spool/outbox/large/big-$1.result.json"
	assert called_back "big-$1.png"

	front "$1" 127.0.0.1:8799
	assert_equal "what $1 says where nobody listens" "$(status --data '{}' "$callback")" 502
}

# call NAME ADDRESS: 10 callbacks a second until /run/enough appears, 300 at most; /run/NAME.calls has a line for each, /run/NAME.codes one
# for each answer
call() {
	local number
	: >"/run/$1.calls"
	: >"/run/$1.codes"
	for ((number = 0; number < 300; number++)); do
		[[ -e /run/enough ]] && break
		echo >>"/run/$1.calls"
		status --data '{"event":"TASK_END"}' "$2" >>"/run/$1.codes" &
		sleep 0.1
	done
	wait
}
lines() {
	wc -l <"$1"
}
# answered NAME N: so many have one
answered() {
	(($(lines "/run/$1.codes") >= $2))
}
# more_are_answered: those that have been made by now, and more
more_are_answered() {
	local proxy
	for proxy in nginx caddy; do await answered $proxy $(($(lines /run/$proxy.calls) + 3)); done
}

build_world
set_up
cat >/etc/runninghubd/pipelines.d/large.yaml <<-'END_OF_FILE'
	workflow: 1904136902449209346
	api: v1
	limits: { upload: 1MB }
	nodes:
	  - { id: 12, field: url, value: "{url}" }
END_OF_FILE

step 'behind a router, without anything: it asks'
mv /etc/runninghubd/pipelines.d/large.yaml /run/
settings
checks 'behind any router'
drop asked.png
assert_delivered_once asked
refute called_back asked.png

step 'nothing is at the public address'
mv /run/large.yaml /etc/runninghubd/pipelines.d/
settings "webhook: { public_url: \"$public\" }"
checks 'Nothing accepts connections at .*Start the proxy'

# --- A server outside, and a tunnel to it

step 'a server outside, with a proxy whose tunnel is not there'
useradd --system --create-home --home-dir /home/callbacks --shell /usr/sbin/nologin callbacks
useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin runninghubd-tunnel
install -d /etc/runninghubd-tunnel
ssh-keygen -q -t ed25519 -N '' -C runninghubd-tunnel -f /etc/runninghubd-tunnel/key
install -d -o callbacks -m 0700 /home/callbacks/.ssh
sed "s|ssh-ed25519 AAAA.*|$(</etc/runninghubd-tunnel/key.pub)|; s/:8787/:8788/" \
	"$examples/tunnel/authorized_keys" >/home/callbacks/.ssh/authorized_keys
sed 's/:8787/:8788/' "$examples/tunnel/sshd.conf" >/etc/ssh/sshd_config.d/callbacks.conf
ssh-keygen -A >/dev/null
systemd-run --quiet --unit=outside --property=RuntimeDirectory=sshd /usr/sbin/sshd -D -o ListenAddress=127.0.0.1 -o Port=2222
front nginx 127.0.0.1:8788
checks 'does not reach the daemon \(HTTP 502\)'
drop late.png
lost() {
	cloud_counts '[.callbacks[-1].tries[] | select(.status == 502)] | length' 1
}
await lost

step 'the tunnel leads here, and the callback comes'
known() {
	ssh-keyscan -p 2222 127.0.0.1 >/etc/runninghubd-tunnel/known_hosts && [[ -s /etc/runninghubd-tunnel/known_hosts ]]
}
await known
cp "$examples/tunnel/runninghubd-tunnel.service" /etc/systemd/system/
mkdir /etc/systemd/system/runninghubd-tunnel.service.d
printf '[Service]\nEnvironment=SERVER=callbacks@127.0.0.1 PORT=2222 FAR=127.0.0.1:8788\n' \
	>/etc/systemd/system/runninghubd-tunnel.service.d/server.conf
systemctl daemon-reload
systemctl enable --quiet --now runninghubd-tunnel.service
checks 'leads here'
comes_back tunnelled

step 'its key opens nothing else, by either of the two files'
sed 's/.*ssh-ed25519/ssh-ed25519/' /home/callbacks/.ssh/authorized_keys >/etc/ssh/callbacks_keys
systemd-run --quiet --unit=by-key --property=RuntimeDirectory=sshd-1 /usr/sbin/sshd -D -f /dev/null -o UsePAM=yes \
	-o ListenAddress=127.0.0.1 -o Port=2223
systemd-run --quiet --unit=by-match --property=RuntimeDirectory=sshd-2 /usr/sbin/sshd -D -o AuthorizedKeysFile=/etc/ssh/callbacks_keys \
	-o ListenAddress=127.0.0.1 -o Port=2224
# key_may PORT SSH'S ARGUMENTS…
key_may() {
	timeout 10 ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ExitOnForwardFailure=yes \
		-i /etc/runninghubd-tunnel/key -p "$1" callbacks@127.0.0.1 "${@:2}" </dev/null >/run/refused 2>&1
}
listens() {
	ssh-keyscan -p "$1" 127.0.0.1 | grep -q .
}
for port in 2223 2224; do
	await listens "$port"
	refute key_may "$port" -W 127.0.0.1:8901
	assert grep -q 'administratively prohibited' /run/refused
	refute key_may "$port" -N -R 127.0.0.1:8789:127.0.0.1:8787
	assert grep -q 'forwarding failed' /run/refused
	refute key_may "$port" cat /etc/hostname
	refute grep -q scenario /run/refused
done
systemctl stop by-key.service by-match.service

step 'its session breaks: it comes back by itself, and so do callbacks'
tunnel_is_another_than() {
	[[ $(unit_property runninghubd-tunnel.service MainPID) != "$1" && $(status "$public/healthz") == 200 ]]
}
pid=$(unit_property runninghubd-tunnel.service MainPID)
# sshd's process of this session alone.
session() {
	mapfile -t sessions < <(pgrep --uid callbacks --exact sshd)
	((${#sessions[@]} == 1))
}
await session
kill "${sessions[0]}"
await tunnel_is_another_than "$pid"
comes_back again

systemctl stop runninghubd-tunnel.service outside.service

# --- A proxy on this machine. What was lost is asked for meanwhile, half a minute after its submission.

for proxy in nginx caddy; do
	step "$proxy: it leads here, a callback comes, also a long one, and a file goes"
	front "$proxy"
	whole_way "$proxy"
done

step 'the task whose callback was lost has been asked about, half a minute after its submission'
assert_delivered_once late
refute called_back late.png

cloud_set '{"tasks": {"manual": true}}'
step 'three restarts under callbacks through both'
front nginx
start_front caddy 127.0.0.1:8787 8443
give_big busy 30000000
call nginx "$callback" &
calls=$!
call caddy "${callback/localhost/localhost:8443}" &
calls+=" $!"
# In the first of them a file is being loaded, which the daemon lets end while it answers as before.
curl -s -o /dev/null --limit-rate 100k "$address" &
load=$!
await answered nginx 3
await answered caddy 3
systemctl restart runninghubd.service &
restart=$!
await service_is deactivating
more_are_answered
assert service_is deactivating
kill "$load"
wait "$restart"
for _ in 1 2; do
	more_are_answered
	systemctl restart runninghubd.service
done
more_are_answered
touch /run/enough
# shellcheck disable=SC2086
wait $calls
for proxy in nginx caddy; do
	echo "  $proxy: $(lines /run/$proxy.calls) callbacks"
	assert_equal "how they were answered through $proxy" "$(sort -u /run/$proxy.codes)" 200
	assert_equal "answers of $proxy" "$(lines /run/$proxy.codes)" "$(lines /run/$proxy.calls)"
done

step 'no log has a token'
cloud_record '.submissions[] | .webhook_url // empty | split("/")[-1]' >/run/tokens
cloud_record '.submissions[].nodes[].value | select(startswith("https://")) | split("/")[-2]' >>/run/tokens
assert test "$(wc -l </run/tokens)" -gt 8
journalctl --sync
refute grep -rFf /run/tokens /var/log/nginx
refute grep -Ff /run/tokens <(journalctl --output=export --unit=front-nginx.service --unit=front-caddy.service)
assert grep -qE 'POST /callback/[0-9a-z]+/1/- 200 ' /var/log/nginx/runninghubd.log
assert grep -qE 'GET /input/[0-9a-z]+/- 206 ' /var/log/nginx/runninghubd.log
assert grep -qE '/callback/[0-9a-z]+/1/-"' <(journalctl --output=cat --unit=front-caddy.service)

finish_tasks
await test -f "$spool/outbox/large/busy.result.json"
