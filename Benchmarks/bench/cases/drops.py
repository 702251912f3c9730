"""From a file's rename into the inbox to the beginning of its upload."""

import socket
import sys
import time
from pathlib import Path

from .. import pictures
from ..figures import Result, at_most, in_turn, median, percentile
from ..peers import Shell
from ..place import Failure, Place, free_port, wait_for_port, wait_until
from ..setup import Setup
from ..simulator import Simulator

PROXY = Path(__file__).resolve().parent.parent / "recording_proxy.py"


class Proxy:
    """The recording proxy in front of a simulator."""

    def __init__(self, place: Place, simulator: Simulator, bytes_per_second: int = 0):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._file = place.folder / "uploads"
        words = [sys.executable, PROXY, self.port, simulator.port, self._file, bytes_per_second]
        wait_for_port(self.port, place.start(words, log="proxy.log"), "the recording proxy")
        # Results are fetched through it as well: the daemon trusts the address that it knows and no other.
        simulator.change({"results": {"base_address": self.url}})

    def uploads(self) -> dict[str, float]:
        """When the upload of each file began."""
        lines = [line.split(" ", 1) for line in self._file.read_text().splitlines()]
        times: dict[str, float] = {}
        for began, name in lines:
            times.setdefault(name, float(began))
        return times


    def own_delay(self) -> float:
        """What its own noticing adds, in milliseconds: of uploads that are sent when the time is read, on connections of their own."""
        sent = {}
        for number in range(50):
            name = f"delay-{number}"
            sent[name] = time.monotonic()
            with socket.create_connection(("127.0.0.1", self.port)) as caller:
                caller.sendall(b'POST /task/openapi/upload HTTP/1.1\r\n\r\nfilename="%s"' % name.encode())
                wait_until(lambda: name in self.uploads(), "the proxy notes an upload", patience=10, pause=0.01)
        noted = self.uploads()
        return median([1000 * (noted[name] - at) for name, at in sent.items()])


def drop_by_the_clock(files: list[Path], inbox: Path, pace: float) -> dict[str, float]:
    """Renames files in one by one, each at its time whatever became of the others; tells when."""
    dropped = {}
    due = time.monotonic()
    for file in files:
        due += pace
        time.sleep(max(due - time.monotonic(), 0))
        dropped[file.name] = time.monotonic()
        file.rename(inbox / file.name)
    return dropped


def waits(files: list[Path], inbox: Path, proxy: Proxy, pace: float) -> list[float]:
    """Drops files and tells the milliseconds from each drop to the beginning of its upload."""
    dropped = drop_by_the_clock(files, inbox, pace)
    began = wait_until(lambda: len(times := proxy.uploads()) == len(files) and times, "all uploads", patience=120, pause=0.2)
    found = [1000 * (began[name] - at) for name, at in dropped.items()]
    if min(found) < 0:
        raise Failure("an upload began before its file was dropped")
    return found


def by_daemon(setup: Setup, count: int, pace: float) -> list[float]:
    """runninghubd, which does all the rest of each job as well."""
    with setup.place("daemon") as place:
        simulator = setup.start_simulator(place)
        proxy = Proxy(place, simulator)
        daemon = setup.start_daemon(place, proxy.url)
        found = waits(pictures.make(place.folder / "drops", count, 1000), daemon.path("inbox"), proxy, pace)
        wait_until(lambda: daemon.states().get("delivered") == count, "all are delivered", pause=0.5)
        daemon.stop()
        return found


def by_shell(setup: Setup, count: int, pace: float) -> list[float]:
    """The shell way."""
    with setup.place("shell") as place:
        simulator = setup.start_simulator(place)
        proxy = Proxy(place, simulator)
        shell = Shell(place, proxy.url, 32)
        found = waits(pictures.make(place.folder / "drops", count, 1000), shell.inbox, proxy, pace)
        wait_until(lambda: len(list(shell.outbox.iterdir())) == count, "all results", pause=0.5)
        return found


def proxy_delay(setup: Setup) -> float:
    """The proxy's part of all waits."""
    with setup.place("proxy") as place:
        return Proxy(place, setup.start_simulator(place)).own_delay()


def run(setup: Setup) -> Result:
    """Median and 99 % of both, in turn."""
    pace = 0.05
    found = in_turn(
        setup.rounds,
        ours=lambda: by_daemon(setup, setup.count(2000, 100), pace),
        shell=lambda: by_shell(setup, setup.count(100, 30), 0.3),
    )
    result = Result()
    for name, percent, bound in (("median", 50, 5), ("99 %", 99, 50)):
        figures = [percentile(each, percent) for each in found["ours"]]
        shells = [percentile(each, percent) for each in found["shell"]]
        result.add(f"drop → upload begins, {name}", "ms", figures, "(a) shell", shells, at_most(bound))
    result.add("the recording proxy's own part", "ms", [proxy_delay(setup)])
    result.samples = found
    total = sum(len(each) for each in found["ours"])
    result.remarks.append(f"{total} drops of 1 KB, one each {1000 * pace:.0f} ms, while their jobs go on to their ends")
    return result
