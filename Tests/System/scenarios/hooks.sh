# Programs before and after a job, as docs/hooks.md has them: HEIC becomes JPEG before the upload; a program and an address are told of ends,
# through a receiver that is away, a restart, a program that hangs.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

readonly pipeline=/etc/runninghubd/pipelines.d/paint.yaml received=/var/lib/scenario/received
readonly program=/usr/local/bin/tell-shop

# receive: a receiver that checks each signature and keeps what it was told, a line each; until it is killed
receive() {
	python3 - <<-'END' &
		import base64, hashlib, hmac, http.server, json, time
		secret = base64.b64decode(open("/etc/runninghubd/hook_shop").read().strip().removeprefix("whsec_"))
		class Receiver(http.server.BaseHTTPRequestHandler):
		    def do_POST(self):
		        body = self.rfile.read(int(self.headers["content-length"]))
		        identity, at = self.headers["webhook-id"], self.headers["webhook-timestamp"]
		        code = hmac.new(secret, f"{identity}.{at}.".encode() + body, hashlib.sha256).digest()
		        good = self.headers["webhook-signature"] == "v1," + base64.b64encode(code).decode() and abs(time.time() - int(at)) < 60
		        with open("/var/lib/scenario/received", "a") as file:
		            file.write(json.dumps({"good": good, "header": identity, **json.loads(body)}) + "\n")
		        self.send_response(204)
		        self.end_headers()
		    def log_message(self, *arguments):
		        pass
		http.server.ThreadingHTTPServer(("127.0.0.1", 8999), Receiver).serve_forever()
	END
	receiver=$!
}

# told JQ-CONDITION N: so many of what was received are so
told() {
	[[ $(jq -s "[.[] | select($1)] | length" "$received" 2>/dev/null) == "$2" ]]
}

# shown JOB REGEX: 'show' says so of it
shown() {
	[[ $(runninghubctl show "$1") =~ $2 ]]
}

write_pipeline() {
	{
		printf 'ai_app: 2016740236478386178\nnodes: [{ id: 285, field: image, value: "{file}" }]\n'
		printf '%s\n' "$@"
	} >"$pipeline"
}

step 'check tells what the service could not run, and what to do'
install_product
configure
person alice runninghub-users
: >"$received"
(umask 077 && echo "whsec_$(openssl rand -base64 32)" >/etc/runninghubd/hook_shop)
mkdir -p /etc/systemd/system/runninghubd.service.d /opt/shop
says_check() {
	answer=$(runninghubd check 2>&1) || true
	assert_matches 'check' "$answer" "$1"
}
write_pipeline 'hooks: { program: [/usr/local/bin/tell-shop] }'
says_check 'paint\.yaml:3:[0-9]+: There is no program /usr/local/bin/tell-shop'
touch "$program"
says_check "tell-shop cannot be run by the daemon's user: chmod a\+rx"
cp /bin/true /opt/shop/tell
write_pipeline 'hooks: { program: [/opt/shop/tell] }'
says_check 'The service does not see /opt/shop/tell: put it below /usr/local'
write_pipeline 'hooks: { url: "http://127.0.0.1:8999/hooks" }'
says_check "'url' needs the 'credential' beside it"
write_pipeline 'prepare: { program: [/bin/cp, "{input}"] }'
says_check "needs an argument with \{output\} in it"
write_pipeline 'hooks: { url: "http://127.0.0.1:8999/hooks", credential: hook_shop }'
systemctl enable --quiet --now runninghubd.service
await says 'Pipeline paint is out of service: the service was handed no credential hook_shop.*LoadCredential=hook_shop:/THE/FILE'
printf '[Service]\nLoadCredential=hook_shop:/etc/runninghubd/hook_shop\n' >/etc/systemd/system/runninghubd.service.d/hook.conf
systemctl daemon-reload

step 'HEIC is uploaded as JPEG, what is JPEG as it is; both ends are told, with the paths of the results'
cat >"$program" <<-'END'
	#!/bin/bash
	set -eu
	cat >"/tmp/document"
	# Into another pipeline's inbox, whole.
	if [[ $RUNNINGHUB_EVENT == delivered && $RUNNINGHUB_PIPELINE == paint ]]; then
		while read -r result; do
			cp "$result" "/var/spool/runninghubd/inbox/second/.$RUNNINGHUB_JOB.tmp"
			mv "/var/spool/runninghubd/inbox/second/.$RUNNINGHUB_JOB.tmp" "/var/spool/runninghubd/inbox/second/$RUNNINGHUB_JOB.jpg"
		done < <(jq -r '.data.results[]' /tmp/document)
	fi
END
chmod a+rx "$program"
write_pipeline 'prepare: { program: [/usr/bin/heif-convert, -q, "92", "{input}", "{output}.jpg"], kinds: [heic] }' \
	"hooks: { program: [$program], url: \"http://127.0.0.1:8999/hooks\", credential: hook_shop }"
