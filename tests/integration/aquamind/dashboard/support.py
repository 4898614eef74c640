"""What the tests of the dashboard share."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.http import HttpResponse
from django.test import Client

from aquamind import installation


@contextmanager
def connected_to(url: str) -> Iterator[Client]:
    """A client whose requests are answered from that database."""
    usual = connections["default"]
    settings = {**usual.settings_dict, **installation.database(url)}
    connections["default"] = wrapper = DatabaseWrapper(settings, "default")
    try:
        yield Client(SERVER_NAME="localhost")
    finally:
        wrapper.close()
        connections["default"] = usual


def text_of(answer: HttpResponse) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", answer.content.decode()))


PAGES = ("/", "/run.json", "/farm/", "/batch/", "/batch/{number}/", "/sensors/")
