"""A folder with the processes that work in it. Both are gone when its block ends, however it ends."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path


class Failure(Exception):
    """A measurement that would not measure what it says."""


class Place:
    """Where one contestant runs: `with Place(parent) as place`."""

    def __init__(self, parent: Path, name: str = "place"):
        self.folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=parent))
        self._processes: list[subprocess.Popen] = []

    def __enter__(self) -> "Place":
        return self

    def __exit__(self, *_) -> None:
        for process in reversed(self._processes):
            self.end(process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, arguments: list, *, log: str, environment: dict[str, str] | None = None, **more) -> subprocess.Popen:
        """Starts a program; what it prints goes to the file `log` of this folder.

        It leads a session of its own: Ctrl-C reaches the benchmark alone, and whatever the program starts in turn
        can be ended with it by the session's id.
        """
        with open(self.folder / log, "ab") as output:
            process = subprocess.Popen(
                [str(argument) for argument in arguments],
                stdout=more.pop("stdout", output),
                stderr=output,
                stdin=more.pop("stdin", subprocess.DEVNULL),
                env={**os.environ, **(environment or {})},
                start_new_session=True,
                **more,
            )
        self._processes.append(process)
        return process

    def end(self, process: subprocess.Popen, patience: float = 70) -> None:
        """Ends a program of this place, and then what is left of its children."""
        if process not in self._processes:
            return
        self._processes.remove(process)
        _signal_session(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + patience
        while status(process) is None and time.monotonic() < deadline:
            time.sleep(0.005)
        # Not reaped yet, so its id is still its own, and no stranger can be hit.
        _signal_session(process.pid, signal.SIGKILL)
        process.wait()

    def log(self, name: str, lines: int = 8) -> str:
        """The last lines of a log, for the message of a failure."""
        path = self.folder / name
        text = path.read_text(errors="replace") if path.exists() else ""
        return "\n".join("    " + line[:300] for line in text.splitlines()[-lines:])


def status(process: subprocess.Popen) -> int | None:
    """How a program ended: its status, or the number of a signal, negative; nothing while it runs.

    Unlike `poll` it leaves the process to be reaped by its place.
    """
    end = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    if end is None:
        return None
    return end.si_status if end.si_code == os.CLD_EXITED else -end.si_status


def wait_for_end(process: subprocess.Popen, what: str, patience: float = 70) -> None:
    """Waits until a program has ended by itself, as it should."""
    wait_until(lambda: status(process) is not None, f"{what} ends", patience)
    if status(process) != 0:
        raise Failure(f"{what} ended with {status(process)}")


def _signal_session(process: int, number: int) -> None:
    try:
        os.killpg(process, number)
    except ProcessLookupError:
        pass


def free_port() -> int:
    """A loopback port that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def wait_until(condition, what: str, patience: float = 60, pause: float = 0.02):
    """Waits until a condition gives something true, and returns that."""
    deadline = time.monotonic() + patience
    while not (result := condition()):
        if time.monotonic() > deadline:
            raise Failure(f"not within {patience:.0f} s: {what}")
        time.sleep(pause)
    return result


def wait_for_port(port: int, process: subprocess.Popen, what: str) -> None:
    """Waits until somebody listens there."""

    def listens() -> bool:
        if status(process) is not None:
            raise Failure(f"{what} ended at its start, with {status(process)}")
        with socket.socket() as caller:
            return caller.connect_ex(("127.0.0.1", port)) == 0

    wait_until(listens, f"{what} listens", patience=20, pause=0.01)
