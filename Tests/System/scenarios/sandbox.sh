# The service as it is shipped: no privilege, nothing to write in but its own folders, nothing of other people in sight; whole jobs
# go through, and what it must not be able to do fails.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

set_up
drop cat.png
assert_delivered_once cat
pid=$(main_pid)

step 'its exposure'
systemd-analyze --no-pager security --threshold=11 runninghubd.service >/var/lib/scenario/security ||
	fail "$(tail -n 1 /var/lib/scenario/security)"
tail -n 1 /var/lib/scenario/security
refute systemd-analyze --no-pager security --threshold=10 runninghubd.service >/dev/null 2>&1

step 'no capability, no way to one, calls are filtered'
status_field() {
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$pid/status"
}
for set in CapInh CapPrm CapEff CapBnd CapAmb; do assert_equal "$set" "$(status_field $set)" 0000000000000000; done
assert_equal 'NoNewPrivs' "$(status_field NoNewPrivs)" 1
assert_equal 'Seccomp' "$(status_field Seccomp)" 2
assert_equal 'its user' "$(status_field Uid)" "$(id -u runninghub | sed 's/.*/&\t&\t&\t&/')"

step 'the mounts that it may write to'
# Fields of mountinfo: 5 the place, 6 its options; behind " - " the file system.
awk '$6 ~ /(^|,)rw(,|$)/ { for (i = 7; $i != "-"; i++); print $5, $(i + 1) }' "/proc/$pid/mountinfo" | sort |
	tee /var/lib/scenario/writable
# Of devices only null, zero, random and the like are there; /tmp and /run are its own, and of /run only its folder is its to write in.
unexpected=$(grep -vE '^/(dev(/[a-z]+)?|tmp|var/tmp|run(/runninghubd)?|var/lib/runninghubd|var/spool/runninghubd|proc) ' \
	/var/lib/scenario/writable || true)
assert_equal 'mounts that are writable beside them' "$unexpected" ''

# within COMMAND…: run as the daemon's user, in its view of the file system
within() {
	nsenter --target "$pid" --mount --root --wd=/ setpriv --reuid runninghub --regid runninghub \
		--groups "$(id -G runninghub | tr ' ' ,)" --bounding-set=-all --inh-caps=-all --no-new-privs "$@"
}

step 'every folder that it could write to'
# Not in /usr and /sys, which are large, and by the above no mounts to write to. Folders that it may not read make find fail.
{ within find / \( -path /proc -o -path /usr -o -path /sys \) -prune -o -type d -writable -print 2>/dev/null || true; } |
	sort >/var/lib/scenario/folders
unexpected=$(grep -vE '^/(dev/(shm|mqueue)|tmp|var/tmp|run/runninghubd|var/lib/runninghubd|var/spool/runninghubd)(/|$)' \
	/var/lib/scenario/folders || true)
assert_equal 'folders that are writable beside its own' "$unexpected" ''
for folder in /var/lib/runninghubd "$spool/outbox/paint" /run/runninghubd; do
	assert grep -qx "$folder" /var/lib/scenario/folders
done

step 'what it does not see'
refute within ls /home 2>/dev/null
refute within ls /root 2>/dev/null
refute within ls /boot 2>/dev/null
refute within ls /etc/runninghubd/keys 2>/dev/null
assert_equal 'programs of others' "$(within find /proc -maxdepth 1 -name '[0-9]*' -not -user runninghub 2>/dev/null)" ''

# The shipped unit with a probe instead of the daemon: all of its options are in force.
cat >/etc/runninghubd/probe <<'END'
# must_fail COMMAND…
must_fail() {
	if "$@" >/dev/null 2>&1; then echo "succeeded: $*"; fi
}
must() {
	"$@" >/dev/null 2>&1 || echo "failed: $*"
}
for folder in / /etc /etc/runninghubd /usr /usr/bin /home /root /run /run/systemd /var /var/lib /var/spool /sys /sys/kernel \
	/proc/sys/kernel /sys/fs/cgroup /lib /opt /srv /dev; do
	must_fail touch "$folder/probe"
done
must_fail mount -t tmpfs tmpfs /tmp
must_fail umount /usr
must_fail mount -o remount,rw /usr
must_fail unshare --user --map-root-user true
must_fail unshare --net true
must_fail mknod /tmp/device c 1 3
must_fail cat /dev/kmsg
must_fail chown root /tmp
must_fail chroot / true
touch /tmp/program
must_fail chmod u+s /tmp/program
must_fail chmod g+s /tmp/program
must_fail hostname probe
must_fail date --set=2020-01-01
must_fail nice -n -5 false
must_fail setpriv --reuid 0 true
must_fail chrt --fifo 1 true
must_fail prlimit --nofile=100000:100000 true
must_fail kill -0 1
must_fail ping -c 1 127.0.0.1
must_fail bash -c 'exec 3<>/dev/udp/224.0.0.1/9 && echo x >&3'
must_fail python3 -c 'import mmap; mmap.mmap(-1, 4096, prot=7)'
must_fail modprobe dummy
# While what it lives by works.
must touch /var/lib/runninghubd/probe /run/runninghubd/probe "$SPOOL/outbox/paint/probe" /tmp/probe
must rm /var/lib/runninghubd/probe "$SPOOL/outbox/paint/probe"
must test -r "$CREDENTIALS_DIRECTORY/key_main"
must_fail touch "$CREDENTIALS_DIRECTORY/key_probe"
echo probed
END
sed -e 's,^ExecStart=.*,ExecStart=/bin/bash /etc/runninghubd/probe,' -e 's,^Type=.*,Type=oneshot,' -e '/^ExecReload=/d' \
	-e 's/^Restart=.*/Restart=no/' -e '/^RestartPreventExitStatus=/d' -e '/^WatchdogSec=/d' -e '/runninghubd.socket/d' \
	/usr/lib/systemd/system/runninghubd.service >/run/systemd/system/probe.service
sed -i "s,^\[Service\],&\nStandardOutput=append:/var/lib/scenario/probe\nEnvironment=SPOOL=$spool," \
	/run/systemd/system/probe.service
systemctl stop runninghubd.service
systemctl daemon-reload

step 'what it tries beside that fails, in the very sandbox'
assert systemctl start probe.service
assert_equal 'what the probe says' "$(</var/lib/scenario/probe)" probed
# The probe can tell: without the sandbox most of it succeeds.
SPOOL=$spool CREDENTIALS_DIRECTORY=/etc/runninghubd/keys bash /etc/runninghubd/probe >/var/lib/scenario/free 2>&1 || true
assert test "$(grep -c succeeded /var/lib/scenario/free)" -ge 15

step 'and the service still works'
systemctl start runninghubd.service
drop dog.png
assert_delivered_once dog
