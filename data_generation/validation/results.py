"""What checks found, as text and as plain data."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from data_generation.validation.checks import (
    CHECKS,
    Finding,
    Group,
    Skipped,
    Verdict,
    description,
    find,
)
from data_generation.validation.verdicts import BatchReport, mark
from data_generation.words import counted

_SAID: Final[Mapping[Verdict, str]] = {
    "passed": "passed",
    "unsure": "rest on too little to tell",
    "unusual": "unusual",
    "broken": "broken",
}
"""How a summary counts checks of each verdict."""


@dataclass(frozen=True)
class Outcome:
    """What one check found, and what of it was not made.

    `rows` is the query of the offending rows and `tables` are what it reads; `by_batch` counts
    the rows by the stored key of their batch, None: they name none.
    """

    check: str
    findings: tuple[Finding, ...] = ()
    rows: str = ""
    tables: tuple[str, ...] = ()
    by_batch: Mapping[int | None, int] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()


@dataclass
class Results:
    """What checks found so far.

    Of each check that did not pass `queries` shows the rows, `tables` names those that it reads.
    """

    findings: list[Finding] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    queries: dict[str, str] = field(default_factory=dict)
    tables: dict[str, tuple[str, ...]] = field(default_factory=dict)
    by_batch: dict[str, Counter[int | None]] = field(default_factory=dict)
    """Offending rows by check and by the stored key of their batch; None: they name none."""

    def add(self, outcome: Outcome) -> None:
        """Add what a check found; counts of rows add to those that it found elsewhere."""
        for finding in outcome.findings:
            known = next((f for f in self.findings if f.check == finding.check), None)
            if known is None or finding.group == "statistics":
                self.findings.append(finding)
            else:
                at = self.findings.index(known)
                self.findings[at] = replace(known, value=known.value + finding.value)
        for check in _failed(outcome.findings):
            before = self.queries.get(check)
            self.queries[check] = f"{before};\n{outcome.rows}" if before else outcome.rows
            self.tables[check] = tuple(sorted({*self.tables.get(check, ()), *outcome.tables}))
        self.by_batch.setdefault(outcome.check, Counter()).update(outcome.by_batch)
        # Of some batches a check may find nothing to look at, and something of others.
        made = {finding.check for finding in self.findings}
        among = dict.fromkeys([*self.skipped, *outcome.skipped])
        self.skipped = [skipped for skipped in among if skipped.check not in made]

    def lines(self, groups: Iterable[Group]) -> Iterator[str]:
        """A line for each finding and each check that was not made."""
        for group in groups:
            yield f"{group}:"
            yield from (_line(f) for f in self.findings if f.group == group)
            for skipped in self.skipped:
                if skipped.group == group:
                    why = mark("nothing") if skipped.nothing else "left out"
                    yield f"  {why} {skipped.check}: {skipped.reason}"

    def explanations(self) -> Iterator[str]:
        """For each check that did not pass what it means, how much, where, and how to see it."""
        for name in _failed(self.findings):
            group, check = find(name)
            found = [f for f in self.findings if f.check == name]
            count = counted(int(found[0].value), "row", "rows") + " in "
            where = ", ".join(self.tables[name])
            yield from ("", f"{name}: {'' if group == 'statistics' else count}{where}.")
            yield f"{description(group, check)}. The rows:"
            yield f"{self.queries[name]};"

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; what did not pass carries its query."""
        return {
            "findings": [asdict(f) | {"verdict": f.verdict} for f in self.findings],
            "left_out": [_reason(s) for s in self.skipped if not s.nothing],
            "nothing_to_look_at": [_reason(s) for s in self.skipped if s.nothing],
            "queries": self.queries,
            "tables": {name: list(read) for name, read in self.tables.items()},
        }


@dataclass(frozen=True)
class Validation:
    """Everything found in what was `covered`, in words; `whole` says that this is the database.

    `reports` are of single batches, where these were looked at one by one; `queries` shows what is
    wrong with them.
    """

    results: Results
    covered: str = "the whole database"
    whole: bool = True
    reports: Sequence[BatchReport] = ()
    queries: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """By check of a batch what its query shows, and the query."""
    notes: tuple[str, ...] = ()

    @property
    def verdicts(self) -> Counter[Verdict]:
        """How many checks have each verdict."""
        found = Counter(finding.verdict for finding in self.results.findings)
        found["nothing"] += sum(skipped.nothing for skipped in self.results.skipped)
        for report in self.reports:
            found.update(check.verdict for check in report.checks)
        return found

    @property
    def broken(self) -> int:
        """How many checks found something that no sound data have."""
        return self.verdicts["broken"]

    @property
    def unusual(self) -> int:
        """How many statistics lie further out than what they rest on explains."""
        return self.verdicts["unusual"]

    def as_text(self) -> str:
        """A line for each finding; for what did not pass its meaning and a query that shows it."""
        lines = [f"note: {note}" for note in self.notes]
        for report in self.reports:
            lines += report.lines()
        lines += self.results.lines(CHECKS)
        for name, (meaning, query) in self.queries.items():
            lines += ["", f"{name}: {meaning}. The rows:", f"{query};"]
        return "\n".join([*lines, *self.results.explanations(), "", self.summary()])

    def summary(self) -> str:
        """How many checks were made and what they say, on one line."""
        found = self.verdicts
        made = sum(found[verdict] for verdict in _SAID)
        said = [f"{found[verdict]} {words}" for verdict, words in _SAID.items() if found[verdict]]
        if found["passed"] == made:
            said = ["all passed"]
        left_out = sum(not skipped.nothing for skipped in self.results.skipped)
        rest = [
            f"{number} {what}"
            for number, what in (
                (found["nothing"], "had nothing to look at"),
                (left_out, "left out"),
            )
            if number
        ]
        line = f"{counted(made, 'check', 'checks')} of {self.covered}: {', '.join(said)}"
        return f"{line}; besides, {', '.join(rest)}." if rest else f"{line}."

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON; what did not pass carries its query."""
        found = self.results.as_dict()
        shown = {name: query for name, (_, query) in self.queries.items()}
        return {
            "summary": self.summary(),
            **{verdict: self.verdicts[verdict] for verdict in _SAID},
            "whole_database": self.whole,
            "notes": list(self.notes),
            "batches": [report.as_dict() for report in self.reports],
            **found,
            "queries": {**shown, **found["queries"]},
        }


def _failed(findings: Sequence[Finding]) -> list[str]:
    return list(dict.fromkeys(f.check for f in findings if not f.sound))


def _reason(skipped: Skipped) -> dict[str, str]:
    return {"group": skipped.group, "check": skipped.check, "reason": skipped.reason}


def _line(finding: Finding) -> str:
    start = f"  {mark(finding.verdict)} {finding.check}"
    if finding.group != "statistics":
        return f"{start}: {finding.value:.0f}"
    line = f"{start} ({finding.label}): {finding.value:.4g} [{finding.low:g}, {finding.high:g}]"
    if finding.allowance:
        allowance, units = (float(f"{x:.3g}") for x in (finding.allowance, finding.units))
        line += f" ± {allowance:g} ({finding.unit}: {units:g})"
    return line
