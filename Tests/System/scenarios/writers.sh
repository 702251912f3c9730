# Fifty ways in which programs put a file into a folder, all at once: each file is taken, and none before it is finished.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

readonly zoo=/repository/Tests/System/zoo home=/home/alice made=/home/alice/made
# What alice's files contain when their writers have ended: a sum a line, with the name.
readonly finished=/var/lib/scenario/finished
# These make their files themselves; they are run a second time, for nobody, to know what comes of them.
readonly makers='split ffmpeg ffmpeg_faststart'
export SMB_CONF=/etc/scenario-smb.conf

# share NAME: a share of the inbox, with more settings from standard input
share() {
	cat <<-END
		[$1]
		path = $spool/inbox/paint
		guest ok = yes
		read only = no
		force group = runninghub-users
		create mask = 0660
	END
	cat
}

serve_smb() {
	cat >"$SMB_CONF" <<-'END'
		[global]
		server role = standalone
		interfaces = lo
		bind interfaces only = yes
		map to guest = Bad User
		guest account = alice
		disable netbios = yes
		smb ports = 445
		log file = /var/lib/scenario/smbd.log
	END
	share plain </dev/null >>"$SMB_CONF"
	# Blocks of the whole size are reserved before the bytes come.
	share allocating <<<'strict allocate = yes' >>"$SMB_CONF"
	smbd --daemon --no-process-group --configfile="$SMB_CONF"
	await smbclient -N -q -s "$SMB_CONF" //127.0.0.1/plain -c ls
}

# ways: those whose programs are here, or of these the ones that WAYS names
ways() {
	local way
	for way in ${WAYS:-$("$zoo/writer" --list)}; do
		case $way in
		smb*) command -v smbd >/dev/null || continue ;;
		ffmpeg*) command -v ffmpeg >/dev/null || continue ;;
		esac
		echo "$way"
	done
}

# source_of WAY: makes what is to be written, and prints where it is
source_of() {
	local path=$home/$1.png number
	case $1 in
	tree*)
		path=$home/$1
		mkdir "$path"
		for number in 1 2 3 4 5; do picture "$path/$1-$number.png" 20000; done
		;;
	ffmpeg*)
		path=$home/$1.mp4
		cp /repository/Examples/media/clip.mp4 "$path"
		;;
	curl) cp "$home/served.png" "$path" ;;
	*) picture "$path" 400000 ;;
	esac
	chown -R alice:runninghub-users "$path"
	chmod -R u=rwX,g=rwX,o= "$path"
	echo "$path"
}

# begin WAY INBOX: its writer starts, as alice
begin() {
	local path
	path=$(source_of "$1")
	if [[ " $makers " == *" $1 "* ]]; then
		as alice "$zoo/writer" "$1" "$path" "$made" 2>"$home/$1.made" &
	else
		find "$path" -type f -exec sha256sum {} + >>"$finished"
	fi
	(trap - ERR && as alice "$zoo/writer" "$1" "$path" "$2" >"/var/lib/scenario/writer-$1" 2>&1) &
	writers[$!]=$1
}

# unfinished: the names under which something was uploaded that is no finished file
unfinished() {
	cloud_record '.uploads[] | select(.refused == null) | "\(.sha256) \(.file_name)"' |
		awk 'NR == FNR { sums[$1]; next } !($1 in sums) { print $2 }' "$finished" - | sort -u | xargs
}

# submitted: the sums of what tasks were made for, the hasty pipeline's left out
submitted() {
	# shellcheck disable=SC2016
	cloud_record '[.uploads[] | select(.file_name == "hasty.png") | .name] as $hasty
		| .submissions[] | select(.task_id) | .uploads[] | select(IN($hasty[]) | not)' | sed 's,.*/,,; s,\..*,,' | sort
}

# submitted_all: as many submissions as finished files
submitted_all() {
	(($(submitted | wc -l) >= $(wc -l <"$finished")))
}

