# What ImageMagick, ffmpeg, sox, libheif and zip make is recognised by its content under a name that says something else, goes through,
# and comes back as it is; what RunningHub does not list is refused before it is uploaded, or taken where a pipeline accepts it.
# shellcheck shell=bash
# shellcheck source=../lib.sh
source /repository/Tests/System/lib.sh

readonly media=/var/lib/scenario/media

set_up
sed -i 's/^api:$/&\n  keys: [{ name: main, credential: key_main, concurrency: 3 }]/' /etc/runninghubd/config.yaml
sed 's/^accept: .*/accept: []/' -i /etc/runninghubd/pipelines.d/paint.yaml
sed 's/^accept: .*/accept: [image, video, audio]/' /etc/runninghubd/pipelines.d/paint.yaml >/etc/runninghubd/pipelines.d/all.yaml
systemctl restart runninghubd.service
await test -d "$spool/inbox/all"
cloud_set '{"tasks": {"task_time": 0.1}}'

# film OPTIONS…: two seconds of moving picture and sound
film() {
	ffmpeg -nostdin -loglevel error -y -f lavfi -i testsrc=size=64x48:rate=10 -f lavfi -i sine -t 2 "$@"
}
# sound OPTIONS…: one second
sound() {
	sox -n -r 22050 "$@" synth 1 sine 440
}

# A function for each way: its name is KIND_VARIANT, its argument the file to make.
jpg_baseline() { convert plasma: -resize 64x48 -quality 90 "jpg:$1"; }
jpg_progressive() { convert plasma: -resize 64x48 -interlace Plane "jpg:$1"; }
jpg_cmyk() { convert plasma: -resize 64x48 -colorspace CMYK "jpg:$1"; }
png_plain() { convert plasma: -resize 64x48 "png:$1"; }
png_sixteen_bits() { convert plasma: -resize 64x48 -depth 16 "png48:$1"; }
png_interlaced() { convert plasma: -resize 64x48 -interlace PNG "png:$1"; }
webp_lossy() { convert plasma: -resize 64x48 "webp:$1"; }
webp_lossless() { convert plasma: -resize 64x48 -define webp:lossless=true "webp:$1"; }
webp_animated() { film -an -c:v libwebp_anim -f webp "$1"; }
mp4_h264() { film -c:v libx264 -pix_fmt yuv420p -c:a aac -f mp4 "$1"; }
mp4_fast_start() { film -c:v libx264 -pix_fmt yuv420p -movflags +faststart -f mp4 "$1"; }
mp4_fragmented() { film -c:v libx264 -pix_fmt yuv420p -movflags frag_keyframe+empty_moov -f mp4 "$1"; }
mp4_mpeg4() { film -c:v mpeg4 -c:a aac -f mp4 "$1"; }
mov_prores() { film -c:v prores_ks -c:a pcm_s16le -f mov "$1"; }
mov_mjpeg() { film -c:v mjpeg -c:a aac -f mov "$1"; }
avi_mpeg4() { film -c:v mpeg4 -c:a libmp3lame -f avi "$1"; }
avi_raw() { film -c:v rawvideo -pix_fmt bgr24 -an -f avi "$1"; }
mkv_h264() { film -c:v libx264 -c:a libvorbis -f matroska "$1"; }
mkv_sound() { film -vn -c:a flac -f matroska "$1"; }
mp3_tagged() { film -vn -c:a libmp3lame -metadata title=test -f mp3 "$1"; }
mp3_bare() { film -vn -c:a libmp3lame -write_xing 0 -id3v2_version 0 -f mp3 "$1"; }
mp3_variable() { film -vn -c:a libmp3lame -q:a 4 -f mp3 "$1"; }
wav_pcm() { sound -b 16 -t wav "$1"; }
wav_float() { sound -e floating-point -b 32 -t wav "$1"; }
wav_24_bits() { film -vn -c:a pcm_s24le -f wav "$1"; }
flac_sox() { sound -t flac "$1"; }
flac_ffmpeg() { film -vn -c:a flac -f flac "$1"; }
zip_frames() { convert -size 64x48 gradient: /run/frame-1.png && convert -size 64x48 plasma: /run/frame-2.png && zip -q - /run/frame-*.png >"$1"; }
# Not listed by RunningHub (API.md §5).
gif_animated() { film -an -f gif "$1"; }
bmp_plain() { convert plasma: -resize 64x48 "bmp:$1"; }
tiff_plain() { convert plasma: -resize 64x48 "tiff:$1"; }
heic_picture() { convert plasma: -resize 64x48 -depth 8 png24:/run/picture.png && heif-enc --quality 50 --output "$1.heic" /run/picture.png >/dev/null && mv "$1.heic" "$1"; }
avif_picture() { convert plasma: -resize 64x48 -depth 8 png24:/run/picture.png && heif-enc --avif --output "$1.avif" /run/picture.png >/dev/null && mv "$1.avif" "$1"; }
webm_vp8() { film -c:v libvpx -c:a libvorbis -f webm "$1"; }
ogg_vorbis() { sound -t ogg "$1"; }
ogg_opus() { film -vn -c:a libopus -f ogg "$1"; }
m4a_aac() { film -vn -c:a aac -f ipod "$1"; }

