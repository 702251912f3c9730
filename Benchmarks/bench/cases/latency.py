"""From a task's end to its complete result in the outbox."""

import random
import time
from pathlib import Path

from .. import inotify, pictures
from ..figures import Result, at_most, in_turn, percentile
from ..load import wrk
from ..peers import GuideClient, Shell
from ..place import wait_until
from ..setup import Setup
from ..simulator import Simulator
from .whole_jobs import drop

# As many tasks may run at once as there are files: all are waiting when the first of them ends.
PLACES = 1000
MANUAL = {"tasks": {"manual": True}}


def end_one_by_one(simulator: Simulator, tasks: list[str], pause: float) -> dict[str, float]:
    """Ends tasks in a random order, apart from each other; tells when each end was asked for."""
    asked = {}
    for task in random.sample(tasks, len(tasks)):
        time.sleep(random.uniform(0.5, 1.5) * pause)
        asked[task] = time.time()
        simulator.finish(task)
    return asked


def latencies(simulator: Simulator, outbox: Path, events: int, suffix: str, count: int, pause: float) -> list[float]:
    """Ends the tasks of all files, and tells the milliseconds from each end to its result."""
    wait_until(lambda: simulator.running() == count, f"{count} tasks run", patience=120, pause=0.2)
    tasks = [task["id"] for task in simulator.tasks_by_file().values()]
    # The last submission's answer is to be known to the client, too.
    time.sleep(2)
    with inotify.Arrivals(outbox, events) as arrivals:
        asked = end_one_by_one(simulator, tasks, pause)
        names = simulator.tasks_by_file()
        results = {name: name.removesuffix(".png") + suffix for name in names}
        wait_until(lambda: arrivals.times.keys() >= set(results.values()), "all results", patience=60)
    # The simulator tells the end of a task exactly, but since its own beginning, and that only to the millisecond. Here its beginning is
    # the earliest at which no task ended before it was asked to; so no latency is told too short.
    ended = {task["id"]: task["ended_at"] for task in names.values()}
    began = max(asked[task] - ended[task] for task in tasks)
    return [1000 * (arrivals.times[results[name]] - began - ended[task["id"]]) for name, task in names.items()]


def by_daemon(setup: Setup, count: int) -> dict[str, list[float]]:
    """runninghubd: until the manifest is there. And what the simulator's own replies take of it."""
    with setup.place("daemon") as place:
        simulator = setup.start_simulator(place, MANUAL)
        daemon = setup.start_daemon(place, simulator.url, concurrency=PLACES)
        drop(pictures.make(place.folder / "drops", count), daemon.path("inbox"))
        found = latencies(simulator, daemon.path("outbox"), inotify.MOVED_TO | inotify.CREATE, ".result.json", count, 0.1)
        daemon.stop()
        return {"latencies": found, "replies": own_replies(simulator)}


def own_replies(simulator: Simulator) -> float:
    """What the simulator itself takes for a job's end, in milliseconds: a question and a download, with nothing else to do."""
    output = next(iter(simulator.tasks_by_file().values()))
    path = output["outputs"][0]["url"].removeprefix(simulator.url)
    question = wrk("query.lua", simulator.url, seconds=1, connections=1, task=output["id"])
    download = wrk("download.lua", simulator.url, seconds=1, connections=1, path_of_result=path)
    return question["p50_ms"] + download["p50_ms"]


def by_shell(setup: Setup, count: int) -> list[float]:
    """The shell way, which is called back, too."""
    with setup.place("shell") as place:
        simulator = setup.start_simulator(place, MANUAL)
        shell = Shell(place, simulator.url, PLACES)
        drop(pictures.make(place.folder / "drops", count), shell.inbox)
        return latencies(simulator, shell.outbox, inotify.CLOSE_WRITE, ".png", count, 0.2)


def by_guide(setup: Setup, count: int) -> list[float]:
    """The Python client, which asks every 5 s."""
    with setup.place("guide") as place:
        simulator = setup.start_simulator(place, MANUAL)
        guide = GuideClient(place, simulator.url, count)
        drop(pictures.make(place.folder / "drops", count), guide.inbox)
        guide.begin()
        return latencies(simulator, guide.outbox, inotify.CLOSE_WRITE, ".png", count, 0.5)


def run(setup: Setup) -> Result:
    """Medians and 99 % of all, in turn."""
    found = in_turn(
        setup.rounds,
        ours=lambda: by_daemon(setup, setup.count(400, 60)),
        shell=lambda: by_shell(setup, setup.count(60, 20)),
        guide=lambda: by_guide(setup, setup.count(32, 8)),
    )
    ours = [each["latencies"] for each in found["ours"]]
    replies = [each["replies"] for each in found["ours"]]
    result = Result()
    for name, percent, bound in (("median", 50, 10), ("99 %", 99, 100)):
        figures = [percentile(each, percent) for each in ours]
        shells = [percentile(each, percent) for each in found["shell"]]
        guides = [percentile(each, percent) for each in found["guide"]]
        over = [figure - reply for figure, reply in zip(figures, replies)]
        result.add(f"task's end → result, {name}", "ms", figures, "(a) shell", shells)
        result.add(f"task's end → result, {name}", "ms", figures, "(b) Python", guides)
        result.add(f"… over the simulator's replies, {name}", "ms", over, target=at_most(bound))
    result.add("the simulator's replies", "ms", replies)
    result.samples = {"ours": ours, "shell": found["shell"], "guide": found["guide"]}
    return result
