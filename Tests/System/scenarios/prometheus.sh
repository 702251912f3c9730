# A real Prometheus scrapes the daemon; its tools have nothing to say against the figures, the alert rules and the dashboard.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

readonly figures=http://127.0.0.1:9787/metrics prometheus=http://127.0.0.1:9090
readonly examples=/usr/share/doc/runninghubd/examples/prometheus

cloud_set '{"answers": {"usage": "coins"}}'
set_up 'metrics: { listen: 127.0.0.1:9787 }'

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
cloud_set '{"faults": {"submit": {"errors": [{"code": 433, "fault": {"count": 1}}]}}}'
drop bad.png
await test -f "$spool/failed/paint/bad.png"
curl -s -o /dev/null -X POST --data '{}' "$listener/callback/0123456789ab/1/5TCcsLqSaGmoh9P2d8Q9Sr7Afr9urmoT_k1pnY9WTr4"
person carol runninghub-admin
as carol runninghubctl account >/dev/null
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
