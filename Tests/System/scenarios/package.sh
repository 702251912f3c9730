# The Debian package: it installs, is upgraded while a task runs and callbacks come in, is removed and purged, and people's files stay.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

readonly tree=/var/tmp/tree packages=/var/tmp/packages
export DEBIAN_FRONTEND=noninteractive
# On a machine that makes images, services are not started; here they are.
rm -f /usr/sbin/policy-rc.d

# pack VERSION: makes the package of the tree as that version
pack() {
	sed -i "1s/(.*)/($1)/" "$tree/debian/changelog"
	# Programs of a debug build need Swift's libraries, which no package has.
	make -C "$tree" -f debian/rules binary BINARY_DIR=/build OUTPUT="$packages" COMPRESSION=none \
		SHLIBDEPS=--ignore-missing-info >"/var/lib/scenario/pack-$1" 2>&1 || fail "$(tail -n 20 "/var/lib/scenario/pack-$1")"
}

# put VERSION: installs it, or upgrades to it, as apt does where nobody is there to be asked
put() {
	dpkg --force-confold --install "$packages/runninghubd_$1"_*.deb >"/var/lib/scenario/put-$1" 2>&1 ||
		fail "$(<"/var/lib/scenario/put-$1")"
	show_toolchain
}

starts() { journal | jq -r 'select(.MESSAGE | startswith("Ready: ")) | .MESSAGE' | wc -l; }
gone() { [[ ! -e $1 ]]; }
socket_is() { unit_is runninghubd.socket ActiveState "$1"; }
knows_page() { man --where "$2" "$1" >/dev/null; }

step 'the package is made'
mkdir -p "$tree" "$packages"
tar --create --directory /repository --exclude './.build*' --exclude ./.git . | tar --extract --directory "$tree"
pack 0.1.0
sed -i 's/^#  quiet_time: 5s .*/&, or longer/' "$tree/etc/runninghubd/config.yaml"
pack 0.1.1

step 'installed, it listens, says what is missing, and has its users, folders, explanations and pages'
put 0.1.0
rm "$packages"/runninghubd_0.1.0_*.deb
assert service_is active
assert socket_is active
for unit in service socket; do assert_equal "the $unit" "$(systemctl is-enabled runninghubd.$unit)" enabled; done
await says 'There is no API key'
assert_equal 'rights of the keys' "$(rights /etc/runninghubd/keys)" 'root:root 700'
assert_equal 'rights of the state' "$(rights /var/lib/runninghubd)" 'runninghub:runninghub 700'
assert_equal 'rights of the inbox' "$(rights "$spool/inbox")" 'runninghub:runninghub-users 2755'
assert_matches 'the catalog' "$(journalctl --list-catalog)" 'runninghubd'
for page in '8 runninghubd' '1 runninghubctl' '1 runninghub-simulator' '5 runninghubd-config' '5 runninghubd-pipeline'; do
	assert knows_page "${page#* }" "${page%% *}"
done
for file in examples/config.yaml examples/pipelines.d/oil-painting.yaml commands.md.gz; do
	assert test -f "/usr/share/doc/runninghubd/$file"
done
assert runninghubd check --config /usr/share/doc/runninghubd/examples/config.yaml
assert test -f /usr/share/bash-completion/completions/runninghubctl
# A debug build's own drop-in is no part of the package.
altered=$(dpkg --verify runninghubd)
assert_equal 'files that are not as packed' "$altered" ''

