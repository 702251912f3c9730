# No secret is seen anywhere: keys, an app's password, callback addresses and what signs the addresses of results are sought in
# all that the daemon writes, says and leaves behind, while jobs succeed and fail and the cloud repeats in its errors what
# it was given. Keys also come encrypted.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

readonly found=/var/lib/scenario/found
readonly sealed=fedcba9876543210fedcba9876543210
readonly password='correct horse battery'
# What hooks are signed with: 24 bytes; nobody listens where they are posted to.
readonly hook=MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw

set_up
cloud_set "{\"keys\": [{\"name\": \"plain\", \"key\": \"$key\"}, {\"name\": \"sealed\", \"key\": \"$sealed\"}],
	\"results\": {\"signed\": true}}"

step 'a key that is encrypted to this machine, and an app with a password'
mkdir -p /etc/credstore.encrypted /etc/systemd/system/runninghubd.service.d
printf '%s\n' "$sealed" | systemd-creds encrypt --name=key_sealed - /etc/credstore.encrypted/sealed 2>/dev/null
refute grep -qa "$sealed" /etc/credstore.encrypted/sealed
(umask 077 && printf '%s\n' "$password" >/etc/runninghubd/gallery_password && echo "whsec_$hook" >/etc/runninghubd/hook_shop)
cat >/etc/systemd/system/runninghubd.service.d/credentials.conf <<-'END'
	[Service]
	LoadCredentialEncrypted=key_sealed:/etc/credstore.encrypted/sealed
	LoadCredential=gallery_password:/etc/runninghubd/gallery_password
	LoadCredential=hook_shop:/etc/runninghubd/hook_shop
END
pipeline() {
	cat >"/etc/runninghubd/pipelines.d/$1.yaml" <<-END
		ai_app: 2016740236478386178
		keys: [$2]
		access_password: gallery_password
		hooks: { program: [/bin/cat], url: "http://127.0.0.1:8999/", credential: hook_shop }
		nodes:
		  - { id: 285, field: image, value: "{file}" }
	END
}
cat >/etc/runninghubd/config.d/keys.yaml <<-'END'
	api:
	  keys:
	    - { name: main, credential: key_main, concurrency: 3 }
	    - { name: sealed, credential: key_sealed, concurrency: 3 }
END
pipeline vault sealed
pipeline gallery main
systemctl daemon-reload
systemctl restart runninghubd.service
await test -d "$spool/inbox/vault"
# send NAME PIPELINE
send() {
	picture "/home/alice/$1"
	chown alice:runninghub-users "/home/alice/$1"
	as alice bash -c "umask 007 && cp /home/alice/$1 $spool/inbox/$2/.$1 && mv $spool/inbox/$2/.$1 $spool/inbox/$2/$1"
}
send sealed.png vault
await test -f "$spool/outbox/vault/sealed.result.json"
assert_equal 'the key that was used' "$(jq -r .key "$spool/outbox/vault/sealed.result.json")" sealed
assert_equal 'the account that was used' "$(cloud_record '.submissions[-1].key')" sealed
assert_equal 'whether the password was sent' "$(cloud_record '.submissions[-1].body' | grep -c "$password")" 1

step 'jobs that succeed, are refused, fail and cannot be reached, in a cloud that repeats what it was given'
send good.png gallery
await test -f "$spool/outbox/gallery/good.result.json"
callback=$(cloud_record '.submissions[-1].webhook_url')
assert_matches 'the address of a callback' "$callback" '/callback/[^/]+/1/.'
told="no: apiKey $key; accessPassword $password; webhookUrl $callback; Bearer $key"
# faults JSON: what the cloud does wrong from now on
faults() {
	cloud_set "{\"faults\": $1}"
}
# refusal CODE: as the cloud's settings have it, with all the words
refusal() {
	echo "{\"errors\": [{\"code\": $1, \"message\": \"$told\", \"fault\": {\"count\": 1}}]}"
}
for code in 433 1 421; do
	faults "{\"submit\": $(refusal $code)}"
	send "refused-$code.png" gallery
	await cloud_counts "[.submissions[] | select(.refused == $code)] | length" 1
done
faults "{\"upload\": $(refusal 301)}"
send upload.png gallery
await reached failed upload.png
faults "{\"query\": $(refusal 1000)}"
send asked.png gallery
await test -f "$spool/outbox/gallery/asked.result.json"
faults "{\"tasks\": {\"failures\": [{\"failure\": {\"message\": \"$told\", \"exception_message\": \"$told\"}, \"fault\": {\"count\": 1}}]},
	\"downloads\": {\"http\": [{\"status\": 403, \"fault\": {\"count\": 2}}], \"truncated\": {\"count\": 1}}}"
send failed.png gallery
await test -f "$spool/failed/gallery/failed.png.error.json"
send fetched.png vault
await reached fetching fetched.png
# Callbacks at an address that is cut, and at the true one with secrets in the body.
curl -s -o /dev/null -X POST --data "$told" "${callback%?}"
curl -s -o /dev/null -X POST --data "{\"taskId\": \"1\", \"apiKey\": \"$key\", \"event\": \"$told\"}" "$callback"
# The key itself is refused last, and rests.
faults "{\"submit\": $(refusal 412)}"
send rests.png gallery
await cloud_counts '[.submissions[] | select(.refused == 412)] | length' 1

# --- What is sought

declare -A needles=([key]=$key [sealed key]=$sealed [password]=$password [hook secret]=$hook)
number=0
while read -r token; do needles[callback token $((++number))]=$token; done < <(
	cloud_record '.submissions[].webhook_url // empty' | sed 's,.*/,,' | sort -u)
