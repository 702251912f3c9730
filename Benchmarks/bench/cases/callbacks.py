"""Callbacks: how many a second, how long each waits for its answer, and what memory they take."""

import os
import subprocess
from pathlib import Path

from .. import pictures
from ..daemon import Daemon
from ..figures import Result, at_most, in_turn, times_at_least
from ..load import wrk
from ..peers import Nginx, Webhook
from ..place import Failure, Place, wait_until
from ..process_figures import Peak, children, rss_anon
from ..setup import Setup
from ..simulator import Simulator
from .whole_jobs import drop

CONNECTIONS = 32
FIGURES = (
    ("callbacks answered", "/s", "rate"),
    ("wait for an answer, 99 %", "ms", "p99_ms"),
    ("anonymous memory, before", "MiB", "before"),
    ("anonymous memory, peak", "MiB", "peak"),
    ("anonymous memory, after", "MiB", "after"),
)
# How much more memory, in MiB, still counts as flat.
FLAT = 8


def genuine(place: Place, simulator: Simulator, tasks: int) -> dict[str, str]:
    """Writes addresses and body for wrk: those of tasks that run, and the body of the callback of one that has ended."""
    record = simulator.record()
    running = {task["id"] for task in record["tasks"] if task["status"] == "RUNNING"}
    lines = [
        f"/{each['webhook_url'].split('/', 3)[3]}\t{each['task_id']}\n"
        for each in record["submissions"]
        if each["task_id"] in running
    ]
    if len(lines) != tasks:
        raise Failure(f"{len(lines)} tasks run, and not {tasks}")
    (place.folder / "addresses").write_text("".join(lines))
    callback = record["callbacks"][0]
    (place.folder / "body").write_text(callback["body"].replace(callback["task_id"], "TASK_ID"))
    return {"addresses": str(place.folder / "addresses"), "body": str(place.folder / "body")}


def measured(place: Place, url: str, pids: list[int], seconds: float, files: dict[str, str]) -> dict[str, float]:
    """Lets wrk call, and looks at the memory meanwhile."""

    def memory() -> float:
        return sum(rss_anon(pid) for pid in pids)

    before = memory()
    with Peak(memory) as peak:
        found = wrk("callbacks.lua", url, seconds=seconds, connections=CONNECTIONS, **files)
    return {**found, "before": before, "peak": peak.highest[0], "after": memory()}


def by_daemon(setup: Setup, seconds: float, tasks: int) -> dict[str, float]:
    """runninghubd, with so many tasks that run, and one whose end shows what a callback says."""
    with setup.place("daemon") as place:
        simulator = setup.start_simulator(place, {"tasks": {"manual": True}})
        daemon = setup.start_daemon(place, simulator.url, concurrency=tasks + 1)
        drop(pictures.make(place.folder / "drops", tasks + 1, 1000), daemon.path("inbox"))
        wait_until(lambda: simulator.running() == tasks + 1, "the tasks run", patience=120, pause=0.2)
        simulator.finish(next(iter(simulator.tasks_by_file().values()))["id"])
        wait_until(lambda: daemon.states().get("delivered") == 1, "one job is delivered")
        wait_until(lambda: daemon.states().get("running") == tasks, "the daemon knows of its tasks")
        files = genuine(place, simulator, tasks)
        found = measured(place, f"http://127.0.0.1:{daemon.port}", [daemon.process.pid], seconds, files)
        daemon.stop()
        check_stored(setup, daemon, found["requests"])
        # For the others: the same requests.
        found["files"] = {name: Path(path).read_text() for name, path in files.items()}
        return found


def check_stored(setup: Setup, daemon: Daemon, answered: int) -> None:
    """Sees to it that what was answered 200 is in the ledger, by the team's own tool, where it was built."""
    tool = setup.build / "laboratory"
    if not os.access(tool, os.X_OK):
        return
    ledger = daemon.place.folder / "state" / "ledger.sqlite"
    done = subprocess.run([tool, "stored-callbacks", ledger], capture_output=True, text=True, timeout=120)
    if done.returncode != 0 or int(done.stdout) < answered:
        raise Failure(f"{answered} callbacks were answered, and the ledger has {done.stdout.strip() or done.stderr.strip()}")


def by_peer(setup: Setup, seconds: float, files: dict[str, str], start) -> dict[str, float]:
    """A peer that `start` starts in a place, and of which it tells address, path for all callbacks, and processes."""
    with setup.place("peer") as place:
        url, path, pids = start(place)
        lines = files["addresses"].splitlines()
        if path:
            lines = [f"{path}\t{line.split()[1]}" for line in lines]
        written = {"addresses": "".join(line + "\n" for line in lines), "body": files["body"]}
        for name, text in written.items():
            (place.folder / name).write_text(text)
        return measured(place, url, pids, seconds, {name: str(place.folder / name) for name in written})


def webhook(place: Place) -> tuple[str, str, list[int]]:
    """adnanh/webhook with a hook that runs /bin/true."""
    peer = Webhook(place, "true-hooks.json")
    return peer.url, "/hooks/true", [peer.process.pid]


def nginx(place: Place) -> tuple[str, str, list[int]]:
    """nginx, whose master has a worker for each CPU."""
    peer = Nginx(place)
    return peer.url, "", [peer.process.pid, *children(peer.process.pid)]


def run(setup: Setup) -> Result:
    """Rates, 99 % and memory of all, in turn."""
    seconds, tasks = setup.count(10, 2), setup.count(300, 100)
    files: dict[str, str] = {}

    def ours() -> dict[str, float]:
        found = by_daemon(setup, seconds, tasks)
        files.update(found.pop("files"))
        return found

    found = in_turn(
        setup.rounds,
        ours=ours,
        webhook=lambda: by_peer(setup, seconds, files, webhook),
        nginx=lambda: by_peer(setup, seconds, files, nginx),
    )
    figures = {who: {name: [each[name] for each in runs] for name in runs[0]} for who, runs in found.items()}
    ours_, peers = figures["ours"], (("adnanh/webhook", figures["webhook"]), ("nginx, constant", figures["nginx"]))
    result = Result()
    targets = {"rate": times_at_least(2), "p99_ms": at_most(20)}
    for figure, unit, name in FIGURES:
        for peer, theirs in peers:
            # Beside the first peer only: it is the one that the target is about.
            result.add(figure, unit, ours_[name], peer, theirs[name], targets.pop(name, None))
    growth = [peak - before for before, peak in zip(ours_["before"], ours_["peak"])]
    result.add("… and how much more at the peak", "MiB", growth, target=at_most(FLAT))
    result.samples = found
    return result