printf 'ai_app: 2016740236478386178\nnodes: [{ id: 285, field: image, value: "{file}" }]\n' >"${pipeline%/*}/second.yaml"
receive
systemctl restart runninghubd.service
convert -size 320x240 plasma:red-blue /tmp/photo.jpg
heif-enc -q 80 -o /tmp/photo.heic /tmp/photo.jpg >/dev/null 2>&1
hand_in() {
	install -o alice -g runninghub-users -m 660 "$1" "$spool/inbox/paint/.$2.tmp"
	mv "$spool/inbox/paint/.$2.tmp" "$spool/inbox/paint/$2"
}
hand_in /tmp/photo.heic 'phone photo.HEIC'
hand_in /tmp/photo.jpg plain.jpg
await told '.type == "job.delivered"' 2
assert told '.good and .header == .data.id' 2
assert_equal 'what was uploaded of them' "$(cloud_record '[.uploads[] | select(.file_name | test("phone|plain")) | .file_name] | sort | join(" ")')" \
	'phone photo.jpg plain.jpg'
assert cmp -s /tmp/photo.heic "$spool/done/paint/phone photo.HEIC"
while read -r path; do assert test -f "$path"; done < <(jq -r '.data | .results[], .manifest, .original' "$received")

step 'the program has put the results into the inbox of another pipeline, which delivers them'
second() {
	[[ $(find "$spool/outbox/second" -name '*.jpg' | wc -l) == 2 ]]
}
await second

step 'a receiver that is away is called again, also after a restart, and gets each end once'
kill "$receiver"
wait "$receiver" || true
hand_in /tmp/photo.jpg third.jpg
await delivered third
await says 'The end of paint/third\.jpg could not be told outside; it is tried again: url: The server does not accept the connection'
job=$(job_of third.jpg)
assert shown "$job" 'url of delivered: owed'
systemctl restart runninghubd.service
receive
await told ".data.job == \"$job\"" 1
await shown "$job" 'url of delivered: answered'
assert told '.good' 3

step 'a failure is told with its reason; a HEIC that is none goes to failed/, unpaid'
printf '\0\0\0\030ftypheic\0\0\0\0mif1heic broken' >/tmp/broken.heic
hand_in /tmp/broken.heic broken.heic
await told '.type == "job.failed"' 1
assert_matches 'the note' "$(cat "$spool/failed/paint/broken.heic.error.txt")" 'heif-convert, which prepares files of pipeline paint, could not use this one'
assert_equal 'what was told' "$(jq -rs '.[-1].data.failure.name' "$received")" not-prepared

step 'a program that hangs is ended at its time limit with all that it started, and at a stop of the service'
printf '#!/bin/bash\nsleep 4711 & sleep 4712\n' >"$program"
write_pipeline "hooks: { program: [$program], timeout: 1s }"
systemctl reload runninghubd.service
hand_in /tmp/photo.jpg fourth.jpg
await says 'The end of paint/fourth\.jpg could not be told outside.*program: it took longer than its timeout'
# The next try may be under way.
systemctl stop runninghubd.socket runninghubd.service
refute pgrep -f 'sleep 471'

step 'a preparation that a stop comes between is made again: one submission'
cat >"$program" <<-'END'
	#!/bin/bash
	[[ -e /var/spool/runninghubd/outbox/paint/.go ]] || sleep 4713
	cp "$1" "$2"
END
write_pipeline "prepare: { program: [$program, \"{input}\", \"{output}.jpg\"] }"
systemctl start runninghubd.socket runninghubd.service
convert -size 50x40 plasma:green-yellow /tmp/fifth.jpg
hand_in /tmp/fifth.jpg fifth.jpg
await pgrep -f 'sleep 4713'
before=$SECONDS
systemctl restart runninghubd.service
assert test "$((SECONDS - before))" -lt 20
touch "$spool/outbox/paint/.go"
systemctl restart runninghubd.service
await delivered fifth
await tidied fifth
uploads=$(cloud_record '[.uploads[] | select(.file_name == "fifth.jpg") | .name] | unique | join(" ")')
assert_equal 'submissions of it' "$(cloud_record "[.submissions[] | select(.uploads | index(\"$uploads\"))] | length")" 1
refute compgen -G '/var/lib/runninghubd/prepared/*'

step 'what such a program cannot do'
cat >"$program" <<-'END'
	#!/bin/bash
	exec 2>&1 >/var/spool/runninghubd/outbox/paint/.report
	env | cut -d= -f1 | sort | tr '\n' ' '
	echo
	touch /etc/here /usr/here /home/here /var/here && echo 'it wrote'
	cat /etc/runninghubd/hook_shop && echo 'it read'
	grep NoNewPrivs /proc/self/status
	ls -A /home
	exit 0
END
write_pipeline "hooks: { program: [$program] }"
systemctl reload runninghubd.service
hand_in /tmp/photo.jpg sixth.jpg
await test -s "$spool/outbox/paint/.report"
await says 'The end of paint/sixth\.jpg was told outside'
report=$(<"$spool/outbox/paint/.report")
refute grep -qE 'it wrote|it read' <<<"$report"
refute grep -qE 'CREDENTIALS|NOTIFY|LISTEN|INVOCATION' <<<"$report"
assert grep -qE '^NoNewPrivs:[[:space:]]+1' <<<"$report"
kill "$receiver"
