"""Template filters for figures."""

from typing import Any

from django import template

from aquamind.dashboard import words
from aquamind.program import as_called

register = template.Library()

register.filter("number", words.number)
register.filter("grams", words.grams)
register.filter("tonnes", words.tonnes)
register.filter("as_called", as_called)


@register.filter
def places(value: Any, digits: int) -> str:
    """A number with that many decimals; empty for None."""
    return "" if value is None else f"{float(value):,.{digits}f}"
