"""What settings take from the environment."""

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from aquamind import installation


@pytest.fixture(autouse=True)
def _no_cached_key() -> None:
    installation.secret_key.cache_clear()


def test_database_url_becomes_django_settings() -> None:
    url = "postgresql://anna:p%40ss@db.example:5433/farm?sslmode=require&application_name=x"

    assert installation.database(url) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "farm",
        "USER": "anna",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require", "application_name": "x"},
    }


def test_database_url_with_a_socket_folder() -> None:
    settings = installation.database("postgresql:///farm?host=/run/pg")

    assert (settings["NAME"], settings["HOST"], settings["USER"]) == ("farm", "/run/pg", "")


@pytest.mark.parametrize("url", [None, ""])
def test_without_url_the_embedded_server_is_used(url: str | None) -> None:
    assert installation.database(url) == {
        "ENGINE": "aquamind.embedded.backend",
        "NAME": "aquamind",
    }


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://anna:hunter2@[half/farm",
        "postgresql://anna:hunter2@db/farm?no_such_parameter=1",
        "mysql://anna:hunter2@db/farm",
        "hunter2",
        "postgresql://anna:hunter2@db",
    ],
)
def test_a_wrong_url_is_one_line_without_the_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as raised:
        installation.database(url)

    message = str(raised.value)
    assert "DATABASE_URL" in message
    assert "hunter2" not in message
    assert "\n" not in message
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


def test_secret_key_is_made_once_and_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DJANGO_SECRET_KEY", raising=False)
    folder = tmp_path / "new" / "data"

    key = installation.secret_key(folder)
    installation.secret_key.cache_clear()

    assert len(key) >= 50
    assert installation.secret_key(folder) == key
    assert [path.name for path in folder.iterdir()] == ["secret_key"]
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600


def test_secret_key_made_meanwhile_by_another_process_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DJANGO_SECRET_KEY", raising=False)
    (tmp_path / "secret_key").write_text("theirs")
    monkeypatch.setattr(Path, "exists", lambda self: False)

    assert installation.secret_key(tmp_path) == "theirs"


def test_secret_key_from_the_environment_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SECRET_KEY", "from-outside")

    assert installation.secret_key(tmp_path) == "from-outside"
    assert list(tmp_path.iterdir()) == []


def test_secret_key_that_cannot_be_kept_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DJANGO_SECRET_KEY", raising=False)
    blocker = tmp_path / "file"
    blocker.write_text("")

    with pytest.raises(ImproperlyConfigured, match="AQUAMIND_DATA_DIR"):
        installation.secret_key(blocker / "data")


def test_data_dir_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AQUAMIND_DATA_DIR", raising=False)
    assert installation.data_dir(tmp_path) == tmp_path / ".aquamind"

    monkeypatch.setenv("AQUAMIND_DATA_DIR", "elsewhere")
    assert installation.data_dir(tmp_path) == Path.cwd() / "elsewhere"
