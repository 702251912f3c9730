"""wrk, the load generator: what it sends is in load/*.lua, what it found comes back as a dictionary."""

import json
import subprocess
from pathlib import Path

from .place import Failure
from .simulator import APP, KEY

SCRIPTS = Path(__file__).resolve().parent.parent / "load"


def wrk(script: str, url: str, *, seconds: float, connections: int, threads: int = 2, **variables) -> dict:
    """Lets wrk send what a script makes, for so long.

    Every answer has to be 200 and as the script expects it: refusals are quick, and no rate is to be made of them.
    Variables reach the script by its environment, in capitals.
    """
    environment = {"LOAD_FOLDER": str(SCRIPTS), "KEY": KEY, "APP": APP}
    environment |= {name.upper(): str(value) for name, value in variables.items()}
    words = ["wrk", f"-t{min(threads, connections)}", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s"]
    done = subprocess.run(
        [*words, "-s", str(SCRIPTS / script), url],
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=seconds + 60,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or not lines:
        raise Failure(f"wrk with {script} failed: {done.stderr.strip() or done.stdout.strip()}")
    found = json.loads(lines[-1])
    if found["errors"] or found["odd"]:
        raise Failure(f"wrk with {script}: {found['errors']} errors and {found['odd']} odd answers of {found['requests']}")
    found["rate"] = found["requests"] / found["seconds"]
    return found
