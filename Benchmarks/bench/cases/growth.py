"""Growth: what a long past costs, and what lies in a full inbox."""

import subprocess
import time

from .. import history, pictures
from ..daemon import Daemon
from ..figures import Result, at_most, median, progress, times_at_most
from ..place import wait_until
from ..process_figures import cpu_seconds
from ..setup import Setup
from .whole_jobs import count_of, drop


def run_jobs(daemon: Daemon, batch: str, count: int) -> float:
    """The processor time of the daemon for each of so many whole jobs, in milliseconds."""
    files = pictures.make(daemon.place.folder / batch, count, 10_000)
    for file in files:
        file.rename(file.with_name(batch + file.name))
    files = [file.with_name(batch + file.name) for file in files]
    delivered = daemon.states().get("delivered", 0) + count
    ended = count_of(daemon.path("done"), ".png") + count
    before = cpu_seconds(daemon.process.pid)
    drop(files, daemon.path("inbox"))
    # By the daemon's word, since to count in folders of a hundred thousand files again and again is work for the machine, too.
    wait_until(lambda: daemon.states().get("delivered") == delivered, f"{count} jobs end", patience=60 + count, pause=0.25)
    wait_until(lambda: count_of(daemon.path("done"), ".png") == ended, "the originals are put away", patience=60, pause=1)
    return 1000 * (cpu_seconds(daemon.process.pid) - before) / count


def jobs_and_start(setup: Setup, result: Result) -> None:
    """The cost of a job, the ledger's size and the start, with few jobs behind and with many."""
    few, many, count = setup.count(1000, 50), setup.count(100_000, 2000), setup.count(500, 50)
    waiting = setup.count(10_000, 200)
    with setup.place("growth") as place:
        simulator = setup.start_simulator(place)
        daemon = setup.start_daemon(place, simulator.url)
        run_jobs(daemon, "warm", few)
        early = [run_jobs(daemon, f"early{turn}-", count) for turn in range(setup.rounds)]
        daemon.stop()
        before = history.size(daemon)
        history.multiply(history.ledger_path(daemon), many)
        grown = (history.size(daemon) - before) / many
        history.lay_files(daemon, many)
        daemon.start()
        late = [run_jobs(daemon, f"late{turn}-", count) for turn in range(setup.rounds)]
        result.add(f"CPU for a job, {few} and {many} behind it", "ms", late, f"with {few}", early, times_at_most(1.2))
        result.add("the ledger grows for each job by", "KB", [grown / 1000])
        starts = start_with_waiting(daemon, waiting, setup.rounds * 2)
        result.add(f"start to READY, {many} ended, {waiting} wait", "ms", starts, target=at_most(100))
        daemon.stop()


def start_with_waiting(daemon: Daemon, count: int, starts: int) -> list[float]:
    """How long starts take with so many jobs that wait, in milliseconds."""
    daemon.control("hold", "bench")
    drop(pictures.make(daemon.place.folder / "waiting", count, 64), daemon.path("inbox"))
    wait_until(lambda: daemon.states().get("queued") == count, f"{count} files wait", patience=600, pause=1)
    found = []
    for _ in range(starts):
        daemon.stop()
        daemon.start()
        found.append(1000 * daemon.seconds_to_ready)
    return found


def scan(setup: Setup, result: Result) -> None:
    """A look through an inbox of many files that are not taken: what a start costs more than one with an empty inbox.

    They count as unfinished by their names, and so are seen and told of, and never taken. One thread looks, so that its
    processor time is the time that it takes.
    """
    count = setup.count(100_000, 5000)
    with setup.place("scan") as place:
        simulator = setup.start_simulator(place)
        daemon = setup.start_daemon(place, simulator.url)
        empty = [cost_of_start(daemon) for _ in range(setup.rounds)]
        for number in range(count):
            (daemon.path("inbox") / f"f{number:06}.png.part").touch()
        full = [cost_of_start(daemon) for _ in range(setup.rounds)]
        daemon.stop()
    result.add(f"a scan of {count} files that are not to be taken", "s", [max(each - median(empty), 0) for each in full], target=at_most(1))


def cost_of_start(daemon: Daemon) -> float:
    """The processor time of a start and what is done at once, in seconds."""
    daemon.stop()
    daemon.start()
    last = -1.0
    while (now := cpu_seconds(daemon.process.pid)) - last > 0.005:
        last = now
        time.sleep(0.5)
    return now


def commands(setup: Setup, result: Result) -> None:
    """Commands with a million jobs in the ledger."""
    count = setup.count(1_000_000, 10_000)
    with setup.place("million") as place:
        simulator = setup.start_simulator(place)
        daemon = setup.start_daemon(place, simulator.url)
        run_jobs(daemon, "few", 20)
        daemon.stop()
        history.multiply(history.ledger_path(daemon), count, steps=False)
        daemon.start()
        for words in (["status"], ["jobs"], ["jobs", "--state", "delivered"], ["jobs", "--pipeline", "bench"]):
            found = []
            for _ in range(setup.rounds * 2):
                began = time.monotonic()
                done = subprocess.run([daemon.program, *words, "--config", daemon.configuration], capture_output=True)
                done.check_returncode()
                found.append(1000 * (time.monotonic() - began))
            result.add(f"{' '.join(words)}, {count} jobs", "ms", found, target=at_most(50))
        daemon.stop()


def run(setup: Setup) -> Result:
    """All of it, one after the other."""
    result = Result()
    for part in (jobs_and_start, scan, commands):
        progress(f"growth: {part.__name__}")
        part(setup, result)
    progress("")
    return result
