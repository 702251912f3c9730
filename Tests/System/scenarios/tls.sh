# TLS by the daemon itself: no proxy, a port of its own, a certificate that is renewed by reload under callbacks.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

readonly public=https://media.example.com:8443 certificates=/etc/runninghubd/tls
readonly callbacks=/var/lib/scenario/callbacks

# A simulator within the machine trusts whom the machine trusts.
readonly inner=http://127.0.0.1:8902

authority() {
	printf '127.0.0.1 media.example.com\n' >>/etc/hosts
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /tmp/authority.key -out /tmp/authority.pem -days 2 \
		-subj /CN=authority 2>/dev/null
	cat /tmp/authority.pem >>/etc/ssl/certs/ca-certificates.crt
}

# issue NAME DAYS: a certificate and its key, as a certificate authority's client leaves them for root alone
issue() {
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "/tmp/$1.key" -out "/tmp/$1.csr" -subj "/CN=$1" 2>/dev/null
	openssl x509 -req -in "/tmp/$1.csr" -CA /tmp/authority.pem -CAkey /tmp/authority.key -CAcreateserial -days "$2" \
		-extfile <(echo subjectAltName=DNS:media.example.com) -out "/tmp/$1.pem" 2>/dev/null
}

# deploy NAME: as the hook in docs/listener.md does
deploy() {
	install -D -o runninghub -m 600 "/tmp/$1.pem" "$certificates/fullchain.pem"
	install -D -o runninghub -m 600 "/tmp/$1.key" "$certificates/privkey.pem"
}

# serves NAME: whoever connects now is shown that certificate
serves() {
	[[ $(openssl s_client -connect 127.0.0.1:8443 -servername media.example.com </dev/null 2>/dev/null | openssl x509 -noout -serial) == \
		"$(openssl x509 -in "/tmp/$1.pem" -noout -serial)" ]]
}

# call_back: genuine addresses of jobs that are not there, each on a connection of its own, until the file is gone
call_back() {
	while [[ -e $callbacks ]]; do
		curl -s -o /dev/null -w '%{http_code}\n' --max-time 20 "$public/healthz" >>"$callbacks.codes" || echo "curl $?" >>"$callbacks.codes"
	done
}

authority
issue first 90
issue second 90
issue short 5
/build/runninghub-simulator --listen 127.0.0.1:8902 --key "main=$key" --task-time 200ms --quiet &
await curl -sf -o /dev/null "$inner/simulator/record"

step 'installed, with a certificate that the service may not read: told with the command that cures it'
install_product
configure
sed -i "s,base_url:.*,base_url: $inner," /etc/runninghubd/config.yaml
sed -i "s,public_url:.*,public_url: $public\n  certificate: $certificates/fullchain.pem\n  certificate_key: $certificates/privkey.pem," \
	/etc/runninghubd/config.yaml
person alice runninghub-users
install -D -m 644 /tmp/first.pem "$certificates/fullchain.pem"
install -m 600 /tmp/first.key "$certificates/privkey.pem"
answer=$(runninghubd check 2>&1) && fail "check said that all is well: $answer"
assert_matches 'check' "$answer" "config\.yaml:[0-9]+:[0-9]+: The certificate's key in $certificates/privkey\.pem cannot be used.*install -o runninghub -m 600"

step 'a socket on all addresses, on a port of its own'
deploy first
assert_matches 'check' "$(runninghubd check 2>&1)" 'all is well'
mkdir -p /etc/systemd/system/runninghubd.socket.d
printf '[Socket]\nListenStream=\nListenStream=8443\n' >/etc/systemd/system/runninghubd.socket.d/port.conf
systemctl daemon-reload
systemctl enable --quiet --now runninghubd.service
assert serves first
assert_matches 'check --online' "$(runninghubd check --online 2>&1)" 'leads here'
refute curl -s -o /dev/null --max-time 20 http://media.example.com:8443/healthz

