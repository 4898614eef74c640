"""Each text of the configuration parsed once a process: tests load the same files a thousand times.

The YAML of all domains takes a fifth of a second to parse; what follows, laying layers over each
other and checking types and references, is done each time.
"""

import functools
import pickle
from pathlib import Path

from data_generation.config.loading import source

_parse = source.parse_layer


@functools.cache
def _parsed(text: str, name: str, root: source.KeyPath) -> bytes:
    return pickle.dumps(_parse(text, name, root))


def parse_layer(text: str, name: str, root: source.KeyPath = ()) -> source.Layer:
    """Do what the function of that name does, and give each caller a layer of its own."""
    layer: source.Layer = pickle.loads(_parsed(text, name, root))
    return layer


def install() -> None:
    """Let files be read with the function above."""
    source.parse_layer = parse_layer


def read(file: Path) -> None:
    """Have the file's text known, whatever section it is read into."""
    source.read_layer(file)
    if file.parent.name == "countries":
        source.read_layer(file, ("countries", file.stem))