# inbox_is_empty: but for what a killed program left under a hidden name
inbox_is_empty() {
	! find "$spool/inbox/paint" -type f ! -name '.*' ! -name _STATUS.txt | grep .
}

# told_as_changed NAME: the journal tells that it was written to after it had been taken
told_as_changed() {
	journal MESSAGE_ID=f5cfab603e03487aad5891e2b13718b4 RUNNINGHUB_FILE="$1" | grep -q .
}

# uploads_of NAME N: it was uploaded so often
uploads_of() {
	cloud_counts "[.uploads[] | select(.file_name == \"$1\")] | length" "$2"
}

install_product
# As shipped but for the intervals at which the inbox is looked through, so that this falls into every pause.
configure
sed -i '/quiet_time/d; s/^inbox:$/&\n  rescan: 15s/; s/^api:$/&\n  keys: [{ name: main, credential: key_main, concurrency: 20 }]/' \
	/etc/runninghubd/config.yaml
sed 's/^accept/inbox: { quiet_time: 0s }\n&/' /etc/runninghubd/pipelines.d/paint.yaml \
	>/etc/runninghubd/pipelines.d/hasty.yaml
cloud_set "{\"tasks\": {\"task_time\": 0.1}, \"keys\": [{\"key\": \"$key\", \"concurrency\": 20}]}"
person alice runninghub-users
systemctl enable --quiet --now runninghubd.service
await test -d "$spool/inbox/paint"
if command -v smbd >/dev/null; then serve_smb; else step 'smbd is not here: its writers are left out'; fi
command -v ffmpeg >/dev/null || step 'ffmpeg is not here: its writers are left out'

step 'a file that can be loaded'
drop served.png 400000
sha256sum "$home/served.png" >"$finished"
await delivered served
URL=$(cloud_record '.tasks[0].outputs[0].url')
export URL

mapfile -t all < <(ways)
step "${#all[@]} writers begin: ${all[*]}"
declare -A writers=()
install -d -o alice -g runninghub-users -m 2770 "$made"
for way in "${all[@]}"; do begin "$way" "$spool/inbox/paint"; done
# The same judge must see it where files are taken at once.
picture "$home/hasty.png" 400000
chown alice:runninghub-users "$home/hasty.png"
await test -d "$spool/inbox/hasty"
as alice "$zoo/writer" reopened "$home/hasty.png" "$spool/inbox/hasty" &

step 'meanwhile a file is written to while it is uploaded'
sleep 15
cloud_set '{"faults": {"upload": {"slow": 1, "slow_time": 15}}}'
drop changing.png 400000
await uploads_of changing.png 1
# How long it takes is settled when it begins.
cloud_set '{"faults": {"upload": {"slow": 0}}}'
as alice bash -c "cat $home/cp.png >>$spool/work/paint/changing.png"
sha256sum "$spool/work/paint/changing.png" >>"$finished"
await told_as_changed changing.png

step 'all writers have ended'
failed=''
for pid in "${!writers[@]}"; do
	wait "$pid" || failed+="${writers[$pid]} ($?): $(<"/var/lib/scenario/writer-${writers[$pid]}")"$'\n'
done
assert_equal 'what writers failed' "$failed" ''
wait
if compgen -G "$made/*" >/dev/null; then sha256sum "$made"/* >>"$finished"; fi

step 'every file is taken, whole, and once'
await submitted_all
assert_equal 'what was uploaded and is no finished file' "$(unfinished)" 'changing.png hasty.png'
# A line that only one of them has: a sum that was submitted too often, or without being finished, or not at all.
difference=$(comm -3 <(sed 's/ .*//' "$finished" | sort) <(submitted))
assert_equal 'what was not submitted once as it was finished' "$difference" ''
await inbox_is_empty
step "$(wc -l <"$finished") files, $(cloud_record '.uploads | length') uploads, $(cloud_record '.submissions | length') submissions"
