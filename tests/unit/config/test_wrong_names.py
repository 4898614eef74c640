"""A name of the configuration that is swapped, dropped or misspelt in its file is refused on load.

What is tried: every name that is defined in one place and stands in another, in whatever file.
"""

import functools
import random
import re
import shutil
from pathlib import Path

import pytest
import yaml

from data_generation.config.loading.loader import load_config
from data_generation.errors import ConfigError
from tests.shell import ROOT

CONFIG = ROOT / "config"


def defined():
    """Names of treatments, vaccines, diseases and countries, as they are defined."""
    health = yaml.safe_load((CONFIG / "health.yaml").read_text("utf-8"))
    return {
        *health["treatments"]["protocols"],
        *health["treatments"]["vaccines"],
        *health["diseases"]["profiles"],
        *(file.stem for file in (CONFIG / "countries").glob("*.yaml")),
    }


@functools.cache
def places():
    """File, line and columns of each place where such a name stands, comments aside."""
    found = []
    words = re.compile(rf"(?<![\w.-])({'|'.join(sorted(defined()))})(?![\w.-])")
    for file in [CONFIG / "health.yaml", CONFIG / "infrastructure.yaml", *CONFIG.glob("c*/*.yaml")]:
        for number, line in enumerate(file.read_text("utf-8").splitlines()):
            body = line.partition("#")[0]
            if not re.search(r"\b(name|description|signs|agent|reason|dosage):", body):
                found += [(file, number, *match.span()) for match in words.finditer(body)]
    return found


def damaged(line, first, last, rng):
    """The line with one name misspelt, swapped for another, or dropped with what belongs to it."""
    name = line[first:last]
    kind = rng.choice(["misspelt", "swapped", "dropped"])
    if kind == "swapped":
        other = rng.choice(sorted(defined() - {name}))
        return line[:first] + other + line[last:]
    if kind == "dropped" and re.fullmatch(r"\s*[\w]+: [\d.]+\s*(#.*)?", line):
        return ""
    letter = rng.randrange(len(name))
    return line[:first] + name[:letter] + "q" + name[letter:] + line[last:]


@pytest.mark.parametrize(
    "tries", [40, pytest.param(2000, marks=[pytest.mark.long, pytest.mark.timeout(3600)])]
)
def test_a_wrong_name_is_refused_with_file_line_and_key(tmp_path, tries):
    folder = Path(shutil.copytree(CONFIG, tmp_path / "config"))
    rng, refused, taken = random.Random(tries), 0, []
    for _ in range(tries):
        file, number, first, last = rng.choice(places())
        copy = folder / file.relative_to(CONFIG)
        text = copy.read_text("utf-8")
        lines = text.splitlines(keepends=True)
        before = lines[number]
        lines[number] = damaged(before, first, last, rng)
        copy.write_text("".join(lines), "utf-8")
        try:
            load_config(folder, "demo")
        except ConfigError as error:
            refused += 1
            told = str(error).splitlines()[0]
            # A file, a line of it, and the key: dotted, or as it stands in the line.
            assert re.match(
                rf"{re.escape(str(folder))}/[\w/]+\.yaml:\d+: .*(\w\.\w|key '\w|\w: \w)", told
            )
        else:
            taken.append((file.name, number + 1, before.strip(), lines[number].strip()))
        copy.write_text(text, "utf-8")
    # A treatment swapped for another of its kind is another configuration, and no mistake.
    assert all(re.findall(r"[\w]+", was) != re.findall(r"[\w]+", now) for _, _, was, now in taken)
    wrong = [case for case in taken if not set(re.findall(r"\w+", case[3])) <= known(case[2])]
    assert not wrong, wrong
    assert refused > 0.6 * tries


def known(line):
    """Words that may stand in a line without leading nowhere: its own, and defined names."""
    return set(re.findall(r"\w+", line)) | defined()
