# Several people in several groups: each drops and takes in the pipelines of their group, nobody reads another team's files,
# the daemon's state or a key, and what the daemon may not take is told with the command that cures it.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

install_product
# A file that the daemon may not have is told soon.
configure
echo 'inbox: { rescan: 1s }' >/etc/runninghubd/config.d/rescan.yaml
groupadd film
person alice runninghub-users
person bob runninghub-users
person carol film
person dave film
# In both teams, and in none.
person frank runninghub-users film
person eve
# film PIPELINE: a pipeline of the film team
film() {
	cat >"/etc/runninghubd/pipelines.d/$1.yaml" <<-'END'
		ai_app: 2016740236478386178
		group: film
		accept: [any]
		nodes:
		  - { id: 285, field: image, value: "{file}" }
	END
}
film film
cat >/etc/runninghubd/pipelines.d/pair.yaml <<-'END'
	ai_app: 2016740236478386178
	nodes:
	  - { id: 285, field: image, value: "{file:person}" }
	  - { id: 107, field: image, value: "{file:clothes}" }
END

step 'folders of another group are made for nobody else, and the command that makes them is named'
systemctl enable --quiet --now runninghubd.service
await test -d "$spool/inbox/paint"
refute test -e "$spool/inbox/film"
line=$(journal_field MESSAGE | grep 'group film' | head -n 1)
assert_matches 'the line' "$line" 'usermod -aG film runninghub'
assert_matches 'what check tells' "$(runninghubd check 2>&1 || true)" "Run: install -d -o runninghub -g film -m 2770 '$spool/inbox/film' "
# The command as it is told.
cure=${line##*Run: }
bash -c "$cure" || fail "the command that was told: $cure"
await test -d "$spool/inbox/film"
refute grep -q 'install -d' <<<"$(runninghubd check 2>&1 || true)"

step 'owners, groups and modes of every folder that the daemon makes'
for folder in "$spool" "$spool"/{inbox,work,outbox,done,failed}; do
	assert_equal "$folder" "$(rights "$folder")" 'runninghub:runninghub-users 2755'
done
for folder in inbox work outbox 'done' failed; do
	assert_equal "$folder/paint" "$(rights "$spool/$folder/paint")" 'runninghub:runninghub-users 2770'
	assert_equal "$folder/film" "$(rights "$spool/$folder/film")" 'runninghub:film 2770'
done
assert_equal 'the state' "$(rights /var/lib/runninghubd)" 'runninghub:runninghub 700'
assert_equal 'the runtime folder' "$(rights /run/runninghubd)" 'runninghub:runninghub 755'
assert_equal 'the control socket' "$(rights /run/runninghubd/control.sock)" 'runninghub:runninghub 666'
assert_equal 'the folder of keys' "$(rights /etc/runninghubd/keys)" 'root:root 700'
assert_equal 'a key' "$(rights /etc/runninghubd/keys/main)" 'root:root 600'
assert_equal 'files of the state that others may read' "$(find /var/lib/runninghubd -type f \( -perm /007 -o ! -group runninghub \))" ''

# What umasks take rights away from: sources that everybody may read and write.
readonly sources=/var/lib/scenario/sources
mkdir "$sources"
# put NAME UMASK HOW FILE PIPELINE: a picture that this person made with that umask, put into an inbox by cp or mv
put() {
	picture "$sources/$4"
	chmod 0666 "$sources/$4"
	as "$1" bash -c "umask $2 && cp $sources/$4 ~/$4 && $3 ~/$4 $spool/inbox/$5/"
}
done_in() {
	[[ -f $spool/outbox/$1/$2.result.json && -n $(compgen -G "$spool/done/$1/$2.*") ]]
}

step 'dropped by cp with umask 002, 007, 022 and 027'
put alice 0002 cp a002.png paint
put bob 0007 cp b007.png paint
put frank 0022 cp f022.png paint
put alice 0027 cp a027.png paint
put carol 0022 cp c022.png film
# By mv it keeps the group that it was made with.
put dave 0022 mv moved.png film
put dave 0007 cp d007.png film
put frank 0027 cp f027.png film
for stem in a002 b007 f022 a027; do await done_in paint $stem; done
for stem in c022 moved d007 f027; do await done_in film $stem; done

step 'what the daemon makes is for the group to read and write, and for nobody else'
for place in outbox/paint outbox/film; do
	while read -r path; do
		assert_equal "$path" "$(rights "$path")" "runninghub:$(stat -c %G "$spool/$place") 660"
	done < <(find "$spool/$place" -type f ! -name .runninghubd)
done
assert_equal 'the status file' "$(rights "$spool/inbox/film/_STATUS.txt")" 'runninghub:film 660'
assert_equal 'anything that others may read' "$(find "$spool"/*/{paint,film} -type f -user runninghub -perm /007)" ''
# Originals keep the owner and the mode that people gave them.
assert_equal 'an original' "$(rights "$spool/done/film/c022.png")" 'carol:film 644'

step 'results are taken and deleted by anybody of the group'
as bob mv "$spool/outbox/paint/a002.png" /home/bob/
as frank rm "$spool/outbox/paint/a002.result.json" "$spool/done/paint/b007.png"
as dave mv "$spool/outbox/film/c022.png" /home/dave/
as frank rm -f "$spool/outbox/film/d007.result.json"

step 'a file in failed/ and its notes are the group'\''s too, and moving it back runs it again'
cloud_set '{"faults": {"submit": {"errors": [{"code": 433, "fault": {"count": 1}}]}}}'
put carol 0007 cp bad.png film
await test -f "$spool/failed/film/bad.png.error.txt"
await test -f "$spool/failed/film/bad.png"
assert_equal 'its note' "$(rights "$spool/failed/film/bad.png.error.txt")" 'runninghub:film 660'
as dave cat "$spool/failed/film/bad.png.error.txt" >/dev/null
as dave mv "$spool/failed/film/bad.png" "$spool/inbox/film/"
await done_in film bad

step 'the other team, and who is in none, neither list, read, drop nor change anything'
for name in alice eve; do
	for folder in inbox work outbox 'done' failed; do
		refute as "$name" ls "$spool/$folder/film" 2>/dev/null
		refute as "$name" bash -c "cat $spool/$folder/film/*" 2>/dev/null
		refute as "$name" touch "$spool/$folder/film/intruder.png" 2>/dev/null
	done
	# Nor by a name that they know.
	refute as "$name" cat "$spool/outbox/film/c022.result.json" 2>/dev/null
	refute as "$name" rm -f "$spool/outbox/film/c022.result.json" 2>/dev/null
done
for name in carol eve; do
	refute as "$name" ls "$spool/outbox/paint" 2>/dev/null
	refute as "$name" touch "$spool/inbox/paint/intruder.png" 2>/dev/null
done
for name in alice carol frank eve; do
	for folder in "$spool" "$spool/inbox" "$spool/outbox"; do
		refute as "$name" touch "$folder/intruder.png" 2>/dev/null
		refute as "$name" mkdir "$folder/intruder" 2>/dev/null
	done
done

step 'nobody reads the state, the keys or what the service was given'
for name in alice carol frank eve; do
	refute as "$name" ls /var/lib/runninghubd 2>/dev/null
	refute as "$name" cat /var/lib/runninghubd/ledger.sqlite 2>/dev/null
	refute as "$name" ls /etc/runninghubd/keys 2>/dev/null
	refute as "$name" cat /etc/runninghubd/keys/main 2>/dev/null
	refute as "$name" bash -c 'cat /run/credentials/runninghubd.service/*' 2>/dev/null
	refute as "$name" cat "/proc/$(main_pid)/environ" 2>/dev/null
	refute as "$name" ls "/proc/$(main_pid)/root/" 2>/dev/null
done

# reason PATH: what why says of it
reason() {
	runninghubctl why "$1"
}
tells_cure() {
	[[ $(reason "$1") == *"Cure: $2"* ]]
}
# cure PATH: the command that why names for it
cure() {
	reason "$1" | sed -n 's/.*Cure: //p' | head -n 1
}
told_in_journal() {
	journal RUNNINGHUB_FILE="$1" | jq -r .MESSAGE | grep -qF "$2"
}
told_in_folder() {
	grep -qF "$2" "$spool/inbox/$1/_STATUS.txt"
}
# stuck NAME FILE PIPELINE COMMAND: it stays, is told three ways, and the told command, run by its owner, cures it
stuck() {
	local path=$spool/inbox/$3/$2 command
	await tells_cure "$path" "$4"
	command=$(cure "$path")
	await told_in_journal "$2" "$command"
	await told_in_folder "$3" "$command"
	assert test -e "$path"
	as "$1" bash -c "$command" || fail "the command that was told: $command"
	echo "  $command"
}

step 'a file that only its owner may read stays, until the command that is told is run'
put alice 0077 cp a077.png paint
stuck alice a077.png paint 'chmod g+r'
await done_in paint a077

step 'one that was moved in with its own group'
picture /home/carol/own.png
chown carol:carol /home/carol/own.png
chmod 0600 /home/carol/own.png
as carol mv /home/carol/own.png "$spool/inbox/film/"
stuck carol own.png film 'chgrp --reference='
await done_in film own

# folder NAME UMASK FOLDER: a folder with two pictures, copied into the inbox of pair with that umask
folder() {
	mkdir "$sources/$3"
	picture "$sources/$3/person.png"
	picture "$sources/$3/clothes.png"
	chmod -R a+rwX "$sources/$3"
	as "$1" bash -c "umask $2 && cp -r $sources/$3 $spool/inbox/pair/"
}

step 'a folder dropped with umask 007 is taken; with 022, 027 and 077 it stays until the command is run'
folder alice 0007 f007
await test -f "$spool/outbox/pair/f007.result.json"
for mask in 022 027 077; do
	folder bob "0$mask" "f$mask"
	stuck bob "f$mask" pair 'chgrp -R --reference='
	await test -f "$spool/outbox/pair/f$mask.result.json"
done
await test -d "$spool/done/pair/f077"
assert_equal 'what is left in the inbox' "$(find "$spool/inbox/pair" -mindepth 1 ! -name '.*' ! -name _STATUS.txt)" ''

step 'a new pipeline of a group that does not exist waits, and is told'
film sound
sed -i 's/group: film/group: sound/' /etc/runninghubd/pipelines.d/sound.yaml
systemctl restart runninghubd.service
told_group() { journal_field MESSAGE | grep -q "groupadd --system sound"; }
await told_group
refute test -e "$spool/inbox/sound"