step 'the pages name every command, option and setting'
# page SECTION NAME…: as text
pages() { MANWIDTH=200 man "$@" | col -b; }
# names PROGRAM: of its commands and options, as it tells them itself
names() {
	"$1" --experimental-dump-help | jq -r '.. | objects | select(.shouldDisplay == true) |
		(.commandName // empty), (.names // [] | .[] | select(.kind == "long") | "--" + .name)' | sort -u
}
missing() { comm -23 <(sort -u "$1") <(grep -oE -- '-{0,2}[A-Za-z][A-Za-z_-]*' "$2" | sort -u); }
pages 8 runninghubd 1 runninghubctl >/run/commands
names runninghubd | grep -v '^help$' >/run/named
assert_equal 'commands and options without a word' "$(missing /run/named /run/commands)" ''
pages 1 runninghub-simulator >/run/simulator
names runninghub-simulator >/run/named
assert_equal 'options of the simulator without a word' "$(missing /run/named /run/simulator)" ''
pages 5 runninghubd-config 5 runninghubd-pipeline >/run/settings
cp /usr/share/doc/runninghubd/examples/pipelines.d/oil-painting.yaml /etc/runninghubd/pipelines.d/
runninghubd check --show >/run/shown || true
rm /etc/runninghubd/pipelines.d/oil-painting.yaml
grep -oE '^ *(- )?[a-z_]+:' /run/shown | tr -d ' :-' | sort -u >/run/named
assert test "$(wc -l </run/named)" -gt 40
assert_equal 'settings without a word' "$(missing /run/named /run/settings)" ''

step 'an upgrade under a running task restarts the service once, and the socket goes on listening'
configure
person alice runninghub-users
systemctl restart runninghubd.service
cloud_set '{"tasks": {"task_time": 3600}}'
await test -d "$spool/inbox/paint"
drop cat.png
await running_tasks 1
opened=$(unit_property runninghubd.socket ActiveEnterTimestampMonotonic)
ready=$(starts)
( # Somebody calls all the while.
	until [[ -e /run/upgraded ]]; do
		curl -s -o /dev/null --max-time 60 -w '%{http_code} %{errormsg}\n' "$listener/healthz" || true
	done >/run/calls
) &
caller=$!
put 0.1.1
await service_is active
touch /run/upgraded
wait "$caller"
assert_equal 'answers while it was upgraded' "$(sort /run/calls | uniq -c | awk '{ print $2 }')" 200
echo "  $(wc -l </run/calls) calls, each answered"
assert_equal 'starts' "$(($(starts) - ready))" 1
assert_equal 'when the socket was opened' "$(unit_property runninghubd.socket ActiveEnterTimestampMonotonic)" "$opened"
assert_matches 'the version' "$(dpkg-query -W runninghubd)" '0\.1\.1'
finish_tasks
assert_delivered_once cat

step 'what the administrator changed is as it was'
assert grep -q "base_url: $cloud" /etc/runninghubd/config.yaml
assert grep -q 'or longer' /etc/runninghubd/config.yaml.dpkg-dist
assert test -s /etc/runninghubd/pipelines.d/paint.yaml
assert test -s /etc/runninghubd/keys/main

step 'removed, the programs are gone, and settings, keys, ledger and files are not'
dpkg --remove runninghubd >/var/lib/scenario/remove 2>&1
for unit in service socket; do refute systemctl --quiet is-active runninghubd.$unit; done
refute curl -s -o /dev/null "$listener/healthz"
for path in /usr/bin/runninghubd /usr/bin/runninghubctl /usr/lib/runninghubd /lib/systemd/system/runninghubd.service; do
	assert gone "$path"
done
for path in /etc/runninghubd/config.yaml /etc/runninghubd/keys/main /var/lib/runninghubd/ledger.sqlite \
	"$spool/outbox/paint/cat.result.json"; do
	assert test -s "$path"
done
put 0.1.1
await service_is active
assert_matches 'what it remembers' "$(runninghubctl jobs)" 'delivered .*paint/cat\.png'

step 'purged, settings, keys and ledger are gone, and a spool with files in it is not'
assert_matches 'what is said' "$(dpkg --purge runninghubd 2>&1)" "$spool is kept: files of people lie in it"
for path in /etc/runninghubd /var/lib/runninghubd /etc/systemd/system/multi-user.target.wants/runninghubd.service; do
	assert gone "$path"
done
assert test -s "$spool/outbox/paint/cat.result.json"

step 'an empty spool is purged too'
put 0.1.1
find "$spool" -mindepth 3 ! -name .runninghubd -delete
dpkg --purge runninghubd >/var/lib/scenario/purge 2>&1
assert gone "$spool"
