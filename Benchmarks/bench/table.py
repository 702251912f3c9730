"""The table that people read."""

from .figures import Result, Row, median, number

HEADINGS = ("", "ours", "peer", "theirs", "ratio", "target", "")


def printed(title: str, result: Result) -> str:
    """A case's rows, aligned, with its remarks below."""
    lines = [HEADINGS] + [_cells(row) for row in result.rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    text = [title, ""]
    for line in lines:
        # Words to the left, figures to the right.
        cells = [
            cell.rjust(width) if column in (1, 3, 4) else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths))
        ]
        text.append("  " + "  ".join(cells).rstrip())
    text += [f"  ({remark})" for remark in result.remarks]
    return "\n".join(text) + "\n"


def _cells(row: Row) -> tuple[str, ...]:
    unit = f" {row.unit}" if row.unit else ""
    return (
        row.figure,
        number(median(row.ours)) + unit,
        row.peer,
        number(median(row.theirs)) + unit if row.theirs else "",
        f"{number(row.ratio)}×" if row.ratio is not None else "",
        row.target.text(row.unit) if row.target else "",
        row.verdict,
    )


def targets(results: dict[str, Result]) -> str:
    """All targets once more, since they are what the benchmark is for."""
    rows = [(name, row) for name, result in results.items() for row in result.rows if row.target]
    if not rows:
        return ""
    reached = sum(1 for _, row in rows if row.verdict == "reached")
    text = f"targets: {reached} of {len(rows)} reached; missed:\n\n" if reached < len(rows) else f"all {len(rows)} targets are reached\n"
    for name, row in rows:
        if row.verdict != "reached":
            beside = f", beside {row.peer}" if row.target.of_ratio else ""
            text += f"  {name}: {row.figure}{beside}: {row.target.text(row.unit)}, {row.verdict}\n"
    return text
