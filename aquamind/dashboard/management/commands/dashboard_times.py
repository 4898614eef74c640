"""`manage.py dashboard_times`: how long each page takes on this database."""

import statistics
import time
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse

from aquamind.dashboard.pages import farm
from aquamind.dashboard.pages.sensors import MOST
from aquamind.dashboard.queries import rows


class Command(BaseCommand):
    """Asks for the pages that have most to show, on a new connection each time."""

    help = (
        "Print how long the dashboard's pages take, from request to the last byte, for the "
        "busiest day, the batch with most stays and the container with most readings. "
        "The first request of all also imports the pages' code. "
        "Exit code 1 if the median of a page is above the limit."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the number of repetitions and the limit."""
        parser.add_argument("--repeat", type=int, default=5, help="requests a page (default 5)")
        parser.add_argument(
            "--limit", type=float, default=1.0, help="seconds that a page may take (default 1)"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Measure and print; CommandError if a page is slow or fails."""
        if options["repeat"] < 1:
            raise CommandError("--repeat must be at least 1.")
        client = Client(SERVER_NAME="localhost")
        slow = []
        self.stdout.write(f"{'first':>9} {'median':>9} {'slowest':>9} {'size':>9}  page")
        for address in _addresses():
            seconds, size = [], 0
            for _ in range(options["repeat"]):
                connection.close()
                begun = time.perf_counter()
                answer = client.get(address)
                size = len(answer.content)
                seconds.append(time.perf_counter() - begun)
                if answer.status_code != 200:
                    raise CommandError(f"{address} answers {answer.status_code}.")
            figures = (seconds[0], statistics.median(seconds), max(seconds))
            shown = " ".join(f"{1000 * figure:6.0f} ms" for figure in figures)
            self.stdout.write(f"{shown} {size / 1000:6.0f} kB  {address}")
            if figures[1] > options["limit"]:
                slow.append(address)
        if slow:
            raise CommandError(
                f"Longer than {options['limit']:g} s: {', '.join(slow)}", returncode=1
            )


def _addresses() -> list[str]:
    addresses = []
    with suppress(NoReverseMatch):  # no app adds a page of its own
        addresses.append(reverse("dashboard:run"))
    period = farm.period()
    if period is None:
        return [*addresses, reverse("dashboard:farm"), reverse("dashboard:sensors")]
    busiest = rows("farm", "busiest_day")[0].day
    addresses.append(f"{reverse('dashboard:farm')}?{urlencode({'date': busiest})}")
    # Sorted by it, the feed of all batches is asked for, not only that of those on the page.
    addresses.append(f"{reverse('dashboard:batches')}?sort=-fcr")
    addresses.append(reverse("dashboard:batch", args=[rows("batch", "longest")[0].batch_number]))
    container = {"container": rows("sensors", "first_container")[0].id}
    sensors = reverse("dashboard:sensors")
    years = {"from": period[0], "to": period[1]}
    month = {"from": f"{period[1]:%Y-%m}-01", "to": period[1]}
    addresses.append(f"{sensors}?{urlencode({**container, **years})}")
    addresses.append(f"{sensors}?{urlencode({**container, **month})}")
    cage = container["container"]
    shown = {"container": range(cage, cage + MOST), "parameter": range(1, MOST + 1), **years}
    addresses.append(f"{sensors}?{urlencode(shown, doseq=True)}")
    return addresses
