"""Makes the pictures in docs/images/ from a run of the profile `demo`, with a real browser.

    .venv/bin/python -m docs.make_images

Generates ten years of `demo` in a temporary database, photographs the run's page meanwhile, then
the other pages and the report: some two minutes. With --database URL it uses a database that
holds a complete run already, and leaves the picture of the run's page as it is. Needs Chromium and
its driver (Debian: chromium-driver) and the development dependencies.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

IMAGES = Path(__file__).parent / "images"
WIDTH = 1280
_MOST_BYTES = 250_000
_MARGIN = 16
_SHARE_AT_RUN_PICTURE = 0.55
_STATISTICS = """
SELECT
    (SELECT b.batch_number FROM batch_batch b JOIN health_treatment t ON t.batch_id = b.id
     WHERE b.status = 'COMPLETED' GROUP BY b.id ORDER BY count(*) DESC, b.id LIMIT 1),
    (SELECT day FROM generate_series(
         (SELECT min(assignment_date) FROM batch_batchcontainerassignment),
         (SELECT max(assignment_date) FROM batch_batchcontainerassignment), '7 days') AS day
     JOIN batch_batchcontainerassignment a
         ON a.assignment_date <= day AND coalesce(a.departure_date, 'infinity') > day
     GROUP BY day ORDER BY count(DISTINCT a.lifecycle_stage_id) DESC,
         count(DISTINCT a.batch_id) DESC, day LIMIT 1)::date
"""


def main() -> None:
    """Make all pictures, or say what is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", metavar="URL", help="holds a complete run; nothing is made")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aquamind-images-") as folder:
        # Root's server runs as another user, who must be able to pass through.
        Path(folder).chmod(0o755)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aquamind.settings")
        os.environ.setdefault("AQUAMIND_EXTRA_APPS", "data_generation")
        if options.database is None:
            os.environ["AQUAMIND_DATA_DIR"] = str(Path(folder, "data"))
        with _database(options.database) as url:
            _make(url, Path(folder), generate=options.database is None)


@contextmanager
def _database(url: str | None) -> Iterator[str]:
    """The given database, or a new one on a server of its own."""
    if url is not None:
        yield url
        return
    import django

    from aquamind import embedded

    django.setup()
    try:
        yield embedded.connection_url()
    finally:
        embedded.destroy(Path(os.environ["AQUAMIND_DATA_DIR"]))


def _make(url: str, folder: Path, generate: bool) -> None:
    import psycopg
    import pytest

    from tests.acceptance.conftest import Shell
    from tests.acceptance.shown.browser import chromium, serving

    shell = Shell(url, folder)
    try:
        with chromium(WIDTH) as browser, psycopg.connect(url, autocommit=True) as connection:
            run = None
            if generate:
                _require(shell.manage("migrate", "-v0"))
                run = shell.start("--mode=sequential", "--no-progress")
            with serving(shell) as address:
                if run is not None:
                    _await_share(connection, run)
                    _photograph(browser, f"{address}/", "run")
                    run.communicate()
                batch, day = connection.execute(_STATISTICS).fetchone()
                _photograph(browser, f"{address}/farm/?date={day}", "farm")
                _photograph(browser, f"{address}/batch/", "batches")
                _photograph(browser, f"{address}/batch/{quote(batch)}/", "batch", last="#cv")
                _photograph(browser, f"{address}/sensors/?{_two_cages(connection)}", "sensors")
            _require(shell.generate("--generate-report"))
            for report in sorted(folder.glob("reports/*.html"))[:1]:
                page = report.as_uri()
                _photograph(browser, page, "report", last="#figures ~ p.soft")
                _photograph(browser, f"{page}#growth", "report-plots", last="#picture-harvest")
    except pytest.skip.Exception as missing:
        sys.exit(str(missing))
    finally:
        shell.end_all()


def _two_cages(connection: Any) -> str:
    """The question for a year and a half of two cages of different areas."""
    statement = """
        SELECT min(c.id), max(a.departure_date) FROM infrastructure_container c
        JOIN batch_batchcontainerassignment a ON a.container_id = c.id
        WHERE c.area_id IS NOT NULL GROUP BY c.area_id ORDER BY 1 LIMIT 2"""
    cages = connection.execute(statement).fetchall()
    last = min(departed for _, departed in cages)
    shown = [("container", cage) for cage, _ in cages]
    return urlencode([*shown, ("from", last - timedelta(days=550)), ("to", last)])


def _await_share(connection: Any, run: Any) -> None:
    """Wait until about half of the months are stored."""
    done = 0
    while done < _SHARE_AT_RUN_PICTURE * 120 and run.poll() is None:
        time.sleep(0.5)
        if connection.execute("SELECT to_regclass('data_generation.unit')").fetchone()[0]:
            (done,) = connection.execute(
                "SELECT count(*) FROM data_generation.unit"
                " WHERE kind = 'readings' AND state = 'done'"
            ).fetchone()


def _photograph(browser: Any, address: str, name: str, last: str = "body") -> None:
    """Save the page from where its address points, up to the end of `last`, with few colours."""
    from PIL import Image

    browser.set_window_size(WIDTH, 900)
    browser.get(address)
    browser.execute_script("document.body.style.overflow = 'hidden'")
    frame = 900 - browser.execute_script("return innerHeight")
    # Not with a heading at the very edge.
    browser.execute_script("scrollBy(0, -arguments[0])", _MARGIN)
    bottom = browser.execute_script(
        "return document.querySelector(arguments[0]).getBoundingClientRect().bottom", last
    )
    browser.set_window_size(WIDTH, round(bottom) + _MARGIN + frame)
    time.sleep(1)
    picture = Image.open(BytesIO(browser.get_screenshot_as_png())).convert("RGB")
    IMAGES.mkdir(exist_ok=True)
    path = IMAGES / f"{name}.png"
    for colours in (256, 128, 64, 32):
        # Coverage rather than frequency: a colour of the legend is a few pixels.
        method, dither = Image.Quantize.MAXCOVERAGE, Image.Dither.NONE
        picture.quantize(colours, method, dither=dither).save(path, optimize=True)
        if path.stat().st_size <= _MOST_BYTES:
            break
    sys.stdout.write(f"{path.relative_to(IMAGES.parents[1])}: {path.stat().st_size // 1000} kB\n")


def _require(done: Any) -> None:
    if done.returncode != 0:
        sys.exit(done.stderr)


if __name__ == "__main__":
    main()
