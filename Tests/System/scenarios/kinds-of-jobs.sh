# A folder that is one job, parameters beside a file, and a file that is loaded by address, dropped as people do, in the sandbox.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

install_product
configure
cat >/etc/runninghubd/pipelines.d/restyle.yaml <<-'END'
	ai_app: 2016740236478386178
	nodes:
	  - { id: 285, field: image, value: "{file:person}" }
	  - { id: 107, field: image, value: "{file:clothes}" }
	  - { id: 6, field: text, value: "{param:prompt|plain}" }
END
cat >/etc/runninghubd/pipelines.d/large.yaml <<-'END'
	workflow: 1904136902449209346
	api: v1
	limits: { upload: 1MB }
	nodes:
	  - { id: 12, field: url, value: "{url}" }
END
cloud_set '{"tasks": {"manual": true}}'
person alice runninghub-users
systemctl enable --quiet --now runninghubd.service
await test -d "$spool/inbox/restyle"

step 'alice copies a folder with two pictures and its parameters'
mkdir -m 2770 /home/alice/ann
picture /home/alice/ann/person.png
picture /home/alice/ann/clothes.png
printf 'params:\n  prompt: "in snow"\n' >/home/alice/ann/job.yaml
chown -R alice:runninghub-users /home/alice/ann
chmod 0660 /home/alice/ann/*
as alice bash -c "umask 0007 && cp -r /home/alice/ann $spool/inbox/restyle/"
await running_tasks 1
assert_equal 'what the task was given' "$(cloud_record '.submissions[0].nodes | map(.node_id) | join(" ")')" '285 107 6'
assert_equal 'its prompt' "$(cloud_record '.submissions[0].nodes[2].value')" 'in snow'
assert_equal 'its uploads' "$(cloud_record '.submissions[0].uploads | length')" 2
finish_tasks
await test -f "$spool/outbox/restyle/ann.result.json"
await test -f "$spool/done/restyle/ann/job.yaml"
assert_equal 'rights of the folder in done' "$(stat -c %G "$spool/done/restyle/ann")" runninghub-users
refute compgen -G "$spool/work/restyle/*"

step 'a folder that nobody else may move stays, and why tells the cure'
as alice bash -c "umask 0022 && mkdir /home/alice/bob && cp /home/alice/ann/*.png /home/alice/bob/ && cp -r /home/alice/bob $spool/inbox/restyle/"
knows() {
	[[ $(runninghubctl why "$spool/inbox/restyle/bob") =~ $1 ]]
}
await knows 'chmod'
refute running_tasks 1

step 'a large file is given away by address, to who has it, while its task runs'
picture /home/alice/big.png 3000000
chown alice:runninghub-users /home/alice/big.png
chmod 0660 /home/alice/big.png
as alice bash -c "umask 0007 && cp /home/alice/big.png $spool/inbox/large/"
await running_tasks 1
address=$(cloud_record '[.submissions[] | .nodes[] | .value | strings | select(startswith("http"))][0]')
assert_matches 'the address' "$address" "^$listener/input/.*/big.png\$"
assert_equal 'what it gives' "$(curl -sSf "$address" | sha256sum)" "$(sha256sum </home/alice/big.png)"
assert_equal 'a part of it' "$(curl -sSf -r 100-199 "$address" | sha256sum)" "$(dd if=/home/alice/big.png bs=1 skip=100 count=100 status=none | sha256sum)"
assert_equal 'what a stranger gets' "$(curl -s -o /dev/null -w '%{http_code}' "${address/big.png/small.png}")" 404
refute grep -qa "${address##*/input/}" <(journalctl --quiet --output=export)
finish_tasks
await test -f "$spool/outbox/large/big.result.json"
await test -f "$spool/done/large/big.png"
assert_equal 'what the address gives now' "$(curl -s -o /dev/null -w '%{http_code}' "$address")" 404
assert_equal 'uploads' "$(cloud_record '.uploads | length')" 2
