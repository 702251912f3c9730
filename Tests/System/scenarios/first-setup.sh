# The first setup, as somebody with a key and a domain does it, and as somebody behind a router without one. Each wrong turn
# is met with the next command to type: where it stands in the answer, it is taken from there and run.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

readonly workflow=1904136902449209346 public=https://media.example.com:8443/rh
readonly pipelines=/etc/runninghubd/pipelines.d

# --- The world outside: RunningHub's two sites with TLS, and a proxy before this machine.

# certificate NAME HOST…: signed by an authority that this machine trusts
certificate() {
	local name=$1 names
	shift
	names=$(printf ',DNS:%s' "$@")
	openssl req -newkey rsa:2048 -nodes -keyout "/tmp/$name.key" -out "/tmp/$name.csr" -subj "/CN=$name" 2>/dev/null
	openssl x509 -req -in "/tmp/$name.csr" -CA /tmp/authority.pem -CAkey /tmp/authority.key -CAcreateserial -days 2 \
		-extfile <(printf 'subjectAltName=%s' "${names#,}") -out "/tmp/$name.pem" 2>/dev/null
}

# site PORT KEY: one of RunningHub's sites, with accounts of its own
site() {
	/build/runninghub-simulator --listen "127.0.0.1:$1" --key "main=$2" --task-time 200ms --quiet &
	await curl -sf -o /dev/null "http://127.0.0.1:$1/simulator/record"
}

# server NAMES PORT CERTIFICATE LINES: a server of nginx
server() {
	printf 'server { listen 127.0.0.1:%s ssl; server_name %s; ssl_certificate /tmp/%s.pem; ssl_certificate_key /tmp/%s.key;\n%s\n}\n' \
		"$2" "$1" "$3" "$3" "$4"
}

# proxy [LINES [CERTIFICATE]]: what stands before this machine from now on; without lines nothing does
proxy() {
	{
		echo 'pid /tmp/nginx.pid; events {} http { access_log off; client_max_body_size 64m;'
		server www.runninghub.cn 443 sites 'location / { proxy_pass http://127.0.0.1:8901; }'
		server www.runninghub.ai 443 sites 'location / { proxy_pass http://127.0.0.1:8902; }'
		if [[ -n ${1:-} ]]; then server media.example.com 8443 "${2:-media}" "$1"; fi
		echo '}'
	} >/tmp/nginx.conf
	if [[ -f /tmp/nginx.pid ]]; then nginx -c /tmp/nginx.conf -s reload 2>/dev/null; else nginx -c /tmp/nginx.conf; fi
}

build_world() {
	printf '127.0.0.1 %s\n' www.runninghub.cn www.runninghub.ai media.example.com >>/etc/hosts
	openssl req -x509 -newkey rsa:2048 -nodes -keyout /tmp/authority.key -out /tmp/authority.pem -days 2 -subj /CN=authority 2>/dev/null
	cat /tmp/authority.pem >>/etc/ssl/certs/ca-certificates.crt
	certificate sites www.runninghub.cn www.runninghub.ai
	certificate media media.example.com
	certificate other other.example.com
	openssl req -x509 -newkey rsa:2048 -nodes -keyout /tmp/homemade.key -out /tmp/homemade.pem -days 2 -subj /CN=media.example.com \
		-addext subjectAltName=DNS:media.example.com 2>/dev/null
	site 8901 ffffffffffffffffffffffffffffffff
	site 8902 "$key"
	proxy
}

cloud_says() {
	curl -sSf -X PATCH --data "$1" http://127.0.0.1:8902/simulator/settings >/dev/null
}

# --- The person

# said COMMAND…: all that it says, whatever it ends with; the code is in $code
said() {
	code=0
	answer=$("$@" 2>&1) || code=$?
}

# comes_to CODE REGEX COMMAND…: asked again and again, it ends so and says that; a daemon that starts takes a moment
comes_to() {
	local want=$1 regex=$2 deadline=$((SECONDS + patience))
	shift 2
	until said "$@" && [[ $code == "$want" && $answer =~ $regex ]]; do
		((SECONDS < deadline)) || fail "$* does not come to \"$regex\" but ends with $code: $answer"
		sleep 0.2
	done
}