readonly listed='jpg|png|webp|zip|mp3|wav|flac|mp4|avi|mov|mkv'
mapfile -t ways < <(declare -F | awk '{ print $3 }' | grep -E "^($listed|gif|bmp|tiff|heic|avif|webm|ogg|m4a)_")
mkdir -p "$media"

step "${#ways[@]} files of real programs, each named as something else"
for way in "${ways[@]}"; do
	[[ $way == jpg_* ]] && name=$way.png || name=$way.jpg
	"$way" "$media/$name"
	assert test -s "$media/$name"
done
chown -R alice:runninghub-users "$media"
chmod 0660 "$media"/*
chmod 0755 /var/lib/scenario "$media"

# drop_into PIPELINE REGEX: those whose way matches
drop_into() {
	local way
	for way in "${ways[@]}"; do
		[[ $way =~ $2 ]] || continue
		as alice cp --no-preserve=mode "$media/$way".* "$spool/inbox/$1/.new"
		as alice mv "$spool/inbox/$1/.new" "$spool/inbox/$1/$way.$([[ $way == jpg_* ]] && echo png || echo jpg)"
	done
}
# assert_came_back PIPELINE WAY: as the kind it is, byte for byte
assert_came_back() {
	local manifest=$spool/outbox/$1/$2.result.json
	await test -f "$manifest"
	assert_equal "the kind of $2" "$(jq -r '.outputs[0].type' "$manifest")" "${2%%_*}"
	assert_equal "the name of $2" "$(jq -r '.outputs[0].file' "$manifest")" "$2.${2%%_*}"
	assert_equal "the content of $2" "$(sha256sum <"$spool/outbox/$1/$2.${2%%_*}")" "$(sha256sum <"$(echo "$media/$2".*)")"
}

step "what RunningHub lists goes through (after $SECONDS s)"
drop_into paint "^($listed)_"
count=0
for way in "${ways[@]}"; do
	[[ $way =~ ^($listed)_ ]] || continue
	assert_came_back paint "$way"
	count=$((count + 1))
done
echo "  $count files of 11 kinds"

step "what it does not list is refused before it is uploaded, with its kind (after $SECONDS s)"
uploads=$(cloud_record '.uploads | length')
drop_into paint "^(gif|bmp|tiff|heic|avif|webm|ogg|m4a)_"
for way in "${ways[@]}"; do
	[[ $way =~ ^($listed)_ ]] && continue
	await test -f "$spool/failed/paint/$way.jpg.error.json"
	assert_matches "why $way failed" "$(jq -r .message "$spool/failed/paint/$way.jpg.error.json")" "of kind ${way%%_*} by its content"
done
assert_equal 'uploads since' "$(cloud_record '.uploads | length')" "$uploads"

step "and taken where a pipeline accepts its family (after $SECONDS s)"
drop_into all "^(gif|bmp|tiff|heic|avif|webm|ogg|m4a)_"
for way in "${ways[@]}"; do
	[[ $way =~ ^($listed)_ ]] || assert_came_back all "$way"
done
