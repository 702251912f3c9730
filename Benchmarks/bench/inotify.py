"""When a file appears in a folder. The kernel's time stamps of files are steps of up to 4 ms; this is the moment."""

import ctypes
import os
import select
import struct
import threading
import time
from pathlib import Path

CLOSE_WRITE, MOVED_TO, CREATE = 0x8, 0x80, 0x100
_libc = ctypes.CDLL(None, use_errno=True)
_EVENT = struct.Struct("iIII")


class Arrivals:
    """The wall time at which each name was first told of: `with Arrivals(folder, MOVED_TO) as arrivals`."""

    def __init__(self, folder: Path, events: int):
        self.times: dict[str, float] = {}
        self._descriptor = _libc.inotify_init1(os.O_CLOEXEC)
        if self._descriptor < 0 or _libc.inotify_add_watch(self._descriptor, os.fsencode(folder), events) < 0:
            raise OSError(ctypes.get_errno(), "inotify", str(folder))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def _read(self) -> None:
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        while not self._over.is_set():
            if not poll.poll(100):
                continue
            now = time.time()
            data = os.read(self._descriptor, 1 << 16)
            while data:
                *_, length = _EVENT.unpack_from(data)
                name = os.fsdecode(data[_EVENT.size : _EVENT.size + length].rstrip(b"\0"))
                self.times.setdefault(name, now)
                data = data[_EVENT.size + length :]

    def __enter__(self) -> "Arrivals":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        self._thread.join()
        os.close(self._descriptor)
