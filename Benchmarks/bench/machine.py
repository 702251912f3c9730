"""Where the figures were made: of another machine, or a busy one, they are others."""

import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

from .figures import median


def _printed(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True)
    return (done.stdout + done.stderr).strip()


def _version(*words: str) -> str:
    found = re.search(r"\d+(\.\d+)+", _printed(*words))
    return found.group() if found else "unknown"


def versions(daemon: Path) -> dict[str, str]:
    """The versions of all contestants and of the load generator."""
    return {
        "runninghubd": _version(str(daemon), "--version"),
        "webhook": _version("webhook", "-version"),
        "inotify-tools": _version("inotifywait", "--help"),
        "curl": _version("curl", "--version"),
        "jq": _version("jq", "--version"),
        "nginx": _version("/usr/sbin/nginx", "-v"),
        "wrk": _version("wrk", "--version"),
        "python": _version("/usr/bin/python3", "--version"),
        "requests": _printed("/usr/bin/python3", "-c", "import requests; print(requests.__version__)"),
    }


def description(folder: Path) -> dict:
    """The machine, how busy it is, and the disk under `folder`."""
    processor = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    return {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "processor": processor.group(1) if processor else os.uname().machine,
        "cpus": os.cpu_count(),
        "memory_gib": round(int(memory.group(1)) / (1 << 20), 1) if memory else None,
        "kernel": os.uname().release,
        "load": os.getloadavg(),
        "busy_percent": round(busy_percent(), 1),
        "file_system": _printed("stat", "--file-system", "--format=%T", str(folder)),
        "flush_ms": round(flush_ms(folder), 2),
    }


def busy_percent(seconds: float = 1) -> float:
    """How much of the processors others use just now."""

    def times() -> tuple[int, int]:
        fields = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        return sum(fields), fields[3] + fields[4]

    total, idle = times()
    time.sleep(seconds)
    total_later, idle_later = times()
    return 100 * (1 - (idle_later - idle) / max(total_later - total, 1))


def flush_ms(folder: Path) -> float:
    """What it takes to have 4 KiB more on the disk: the measure of all that is durable."""
    taken = []
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        for _ in range(50):
            os.write(file.fileno(), bytes(4096))
            began = time.monotonic()
            os.fdatasync(file.fileno())
            taken.append(1000 * (time.monotonic() - began))
    return median(taken)