assert test "$number" -ge 5
while read -r sign; do needles[signature $((++number))]=$sign; done < <(
	cloud_record '.tasks[].outputs[].url // empty' | sed -n 's/.*sign=//p' | sort -u)
assert test "$number" -ge 8
# Eight bytes of the secret of the callback addresses, of those that no line's end is among.
secret=$(sqlite3 /var/lib/runninghubd/ledger.sqlite "SELECT hex(value) FROM facts WHERE name = 'secret'")
assert_matches 'the secret' "$secret" '^[0-9A-F]{64}$'
for offset in 0 16 32 48; do
	bytes=$(printf '%s' "${secret:offset:16}" | sed 's/../\\x&/g')
	[[ $bytes == *0A* || $bytes == *00* ]] || break
done

# seek PATH…: each secret that is in these files or folders, by its name
seek() {
	local name
	for name in "${!needles[@]}"; do
		if LC_ALL=C grep -rqaF -- "${needles[$name]}" "$@"; then echo "$name"; fi
	done
	# Written out, and as bytes.
	if LC_ALL=C grep -rqaiF -- "$secret" "$@"; then echo 'the secret of callback addresses, in hexadecimal'; fi
	# The ledger keeps it, for the daemon alone.
	if [[ $* != *ledger* ]] && LC_ALL=C grep -rqaP -- "$bytes" "$@"; then echo 'the secret of callback addresses'; fi
}

# collect: everything that the daemon and its commands have said, as files below $found
collect() {
	local command job pid
	pid=$(main_pid)
	rm -rf "$found"
	mkdir "$found"
	journalctl --sync
	journalctl --quiet --no-pager --output=export >"$found/journal"
	journalctl --quiet --no-pager --output=json --all >"$found/journal.json"
	cp "/proc/$pid/cmdline" "$found/cmdline"
	cp "/proc/$pid/environ" "$found/environ"
	systemctl show --all runninghubd.service runninghubd.socket >"$found/properties"
	systemctl status --no-pager --full runninghubd.service >"$found/unit" || true
	for command in status jobs account; do
		runninghubctl "$command" >"$found/$command"
		runninghubctl "$command" --json >"$found/$command.json"
	done
	for job in $(runninghubctl jobs --json | jq -r '.jobs[].id'); do
		runninghubctl show "$job" >>"$found/show"
		runninghubctl show "$job" --json >>"$found/show.json"
	done
	find "$spool" -type f ! -name '.*' -exec runninghubctl why {} \; >"$found/why" 2>&1
	runninghubd check --show >"$found/check" 2>&1 || true
	curl -s "$listener/healthz" >"$found/healthz"
}

step 'none is in the journal, argv, environment, properties, answers of commands, notes, manifests or status files'
collect
for file in journal journal.json show.json status check environ why; do assert test -s "$found/$file"; done
assert test "$(grep -c . "$found/show")" -ge 20
# That the cloud did repeat it is seen by what was put in its place.
assert_matches 'a note' "$(cat "$spool"/failed/gallery/*.error.json)" '<redacted>'
assert_equal 'found' "$(seek "$found")" ''
assert_equal 'found in the spool' "$(seek "$spool")" ''
assert_equal 'found in the ledger' "$(seek /var/lib/runninghubd/ledger.sqlite*)" ''

step 'the search finds them where they are'
printf 'control: %s\n' "$key" | logger -t control
printf '%s %s\n' "$sealed" "$callback" >"$spool/outbox/gallery/control.txt"
collect
assert_equal 'found in the journal' "$(seek "$found")" key
assert_matches 'found in the spool' "$(seek "$spool" | sort | tr '\n' ' ')" 'callback token [0-9]+ sealed key '
rm "$spool/outbox/gallery/control.txt"

# crash SIGNAL: the daemon ends by it and is back
crash() {
	local pid
	pid=$(main_pid)
	kill -s "$1" "$pid"
	await restarted "$pid"
}
cores() {
	find /var/lib/runninghubd "$spool" /usr/lib/runninghubd/root / -xdev -maxdepth 3 -name 'core*' -type f -size +4k \
		-not -path '/usr/*' -not -path '/proc/*' -newer "$found" 2>/dev/null | sort -u
}
# unit LINES…: further settings of the service
unit() {
	printf '%s\n' '[Service]' "$@" >/etc/systemd/system/runninghubd.service.d/core.conf
	systemctl daemon-reload
	systemctl restart runninghubd.service
	await service_is active
}

step 'a crash leaves no core dump'
# Where one could be written.
unit 'WorkingDirectory=/var/lib/runninghubd'
crash ABRT
crash SEGV
assert_equal 'core dumps' "$(cores)" ''

if [[ $(</proc/sys/kernel/core_pattern) == core* ]]; then
	step 'and one that is written all the same has no memory in it'
	unit 'WorkingDirectory=/var/lib/runninghubd' 'LimitCORE=infinity'
	await reached fetching fetched.png
	crash ABRT
	core=$(cores)
	assert test -s "$core"
	assert_equal 'found in a core dump' "$(seek "$core")" ''
	rm "$core"
	step 'while the search finds the key in one that has'
	unit 'WorkingDirectory=/var/lib/runninghubd' 'LimitCORE=infinity' 'CoredumpFilter=all'
	crash SEGV
	core=$(cores)
	assert test -s "$core"
	assert_matches 'found in a core dump' "$(seek "$core" | tr '\n' ' ')" 'key'
else
	step "core dumps go to $(</proc/sys/kernel/core_pattern) here, where they cannot be looked at"
fi
