"""What a process uses, as the kernel tells it."""

import threading
import time
from pathlib import Path

MIB = 1 << 20


def rss_anon(pid: int) -> float:
    """Anonymous memory that is resident, in MiB."""
    return _field(f"/proc/{pid}/status", "RssAnon:")


def pss(pid: int) -> float:
    """Its share of all memory that is resident, in MiB: of what is shared with other processes, its part."""
    return _field(f"/proc/{pid}/smaps_rollup", "Pss:")


def _field(path: str, name: str) -> float:
    for line in Path(path).read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024 / MIB
    return 0.0


def cpu_seconds(pid: int) -> float:
    """The time that its threads have run, to the nanosecond; of threads that have ended nothing is known."""
    total = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((thread / "schedstat").read_text().split()[0])
        except FileNotFoundError:
            pass
    return total / 1e9


def children(pid: int) -> list[int]:
    """The processes that it has started and that run."""
    found = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (thread / "children").read_text().split()]
    return found


def connections_to(pid: int, port: int) -> int:
    """How many connections of this machine to a loopback port are established."""
    wanted = f"0100007F:{port:04X}"
    lines = Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
    return sum(1 for line in lines if line.split()[2] == wanted and line.split()[3] == "01")


class Peak:
    """The highest of some readings while a block runs: `with Peak(lambda: rss_anon(pid)) as peak`."""

    def __init__(self, *readings, pause: float = 0.02):
        self._readings, self._pause = readings, pause
        self.highest = [0.0] * len(readings)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        while True:
            for index, reading in enumerate(self._readings):
                try:
                    self.highest[index] = max(self.highest[index], reading())
                except (FileNotFoundError, ProcessLookupError):
                    return
            if self._over.wait(self._pause):
                return

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        self._thread.join()


def cpu_share(pid: int, seconds: float) -> float:
    """The part of one CPU that a process uses over so long, in percent."""
    before, began = cpu_seconds(pid), time.monotonic()
    time.sleep(seconds)
    return 100 * (cpu_seconds(pid) - before) / (time.monotonic() - began)
