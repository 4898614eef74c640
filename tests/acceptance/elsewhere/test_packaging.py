"""The wheel, installed in an environment of its own, in folders that know nothing of a checkout."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import golden
from tests.shell import ROOT

pytest.importorskip("hatchling", reason="the build backend is not installed")

BUILD = "import sys; from hatchling import build; print(getattr(build, sys.argv[1])(sys.argv[2]))"
TIMEOUT_S = 600


def built(kind: str, source: Path, folder: Path) -> Path:
    """Build as pip does, without its network."""
    done = subprocess.run(
        [sys.executable, "-c", BUILD, f"build_{kind}", str(folder)],
        cwd=source,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / done.stdout.strip()


@dataclass(frozen=True)
class Installed:
    """The wheel in an environment that takes what it needs from this one's packages."""

    environment: Path
    home: Path

    @property
    def programs(self) -> Path:
        return self.environment / "bin"

    def variables(self) -> dict[str, str]:
        """A user's: nothing leads to the checkout, nothing to another installation's folders."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AQUAMIND_", "DJANGO_", "PYTHON", "DATABASE_", "XDG_"))
        }
        return {**kept, "HOME": str(self.home), "XDG_DATA_HOME": str(self.home / "share")}

    def run(self, *words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.programs / "aquamind-data", *words],
            cwd=folder or self.home,
            env=self.variables(),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=TIMEOUT_S,
            check=False,
        )

    def done(self, *words: str) -> str:
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    return built("wheel", ROOT, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Installed:
    # Root's database server runs as another user, who must be able to pass through.
    folder = tmp_path_factory.mktemp("fresh")
    found = Installed(folder / "environment", folder / "home")
    found.home.mkdir()
    venv.create(found.environment, with_pip=False)
    packages = sysconfig.get_path("purelib", vars={"base": str(found.environment)})
    # What this environment has, except a link to the checkout.
    shared = [path for path in sys.path if Path(path).name == "site-packages"]
    Path(packages, "shared.pth").write_text("\n".join(shared))
    python = found.programs / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install"]
    flags = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-index", wheel]
    subprocess.run([*pip, *flags], check=True, timeout=TIMEOUT_S)
    return found


def tracked(*suffixes: str) -> set[str]:
    """Files of the checkout that a wheel must hold, by the names that they have there."""
    found = {
        str(path.relative_to(ROOT))
        for package in ("aquamind", "data_generation")
        for path in (ROOT / package).rglob("*")
        if path.suffix in suffixes
    }
    for path in (ROOT / "config").rglob("*.yaml"):
        found.add(f"data_generation/config/defaults/{path.relative_to(ROOT / 'config')}")
    return found


def test_the_wheel_holds_all_that_the_program_reads_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert names == tracked(".py", ".sql", ".html", ".css", ".js", ".svg")


def test_it_generates_in_any_folder_and_keeps_its_own_in_the_users(installed, tmp_path):
    assert "aquamind-data NAME [flags]" in installed.done("--list")
    lake = ("--sink", f"parquet:{tmp_path / 'lake'}")
    month = ("--profile", "tiny", "--set", "generation.sessions_months=[1]", "--workers", "0")
    done = installed.run("data_generation", "--session=1", *month, *lake, folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["lake"]
    share = installed.home / "share" / "aquamind"
    assert {path.name for path in share.iterdir()} == {"checkpoints", "logs"}
    wrong = installed.run("data_generation")
    assert wrong.returncode == 2
    assert wrong.stderr.endswith("See aquamind-data data_generation --help\n")


@pytest.mark.long
def test_it_builds_from_its_own_source_archive(wheel, tmp_path):
    archive = built("sdist", ROOT, tmp_path)
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    again = built("wheel", tmp_path / archive.name.removesuffix(".tar.gz"), tmp_path / "again")

    with zipfile.ZipFile(wheel) as first, zipfile.ZipFile(again) as second:
        contents = [{n: z.read(n) for n in z.namelist()} for z in (first, second)]
    assert contents[0] == contents[1]


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_it_generates_and_validates_tiny_on_two_dask_workers(installed, tmp_path):
    """With its own server, as whoever has installed it would; `dask worker` in any folder."""
    pytest.importorskip("distributed", reason="the extra [cluster] is not installed")
    from tests.acceptance.elsewhere.dask_cluster import Cluster

    cluster = Cluster(tmp_path, installed.programs / "python", installed.variables())
    try:
        cluster.scheduler()
        for _ in range(2):
            cluster.worker()
        installed.done("migrate", "--verbosity", "0")
        flags = ("--mode=sequential", "--profile", "tiny", "--scheduler", cluster.address)
        installed.done("data_generation", *flags)
        found = json.loads(installed.done("data_generation", "--digest", "--json"))
        assert found["dataset"]["hash"] == golden.kept()["digests"]["tiny"]["dataset"]
        installed.done("data_generation", "--validate-only")
    finally:
        cluster.end()
        installed.run("embedded_postgres", "destroy", "--yes")
        shutil.rmtree(installed.home / "share", ignore_errors=True)
