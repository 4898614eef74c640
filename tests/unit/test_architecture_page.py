"""`docs/architecture.md` names each module of the generator, in the row of its folder."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "architecture.md"


def tables(heading):
    """The cells of the tables' rows below a heading."""
    part = PAGE.read_text("utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in part.splitlines()
        if line.startswith("| `")
    ]


def test_every_module_is_named_in_its_folders_row_and_no_other():
    named = {
        (folder.strip("`"), module)
        for folder, _, modules in tables("Module by module")
        for module in re.findall(r"`(\w+)`", modules)
    }
    there = {
        (f"{path.parent.relative_to(ROOT).as_posix()}/", path.stem)
        for path in (ROOT / "data_generation").rglob("*.py")
        if path.stem != "__init__"
    }

    assert there - named == set(), "not in docs/architecture.md"
    assert named - there == set(), "named in docs/architecture.md, and not there"


def test_a_folder_has_one_row_and_says_what_it_owns():
    rows = tables("Module by module")

    assert len({folder for folder, _, _ in rows}) == len(rows)
    assert all(owns for _, owns, _ in rows)


def test_every_package_has_a_row():
    named = {package.strip("`") for package, _, _ in tables("Who owns what")}
    packages = {
        f"data_generation/{path.parent.name}/"
        for path in (ROOT / "data_generation").glob("*/__init__.py")
        # Only Django's way in; the rest of the command line is the package cli.
        if path.parent.name != "management"
    }

    assert named == {"aquamind/", *packages}


def test_files_that_pages_and_docstrings_name_are_there():
    files = [
        file
        for folder in ("aquamind", "benchmarks", "config", "data_generation", "docs", "tests")
        for file in (ROOT / folder).rglob("*.*")
    ]
    paths = {f"/{file.relative_to(ROOT).as_posix()}" for file in (*ROOT.glob("*.*"), *files)}
    missing = {
        f"{file.relative_to(ROOT)}: {name}"
        for file in (*ROOT.glob("*.md"), *files)
        if file.suffix in (".md", ".py", ".sql") and file.name != "CHANGELOG.md"
        for name in re.findall(r"`([\w/-]+\.(?:py|sql|yaml))`", file.read_text("utf-8"))
        if not any(path.endswith(f"/{name}") for path in paths)
    }

    assert missing == set()
