"""`manage.py admin_times`: how long each page of the admin takes on this database."""

import statistics
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from aquamind.dashboard.admin_pages import KINDS, Page, answer, models, pages


class Command(BaseCommand):
    """Asks for every page of the admin, on a new connection each time."""

    help = (
        "Print how many seconds the admin's pages take, the slowest of each kind for each model: "
        "list, last page, each column's sorting, filters, searches, forms, choices of a form's "
        "fields, histories, deletion. Nothing is written. "
        "Exit code 1 if a page takes longer than the limit."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take models, the number of repetitions and the limit."""
        parser.add_argument("models", nargs="*", help="only these, such as batch.Batch")
        parser.add_argument("--repeat", type=int, default=1, help="requests a page (default 1)")
        parser.add_argument(
            "--limit", type=float, default=1.0, help="seconds that a page may take (default 1)"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Measure and print; CommandError if a page is slow or fails."""
        if options["repeat"] < 1:
            raise CommandError("--repeat must be at least 1.")
        unknown = {name.lower() for name in options["models"]} - models()
        if unknown:
            raise CommandError(f"The admin has no model {', '.join(sorted(unknown))}.")
        wanted = sorted(map(str.lower, options["models"])) or sorted(models())
        width = max(map(len, wanted))
        self.stdout.write(f"{'seconds':{width}}" + "".join(f"{kind:>10}" for kind in KINDS))
        seconds: dict[Page, float] = {}
        for model in wanted:
            found = {page: _seconds(page, options["repeat"]) for page in pages(model)}
            self._show(f"{model:{width}}", found)
            seconds |= found
        self._show(f"{'slowest':{width}}", seconds)
        self.stdout.write(f"{len(seconds)} pages, median {statistics.median(seconds.values()):.3f}")
        slow = [page for page in seconds if seconds[page] > options["limit"]]
        if slow:
            listed = ", ".join(f"{page.address} ({seconds[page]:.2f} s)" for page in slow)
            raise CommandError(f"Longer than {options['limit']:g} s: {listed}", returncode=1)

    def _show(self, name: str, seconds: dict[Page, float]) -> None:
        slowest: dict[str, float] = {}
        for page, took in seconds.items():
            slowest[page.kind] = max(took, slowest.get(page.kind, 0.0))
        cells = (f"{slowest[kind]:.3f}" if kind in slowest else "" for kind in KINDS)
        self.stdout.write(name + "".join(f"{cell:>10}" for cell in cells).rstrip())
        self.stdout.flush()


def _seconds(page: Page, repeat: int) -> float:
    """Median of the times that the page takes."""
    took = []
    for _ in range(repeat):
        connection.close()
        begun = time.perf_counter()
        status = answer(page.address).status_code
        took.append(time.perf_counter() - begun)
        if status != 200:
            raise CommandError(f"{page.address} answers {status}.")
    return statistics.median(took)
