# People on Windows and macOS drop and take over a Samba share, others over SFTP: with the shipped definitions and the real servers.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

readonly examples=/usr/share/doc/runninghubd/examples configuration=/etc/samba/scenario.conf
readonly inbox=$spool/inbox/paint outbox=$spool/outbox/paint

set_up
person bob runninghub-users
install -d /var/lib/scenario/samba

# --- Samba

# smb PERSON COMMANDS: what smbclient says; fails as it does
smb() {
	smbclient --configfile="$configuration" --quiet --user="$1%secret-$1" //127.0.0.1/runninghub --command "$2" 2>/run/smbclient
}
# uploads_of SHA256: how often that content was uploaded
uploads_of() {
	cloud_record "[.uploads[] | select(.sha256 == \"$1\")] | length"
}
sum_of() {
	sha256sum <"$1" | cut -d' ' -f1
}

step 'the share is there'
cat >"$configuration" <<END
[global]
	server role = standalone server
	map to guest = never
	interfaces = lo
	bind interfaces only = yes
	disable netbios = yes
	smb ports = 445
	log file = /var/lib/scenario/smbd.log
	private dir = /var/lib/scenario/samba
	lock directory = /var/lib/scenario/samba
	state directory = /var/lib/scenario/samba
	cache directory = /var/lib/scenario/samba
	pid directory = /var/lib/scenario/samba
	ncalrpc dir = /var/lib/scenario/samba/ncalrpc
	load printers = no
	include = $examples/samba/runninghubd.conf
END
assert testparm --suppress-prompt "$configuration" >/var/lib/scenario/testparm 2>&1
refute grep -i 'unknown\|ignoring' /var/lib/scenario/testparm
for name in alice bob eve; do
	printf '%s\n%s\n' "secret-$name" "secret-$name" | smbpasswd -c "$configuration" -s -a "$name" >/dev/null
done
smbd --daemon --no-process-group --configfile="$configuration"
await smb alice ls
refute smb eve ls >/dev/null 2>&1

step 'alice drops a picture, bob takes the result and deletes it'
picture /home/alice/cat.png 400000
smb alice "cd inbox/paint; put /home/alice/cat.png cat.png" >/dev/null
assert_delivered_once cat
assert_equal 'rights of the original' "$(rights "$spool/done/paint/cat.png")" 'alice:runninghub-users 660'
result=$(jq -r '.outputs[0].file' "$outbox/cat.result.json") sum=$(jq -r '.outputs[0].sha256' "$outbox/cat.result.json")
smb bob "cd outbox/paint; get $result /home/bob/taken; del $result; del cat.result.json" >/dev/null
assert_equal 'what bob has' "$(sum_of /home/bob/taken)" "$sum"
refute compgen -G "$outbox/cat*"

step 'a folder of pictures, as Explorer copies it'
for name in a b; do picture "/home/alice/$name.png"; done
smb alice "cd inbox/paint; mkdir album; cd album; put /home/alice/a.png a.png; put /home/alice/b.png b.png" >/dev/null
for name in a b; do await test -f "$outbox/album/$name.result.json"; done
await test -f "$spool/done/paint/album/b.png"

step 'under another name first, as browsers and synchronisers do'
picture /home/alice/renamed.png
smb alice "cd inbox/paint; put /home/alice/renamed.png renamed.png.part; rename renamed.png.part renamed.png" >/dev/null
assert_delivered_once renamed

step 'a copy that stalls is taken when it is whole'
picture /home/alice/slow.png 400000
mkfifo /home/alice/pipe
smb alice 'cd inbox/paint; put /home/alice/pipe slow.png' >/dev/null &
copy=$!
{
	head -c 100000 /home/alice/slow.png
	# Longer than the quiet time and a look through the inbox.
	sleep 5
	tail -c +100001 /home/alice/slow.png
} >/home/alice/pipe
wait "$copy"
assert_delivered_once slow
assert_equal 'uploads of it' "$(cloud_record '[.uploads[] | select(.bytes > 300000 and .bytes < 400069)] | length')" 0
assert_equal 'uploads of it as it is' "$(uploads_of "$(sum_of /home/alice/slow.png)")" 1

