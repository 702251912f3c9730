# What scenarios use. Sourced by Tests/System/inside within the booted machine.
# shellcheck shell=bash
set -euo pipefail

readonly repository=/repository build=/build
readonly spool=/var/spool/runninghubd
readonly cloud=http://127.0.0.1:8900
readonly listener=http://127.0.0.1:8787
# The key that the simulator accepts.
readonly key=0123456789abcdef0123456789abcdef
# How long a condition may take to become true before the scenario fails, in seconds.
readonly patience=${PATIENCE:-60}

# Failures are told even where a command's output is redirected.
exec 3>&1
trap 'fail "line $LINENO of ${BASH_SOURCE[0]##*/}: $BASH_COMMAND"' ERR
set -E

# --- Saying

step() {
	echo "- $*"
}

fail() {
	trap - ERR
	echo "FAILED: $*" >&3
	exit 1
}

# assert_equal WHAT ACTUAL EXPECTED
assert_equal() {
	[[ $2 == "$3" ]] || fail "$1 is \"$2\" and not \"$3\""
}

# assert_matches WHAT ACTUAL REGEX
assert_matches() {
	[[ $2 =~ $3 ]] || fail "$1 is \"$2\", which does not match $3"
}

# assert COMMAND…: it succeeds
assert() {
	"$@" || fail "this failed: $*"
}

# refute COMMAND…: it fails
refute() {
	if "$@"; then fail "this succeeded: $*"; fi
}

# await CONDITION…: until the command succeeds, at most $patience seconds
await() {
	local deadline=$((SECONDS + patience))
	until "$@" >/dev/null 2>&1; do
		((SECONDS < deadline)) || fail "not within $patience s: $*"
		sleep 0.05
	done
}

# --- The machine

# Installs as an administrator would.
install_product() {
	make --no-print-directory -C "$repository" install BINARY_DIR="$build" >/var/lib/scenario/install 2>&1 ||
		fail "make install: $(</var/lib/scenario/install)"
	show_toolchain
}

