"""The run's page and the JSON that keeps it up to date."""

import os
import sys
from contextlib import closing
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from aquamind.program import as_called
from data_generation.errors import AquaError

if TYPE_CHECKING:
    from data_generation.live.state import PageState

# What the page needs takes most of a second to import. Every command of Django's imports this
# module with the URLs, so it waits for the first request, or for a server that has time.
if sys.argv[1:2] == ["runserver"]:
    Thread(target=import_module, args=("data_generation.live.state",), daemon=True).start()


# The report is one file: its style and pictures are inside, and it has no script.
_REPORT_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; sandbox"
)


def run(request: HttpRequest) -> HttpResponse:
    """The state of the run, or of the event engine's batches."""
    try:
        state = _read()
    except AquaError as error:
        context = {"title": "The record of runs cannot be read", "text": str(error)}
        return render(request, "dashboard/message.html", context, status=503)
    return render(request, "data_generation/run.html", {"state": state})


def run_state(_request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    from data_generation.live.state import as_json

    try:
        return JsonResponse(as_json(_read()))
    except AquaError as error:
        return JsonResponse({"error": str(error)}, status=503)


def report(request: HttpRequest) -> HttpResponse:
    """The report that was written last."""
    from data_generation.live.report import newest
    from data_generation.runs.folders import folders_from

    folder = folders_from(os.environ).reports
    found = newest(folder)
    try:
        page = None if found is None else found.path.read_bytes()
    except OSError:
        page = None
    if page is None:
        command = as_called("python manage.py runscript data_generation --generate-report")
        text = f"There is none in {folder}. To write it:\n{command}"
        context = {"title": "No report yet", "text": text}
        return render(request, "dashboard/message.html", context, status=404)
    answer = HttpResponse(page)
    answer["Content-Security-Policy"] = _REPORT_POLICY
    return answer


def _read() -> "PageState":
    from data_generation.cli import shell
    from data_generation.live.state import read_state
    from data_generation.runs import run as runner
    from data_generation.runs.folders import folders_from

    with closing(runner.open_reader(shell.conninfo())) as connection:
        connection.execute("SET default_transaction_read_only = on")
        return read_state(connection, folders_from(os.environ))