# advised BEGINNING: runs the command of the answer that begins so, up to the quote, comma or line's end behind it
advised() {
	local command
	command=$(grep -o "$1[^',;]*" <<<"$answer" | head -n 1)
	[[ -n $command ]] || fail "no command \"$1…\" in: $answer"
	command=${command%.}
	echo "    \$ $command"
	bash -c "${command//sudo /}" >/dev/null 2>&1 || fail "the advised command failed: $command"
}

# write_main LINES: the administrator's config.yaml
write_main() {
	printf '%s\n' 'inbox: { quiet_time: 200ms, poll_quiet_time: 1s, rescan: 5s }' 'limits: { free_space: 1MB, private_hosts: ["127.0.0.1:8902"] }' \
		"$@" >/etc/runninghubd/config.yaml
}

restart() {
	systemctl restart runninghubd.service
}

build_world
began=$SECONDS

step 'installed, and started too early: it runs, and names what is missing'
install_product
assert_matches 'what make install ends with' "$(tail -n 3 /var/lib/scenario/install)" 'Next: sudo runninghubd key add main'
write_main
systemctl enable --quiet --now runninghubd.service
assert_matches 'systemctl status' "$(systemctl status --no-pager runninghubd.service)" 'no key: run runninghubd key add'
comes_to 2 '^CRITICAL: .*There is no API key: runninghubd key add' runninghubctl health
said runninghubd check --online
assert_matches 'check --online' "$answer" 'sudo runninghubd key add main'

step 'not root: told before the key is asked for'
person eve
said as eve runninghubd key add main
assert_equal 'how it ends' "$code" 1
assert_matches 'the answer' "$answer" 'Only root may store keys: sudo runninghubd key add main'

step 'a key of the other site, and a mistyped one'
said runninghubd key add main <<<"$key"
assert_equal 'how it ends' "$code" 1
assert_matches 'the answer' "$answer" 'belongs to https://www\.runninghub\.ai.*base_url: https://www\.runninghub\.ai under api:.*sudo runninghubd key add main'
refute test -e /etc/runninghubd/keys/main
write_main 'api: { base_url: https://www.runninghub.ai }'
said runninghubd key add main <<<"${key}0"
assert_matches 'the answer' "$answer" 'refuses the key; it was not stored\. Copy it whole'
refute grep -qF "$key" <<<"$answer"

step 'the right key for the site: stored, and the service that runs uses it'
said runninghubd key add main <<<"$key"
assert_equal 'how it ends' "$code" 0
assert_matches 'the answer' "$answer" 'runninghub\.ai: a key of kind NORMAL.*The service was restarted and uses it'
assert_equal 'the key' "$(rights /etc/runninghubd/keys/main)" 'root:root 600'
comes_to 2 'There is no pipeline in service' runninghubctl health

step 'a workflow that was never run on the site (810)'
cloud_says '{"answers": {"workflows_saved": false}}'
said runninghubd describe --workflow "$workflow"
assert_equal 'how describe ends' "$code" 1
assert_matches 'the answer' "$answer" 'never saved and run on the site.*(run|Run) it'
cloud_says '{"answers": {"workflows_saved": true}}'
runninghubd describe --workflow "$workflow" >"$pipelines/paint.yaml"
assert grep -q '{file}' "$pipelines/paint.yaml"
cloud_says '{"answers": {"workflows_saved": false}}'
said runninghubd check --online
assert_equal 'how check ends' "$code" 1
assert_matches 'the answer' "$answer" 'paint\.yaml:[0-9]+:[0-9]+: .*never saved and run on the site'
cloud_says '{"answers": {"workflows_saved": true}}'

step 'nobody is in the group: told by check, and by why to who is not'
person alice
said runninghubd check
assert_equal 'how check ends' "$code" 0
assert_matches 'the answer' "$answer" "warning: .*usermod -aG runninghub-users NAME"
restart
await test -d "$spool/inbox/paint"
refute as alice touch "$spool/inbox/paint/a.png" 2>/dev/null
comes_to 0 'alice is not in the group' as alice runninghubctl why "$spool/inbox/paint"
advised 'usermod -aG runninghub-users alice'
said runninghubd check
assert_equal 'what check says' "$answer" '/etc/runninghubd/config.yaml: all is well.'

