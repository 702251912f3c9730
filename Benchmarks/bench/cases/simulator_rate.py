"""What the simulator itself can do: it must not be what bounds the others."""

import re

from ..figures import Result, in_turn
from ..load import wrk
from ..setup import Setup
from ..simulator import APP, KEY, Simulator

CONNECTIONS = 32


def finished_task(simulator: Simulator, file: str = "none") -> str:
    """Runs a task that has ended at once, and tells its id."""
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    body = '{"nodeInfoList":[{"nodeId":"1","fieldName":"image","fieldValue":"%s"}]}' % file
    answer = simulator.ask("POST", f"/openapi/v2/run/ai-app/{APP}", body, headers)
    return re.search(rb'"taskId":"(\d+)"', answer).group(1).decode()


def run(setup: Setup) -> Result:
    """Questions and uploads a second, by wrk."""
    seconds = setup.count(3, 1)

    def questions() -> float:
        with setup.place("simulator") as place:
            simulator = setup.start_simulator(place)
            task = finished_task(simulator)
            return wrk("query.lua", simulator.url, seconds=seconds, connections=CONNECTIONS, task=task)["rate"]

    def uploads() -> float:
        with setup.place("simulator") as place:
            simulator = setup.start_simulator(place)
            # By its length in time, not in bytes: contents would fill its memory, and then the disk.
            simulator.change({"uploads": {"keep_contents": False}})
            return wrk("upload.lua", simulator.url, seconds=seconds, connections=CONNECTIONS)["rate"]

    found = in_turn(setup.rounds, questions=questions, uploads=uploads)
    result = Result()
    result.add("questions about a task", "/s", found["questions"])
    result.add("uploads of 100 KB", "/s", found["uploads"])
    return result
