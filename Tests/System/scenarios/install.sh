# make install gives the units, users, folders and rights that INTERFACE.md names, whatever the daemon itself does.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

step 'an administrator installs it, twice'
install_product
echo '# changed by the administrator' >>/etc/runninghubd/config.yaml
install_product
assert grep -q 'changed by the administrator' /etc/runninghubd/config.yaml
assert test -x /usr/bin/runninghubd
assert_equal 'runninghubctl' "$(readlink /usr/bin/runninghubctl)" runninghubd

step 'users and groups'
assert getent passwd runninghub >/dev/null
assert_equal "the daemon's groups" "$(id -nG runninghub)" 'runninghub runninghub-users'
assert getent group runninghub-admin >/dev/null

step 'rights of the folders'
assert_equal "$spool" "$(rights "$spool")" 'runninghub:runninghub-users 2755'
for folder in inbox work outbox 'done' failed; do
	assert_equal "$spool/$folder" "$(rights "$spool/$folder")" 'runninghub:runninghub-users 2755'
done
assert_equal 'the folder of keys' "$(rights /etc/runninghubd/keys)" 'root:root 700'

step 'what an administrator changes is kept by tmpfiles'
chmod 2775 "$spool/inbox"
systemd-tmpfiles --create
assert_equal 'a changed mode' "$(rights "$spool/inbox")" 'runninghub:runninghub-users 2775'
chmod 2755 "$spool/inbox"

step 'people of the group drop into a pipeline folder that the daemon makes, others do not'
person alice runninghub-users
person bob runninghub-users
person eve
as runninghub bash -c "umask 0007; mkdir $spool/inbox/paint"
assert_equal 'a pipeline folder' "$(rights "$spool/inbox/paint")" 'runninghub:runninghub-users 2770'
as alice bash -c "umask 0002; echo picture >$spool/inbox/paint/cat.png"
assert_equal 'a dropped file' "$(rights "$spool/inbox/paint/cat.png")" 'alice:runninghub-users 664'
as bob cat "$spool/inbox/paint/cat.png" >/dev/null
as runninghub mv "$spool/inbox/paint/cat.png" "$spool/work/cat.png"
refute as eve ls "$spool/inbox/paint" 2>/dev/null
refute as alice touch "$spool/inbox/here.png" 2>/dev/null
refute as alice ls /etc/runninghubd/keys 2>/dev/null

step 'the units are well formed'
assert_equal 'what systemd-analyze says' "$(systemd-analyze verify runninghubd.service runninghubd.socket 2>&1 |
	grep runninghubd || true)" ''

step 'the sandbox'
systemd-analyze --no-pager security --threshold=11 runninghubd.service >/var/lib/scenario/security || {
	grep '✗' /var/lib/scenario/security
	fail "$(tail -n 1 /var/lib/scenario/security)"
}
tail -n 1 /var/lib/scenario/security

step 'the catalog is known, and the socket listens'
assert_equal 'the listener' "$(systemctl enable --now runninghubd.socket 2>/dev/null &&
	systemctl is-active runninghubd.socket)" active
assert_matches 'the listening socket' "$(ss -Hltn 'sport = 8787')" '127\.0\.0\.1:8787'
assert_equal 'its queue' "$(ss -Hltn 'sport = 8787' | awk '{ print $3 }')" "$(
	backlog=$(sysctl -n net.core.somaxconn)
	echo $((backlog < 4096 ? backlog : 4096))
)"

# By default a flood would put the socket unit into "failed" for good.
assert_equal 'the limit on activations' "$(systemctl show --value -p TriggerLimitIntervalUSec runninghubd.socket)" 0

step 'files laid out for a package'
make --no-print-directory -C "$repository" install BINARY_DIR="$build" DESTDIR=/tmp/package PREFIX=/usr/local >/dev/null
assert grep -qx 'ExecStart=/usr/local/bin/runninghubd run' /tmp/package/usr/local/lib/systemd/system/runninghubd.service
for file in bin/runninghubd bin/runninghubctl lib/systemd/system/runninghubd.socket lib/sysusers.d/runninghubd.conf \
	lib/tmpfiles.d/runninghubd.conf lib/systemd/catalog/runninghubd.catalog lib/systemd/catalog/runninghubd.zh.catalog \
	lib/systemd/catalog/runninghubd.ru.catalog; do
	assert test -e "/tmp/package/usr/local/$file"
done
assert test -f /tmp/package/etc/runninghubd/config.yaml
