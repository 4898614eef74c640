"""Every command of README.md and docs/*.md, block by block in the order in which they stand.

Each is done, and leaves a database that validates. All profiles are a small farm with thirteen
months here, so that the commands can be given as they are written.
"""

import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from unittest import mock

import pytest
import yaml

from data_generation.cli.commands import (
    data_generation,
    event_engine,
    realism,
    verify_data_integrity,
)
from data_generation.cli.flags import farm_flags
from tests import in_process
from tests.acceptance.test_any_order import faults, rows
from tests.shell import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
NOT_RUN = {
    "--markdown": "rewrites a page of the documentation",
    "--plots": "rewrites pictures of the documentation",
    "--seed 20260101": "is for a data directory of its own",
    "other_seed.json": "compares with that data directory",
    "--existing-schema": "needs tables that AquaMind made: test_existing_schema",
    "--scheduler": "needs a cluster: test_cluster",
    "--sink": "needs no database: test_lake",
    "compress_months": "needs TimescaleDB: test_timescaledb",
    "--days-in-stage": "its batch would be in the way of a run over years: test_batch_at_a_point",
    "$start": "several at once, in a shell: test_event_engine",
}
"""Part of a command: why it is not run here."""

SMALLER = {"--eggs 3500000": "--eggs 200000", "--duration 650": "--duration 100"}
ANSWERED = ("cleanup_batch_data", "clear_data")
"""They ask; here the answer is yes."""

_FENCE = re.compile(r"^```.*?$(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"(?:\.venv/bin/)?python manage\.py runscript (.*)")


def commands() -> Iterator[tuple[str, list[str]]]:
    """Where each command stands, and its words."""
    for document in DOCUMENTS:
        for block in _FENCE.findall(document.read_text()):
            for line in block.replace("\\\n", " ").splitlines():
                if found := _COMMAND.search(line):
                    text = found[1]
                    for large, small in SMALLER.items():
                        text = text.replace(large, small)
                    yield document.name, shlex.split(text, comments=True)


@pytest.fixture
def small_profiles(tmp_path) -> Iterator[None]:
    """All profiles are the small farm."""
    folder = Path(shutil.copytree(ROOT / "config", tmp_path / "config"))
    tiny = yaml.safe_load((folder / "profiles" / "tiny.yaml").read_text())
    tiny["generation"]["sessions_months"] = [4, 3, 3, 3]
    tiny["farm"]["countries"] = ["faroe", "scotland"]
    tiny["staggering"]["max_live_batches"] = 2
    tiny["runtime"] = {"workers": 0}
    for profile in (folder / "profiles").glob("*.yaml"):
        profile.write_text(yaml.safe_dump(tiny, allow_unicode=True))
    modules = (data_generation, event_engine, farm_flags, realism, verify_data_integrity)
    with ExitStack() as stack:
        for module in modules:
            stack.enter_context(mock.patch.object(module, "CONFIG_DIR", folder))
        stack.enter_context(mock.patch.object(event_engine, "DAYS", 100))
        yield


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_commands_in_the_order_of_the_documentation(small_profiles, shell, django_db_blocker):
    told = []
    with django_db_blocker.unblock():
        before = rows(shell)
        for document, words in commands():
            line = " ".join(words)
            if any(part in line for part in NOT_RUN):
                continue
            flags = ["--yes"] if words[0] in ANSWERED else []
            done = in_process.run(shell, *words, *flags)
            told.append(f"{done.code}  {document}: {line}")
            story = "\n".join([*told, done.out[-500:], done.err[-500:]])
            after = rows(shell)
            # Statistics of so few months are no matter here.
            assert done.code == 0 or words[-1] == "--validate-only", story
            if after != before:
                assert faults(shell) == [], story
            before = after
    assert len(told) >= 25
