"""runninghubd as a process, told by a socket when it is ready, as systemd is."""

import grp
import json
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

from .place import Failure, Place, free_port, wait_for_end
from .simulator import APP, KEY

# JSON is YAML, too.
PIPELINE = {
    "ai_app": APP,
    "accept": ["any"],
    "group": grp.getgrgid(os.getgid()).gr_name,
    "nodes": [{"id": 1, "field": "image", "value": "{file}"}],
}


class Daemon:
    """One daemon with one pipeline, `bench`, in a place."""

    def __init__(self, place: Place, program: Path, cloud: str, *, concurrency: int = 32, settings: dict | None = None):
        self.place, self.program = place, program
        self.port = free_port()
        self.configuration = place.folder / "etc" / "config.yaml"
        self._configure(cloud, concurrency, settings or {})
        self.start()

    def _configure(self, cloud: str, concurrency: int, settings: dict) -> None:
        folder = self.place.folder
        for path in ("etc/pipelines.d", "state", "spool"):
            (folder / path).mkdir(parents=True)
        # As the service's own: it passes its group on.
        (folder / "spool").chmod(0o2775)
        key = folder / "etc" / "key"
        key.write_text(KEY + "\n")
        key.chmod(0o600)
        configuration = {
            "api": {"base_url": cloud, "keys": [{"name": "bench", "file": str(key), "concurrency": concurrency}]},
            "webhook": {"public_url": f"http://127.0.0.1:{self.port}", "listen": f"127.0.0.1:{self.port}"},
            "spool": str(folder / "spool"),
            "state": str(folder / "state"),
            "control_socket": str(folder / "control.sock"),
            # Thousands of files are meant here.
            "spending": {"hold_above": 0},
        }
        self.configuration.write_text(json.dumps({**configuration, **settings}))
        (folder / "etc" / "pipelines.d" / "bench.yaml").write_text(json.dumps(PIPELINE))

    def start(self) -> None:
        """Starts it and waits until it is ready; `seconds_to_ready` tells how long that took."""
        manager = _Manager(self.place.folder / "notify.sock")
        began = time.monotonic()
        self.process = self.place.start(
            [self.program, "run", "--config", self.configuration],
            log="daemon.log",
            # As the unit has it.
            environment={"NOTIFY_SOCKET": str(manager.path), "SWIFT_BACKTRACE": "enable=no"},
            umask=0o007,
        )
        ready = manager.wait_until_ready(20)
        if ready is None:
            raise Failure("the daemon was not ready within 20 s:\n" + self.place.log("daemon.log"))
        self.seconds_to_ready = ready - began
        # It is ready a little before it has looked through its inbox for the first time, and a file that it finds in that look is
        # watched for 30 s, as one that was dropped while no daemon ran.
        time.sleep(1)

    def stop(self) -> None:
        """Stops it, and sees to it that it ends as it should."""
        self.process.send_signal(signal.SIGTERM)
        wait_for_end(self.process, "the daemon")
        self.place.end(self.process)

    def control(self, *arguments: str) -> str:
        """What a command of runninghubctl prints."""
        words = [self.program, *arguments, "--config", self.configuration]
        done = subprocess.run(words, capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise Failure(f"{' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def states(self) -> dict[str, int]:
        """How many jobs are in each state."""
        return json.loads(self.control("status", "--json"))["pipelines"].get("bench", {})

    def path(self, role: str) -> Path:
        """The pipeline's folder of a role: inbox, work, outbox, done, failed."""
        return self.place.folder / "spool" / role / "bench"


class _Manager:
    """systemd's end of sd_notify(3). It reads for as long as the daemon may tell something: a full socket would hold that up."""

    def __init__(self, path: Path):
        self.path = path
        path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._ready = threading.Event()
        self._ready_at: float | None = None
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while True:
            lines = self._socket.recv(8192).split(b"\n")
            if b"READY=1" in lines:
                self._ready_at = time.monotonic()
                self._ready.set()
            if b"STOPPING=1" in lines:
                return

    def wait_until_ready(self, patience: float) -> float | None:
        """When it was ready, by the monotonic clock."""
        self._ready.wait(patience)
        return self._ready_at