step "what Explorer and Finder leave behind stays out, and the daemon's own is not seen"
for name in Thumbs.db .DS_Store ._cat.png desktop.ini; do
	smb alice "cd inbox/paint; put /home/alice/a.png $name" >/dev/null 2>&1 || true
	refute test -e "$inbox/$name"
done
listing=$(smb alice 'cd inbox/paint; ls')
refute grep -q 'runninghubd' <<<"$listing"
assert grep -q '_STATUS.txt' <<<"$listing"
smb alice 'cd inbox/paint; del .runninghubd' >/dev/null 2>&1 || true
assert test -f "$inbox/.runninghubd"

# --- SFTP

step 'bob drops and takes over SFTP, and has nothing else'
ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/scenario_host_key
install -d -o bob -g bob -m 0700 /home/bob/.ssh
ssh-keygen -q -t ed25519 -N '' -f /home/bob/.ssh/id_ed25519
cp /home/bob/.ssh/id_ed25519.pub /home/bob/.ssh/authorized_keys
chown -R bob:bob /home/bob
# No password, and not locked.
usermod --password '*' bob
mkdir -p /run/sshd
{
	printf 'ListenAddress 127.0.0.1\nPort 2222\nHostKey /etc/ssh/scenario_host_key\nPidFile /run/scenario-sshd.pid\nUsePAM no\n'
	# As Debian's own configuration has it.
	printf 'Subsystem sftp /usr/lib/openssh/sftp-server\n'
	cat "$examples/sftp/runninghubd.conf"
} >/etc/ssh/scenario_config
assert /usr/sbin/sshd -t -f /etc/ssh/scenario_config
/usr/sbin/sshd -f /etc/ssh/scenario_config -E /var/lib/scenario/sshd.log
readonly options=(-q -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o BatchMode=yes)
# sftp_as_bob COMMANDS
sftp_as_bob() {
	as bob sftp "${options[@]}" -P 2222 -b - bob@127.0.0.1 <<<"$1" >/dev/null
}
mkdir /home/bob/series
for name in one two; do picture "/home/bob/series/$name.png"; done
picture /home/bob/dog.png 400000
chmod 0755 /home/bob/series
chmod 0644 /home/bob/dog.png /home/bob/series/*
chown -R bob:bob /home/bob/series /home/bob/dog.png
sftp_as_bob 'put /home/bob/dog.png inbox/paint/dog.png'
assert_delivered_once dog
# Most programs make folders without asking for a mode; OpenSSH's own puts one with the mode that it has here.
sftp_as_bob $'mkdir inbox/paint/made\nput /home/bob/series/one.png inbox/paint/made/one.png'
await test -f "$outbox/made/one.result.json"
rm /home/bob/series/one.png
picture /home/bob/series/one.png
chown bob:bob /home/bob/series/one.png
chmod 0644 /home/bob/series/one.png
sftp_as_bob 'put -r /home/bob/series inbox/paint/'
kept() { grep -q 'series.*chmod' "$inbox/_STATUS.txt"; }
await kept
sftp_as_bob 'chmod 770 inbox/paint/series'
for name in one two; do await test -f "$outbox/series/$name.result.json"; done
await test -f "$spool/done/paint/series/two.png"
result=$(jq -r '.outputs[0].file' "$outbox/dog.result.json") sum=$(jq -r '.outputs[0].sha256' "$outbox/dog.result.json")
sftp_as_bob "get outbox/paint/$result /home/bob/taken-too"
assert_equal 'what bob has' "$(sum_of /home/bob/taken-too)" "$sum"
refute as bob ssh "${options[@]}" -p 2222 bob@127.0.0.1 id >/run/shell 2>&1
refute grep -q uid= /run/shell

step 'everything was submitted once'
assert_equal 'submissions' "$(cloud_record '.submissions | length')" 9
assert_equal 'what is left in the inbox' "$(find "$inbox" -type f ! -name _STATUS.txt ! -name .runninghubd)" ''