# A debug build takes Swift's libraries from the toolchain, which the service does not see; a release build has them in it.
show_toolchain() {
	local folder
	folder=$(ldd /usr/bin/runninghubd | sed -n 's,.* => \(/.*\)/libswiftCore\.so.*,\1,p')
	[[ -n $folder && $folder != /usr/* ]] || return 0
	mkdir -p /etc/systemd/system/runninghubd.service.d
	printf '[Service]\nBindReadOnlyPaths=%s\n' "$folder" >/etc/systemd/system/runninghubd.service.d/toolchain.conf
	systemctl daemon-reload
}

# person NAME [GROUP…]: somebody with an account, in those groups
person() {
	local name=$1
	shift
	id "$name" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash "$name"
	local group
	for group in "$@"; do usermod -aG "$group" "$name"; done
}

# as NAME COMMAND…: run as that person, with the groups of a fresh login
as() {
	local name=$1
	shift
	runuser -u "$name" -- "$@"
}

# rights PATH: owner:group mode
rights() {
	stat -c '%U:%G %a' "$1"
}

unit_property() {
	systemctl show --value --property "$2" "$1"
}

unit_is() {
	[[ $(unit_property "$1" "$2") == "$3" ]]
}

service_is() {
	unit_is runninghubd.service ActiveState "$1"
}

# restarted PID: systemd has replaced that process, and the new one is ready
restarted() {
	local pid
	# Between its end and its new start it has none, and systemd may still have called it active a moment before.
	pid=$(main_pid)
	[[ $pid != 0 && $pid != "$1" ]] && service_is active
}

main_pid() {
	unit_property runninghubd.service MainPID
}

# Ends the scenario's first part and boots the machine again; the script runs anew with a higher $BOOT.
reboot_machine() {
	step 'the machine reboots'
	touch /var/lib/scenario/rebooting
	sync
	systemctl --no-block reboot
	exit 0
}

# --- The daemon

# configure [LINES]: a configuration that speaks to the simulator, and one pipeline, "paint"
configure() {
	cat >/etc/runninghubd/config.yaml <<-END
		api:
		  base_url: $cloud
		webhook:
		  public_url: $listener
		inbox:
		  quiet_time: 200ms
		  poll_quiet_time: 1s
		limits:
		  free_space: 1MB
		${1:-}
	END
	cat >/etc/runninghubd/pipelines.d/paint.yaml <<-'END'
		ai_app: 2016740236478386178
		accept: [any]
		nodes:
		  - { id: 285, field: image, value: "{file}" }
	END
	add_key main "$key"
}

# add_key NAME KEY
add_key() {
	(umask 077 && printf '%s\n' "$2" >"/etc/runninghubd/keys/$1")
}

# set_up [LINES]: the usual beginning: installed, configured, enabled, and alice in the group of those who drop.
# shellcheck disable=SC2120
set_up() {
	install_product
	configure "$@"
	person alice runninghub-users
	person eve
	systemctl enable --quiet --now runninghubd.service
	assert_equal 'the service' "$(systemctl is-active runninghubd.service)" active
	await test -d "$spool/inbox/paint"
}

# picture FILE [BYTES]: a PNG of its own content, filled up to a size
picture() {
	base64 -d >"$1" <<<'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVQI12P4z8AAAAMBAQAY3Y2wAAAAAElFTkSuQmCC'
	# What follows the image's end is of no interest to a reader of PNG, and makes each picture another.
	head -c "${2:-256}" /dev/urandom >>"$1"
}

# drop NAME [BYTES]: alice puts a picture into the inbox whole, under that name
drop() {
	local here=/home/alice/${1##*/}
	picture "$here" "${2:-256}"
	chown alice:runninghub-users "$here"
	chmod 0660 "$here"
	as alice cp --no-preserve=mode "$here" "$spool/inbox/paint/.$1.tmp"
	as alice mv "$spool/inbox/paint/.$1.tmp" "$spool/inbox/paint/$1"
}

# delivered STEM: its manifest stands in the outbox, so everything is there
delivered() {
	[[ -f $spool/outbox/paint/$1.result.json ]]
}

tidied() {
	compgen -G "$spool/done/paint/$1.*" >/dev/null
}

# assert_delivered_once STEM: one manifest, its outputs with their bytes, the original in done, one submission in the cloud
assert_delivered_once() {
	local stem=$1 manifest=$spool/outbox/paint/$1.result.json file sum name
	await delivered "$stem"
	await tidied "$stem"
	assert_equal "manifests of $stem" "$(compgen -G "$spool/outbox/paint/$stem*.result.json" | wc -l)" 1
	assert_equal 'whether there are outputs' "$(jq '.outputs | length > 0' "$manifest")" true
	while read -r file sum; do
		assert_equal "the sum of $file" "$(sha256sum <"$spool/outbox/paint/$file" | cut -d' ' -f1)" "$sum"
	done < <(jq -r '.outputs[] | "\(.file) \(.sha256)"' "$manifest")
	refute compgen -G "$spool/work/paint/$stem.*"
	refute compgen -G "$spool/inbox/paint/$stem.*"
	name=$(jq -r '.sources[0].uploaded_as' "$manifest")
	assert_equal "submissions of $stem" "$(cloud_record \
		"[.submissions[] | select(.uploads | index(\"$name\"))] | length")" 1
}

# --- The journal

# journal MATCH…: the daemon's entries of this and earlier boots, one JSON object a line
journal() {
	journalctl --sync 2>/dev/null || true
	journalctl --quiet --no-pager --output=json SYSLOG_IDENTIFIER=runninghubd "$@"
}

# journal_field FIELD MATCH…: its values, one a line
journal_field() {
	local field=$1
	shift
	journal "$@" | jq -r --arg field "$field" '.[$field] // empty | if type == "array" then .[] else . end'
}

# reached STATE [FILE]: a job is told to be in that state
reached() {
	journal RUNNINGHUB_STATE="$1" ${2:+RUNNINGHUB_FILE="$2"} | grep -q .
}

# says REGEX: the journal has a line with it
says() {
	journal_field MESSAGE | grep -qE -- "$1"
}

# why_says PATH REGEX: 'why' says so of it, in whatever lines
why_says() {
	[[ $(runninghubctl why "$1" | tr -s ' \n' ' ') =~ $2 ]]
}

# job_of FILE: the id of the job of a file
job_of() {
	journal_field RUNNINGHUB_JOB RUNNINGHUB_FILE="$1" | sort -u | head -n 1
}

# --- The cloud

# cloud_set JSON: changes the simulator's settings while it runs
cloud_set() {
	curl -sSf -X PATCH --data "$1" "$cloud/simulator/settings" >/dev/null
}

# cloud_record [JQ FILTER]: what the simulator was asked
cloud_record() {
	curl -sSf "$cloud/simulator/record" | jq -r "${1:-.}"
}

# cloud_counts FILTER N: the record's figure is N
cloud_counts() {
	[[ $(cloud_record "$1") == "$2" ]]
}

# running_tasks N: the cloud has that many tasks that have not ended
running_tasks() {
	cloud_counts '[.tasks[] | select(.status == "RUNNING" or .status == "QUEUED" or .status == "CREATE")] | length' "$1"
}

# finish_tasks: all tasks of the cloud succeed now (with tasks.manual)
finish_tasks() {
	local task
	for task in $(cloud_record '.tasks[] | select(.status | IN("RUNNING", "QUEUED", "CREATE")) | .id'); do
		curl -sSf -X POST "$cloud/simulator/tasks/$task/finish" >/dev/null
	done
}
