"""What checks found, as text and as plain data."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from data_generation.validation.checks import (
    CHECKS,
    Finding,
    Group,
    LeftOut,
    description,
    find,
)


@dataclass(frozen=True)
class Outcome:
    """What one check found, or why it was left out.

    `rows` is the query of the offending rows and `tables` are what it reads; `by_batch` counts
    the rows by the stored key of their batch, None: they name none.
    """

    check: str
    findings: tuple[Finding, ...] = ()
    rows: str = ""
    tables: tuple[str, ...] = ()
    by_batch: Mapping[int | None, int] = field(default_factory=dict)
    left_out: LeftOut | None = None


@dataclass
class Results:
    """What checks found so far.

    Of each check with a fault `queries` shows the rows, `tables` names those that it reads.
    """

    findings: list[Finding] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    queries: dict[str, str] = field(default_factory=dict)
    tables: dict[str, tuple[str, ...]] = field(default_factory=dict)
    by_batch: dict[str, Counter[int | None]] = field(default_factory=dict)
    """Offending rows by check and by the stored key of their batch; None: they name none."""

    @property
    def faults(self) -> int:
        """How many findings did not pass."""
        return sum(1 for finding in self.findings if not finding.passed)

    def add(self, outcome: Outcome) -> None:
        """Add what a check found; counts of rows add to those that it found elsewhere."""
        if outcome.left_out is not None:
            if outcome.left_out not in self.left_out:
                self.left_out.append(outcome.left_out)
            return
        for finding in outcome.findings:
            known = next((f for f in self.findings if f.check == finding.check), None)
            if known is None or finding.group == "statistics":
                self.findings.append(finding)
            else:
                at = self.findings.index(known)
                self.findings[at] = replace(known, value=known.value + finding.value)
        for check in _faulty(outcome.findings):
            before = self.queries.get(check)
            self.queries[check] = f"{before};\n{outcome.rows}" if before else outcome.rows
            self.tables[check] = tuple(sorted({*self.tables.get(check, ()), *outcome.tables}))
        self.by_batch.setdefault(outcome.check, Counter()).update(outcome.by_batch)

    def lines(self, groups: Iterable[Group]) -> Iterator[str]:
        """A line for each finding and each check left out."""
        for group in groups:
            yield f"{group}:"
            yield from (_line(f) for f in self.findings if f.group == group)
            yield from (
                f"  left out {check.check}: {check.reason}"
                for check in self.left_out
                if check.group == group
            )

    def explanations(self) -> Iterator[str]:
        """For each check with a fault what it means, how much, where, and the query of the rows."""
        for name in _faulty(self.findings):
            group, check = find(name)
            found = [f for f in self.findings if f.check == name]
            count = counted(int(found[0].value), "row", "rows") + " in "
            where = ", ".join(self.tables[name])
            yield from ("", f"{name}: {'' if group == 'statistics' else count}{where}.")
            yield f"{description(group, check)}. The rows:"
            yield f"{self.queries[name]};"

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; faults carry their query."""
        return {
            "faults": self.faults,
            "findings": [asdict(f) | {"passed": f.passed} for f in self.findings],
            "left_out": [
                {"group": c.group, "check": c.check, "reason": c.reason} for c in self.left_out
            ],
            "queries": self.queries,
            "tables": {name: list(read) for name, read in self.tables.items()},
        }


@dataclass(frozen=True)
class Validation:
    """All findings of a validation; `batches` is how many were looked at, None for the database."""

    results: Results
    batches: int | None = None

    @property
    def faults(self) -> int:
        """How many findings did not pass."""
        return self.results.faults

    def as_text(self) -> str:
        """A line for each finding; for each fault what it means and the query that shows it."""
        lines = list(self.results.lines(CHECKS))
        if self.batches is not None:
            lines.insert(
                0,
                f"Looked at: {counted(self.batches, 'batch', 'batches')} of this run and their "
                "places. Rows of others: runscript verify_data_integrity",
            )
        lines += self.results.explanations()
        verdict = counted(self.faults, "fault", "faults")
        return "\n".join([*lines, "", f"{len(self.results.findings)} findings, {verdict}."])

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; faults carry their query."""
        return {**self.results.as_dict(), "batches": self.batches}


def counted(number: int, one: str, many: str) -> str:
    """A number and its noun."""
    return f"{number or 'no'} {one if number == 1 else many}"


def _faulty(findings: Sequence[Finding]) -> list[str]:
    return list(dict.fromkeys(f.check for f in findings if not f.passed))


def _line(finding: Finding) -> str:
    mark = "ok   " if finding.passed else "FAULT"
    if finding.group != "statistics":
        return f"  {mark} {finding.check}: {finding.value:.0f}"
    return (
        f"  {mark} {finding.check} ({finding.label}): {finding.value:.4g} "
        f"[{finding.low:g}, {finding.high:g}]"
    )
