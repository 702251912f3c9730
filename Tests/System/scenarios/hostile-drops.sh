# What people drop to get at others' files, or to confuse: the daemon touches nothing but what is theirs, and says so.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

readonly inbox=$spool/inbox/paint home=/home/alice
# Somebody else's, which the daemon could read: a folder of its own state, which stands for all that the service's user sees.
readonly vault=/var/lib/runninghubd/vault secret=/var/lib/runninghubd/vault/x.png

# condition FILE: what would be another if it had been read, written, moved or linked
condition() {
	stat -c '%i %h %s %U:%G %a %X %Y %Z' "$1"
}

# unread FILE: from here on a reading shows in its condition, since its last one is older than its last change
unread() {
	touch -a -d yesterday "$1"
}

# knows WORDS PATH: the one reason why that stays
knows() {
	[[ $(runninghubctl why "$2") =~ $1 ]]
}

# told WORDS PATH…
told() {
	local words=$1 path
	shift
	for path in "$@"; do
		await knows "$words" "$path"
		echo "  $(printf '%q' "${path#"$inbox"/}" | tail -c 40): $(runninghubctl why "$path" | grep -m 1 "$words" | sed 's/^[a-z]* *//')"
	done
}

# made_for_alice COMMAND…: as a kernel would let alice do that protects no hard links, or an administrator in a hurry
made_for_alice() {
	"$@"
}

# dropped_as NAME: alice drops a picture under this name, whatever is in it
dropped_as() {
	picture "$home/picture"
	chown alice:runninghub-users "$home/picture"
	chmod 0660 "$home/picture"
	# shellcheck disable=SC2016
	as alice perl -e 'rename($ARGV[0], "$ARGV[1]/$ARGV[2]") or die $!' "$home/picture" "$inbox" "$1"
}

# put_away NAME: delivered, and the original lies in done under its own name
put_away() {
	[[ -f $spool/done/paint/$1 ]]
}

# idle: no job is under way
idle() {
	! jobs_by_state | grep -qE 'queued|ing:|unconfirmed'
}

# jobs_by_state: how many there are of each
jobs_by_state() {
	runninghubctl jobs --limit 0 --json | jq -r '[.jobs[].state] | group_by(.) | map("\(.[0]): \(length)") | join(", ")'
}

set_up
sed -i 's/^api:$/&\n  keys: [{ name: main, credential: key_main, concurrency: 3 }]/' /etc/runninghubd/config.yaml
systemctl restart runninghubd.service
person bob
cloud_set '{"tasks": {"task_time": 0.1}}'
pid=$(main_pid)
install -d -o runninghub -g runninghub -m 0700 "$vault"
install -d -o bob -g bob -m 0755 /home/bob
for file in "$secret" /home/bob/private.png /home/bob/public.png /home/bob/control.png; do picture "$file"; done
chown bob:bob /home/bob/*.png
chown runninghub:runninghub "$secret"
chmod 0600 "$secret" /home/bob/private.png
chmod 0644 /home/bob/public.png
for file in "$secret" /home/bob/private.png /home/bob/control.png; do unread "$file"; done
before=$(condition /home/bob/control.png)
cat /home/bob/control.png >/dev/null
refute test "$before" == "$(condition /home/bob/control.png)"

step 'links'
as alice ln -s "$secret" "$inbox/symbolic.png"
as alice ln -s /run/credentials/runninghubd.service/key_main "$inbox/key.png"
as alice ln -s "$vault" "$inbox/folder"
as alice mkdir -m 2770 "$inbox/batch"
as alice ln -s ../../../../../lib/runninghubd/vault/x.png "$inbox/batch/relative.png"
as alice ln -s "$inbox" "$inbox/batch/loop"
told 'symbolic link' "$inbox/symbolic.png" "$inbox/key.png" "$inbox/folder" "$inbox/batch/relative.png" "$inbox/batch/loop"
made_for_alice ln /home/bob/private.png "$inbox/hard.png"
bobs=$(condition /home/bob/private.png)
told 'May not be read' "$inbox/hard.png"
rights_of_public=$(rights /home/bob/public.png)
made_for_alice ln /home/bob/public.png "$inbox/public.png"

step 'what is no file'
as alice mkfifo "$inbox/pipe.png"
# shellcheck disable=SC2016
as alice perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 1) or die $!' "$inbox/socket.png"
made_for_alice mknod "$inbox/null.png" c 1 3
chown alice:runninghub-users "$inbox/null.png"
told 'named pipe' "$inbox/pipe.png"
told 'a socket' "$inbox/socket.png"
told 'device' "$inbox/null.png"

step 'names'
names=($'new\nline.png' '-rf' '--help.png' $'caf\xe9.png' $'\e[31mred\a.png' "\$(touch pwned)'\"\`.png" ' a .png' '*' $'\xff\xfe'
	'%s%n.png' 'a\b.png' "$(printf 'x%.0s' {1..251}).png" "$(printf '\xe7\x8c\xab%.0s' {1..83}).png")
for name in "${names[@]}"; do dropped_as "$name"; done
# And the one of before that he may read: it settles in its own time.
for name in "${names[@]}" public.png; do await put_away "$name"; done
assert_equal 'manifests' "$(find "$spool/outbox/paint" -name '*.result.json' -printf x | wc -c)" "$((${#names[@]} + 1))"
assert_equal 'names that none has' "$(find "$spool" / -xdev -name pwned | head -n 1)" ''

step 'folders 1000 deep, moved in and made in place'
# shellcheck disable=SC2016
as alice perl -e 'umask 0007;
	for my $top (@ARGV) {
		mkdir($top) or die $!; chown(-1, (stat("/var/spool/runninghubd/inbox/paint"))[5], $top); chdir($top) or die $!;
		for my $depth (1 .. 1000) {
			if ($depth % 100 == 64 || $depth % 100 == 65 || $depth == 1000) {
				open(my $file, ">", "at-$depth.png"); print $file "\x89PNG\r\n\x1a\n$top $depth"; close($file);
				chown(-1, (stat("/var/spool/runninghubd/inbox/paint"))[5], "at-$depth.png");
			}
			mkdir("d") or die $!; chown(-1, (stat("/var/spool/runninghubd/inbox/paint"))[5], "d"); chdir("d") or die $!;
		}
	}' "$home/moved" "$inbox/made"
as alice mv "$home/moved" "$inbox/moved"
deep=$(printf 'd/%.0s' {1..63})
for top in made moved; do
	await test -f "$spool/done/paint/$top/${deep}at-64.png"
	told 'more than 64 folders' "$inbox/$top/${deep}d/at-65.png"
done
await idle

step 'others have lost nothing by that'
assert_equal "bob's file" "$(condition /home/bob/private.png)" "$bobs"
await put_away public.png
assert_equal "rights of bob's other file" "$(rights /home/bob/public.png)" "$rights_of_public"
assert_equal 'its content' "$(sha256sum </home/bob/public.png)" "$(sha256sum <"$spool/done/paint/public.png")"

step "files, folders and the daemon's own staging are swapped for links while it works"
sealed=$(condition "$secret")
read -r dropped swapped < <(as alice perl /repository/Tests/System/zoo/swap.pl "$spool" paint "$vault" "${SWAPPING:-10}")
step "$dropped files dropped, $swapped swaps"
((swapped > 100)) || fail 'hardly anything was swapped'
rm -f "$spool"/{inbox,work,outbox}/paint/.link
drop honest.png
await idle
assert_delivered_once honest
assert_equal 'the secret' "$(condition "$secret")" "$sealed"
assert_equal 'what lies beside it' "$(ls -A "$vault")" x.png
sum=$(sha256sum <"$secret" | cut -d' ' -f1)
assert_equal 'uploads of it' "$(cloud_record "[.uploads[] | select(.sha256 == \"$sum\")] | length")" 0
# What is moved or replaced meanwhile is no reason to end.
find "$spool" -type f -size -2k -exec sha256sum {} + >/var/lib/scenario/sums 2>/dev/null || true
assert test -s /var/lib/scenario/sums
refute grep "^$sum" /var/lib/scenario/sums

step "jobs are $(jobs_by_state); and it is the same daemon"
assert_equal 'its process' "$(main_pid)" "$pid"
assert_equal 'restarts' "$(unit_property runninghubd.service NRestarts)" 0
