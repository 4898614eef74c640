"""The source itself: YAML is read safely, and nothing that lies on a disk is run or unpickled."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shell import ROOT

FOLDERS = ("aquamind", "benchmarks", "config", "data_generation")

FORBIDDEN_MODULES = {"cPickle", "cloudpickle", "dill", "joblib", "jsonpickle", "marshal", "shelve"}
FORBIDDEN_NAMES = {
    "pickle": {"load", "Unpickler"},
    "yaml": {
        *("load", "load_all", "full_load", "full_load_all", "unsafe_load", "unsafe_load_all"),
        *("Loader", "CLoader", "FullLoader", "CFullLoader", "UnsafeLoader", "CUnsafeLoader"),
    },
    "os": {"system", "popen"},
    "pandas": {"read_pickle"},
    "pd": {"read_pickle"},
}
UNPICKLES_FROM_THE_NETWORK = ROOT / "data_generation" / "runs" / "engine" / "cluster.py"
"""Dask brings the worker its order as it brings everything: pickled, over a connection."""


def sources() -> list[Path]:
    found = [ROOT / "manage.py"]
    for folder in FOLDERS:
        found += sorted((ROOT / folder).rglob("*.py"))
    return found


def faults(source: str, may_unpickle: bool = False) -> Iterator[str]:
    """What may run or make any object that a file names."""
    for node in ast.walk(ast.parse(source)):
        yield from _imports(node, may_unpickle)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.attr in FORBIDDEN_NAMES.get(node.value.id, ()):
                yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.Call):
            yield from _calls(node)


def _imports(node: ast.AST, may_unpickle: bool) -> Iterator[str]:
    if isinstance(node, ast.Import):
        names = {alias.name.partition(".")[0]: {alias.name} for alias in node.names}
    elif isinstance(node, ast.ImportFrom):
        module = (node.module or "").partition(".")[0]
        names = {module: {alias.name for alias in node.names}}
    else:
        return
    for module, imported in names.items():
        if module in FORBIDDEN_MODULES or (module == "pickle" and not may_unpickle):
            yield f"import {module}"
        for name in imported & FORBIDDEN_NAMES.get(module, set()):
            yield f"from {module} import {name}"


def _calls(node: ast.Call) -> Iterator[str]:
    keywords = {word.arg: word.value for word in node.keywords}
    function = node.func
    if isinstance(function, ast.Name) and function.id in ("eval", "exec"):
        yield function.id
    shell = keywords.get("shell")
    if shell is not None and not (isinstance(shell, ast.Constant) and shell.value is False):
        yield "shell="
    pickled = keywords.get("allow_pickle")
    if pickled is not None and not (isinstance(pickled, ast.Constant) and pickled.value is False):
        yield "allow_pickle="


@pytest.mark.parametrize(
    "source",
    [
        "import pickle\npickle.loads(data)",
        "import pickle as p",
        "from pickle import load",
        "import dill",
        "import shelve",
        "import yaml\nyaml.load(text, yaml.SafeLoader)",
        "yaml.UnsafeLoader(text)",
        "from yaml import full_load",
        "np.load(file, allow_pickle=True)",
        "np.load(file, allow_pickle=flag)",
        "eval(text)",
        "exec(text)",
        "import os\nos.system(text)",
        "subprocess.run(text, shell=True)",
        "pd.read_pickle(file)",
    ],
)
def test_what_is_unsafe_is_found(source):
    assert list(faults(source))


def test_what_is_safe_is_let_pass():
    source = "import yaml\nyaml.SafeLoader(t)\nyaml.safe_load(t)\nnp.load(f, allow_pickle=False)\n"

    assert list(faults(source)) == []
    assert list(faults("import pickle\npickle.loads(data)", may_unpickle=True)) == []
    assert list(faults("import pickle\npickle.load(file)", may_unpickle=True)) == ["pickle.load"]


def test_the_source_is_safe():
    files = sources()
    found = {
        str(file.relative_to(ROOT)): names
        for file in files
        if (names := list(faults(file.read_text("utf-8"), file == UNPICKLES_FROM_THE_NETWORK)))
    }

    assert len(files) > 150
    assert found == {}
