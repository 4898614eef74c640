"""`runscript realism`: compare the data with what is known of real farms; tables and plots."""

import json
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

from data_generation.cli import shell
from data_generation.cli.schema import require_schema
from data_generation.config.loading.loader import CONFIG_DIR, load_config, load_file
from data_generation.config.realism import Realism
from data_generation.errors import ExitCode, Refused, UsageError
from data_generation.files import read_small, write_atomically
from data_generation.generators.finance.books import batch_money
from data_generation.reporting.realism.measures import Measurer, measuring
from data_generation.reporting.realism.money import measure_money
from data_generation.reporting.realism.report import (
    Dataset,
    RealismReport,
    judge,
    reasons,
    replaced,
)
from data_generation.runs import run as runner
from data_generation.runs.postgres import store
from data_generation.runs.postgres.connecting import Connection
from data_generation.runs.postgres.snapshots import load_snapshot
from data_generation.runs.postgres.store import RunRecord
from data_generation.validation.scope import BATCHES

_EXAMPLE: Final = """\
  python manage.py runscript realism
  python manage.py runscript realism --markdown docs/realism.md --name demo --plots docs/realism
  python manage.py runscript realism --plots docs/realism --compare other_seed.json"""


def main(flags: list[str]) -> ExitCode:
    """Run the command with its flags and return the exit code."""
    return shell.guarded(flags, lambda: _main(flags))


def _main(flags: list[str]) -> ExitCode:
    parser = shell.Parser(
        "realism",
        "Measure reference quantities of growth, water, deaths, feed, lice, disease and money in "
        "the database and show each beside its range in config/realism.yaml; list the tables "
        "without rows. Changes nothing in the database; exit code 0 whatever is outside.",
        _EXAMPLE,
        fills=False,
    )
    parser.add_argument(
        "--markdown", metavar="FILE", help="put the tables between the markers of this page"
    )
    parser.add_argument(
        "--name", metavar="NAME", help="which markers: <!-- realism: NAME -->; default: the profile"
    )
    parser.add_argument("--plots", metavar="DIR", help="draw PNG files into this folder")
    parser.add_argument(
        "--compare",
        metavar="FILE",
        help="what --json wrote for a run with another seed; for --plots",
    )
    options = parser.parse_args(flags)
    shell.apply_folders(options)
    if options.existing_schema:
        raise Refused("A database that AquaMind made lacks columns that are measured.")
    if options.compare and not options.plots:
        raise UsageError("--compare is for --plots.", "Give both.")
    other = _read(options.compare) if options.compare else None
    page = _text("--markdown", options.markdown) if options.markdown else ""
    conninfo = shell.conninfo()
    require_schema(existing=False)
    shell.disconnect()
    with closing(runner.open_reader(conninfo)) as connection:
        report = _report(connection)
    if options.markdown:
        text = replaced(page, options.name or report.dataset.profile, report.as_markdown())
        write_atomically(Path(options.markdown), text.encode())
    if options.plots:
        _draw(report, other, Path(options.plots))
    tell = shell.show if options.markdown or options.plots else shell.answer
    tell(report.as_text(), report.as_dict(), options.json)
    return ExitCode.DONE


def _report(connection: Connection) -> RealismReport:
    run = store.find_run(connection)
    if run is None:
        raise Refused(
            "This database holds no run over years.",
            "Make one: python manage.py runscript data_generation --mode=sequential",
        )
    wanted = load_file(Realism, CONFIG_DIR / "realism.yaml")
    config = load_config(CONFIG_DIR, run.profile, [], None, run.overlay)
    with measuring(connection, config) as measurer:
        dataset = _dataset(measurer, run)
        found = measurer.measure_all()
        series = measurer.series()
        cycles = measurer.cycles()
        empty = measurer.empty_tables()
        snapshot = load_snapshot(connection, run.id)
    if snapshot is not None:
        money = batch_money(snapshot[1])
        stored = {run.keys.stored(BATCHES, key): value for key, value in money.items()}
        found |= measure_money(stored, cycles)
    return RealismReport(dataset, judge(wanted, found), reasons(wanted, empty), series)


def _dataset(measurer: Measurer, run: RunRecord) -> Dataset:
    extent = measurer.extent()
    if extent is None:
        raise Refused(
            "The run has stored no fish yet.",
            "Go on with it: python manage.py runscript data_generation --resume",
        )
    first, last, batches = extent
    return Dataset(
        run.profile, run.seed, first.isoformat(), last.isoformat(), batches, run.fingerprint
    )


def _draw(report: RealismReport, other: dict[str, Any] | None, folder: Path) -> None:
    try:
        # It takes a second to load and nothing else needs it.
        from data_generation.reporting.realism import plots
    except ImportError as error:
        raise Refused(
            "Plots need matplotlib, which is not installed.",
            "Install the extra: pip install 'aquamind-data-generator[report]'",
        ) from error
    folder.mkdir(parents=True, exist_ok=True)
    plots.draw(report.series, other, folder)


def _text(flag: str, file: str) -> str:
    try:
        return read_small(Path(file))
    except OSError as error:
        raise UsageError(f"{flag} {file}: cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{flag} {file}: not UTF-8 text (byte {error.start}).") from error


def _read(file: str) -> dict[str, Any]:
    with suppress(json.JSONDecodeError):
        content = json.loads(_text("--compare", file))
        if isinstance(content, dict) and "series" in content:
            return dict(content["series"])
    raise UsageError(f"--compare {file}: not what runscript realism --json writes.")
