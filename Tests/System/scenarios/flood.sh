# Many files at once, while the kernel forgets nearly all that it notices: none is overlooked, within bounded memory.
# alone: what it sets for inotify counts for the whole machine, and the many files fill it.
#
# FILES says how many; 100 000 by hand (docs/proof/writers.md).
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

readonly files=${FILES:-8000} limit=/proc/sys/fs/inotify/max_queued_events
# All of this in four parts, each by a process of its own.
readonly parts=4

# The limit counts for instances that are made from here on: it is another for as long as the daemon starts, and for nobody after.
restart_with_queue() {
	local usual
	usual=$(<"$limit")
	# What a run left that was killed within this.
	((usual > $1)) || usual=16384
	# nspawn shows it read-only.
	[[ -w $limit ]] || mount -o remount,rw,bind /proc/sys
	trap 'echo "$usual" >"$limit"' EXIT
	echo "$1" >"$limit"
	systemctl restart runninghubd.service
	echo "$usual" >"$limit"
	trap - EXIT
	assert_equal 'the limit afterwards' "$(<"$limit")" "$usual"
}

# make_files PART: files of their own content, half of them in folders that are made for them
make_files() {
	# shellcheck disable=SC2016
	as alice perl -e 'my ($inbox, $part, $count) = @ARGV; umask 0007;
		for my $number (1 .. $count) {
			my $folder = $inbox;
			if ($number % 2) {
				$folder .= "/" . join("/", $part, int($number / 500), int($number / 50));
				my $made = $inbox;
				for my $name (split "/", substr($folder, length($inbox) + 1)) { mkdir($made .= "/$name"); }
			}
			open(my $file, ">", "$folder/$part-$number.png") or die "$folder: $!";
			print $file "\x89PNG\r\n\x1a\n$part-$number" or die $!;
			close($file) or die $!;
		}' "$spool/inbox/paint" "$1" "$((files / parts))"
}

# memory: KiB that the daemon alone has
memory() {
	awk '/^RssAnon:/ { print $2 }' "/proc/$(main_pid)/status"
}

waiting() {
	find "$spool/work/paint" -name '*.png' | wc -l
}

left() {
	find "$spool/inbox/paint" -name '*.png' | wc -l
}

set_up
runninghubctl hold --all
step 'the daemon starts with a queue of 16 notifications'
restart_with_queue 16
await runninghubctl status
before=$(memory)

step "$files files are made"
began=$SECONDS most=0
for ((part = 1; part <= parts; part++)); do make_files "$part" & done
wait
made=$((SECONDS - began))
while (($(left) > 0)); do
	((SECONDS - began < ${LIMIT:-120})) || fail "after ${LIMIT:-120} s $(left) files lie in the inbox"
	now=$(memory)
	((most = now > most ? now : most))
	sleep 0.5
done
step "made in $made s, all taken in $((SECONDS - began)) s; $before KiB of memory before, $most at most"
assert_equal 'files in work' "$(waiting)" "$files"
assert_equal 'jobs that wait' "$(runninghubctl jobs --state queued --limit 0 --json | jq '.jobs | length')" "$files"
assert_equal 'jobs of any other state' "$(runninghubctl jobs --limit 0 --json | jq '.jobs | length')" "$files"
((most - before < ${MEMORY:-65536})) || fail 'that is too much'
