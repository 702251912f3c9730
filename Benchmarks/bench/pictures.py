"""What is dropped: files that begin as PNG files do and are otherwise random, so that no two are the same."""

import hashlib
import os
from pathlib import Path

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# What each contestant's files are, in bytes.
SIZE = 100_000


def make(folder: Path, count: int, size: int = SIZE) -> list[Path]:
    """Makes so many files, whole and on disk: their pages are not for the measured to flush."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"p{number:06}.png" for number in range(count)]
    for path in paths:
        path.write_bytes(SIGNATURE + os.urandom(size - len(SIGNATURE)))
    os.sync()
    return paths


def make_large(folder: Path, count: int, size: int) -> list[Path]:
    """Files of many megabytes that take no room: a random beginning, and a hole."""
    paths = make(folder, count, 4096)
    for path in paths:
        os.truncate(path, size)
    return paths


def digest(path: Path) -> str:
    """A file's SHA-256 in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
