"""What people would use instead, each started as its people start it; their files are in peers/."""

import shutil
import subprocess
from pathlib import Path

from .place import Failure, Place, free_port, wait_for_port, wait_until
from .simulator import APP, KEY

FILES = Path(__file__).resolve().parent.parent / "peers"
# The Debian package that has each program.
PACKAGES = {"webhook": "webhook", "inotifywait": "inotify-tools", "curl": "curl", "jq": "jq", "nginx": "nginx-light", "wrk": "wrk"}
PACKAGES |= {"strip": "binutils", "ldd": "libc-bin"}
# The one that Debian's python3-requests belongs to.
PYTHON = "/usr/bin/python3"


def missing_packages() -> list[str]:
    """The Debian packages that have to be installed first."""
    packages = [package for program, package in PACKAGES.items() if not shutil.which(program, path="/usr/bin:/usr/sbin")]
    done = subprocess.run([PYTHON, "-c", "import requests"], capture_output=True)
    return packages if done.returncode == 0 else packages + ["python3-requests"]


class Nginx:
    """nginx, which answers everything with a constant."""

    def __init__(self, place: Place):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        (place.folder / "temporary").mkdir()
        file = place.folder / "nginx.conf"
        file.write_text((FILES / "nginx.conf").read_text().replace("PORT", str(self.port)))
        self.process = place.start(["/usr/sbin/nginx", "-p", place.folder, "-c", file, "-e", "stderr"], log="nginx.log")
        wait_for_port(self.port, self.process, "nginx")


class Webhook:
    """adnanh/webhook with a file of hooks."""

    def __init__(self, place: Place, hooks: str, environment: dict[str, str] | None = None):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        words = ["webhook", "-hooks", FILES / hooks, "-template", "-ip", "127.0.0.1", "-port", self.port]
        self.process = place.start(words, log="webhook.log", environment=environment)
        wait_for_port(self.port, self.process, "webhook")


class Shell:
    """The shell way: inotifywait, xargs, curl and jq; callbacks go to adnanh/webhook, which runs a fetch script."""

    def __init__(self, place: Place, cloud: str, slots: int):
        self.inbox, self.outbox = place.folder / "inbox", place.folder / "outbox"
        self.inbox.mkdir()
        self.outbox.mkdir()
        environment = {
            "RUNNINGHUB_URL": cloud,
            "RUNNINGHUB_KEY": KEY,
            "RUNNINGHUB_APP": APP,
            "INBOX": str(self.inbox),
            "OUTBOX": str(self.outbox),
            "SLOTS": str(slots),
            "FETCH": str(FILES / "shell" / "fetch"),
        }
        receiver = Webhook(place, "shell/hooks.json", environment)
        environment["CALLBACK_URL"] = f"{receiver.url}/hooks/fetch"
        self.process = place.start([FILES / "shell" / "watch"], log="watch.log", environment=environment)
        log = place.folder / "watch.log"
        wait_until(lambda: "Watches established" in log.read_text(), "inotifywait watches", patience=10)


class GuideClient:
    """The Python client of the guides, loaded and waiting for its line."""

    def __init__(self, place: Place, cloud: str, slots: int):
        self.inbox, self.outbox = place.folder / "inbox", place.folder / "outbox"
        self.inbox.mkdir()
        self.outbox.mkdir()
        words = [PYTHON, FILES / "guide_client.py", cloud, KEY, APP, slots, self.inbox, self.outbox]
        self.process = place.start(words, log="guide.log", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self.process.stdout.readline() != b"ready\n":
            raise Failure("the Python client did not start:\n" + place.log("guide.log"))

    def begin(self) -> None:
        """Lets it run the files of its inbox."""
        self.process.stdin.write(b"\n")
        self.process.stdin.close()
