# A ledger of an older version is copied before it is brought up to date, and tasks under way live through it; an older
# program refuses a newer ledger with 78 and names the copy, and what it says to do works.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

readonly ledger=/var/lib/runninghubd/ledger.sqlite
readonly copy=/var/lib/runninghubd/ledger-schema-4.sqlite
cloud_set '{"tasks": {"manual": true}}'
set_up

stop_daemon() { systemctl stop runninghubd.service runninghubd.socket; }
# sql STATEMENTS: on the ledger of a daemon that is stopped, as its user
sql() {
	runuser -u runninghub -- sqlite3 "$ledger" "$1"
}

step 'a task runs when the daemon is stopped, with a ledger of the version before'
drop a.png
await running_tasks 1
await reached running
stop_daemon
sql "DROP INDEX jobs_waiting; DROP INDEX jobs_joined; DROP INDEX jobs_joined_due; DROP INDEX jobs_origin; DROP INDEX jobs_kept; DROP INDEX jobs_file; DROP INDEX jobs_duty;
	DROP INDEX jobs_program; DROP INDEX jobs_url;
	ALTER TABLE jobs DROP COLUMN calls; ALTER TABLE jobs DROP COLUMN program_due_at; ALTER TABLE jobs DROP COLUMN url_due_at;
	ALTER TABLE jobs DROP COLUMN upload_preparation;
	ALTER TABLE jobs DROP COLUMN joined; ALTER TABLE jobs DROP COLUMN kept_since;
	CREATE INDEX jobs_waiting ON jobs (pipeline, seq) WHERE state = 'queued' AND claimed = 1;
	CREATE INDEX jobs_duty ON jobs (due_at) WHERE duty <> 'none';
	ALTER TABLE attempts DROP COLUMN other_names;
	DELETE FROM grdb_migrations WHERE identifier IN ('guards', 'names', 'fairness', 'hooks');"

step 'the newer version copies it first, and the task is delivered, paid once'
systemctl start runninghubd.socket runninghubd.service
await says "brought from schema 4 to 8; a copy of it as it was lies in $copy"
assert_equal 'rights of the copy' "$(rights "$copy")" 'runninghub:runninghub 600'
assert_equal 'what is in the copy' "$(sqlite3 "file:$copy?immutable=1" 'PRAGMA integrity_check; SELECT state FROM jobs')" $'ok\nrunning'
finish_tasks
assert_delivered_once a

step 'an older version refuses a newer ledger with 78, and names the copy'
stop_daemon
sql "INSERT INTO grdb_migrations (identifier) VALUES ('of a later version');"
systemctl reset-failed
refute systemctl start runninghubd.service
await unit_is runninghubd.service ExecMainStatus 78
await says "schema 9; this one knows 8.*Install that version again.*cp -p '$copy' '$ledger'"

step 'going back as it says, everything is held, and what was paid is not paid again'
stop_daemon
mkdir /var/lib/scenario/newer
mv "$ledger"* /var/lib/scenario/newer
cp -p "$copy" "$ledger"
systemctl reset-failed
systemctl start runninghubd.socket runninghubd.service
await says 'Everything is held'
assert_equal 'submissions in all' "$(cloud_record '.submissions | length')" 1