step 'a group that is not there, then one that the daemon is not in'
echo 'group: painters' >>"$pipelines/paint.yaml"
said runninghubd check
assert_equal 'how check ends' "$code" 78
advised 'groupadd --system painters'
said runninghubd check
advised 'usermod -aG painters runninghub'
said runninghubd check
assert_equal 'how check ends' "$code" 0
sed -i '/^group: painters/d' "$pipelines/paint.yaml"

step 'behind a router, without a domain: nothing to set up, and the file comes back'
said runninghubd check --online
assert_equal 'how check ends' "$code" 0
assert_matches 'the answer' "$answer" 'key main: https://www\.runninghub\.ai knows it.*workflow 1904136902449209346.*behind any router'
restart
drop first.png
await delivered first
echo "  the first result after $((SECONDS - began)) s"

step 'a file that the daemon may not read, and the command that cures it'
picture /home/alice/secret.png
chown alice:alice /home/alice/secret.png
chmod 0600 /home/alice/secret.png
as alice cp --preserve=mode /home/alice/secret.png "$spool/inbox/paint/.secret.tmp"
as alice chgrp alice "$spool/inbox/paint/.secret.tmp"
as alice mv "$spool/inbox/paint/.secret.tmp" "$spool/inbox/paint/secret.png"
unreadable() {
	said as alice runninghubctl why "$spool/inbox/paint/secret.png"
	[[ $answer == *'chgrp --reference'* ]]
}
await unreadable
advised 'chgrp --reference'
await delivered secret

# --- With a domain

# meets REGEX: what check --online comes to say of the public address; a proxy that was told anew takes a moment
meets() {
	comes_to 1 "config\\.yaml:[0-9]+:[0-9]+: .*$1" runninghubd check --online
}

step 'a public address: no name, no proxy, no trust, another name, no TLS'
write_main 'api: { base_url: https://www.runninghub.ai }' 'webhook: { public_url: "https://nowhere.invalid/rh" }'
restart
meets 'The name nowhere\.invalid leads nowhere.*getent hosts'
write_main 'api: { base_url: https://www.runninghub.ai }' "webhook: { public_url: \"$public\" }"
restart
meets 'Nothing accepts connections at .*curl -i https://media\.example\.com:8443/rh/healthz'
proxy 'location /rh/ { proxy_pass http://127.0.0.1:8787; }' homemade
meets 'The certificate of media\.example\.com is not trusted'
proxy 'location /rh/ { proxy_pass http://127.0.0.1:8787; }' other
meets 'The certificate there is not for media\.example\.com'

step 'a wrong proxy: its path, its port, another server, a redirect'
proxy 'location /hooks/ { proxy_pass http://127.0.0.1:8787; } location / { return 404; }'
meets 'location /rh/ \{ proxy_pass http://127\.0\.0\.1:8787; \}'
proxy 'location /rh/ { proxy_pass http://127.0.0.1:8799; }'
meets 'does not reach the daemon \(HTTP 502\).*systemctl status runninghubd\.socket'
proxy 'location / { return 200 hello; }'
meets 'Another server answers'
proxy 'location / { return 301 https://media.example.com/; }'
meets 'is redirected to https://media\.example\.com/'
proxy 'location /rh/ { return 404; } location / { proxy_pass http://127.0.0.1:8787; }'
meets 'Write public_url: https://media\.example\.com:8443'

step 'the right one: it leads here, and the callback comes'
proxy 'location /rh/ { proxy_pass http://127.0.0.1:8787; client_max_body_size 8m; }'
comes_to 0 'leads here' runninghubd check --online
drop second.png
await delivered second
assert_matches 'the story' "$(journal_field MESSAGE RUNNINGHUB_FILE=second.png)" 'RunningHub called back for paint/second\.png'
comes_to 0 '^OK: ' runninghubctl health

step 'asking a stopped daemon starts nothing, not even its public address'
systemctl stop runninghubd.service
meets 'The daemon does not run.*sudo systemctl enable --now runninghubd'
said runninghubctl health
assert_equal 'how health ends' "$code" 3
assert_matches 'health' "$answer" '^UNKNOWN: No daemon answers .*systemctl start runninghubd'
for command in status 'status --watch' jobs account 'backup /tmp/none' 'hold --all' "why $spool/inbox/paint"; do
	# shellcheck disable=SC2086
	said runninghubctl $command
	assert_equal "how $command ends" "$code" 69
done
refute test -e /tmp/none
assert_equal 'the service' "$(unit_property runninghubd.service ActiveState)" inactive
