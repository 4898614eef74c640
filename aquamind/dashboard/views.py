"""The pages."""

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from aquamind.dashboard.pages import batch as batches
from aquamind.dashboard.pages import farm as farms
from aquamind.dashboard.pages import listing
from aquamind.dashboard.pages import sensors as sensing
from aquamind.dashboard.pages.sensors import day_from


def farm(request: HttpRequest) -> HttpResponse:
    """The farm on `date`, by default the last day that is known; coloured by `by`."""
    period = farms.period()
    if period is None:
        return render(request, "dashboard/farm.html", {"farm": None})
    day = day_from(request.GET.get("date", "")) or period[1]
    measure = farms.MEASURES.get(request.GET.get("by", ""))
    found = farms.farm_on(day, measure)
    return render(
        request,
        "dashboard/farm.html",
        {
            "farm": found,
            "lice_limits": [c for c in found.countries if c.lice_limit is not None],
            "day": day,
            "first": period[0],
            "last": period[1],
            "measure": measure,
            "measures": farms.MEASURES.values(),
            "legend": measure.legend() if measure else farms.stages(),
            "steps": _steps(day),
        },
    )


def _steps(day: date) -> list[tuple[str, date, str]]:
    """Label, day and key of each step that leads to another day."""
    last_month = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
    next_month = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return [
        ("Month before", _same_day(day, last_month), ""),
        ("Day before", day - timedelta(days=1), "ArrowLeft"),
        ("Day after", day + timedelta(days=1), "ArrowRight"),
        ("Month after", _same_day(day, next_month), ""),
    ]


def _same_day(day: date, month: date) -> date:
    """The same day of another month, or that month's last day."""
    end = (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return month.replace(day=min(day.day, end.day))


def batch_list(request: HttpRequest) -> HttpResponse:
    """The batches that were asked for."""
    return render(request, "dashboard/batches.html", {"view": listing.view(request.GET)})


def batch(request: HttpRequest, number: str) -> HttpResponse:
    """One batch; `assignment` is the id of the assignment to follow back to the egg."""
    found = batches.find(number)
    if found is None:
        raise Http404(f"There is no batch {number}.")
    wanted = request.GET.get("assignment", "")
    assignment = int(wanted) if wanted.isascii() and wanted.isdigit() else None
    life = batches.life_of(found, assignment)
    return render(request, "dashboard/batch.html", {"life": life, "batch": found})


def sensors(request: HttpRequest) -> HttpResponse:
    """What a container's sensors read."""
    return render(request, "dashboard/sensors.html", {"view": sensing.view(request.GET)})
