"""What every case is given."""

from dataclasses import dataclass
from pathlib import Path

from .daemon import Daemon
from .place import Place
from .simulator import Simulator


@dataclass(frozen=True)
class Setup:
    """Where the programs are, where to work, and how thoroughly."""

    build: Path
    folder: Path
    is_short: bool

    @property
    def daemon(self) -> Path:
        return self.build / "runninghubd"

    @property
    def rounds(self) -> int:
        """How often each contestant runs."""
        return 2 if self.is_short else 5

    def count(self, full: int, short: int) -> int:
        """A number that a short run lowers."""
        return short if self.is_short else full

    def place(self, name: str) -> Place:
        """A fresh place for a contestant."""
        return Place(self.folder, name)

    def start_simulator(self, place: Place, settings: dict | None = None) -> Simulator:
        """A fresh cloud."""
        return Simulator(place, self.build / "runninghub-simulator", settings)

    def start_daemon(self, place: Place, cloud: str, **settings) -> Daemon:
        """A fresh daemon that speaks to a cloud."""
        return Daemon(place, self.daemon, cloud, **settings)
