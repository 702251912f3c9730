"""Memory and idleness: what the daemon takes when it has nothing to do, much that waits, much under way, or something large."""

import shutil
import time

from .. import pictures
from ..daemon import Daemon
from ..figures import Result, at_most
from ..place import Failure, wait_until
from ..process_figures import Peak, connections_to, cpu_share, pss, rss_anon
from ..setup import Setup
from .drops import Proxy
from .whole_jobs import count_of, drop

GENERATED = {"content": "generated", "type": "png", "bytes": 1000}
# What is uploaded is not to be kept: only what the daemon does is of interest.
FORGETFUL = {"uploads": {"keep_contents": False}, "results": {"outputs": [GENERATED]}}


def both(daemon: Daemon) -> tuple[float, float]:
    """Anonymous memory and PSS, now."""
    return rss_anon(daemon.process.pid), pss(daemon.process.pid)


def add(result: Result, what: str, found: list[tuple[float, float]], bound: float) -> None:
    """Two rows, with the same target."""
    result.add(f"{what}: anonymous", "MiB", [each[0] for each in found], target=at_most(bound))
    result.add(f"{what}: PSS", "MiB", [each[1] for each in found], target=at_most(bound))


class Peaks(Peak):
    """The highest of anonymous memory and PSS of a daemon, and of its connections to the cloud."""

    def __init__(self, daemon: Daemon, port: int):
        pid = daemon.process.pid
        super().__init__(lambda: rss_anon(pid), lambda: pss(pid), lambda: connections_to(pid, port))

    @property
    def memory(self) -> tuple[float, float]:
        return self.highest[0], self.highest[1]


def idle(setup: Setup, result: Result) -> None:
    """A daemon that has just begun, and one with jobs behind it; the time it runs with nothing to do."""
    settle, jobs = setup.count(10, 3), setup.count(2000, 100)
    fresh, later, shares = [], [], []
    with setup.place("idle") as place:
        simulator = setup.start_simulator(place, FORGETFUL)
        daemon = setup.start_daemon(place, simulator.url)
        for _ in range(setup.rounds):
            time.sleep(settle)
            fresh.append(both(daemon))
            daemon.stop()
            daemon.start()
        time.sleep(settle)
        shares.append(cpu_share(daemon.process.pid, setup.count(60, 10)))
        drop(pictures.make(place.folder / "drops", jobs, 1000), daemon.path("inbox"))
        wait_until(lambda: count_of(daemon.path("done"), ".png") == jobs, f"{jobs} jobs end", patience=600, pause=0.5)
        for _ in range(setup.rounds):
            daemon.stop()
            daemon.start()
            time.sleep(settle)
            later.append(both(daemon))
        daemon.stop()
    add(result, "idle", fresh, 8)
    add(result, f"idle, {jobs} jobs in the ledger", later, 8)
    result.add("CPU when idle", "%", shares, target=at_most(0.1))


def waiting(setup: Setup, result: Result) -> None:
    """So many files that wait, since their pipeline is held."""
    count = setup.count(100_000, 2000)
    with setup.place("waiting") as place:
        simulator = setup.start_simulator(place, FORGETFUL)
        daemon = setup.start_daemon(place, simulator.url)
        daemon.control("hold", "bench")
        files = pictures.make(place.folder / "drops", count, 64)
        with Peaks(daemon, simulator.port) as peaks:
            drop(files, daemon.path("inbox"))
            began = time.monotonic()
            wait_until(lambda: daemon.states().get("queued") == count, f"{count} files wait", patience=1800, pause=1)
            taken = time.monotonic() - began
        time.sleep(setup.count(10, 3))
        settled = both(daemon)
        if simulator.summary()["uploads"]:
            raise Failure("something was uploaded although all is held")
        daemon.stop()
    add(result, f"{count} files wait", [settled], 48)
    add(result, f"{count} files are taken, peak", [peaks.memory], 48)
    result.add("files taken", "/s", [count / taken])


def uploads(setup: Setup, result: Result) -> None:
    """Many large uploads at once: as large as RunningHub takes, over a line that they share, so that all are under way together."""
    count, size = 64, 30_000_000
    with setup.place("uploads") as place:
        simulator = setup.start_simulator(place, FORGETFUL)
        line = Proxy(place, simulator, bytes_per_second=200_000_000)
        daemon = setup.start_daemon(place, line.url, concurrency=count)
        files = pictures.make_large(place.folder / "drops", count, size)
        with Peaks(daemon, line.port) as peaks:
            drop(files, daemon.path("inbox"))
            wait_until(lambda: count_of(daemon.path("outbox"), ".result.json") == count, "all are delivered", 300, 0.2)
        sizes = {upload["bytes"] for upload in simulator.record()["uploads"]}
        if sizes != {size}:
            raise Failure(f"uploads had {sizes} bytes, and not {size}")
        daemon.stop()
    add(result, f"{count} uploads of 30 MB, peak", [peaks.memory], 48)
    result.remarks.append(f"of {count} uploads, the daemon had at most {peaks.highest[2]:.0f} connections to the cloud at once")


def large_result(setup: Setup, result: Result) -> None:
    """One result of gigabytes."""
    size = setup.count(4_000_000_000, 200_000_000)
    shown = f"a result of {size / 1e9:.1f} GB"
    if shutil.disk_usage(setup.folder).free < 2 * size + 5_000_000_000:
        result.remarks.append(f"{shown} was left out: there is no room for it in {setup.folder.parent}")
        return
    output = {**GENERATED, "type": "mp4", "bytes": size}
    with setup.place("large") as place:
        simulator = setup.start_simulator(place, {"results": {"outputs": [output]}})
        daemon = setup.start_daemon(place, simulator.url)
        with Peaks(daemon, simulator.port) as peaks:
            drop(pictures.make(place.folder / "drops", 1, 1000), daemon.path("inbox"))
            began = time.monotonic()
            wait_until(lambda: count_of(daemon.path("outbox"), ".result.json") == 1, shown, patience=900, pause=0.05)
            taken = time.monotonic() - began
        files = [file for file in daemon.path("outbox").iterdir() if file.suffix == ".mp4"]
        if [file.stat().st_size for file in files] != [size]:
            raise Failure(f"{shown}: the outbox has {files}")
        daemon.stop()
    add(result, f"{shown}, peak", [peaks.memory], 48)
    result.add(f"{shown}, durable", "MB/s", [size / taken / 1e6])


def run(setup: Setup) -> Result:
    """All of them, one after the other; there is no peer that does the same."""
    result = Result()
    for case in (idle, waiting, uploads, large_result):
        case(setup, result)
    return result
