# A real Prometheus scrapes the daemon; its tools have nothing to say against the figures, the alert rules and the dashboard.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

readonly figures=http://127.0.0.1:9787/metrics prometheus=http://127.0.0.1:9090
readonly examples=/usr/share/doc/runninghubd/examples/prometheus

cloud_set '{"answers": {"usage": "coins"}}'
set_up $'metrics: { listen: 127.0.0.1:9787 }\nhooks: { program: [/bin/true] }'
# With a certificate of its own, so that there is a figure of it; the cloud's calls fail at it, and this one does not.
openssl req -x509 -newkey rsa:2048 -nodes -keyout /run/own.key -out /run/own.pem -days 90 -subj /CN=own 2>/dev/null
install -D -o runninghub -m 600 -t /etc/runninghubd/tls /run/own.key /run/own.pem
cat >/etc/runninghubd/config.d/tls.yaml <<-'END'
	webhook:
	  certificate: /etc/runninghubd/tls/own.pem
	  certificate_key: /etc/runninghubd/tls/own.key
END
systemctl restart runninghubd.service

# value QUERY: what Prometheus has for it
value() {
	curl -sSf --get --data-urlencode "query=$1" "$prometheus/api/v1/query" | jq -r '.data.result[0].value[1] // empty'
}
has_value() {
	[[ $(value "$1") == "$2" ]]
}
# families FILE: the names of its families
families() {
	sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' "$1" | sort -u
}

step 'figures of all kinds'
drop cat.png
assert_delivered_once cat
callback=$(cloud_record '.submissions[-1].webhook_url')
curl -sSfk -o /dev/null -X POST --data '{}' "${callback/http:/https:}"
cloud_set '{"faults": {"submit": {"errors": [{"code": 433, "fault": {"count": 1}}]}}}'
drop bad.png
await test -f "$spool/failed/paint/bad.png"
curl -sk -o /dev/null -X POST --data '{}' "${listener/http:/https:}/callback/0123456789ab/1/5TCcsLqSaGmoh9P2d8Q9Sr7Afr9urmoT_k1pnY9WTr4"
person carol runninghub-admin
as carol runninghubctl account >/dev/null
await says 'The end of paint/bad\.png was told outside'
curl -sSf "$figures" >/run/figures
assert promtool check metrics </run/figures
assert_equal 'what the control socket has' "$(runninghubctl metrics >/run/asked && families /run/asked)" "$(families /run/figures)"
for address in "${figures%/metrics}/" "${figures%/metrics}/status"; do
	assert_equal "the answer of $address" "$(curl -s -o /dev/null -w '%{http_code}' "$address")" 404
done

step 'each has its row in docs/monitoring.md, and each row is of one'
# shellcheck disable=SC2016
grep -oE '^\| `[^|]*\|' /repository/docs/monitoring.md | grep -oE '`[a-z_]+`' | tr -d '`' | sort -u >/run/rows
families /run/figures | sed -n 's/^runninghubd_//p' >/run/names
assert_equal 'figures without a row' "$(comm -13 /run/rows /run/names)" ''
assert_equal 'rows without a figure' "$(comm -23 /run/rows /run/names)" ''

step 'the rules and the dashboard use what there is'
assert promtool check rules "$examples/runninghubd.rules.yaml"
for file in runninghubd.rules.yaml grafana-dashboard.json; do
	used=$(grep -oE 'runninghubd_[a-z_]+' "$examples/$file" | sed -E 's/_(bucket|sum|count)$//' | sort -u)
	assert_equal "what $file uses and is not there" "$(comm -23 <(echo "$used") <(families /run/figures))" ''
done
assert jq --exit-status '.panels | length > 5' "$examples/grafana-dashboard.json" >/dev/null

step 'Prometheus scrapes it'
mkdir -p /run/prometheus
cp "$examples/runninghubd.rules.yaml" /run/prometheus/
{
	printf 'global: { scrape_interval: 1s, evaluation_interval: 1s }\n'
	cat "$examples/scrape.yaml"
} >/run/prometheus/prometheus.yml
assert promtool check config /run/prometheus/prometheus.yml
systemd-run --quiet --unit=scraper --working-directory=/run/prometheus prometheus --config.file=/run/prometheus/prometheus.yml \
	--storage.tsdb.path=/run/prometheus/data --web.listen-address=127.0.0.1:9090
await has_value 'up{job="runninghubd"}' 1
await has_value 'runninghubd_jobs{pipeline="paint",state="delivered"}' 1
await has_value 'sum(runninghubd_jobs_ended_total)' 2
await has_value 'runninghubd_billed_coins' 6
await has_value 'runninghubd_refusals_total{code="433"}' 1
await has_value 'runninghubd_callbacks_total{outcome="forged"}' 1
await has_value 'runninghubd_stage_duration_seconds_count{stage="task"}' 1
await has_value 'runninghubd_health_level' 0

step 'an alert is on its way when everything is held'
runninghubctl hold --all >/dev/null
await has_value 'runninghubd_health_level' 2
await has_value 'ALERTS{alertname="RunninghubdCritical",alertstate="pending"}' 1
rules=$(curl -sSf "$prometheus/api/v1/rules" | jq -r '[.data.groups[].rules[] | select(.health != "ok") | .name] | join(" ")')
assert_equal 'rules that cannot be evaluated' "$rules" ''
systemctl stop scraper.service

step 'an address that others reach is refused'
sed -i 's/127.0.0.1:9787/0.0.0.0:9787/' /etc/runninghubd/config.yaml
refute runninghubd check 2>/run/said
assert grep -q "'listen' must be an address that only this machine reaches" /run/said

step 'the timer and the OnFailure= of docs/monitoring.md send their mails'
awk '/^```ini/ { number++; inside = 1; next } /^```/ { inside = 0 } inside { print > "/run/block" number }' /repository/docs/monitoring.md
printf '#!/bin/sh\n{ echo "$@"; cat; } >>/run/mails\n' >/usr/local/bin/mail
chmod +x /usr/local/bin/mail
cp /run/block1 /etc/systemd/system/runninghubd-health.service
cp /run/block2 /etc/systemd/system/runninghubd-health.timer
cp /run/block3 /etc/systemd/system/runninghubd-failed.service
mkdir -p /etc/systemd/system/runninghubd.service.d
printf '[Unit]\nOnFailure=runninghubd-failed.service\n' >/etc/systemd/system/runninghubd.service.d/failure.conf
systemctl daemon-reload
systemctl enable --quiet --now runninghubd-health.timer
assert_equal 'the timer' "$(unit_property runninghubd-health.timer ActiveState)" active
assert test "$(unit_property runninghubd-health.timer NextElapseUSecRealtime | wc -c)" -gt 1
systemctl start runninghubd-health.service
assert grep -q 'CRITICAL: ' /run/mails
: >/run/mails
# The address that was refused above stands in the file still.
refute systemctl restart runninghubd.service 2>/dev/null
await grep -q "'runninghubd check .* lists every mistake" /run/mails
assert grep -q '^-s runninghubd failed on ' /run/mails
