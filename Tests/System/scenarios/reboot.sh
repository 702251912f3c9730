# A reboot with tasks running ends in exactly one result and one submission each.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

if ((BOOT == 1)); then
	cloud_set '{"tasks": {"manual": true, "when_full": "queue"}}'
	set_up 'outbox: { manifest: beside }'
	sed -i 's/^api:$/&\n  keys: [{ name: main, credential: key_main, concurrency: 3 }]/' /etc/runninghubd/config.yaml
	systemctl restart runninghubd.service
	for stem in one two three four; do drop "$stem.png"; done
	await running_tasks 3
	reboot_machine
fi

step 'the service is there again, and its tasks end'
await service_is active
# The fourth waits for a slot, which the first three give back.
all_delivered() {
	finish_tasks
	for stem in one two three four; do delivered "$stem" || return 1; done
}
await all_delivered
for stem in one two three four; do assert_delivered_once "$stem"; done
assert_equal 'submissions' "$(cloud_record '.submissions | length')" 4
assert_equal 'boots that the journal knows' "$(journal_field _BOOT_ID | sort -u | wc -l)" 2
