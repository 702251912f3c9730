"""What comes of measurements: medians, ratios, and whether a target is reached."""

import math
import statistics
import sys
from dataclasses import dataclass, field


def median(values: list[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def percentile(values: list[float], percent: float) -> float:
    """The value that so many percent do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(math.ceil(percent / 100 * len(ordered)), 1) - 1]


@dataclass(frozen=True)
class Target:
    """What a row is to reach: of its own figure, or of the ratio to its peer's."""

    bound: float
    is_least: bool
    of_ratio: bool = False

    def is_reached(self, value: float) -> bool:
        """Whether that is enough, or little enough."""
        return value >= self.bound if self.is_least else value <= self.bound

    def text(self, unit: str) -> str:
        """As the table shows it."""
        sign = "≥" if self.is_least else "≤"
        return f"{sign} {number(self.bound)}{'×' if self.of_ratio else ' ' + unit if unit else ''}"


def at_least(bound: float) -> Target:
    """A target for the figure itself."""
    return Target(bound, is_least=True)


def at_most(bound: float) -> Target:
    """A target for the figure itself."""
    return Target(bound, is_least=False)


def times_at_least(bound: float) -> Target:
    """A target for the ratio to the peer's."""
    return Target(bound, is_least=True, of_ratio=True)


def times_at_most(bound: float) -> Target:
    """A target for the ratio to the peer's."""
    return Target(bound, is_least=False, of_ratio=True)


@dataclass
class Row:
    """One line of the table: one figure, and the same figure of a peer."""

    figure: str
    unit: str
    ours: list[float]
    peer: str = ""
    theirs: list[float] = field(default_factory=list)
    target: Target | None = None

    @property
    def ratio(self) -> float | None:
        """Ours in terms of theirs, by the medians."""
        return median(self.ours) / median(self.theirs) if self.theirs and median(self.theirs) else None

    @property
    def verdict(self) -> str:
        """`reached`, or `missed` with the figure."""
        if self.target is None:
            return ""
        value = self.ratio if self.target.of_ratio else median(self.ours)
        if value is None:
            return "not measured"
        shown = f"{number(value)}{'×' if self.target.of_ratio else ' ' + self.unit if self.unit else ''}"
        return "reached" if self.target.is_reached(value) else f"missed ({shown})"

    def document(self) -> dict:
        """For the JSON: every single measurement, too."""
        document = {"figure": self.figure, "unit": self.unit, "ours": self.ours, "ours_median": median(self.ours)}
        if self.theirs:
            document |= {"peer": self.peer, "theirs": self.theirs, "theirs_median": median(self.theirs)}
            document["ratio"] = self.ratio
        if self.target:
            document |= {"target": self.target.text(self.unit), "verdict": self.verdict}
        return document


@dataclass
class Result:
    """What a case found."""

    rows: list[Row] = field(default_factory=list)
    # Sentences that belong below the table: what was left out, and why.
    remarks: list[str] = field(default_factory=list)
    # Single measurements that the rows are made of, for the JSON.
    samples: dict[str, list] = field(default_factory=dict)

    def add(self, *arguments, **named) -> Row:
        """Adds a row."""
        self.rows.append(Row(*arguments, **named))
        return self.rows[-1]

    def document(self) -> dict:
        """For the JSON."""
        return {"rows": [row.document() for row in self.rows], "remarks": self.remarks, "samples": self.samples}


def number(value: float) -> str:
    """Three digits that say something, without an exponent."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{digits}f}".replace(",", " ")
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_turn(rounds: int, **contestants) -> dict[str, list]:
    """Lets each contestant run once, then each again: what the machine does meanwhile meets all of them alike."""
    results: dict[str, list] = {name: [] for name in contestants}
    for turn in range(1, rounds + 1):
        for name, run in contestants.items():
            progress(f"round {turn} of {rounds}: {name}")
            results[name].append(run())
    progress("")
    return results


def progress(text: str) -> None:
    """Tells a person at a terminal what is going on, in one line that the next one replaces."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
