"""The program itself: its size, what it is linked with, and how quickly it begins."""

import re
import subprocess
import time
from pathlib import Path

from ..figures import Result, in_turn
from ..peers import PYTHON
from ..setup import Setup

MIB = 1 << 20


def milliseconds(*words) -> float:
    """How long a program takes from its start to its end."""
    began = time.monotonic()
    subprocess.run([str(word) for word in words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return 1000 * (time.monotonic() - began)


def libraries(program: Path) -> list[str]:
    """The shared libraries that it is linked with, by ldd."""
    printed = subprocess.run(["ldd", program], capture_output=True, text=True).stdout
    return re.findall(r"^\s*(\S+\.so\S*)", printed, re.MULTILINE)


def stripped_size(setup: Setup) -> float:
    """The size without symbols, in MiB."""
    copy = setup.folder / "stripped"
    subprocess.run(["strip", "-o", copy, setup.daemon], check=True, capture_output=True)
    size = copy.stat().st_size / MIB
    copy.unlink()
    return size


def starts(setup: Setup) -> tuple[list[float], list[float]]:
    """Milliseconds to READY: with no ledger yet, and with one that has no job in it."""
    first, later = [], []
    for _ in range(setup.count(10, 3)):
        with setup.place("start") as place:
            simulator = setup.start_simulator(place)
            daemon = setup.start_daemon(place, simulator.url)
            first.append(1000 * daemon.seconds_to_ready)
            daemon.stop()
            daemon.start()
            later.append(1000 * daemon.seconds_to_ready)
            daemon.stop()
    return first, later


def run(setup: Setup) -> Result:
    """Sizes, libraries and times."""
    result = Result()
    webhook = Path("/usr/bin/webhook")
    size = stripped_size(setup)
    result.add("size, stripped", "MiB", [size], "adnanh/webhook", [webhook.stat().st_size / MIB])
    linked = libraries(setup.daemon)
    result.add("shared libraries", "", [len(linked)], "adnanh/webhook", [len(libraries(webhook))])
    result.remarks.append("linked with " + ", ".join(sorted(linked)))
    found = in_turn(
        setup.count(50, 10),
        ours=lambda: milliseconds(setup.daemon, "--version"),
        webhook=lambda: milliseconds(webhook, "-version"),
        python=lambda: milliseconds(PYTHON, "-c", "import requests"),
    )
    result.add("--version", "ms", found["ours"], "adnanh/webhook", found["webhook"])
    result.add("--version", "ms", found["ours"], "import requests", found["python"])
    first, later = starts(setup)
    result.add("start → READY, no ledger yet", "ms", first)
    result.add("start → READY, an empty ledger", "ms", later)
    return result
