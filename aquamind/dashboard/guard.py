"""What every page of the dashboard has in common: it only reads, and it says what is missing."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from psycopg import errors

from aquamind.program import as_called

View = Callable[..., HttpResponse]

SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

# What planner and executor may do for a page. Compiling a plan over 120 partitions takes longer
# than running it.
_SETTINGS = "SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = '20s'; SET LOCAL jit = off"


def guarded(view: View) -> View:
    """Answer GET and HEAD only, in a read-only transaction, with a strict security policy.

    A database that cannot be reached, has no tables, or does not hold what was asked for gives a
    page that says so.
    """

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = _answer(view, request, *args, **kwargs)
        # A page that is not made of the dashboard's own files says what it needs.
        response.setdefault("Content-Security-Policy", SECURITY_POLICY)
        response["Referrer-Policy"] = "same-origin"
        response["Cache-Control"] = "no-store"
        return response

    return answer


def _answer(view: View, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_SETTINGS)
            return view(request, *args, **kwargs)
    except Http404 as error:
        return _message(request, 404, "Not found", str(error))
    except OperationalError as error:
        return _message(request, 503, "The database does not answer", _first_lines(error))
    except ProgrammingError as error:
        if not isinstance(error.__cause__, (errors.UndefinedTable, errors.UndefinedColumn)):
            raise
        return _message(
            request,
            503,
            "The database has no tables yet",
            as_called(
                "Run: python manage.py migrate, then "
                "python manage.py runscript data_generation --mode=sequential"
            ),
        )


def _message(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    context = {"title": title, "text": text, "embedded": _is_embedded()}
    return render(request, "dashboard/message.html", context, status=status)


def _is_embedded() -> bool:
    return settings.DATABASES["default"]["ENGINE"] == "aquamind.embedded.backend"


def _first_lines(error: Exception) -> str:
    return "\n".join(str(error).strip().splitlines()[:3])
