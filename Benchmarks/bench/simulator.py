"""runninghub-simulator as a process: the cloud of all contestants."""

import http.client
import json

from .place import Failure, Place, free_port, wait_for_port

KEY = "0123456789abcdef0123456789abcdef"
APP = "2016740236478386178"


def merged(base: dict, patch: dict) -> dict:
    """One tree of settings laid over another."""
    result = dict(base)
    for name, value in patch.items():
        nested = isinstance(value, dict) and isinstance(result.get(name), dict)
        result[name] = merged(result[name], value) if nested else value
    return result


# Tasks take no time, and neither coins nor places ever run out: what is measured is the client.
DEFAULTS = {
    "keys": [{"name": "bench", "key": KEY, "coins": 1_000_000_000, "concurrency": 1_000_000}],
    "tasks": {"task_time": 0},
}


class Simulator:
    """A fresh cloud, which knows of nothing yet."""

    def __init__(self, place: Place, program, settings: dict | None = None):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        file = place.folder / "simulator.json"
        file.write_text(json.dumps(merged(DEFAULTS, settings or {})))
        # Large uploads go to TMPDIR: the place's, so that they vanish with it.
        self.process = place.start(
            [program, "--listen", f"127.0.0.1:{self.port}", "--settings", file, "--quiet"],
            log="simulator.log",
            environment={"TMPDIR": str(place.folder)},
        )
        wait_for_port(self.port, self.process, "the simulator")
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def ask(self, method: str, path: str, body=None, headers: dict | None = None) -> bytes:
        """Asks it something over one lasting connection."""
        self._connection.request(method, path, body=body, headers=headers or {})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise Failure(f"the simulator answered {method} {path} with {answer.status}: {content[:200]!r}")
        return content

    def summary(self) -> dict:
        """Counts of what it was asked."""
        return json.loads(self.ask("GET", "/simulator/summary"))

    def record(self) -> dict:
        """All that it was asked. It hashes every output for that: not to be asked for after large ones."""
        return json.loads(self.ask("GET", "/simulator/record"))

    def change(self, settings: dict) -> None:
        """Lays settings over those in force."""
        self.ask("PATCH", "/simulator/settings", json.dumps(settings))

    def finish(self, task: str) -> None:
        """Lets a task succeed now (with tasks.manual)."""
        self.ask("POST", f"/simulator/tasks/{task}/finish")

    def running(self) -> int:
        """How many tasks have not ended."""
        tasks = self.summary()["tasks"]
        return sum(count for status, count in tasks.items() if status in ("CREATE", "QUEUED", "RUNNING"))

    def tasks_by_file(self) -> dict[str, dict]:
        """The task of each uploaded file, by the name that the client gave to the file."""
        record = self.record()
        tasks = {task["id"]: task for task in record["tasks"]}
        files = {upload["name"]: upload["file_name"] for upload in record["uploads"] if upload.get("name")}
        accepted = [submission for submission in record["submissions"] if submission.get("task_id")]
        return {files[each["uploads"][0]]: tasks[each["task_id"]] for each in accepted}