step 'RunningHub calls back over it'
drop one.png
await delivered one
await reached delivered one.png
assert_matches 'the story' "$(journal_field MESSAGE RUNNINGHUB_FILE=one.png)" 'RunningHub called back for paint/one\.png'

step 'renewed by a reload, under calls: none fails'
touch "$callbacks"
for _ in 1 2 3 4; do call_back & done
deploy second
systemctl reload runninghubd.service
assert serves second
for _ in 1 2 3 4 5; do
	deploy first
	systemctl reload runninghubd.service
	assert serves first
	deploy second
	systemctl reload runninghubd.service
	assert serves second
done
systemctl restart runninghubd.service
assert serves second
rm "$callbacks"
for job in $(jobs -p); do
	# The simulator stays.
	[[ $job == "$(jobs -p | head -n 1)" ]] || wait "$job"
done
assert_equal 'the answers' "$(sort -u "$callbacks.codes")" 200
echo "  $(wc -l <"$callbacks.codes") calls, each answered"
assert says 'The listener has a new certificate, valid until 20'

step 'the key of another certificate: the reload fails visibly, and the old one stays'
install -o runninghub -m 600 /tmp/first.key "$certificates/privkey.pem"
refute systemctl reload runninghubd.service 2>/dev/null
assert serves second
await says "The reload .* was refused.* The key in $certificates/privkey\.pem is not that of the certificate"
answer=$(runninghubd check 2>&1) && fail "check said that all is well: $answer"
assert_matches 'check' "$answer" 'is not that of the certificate'

step 'one that soon expires is told by check, health, status and the metrics'
deploy short
systemctl reload runninghubd.service
assert_matches 'check' "$(runninghubd check 2>&1)" "warning: The listener's certificate expires \(20.*systemctl reload runninghubd"
code=0
answer=$(runninghubctl health) || code=$?
assert_equal 'how health ends' "$code" 1
assert_matches 'health' "$answer" "WARNING: The listener's certificate expires"
await eval 'systemctl status --no-pager runninghubd.service | grep -q "certificate expires"'
assert_equal 'the metric' "$(runninghubctl metrics | awk '/^runninghubd_certificate_expiry_timestamp_seconds /{printf "%d", $2}')" \
	"$(date -d "$(openssl x509 -in /tmp/short.pem -noout -enddate | cut -d= -f2)" +%s)"

step 'hundreds who begin a handshake and say no more, or end it and say no more, keep nobody out'
before=$(awk '/^RssAnon:/{print $2}' "/proc/$(main_pid)/status")
python3 - <<-'END' &
	import socket, ssl, time
	context = ssl.create_default_context(cafile="/tmp/authority.pem")
	held = []
	for number in range(400):
	    try:
	        connection = socket.create_connection(("127.0.0.1", 8443), timeout=5)
	        if number % 4 == 0:
	            connection.sendall(b"\x16\x03\x01")
	        elif number % 4 == 1:
	            connection.sendall(b"\x16\x03\x01\x00\x05hello")
	        else:
	            connection = context.wrap_socket(connection, server_hostname="media.example.com")
	        held.append(connection)
	    except OSError:
	        pass
	open("/var/lib/scenario/held", "w").write(str(len(held)))
	time.sleep(600)
END
holder=$!
await test -s /var/lib/scenario/held
assert test "$(</var/lib/scenario/held)" -gt 200
began=$(date +%s%3N)
for _ in $(seq 20); do
	assert curl -sf -o /dev/null --max-time 10 "$public/healthz"
done
took=$((($(date +%s%3N) - began) / 20))
drop two.png
await delivered two
after=$(awk '/^RssAnon:/{print $2}' "/proc/$(main_pid)/status")
kill "$holder"
echo "  an honest call takes $took ms; memory: $before KiB before, $after KiB under it"
assert test "$took" -lt 1000
assert test "$((after - before))" -lt 16384
assert_equal 'the socket unit' "$(unit_property runninghubd.socket ActiveState)" active
