"""Whole jobs: from files in a folder to their results in another, of tasks that take no time."""

import json
import os
import time
from pathlib import Path

from .. import pictures
from ..daemon import Daemon
from ..figures import Result, in_turn, times_at_least
from ..load import wrk
from ..peers import GuideClient, Nginx, Shell
from ..place import Failure, wait_for_end, wait_until
from ..process_figures import cpu_seconds
from ..setup import Setup
from ..simulator import Simulator

SLOTS = 32


def count_of(folder: Path, suffix: str) -> int:
    """How many files of a folder end so."""
    with os.scandir(folder) as entries:
        return sum(1 for entry in entries if entry.name.endswith(suffix))


def drop(files: list[Path], inbox: Path) -> float:
    """Renames files into a folder, and tells when that began."""
    began = time.time()
    for file in files:
        file.rename(inbox / file.name)
    return began


def rate_of(began: float, outbox: Path, suffix: str, count: int) -> float:
    """Waits for so many results, and tells how many came in a second: until the time of the last, as the file system has it."""
    wait_until(lambda: count_of(outbox, suffix) >= count, f"{count} results", patience=60 + count / 2, pause=0.1)
    newest = max(entry.stat().st_ctime for entry in os.scandir(outbox) if entry.name.endswith(suffix))
    return count / (newest - began)


def check_cloud(simulator: Simulator, count: int) -> None:
    """Sees to it that the cloud was asked for so many jobs, each once, and gave all their results."""
    summary = simulator.summary()
    seen = (summary["submissions"], summary["tasks"].get("SUCCESS"), summary["downloads_complete"])
    if seen != (count, count, count):
        raise Failure(f"{count} jobs were wanted; submissions, tasks and whole downloads were {seen}")


def check_delivered(daemon: Daemon, digests: dict[str, str]) -> None:
    """Sees to it that each job went through to its end: manifest, result with the right bytes, original put away."""
    wait_until(lambda: count_of(daemon.path("done"), ".png") == len(digests), "the originals in done/")
    for name, digest in digests.items():
        outbox = daemon.path("outbox")
        manifest = json.loads((outbox / name).with_suffix(".result.json").read_text())
        outputs = [(output["sha256"], pictures.digest(outbox / output["file"])) for output in manifest["outputs"]]
        if outputs != [(digest, digest)]:
            raise Failure(f"{name}: the manifest and the outbox have {outputs}, and not {digest}")


def by_daemon(setup: Setup, count: int) -> dict[str, float]:
    """runninghubd: the rate, and what CPU each job took of it and of the simulator."""
    with setup.place("daemon") as place:
        simulator = setup.start_simulator(place)
        daemon = setup.start_daemon(place, simulator.url, concurrency=SLOTS)
        files = pictures.make(place.folder / "drops", count)
        digests = {file.name: pictures.digest(file) for file in files}
        pids = {"daemon": daemon.process.pid, "simulator": simulator.process.pid}
        before = {name: cpu_seconds(pid) for name, pid in pids.items()}
        rate = rate_of(drop(files, daemon.path("inbox")), daemon.path("outbox"), ".result.json", count)
        used = {f"{name}_cpu_ms": 1000 * (cpu_seconds(pid) - before[name]) / count for name, pid in pids.items()}
        check_delivered(daemon, digests)
        check_cloud(simulator, count)
        daemon.stop()
        return {"rate": rate, **used}


def by_shell(setup: Setup, count: int) -> float:
    """The shell way."""
    with setup.place("shell") as place:
        simulator = setup.start_simulator(place)
        shell = Shell(place, simulator.url, SLOTS)
        files = pictures.make(place.folder / "drops", count)
        rate = rate_of(drop(files, shell.inbox), shell.outbox, ".png", count)
        check_results(shell.inbox, shell.outbox, count)
        check_cloud(simulator, count)
        return rate


def by_guide(setup: Setup, count: int) -> float:
    """The Python client, which is given its files beforehand."""
    with setup.place("guide") as place:
        simulator = setup.start_simulator(place)
        guide = GuideClient(place, simulator.url, SLOTS)
        drop(pictures.make(place.folder / "drops", count), guide.inbox)
        began = time.time()
        guide.begin()
        rate = rate_of(began, guide.outbox, ".png", count)
        wait_for_end(guide.process, "the Python client")
        check_results(guide.inbox, guide.outbox, count)
        check_cloud(simulator, count)
        return rate


def check_results(inbox: Path, outbox: Path, count: int) -> None:
    """Sees to it that a peer has every result, whole: its task gave back what was dropped."""

    def all_whole() -> bool:
        same = [file for file in inbox.iterdir() if pictures.digest(file) == pictures.digest(outbox / file.name)]
        return len(same) == count

    wait_until(all_whole, "whole results of all files", patience=10)


def by_wrk(setup: Setup, seconds: float) -> float:
    """The limit: the same requests without ledger and files. Callbacks go to nginx, so that the simulator makes them, too."""
    with setup.place("limit") as place:
        simulator = setup.start_simulator(place)
        receiver = Nginx(place)
        address = f"{receiver.url}/callback/p5vay4vjg4nc/1/iYJDFgdmBtuCDkY_D17XCinshb2tPBRtSH2MkhID6lE"
        found = wrk("jobs.lua", simulator.url, seconds=seconds, connections=SLOTS, callback=address)
        summary = simulator.summary()
        # What was under way at wrk's end is not counted by it, and may be complete for the simulator.
        if not found["jobs"] <= summary["downloads_complete"] <= found["jobs"] + SLOTS:
            raise Failure(f"wrk counted {found['jobs']} jobs, and the simulator {summary['downloads_complete']}")
        return found["jobs"] / found["seconds"]


def run(setup: Setup) -> Result:
    """Jobs a second of all, in turn."""
    counts = {"ours": setup.count(2000, 200), "shell": setup.count(200, 60), "guide": setup.count(400, 100)}
    found = in_turn(
        setup.rounds,
        ours=lambda: by_daemon(setup, counts["ours"]),
        shell=lambda: by_shell(setup, counts["shell"]),
        guide=lambda: by_guide(setup, counts["guide"]),
        limit=lambda: by_wrk(setup, setup.count(3, 1)),
    )
    ours = [each["rate"] for each in found["ours"]]
    result = Result()
    result.add("jobs", "/s", ours, "(a) shell", found["shell"], times_at_least(20))
    result.add("jobs", "/s", ours, "(b) Python", found["guide"])
    result.add("jobs", "/s", ours, "limit: wrk", found["limit"], times_at_least(0.5))
    result.samples = found
    for name in ("daemon", "simulator"):
        result.add(f"CPU of the {name} for a job", "ms", [each[f"{name}_cpu_ms"] for each in found["ours"]])
    return result
