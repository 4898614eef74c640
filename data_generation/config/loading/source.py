"""YAML as nested mappings that remember where each key was written."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from data_generation.errors import ConfigError
from data_generation.files import read_small

_BOOL = "tag:yaml.org,2002:bool"
MAX_BYTES = 1_000_000
MAX_NODES = 50_000
"""A configuration has some thousand nodes; aliases of aliases reach millions in a few lines."""

KeyPath = tuple[str, ...]


@dataclass
class Layer:
    """Nested values and, for each key path, the place that gave the value.

    `places` maps a path of keys (list indexes as text) to words such as `config/growth.yaml:12` or
    `--set growth.tgc=3`.
    """

    values: dict[Any, Any] = field(default_factory=dict)
    places: dict[KeyPath, str] = field(default_factory=dict)

    def place_of(self, path: KeyPath) -> str:
        """Return the place of the longest known beginning of `path`, or an empty text."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return ""

    def overlay(self, other: "Layer") -> None:
        """Lay `other` over this one: mappings merge key by key, everything else is replaced."""
        before = {path: _lookup(self.values, path) for path in other.places}
        kept = {path for path, value in before.items() if isinstance(value, dict)}
        filled = {path for path, value in before.items() if isinstance(value, dict | list)}
        _merge(self.values, other.values)
        for path, place in other.places.items():
            if path in kept and isinstance(_lookup(self.values, path), dict):
                # A key missing in a mapping is missing where the mapping was first written.
                self.places.setdefault(path, place)
            else:
                if path in filled:
                    self._forget_below(path)
                self.places[path] = place

    def _forget_below(self, path: KeyPath) -> None:
        depth = len(path)
        for known in [p for p in self.places if len(p) > depth and p[:depth] == path]:
            del self.places[known]


def read_layer(file: Path, under: KeyPath = ()) -> Layer:
    """Read a YAML file; its content stands `under` these keys of the layer.

    Raises ConfigError naming file and line when the file is missing, a device, too large, no text,
    malformed, holds a key twice, or is something other than a mapping. An empty file is an empty
    mapping.
    """
    try:
        text = read_small(file, MAX_BYTES)
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{file}: not UTF-8 text (byte {error.start}).", "Save the file as UTF-8."
        ) from error
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror or error}.") from error
    layer = parse_layer(text, str(file), under)
    for key in reversed(under):
        layer.values = {key: layer.values}
    layer.places[under] = f"{file}:1"
    return layer


def parse_layer(text: str, name: str, root: KeyPath = ()) -> Layer:
    """Parse YAML `text` that must be a mapping; `name` is the file named in messages."""
    places: dict[KeyPath, str] = {}
    value = _Reader(text, name, places).read(root)
    if value is None:
        value = {}
    if not isinstance(value, dict):
        raise ConfigError(
            f"{name}: found {_kind(value)} at the top, expected a mapping of keys to values."
        )
    return Layer(value, places)


def parse_override(flag: str) -> Layer:
    """Turn `path.to.key=value` (the value in YAML) into a layer with one value.

    Raises ConfigError naming the flag when it has no `=`, an empty key or a malformed value.
    """
    name = f"--set {flag}"
    path_text, separator, value_text = flag.partition("=")
    path = tuple(part.strip() for part in path_text.split("."))
    if not separator or not all(path):
        raise ConfigError(
            f"{name}: expected KEY=VALUE with the full path of the key.",
            "Example: --set generation.seed=7",
        )
    places = {path[:length]: name for length in range(1, len(path) + 1)}
    value = _Reader(value_text, name, places).read(path)
    for key in reversed(path):
        value = {key: value}
    return Layer(value, places)


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader with the plain words of YAML 1.2 and JSON.

    1e6 is a number, and NO is a country.
    """

    yaml_implicit_resolvers = {
        letter: [(tag, words) for tag, words in resolvers if tag != _BOOL]
        for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver(
    _BOOL, re.compile("(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?[0-9]+(?:\.[0-9]*)?[eE][-+]?[0-9]+$"),
    list("-+0123456789"),
)


class _Reader:
    """Builds plain values from a YAML node tree, counting nodes and noting lines."""

    def __init__(self, text: str, name: str, places: dict[KeyPath, str]) -> None:
        self._text = text
        self._name = name
        self._places = places
        self._nodes = 0
        self._open: set[int] = set()

    def read(self, root: KeyPath) -> Any:
        """Return the document's value; None for an empty document."""
        try:
            loader = _Loader(self._text)
            try:
                node = loader.get_single_node()
                return None if node is None else self._value(loader, node, root)
            finally:
                loader.dispose()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = f":{mark.line + 1}" if mark and not self._name.startswith("--") else ""
            problem = error.problem or error.context or "cannot be parsed"
            raise ConfigError(f"{self._name}{line}: malformed YAML: {problem}.") from error
        except (yaml.YAMLError, ValueError) as error:
            first = str(error).strip().splitlines()[0]
            raise ConfigError(f"{self._name}: malformed YAML: {first}.") from error
        except RecursionError as error:
            raise ConfigError(f"{self._name}: malformed YAML: nested too deeply.") from error

    def _value(self, loader: yaml.SafeLoader, node: yaml.Node, path: KeyPath) -> Any:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise ConfigError(
                f"{self._name}: more than {MAX_NODES:,} values; aliases repeated too often?"
            )
        self._places.setdefault(path, self._line(node))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(loader, node)
        if id(node) in self._open:
            raise ConfigError(f"{self._line(node)}: an alias contains itself.")
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.SequenceNode):
                return [
                    self._value(loader, item, (*path, str(index)))
                    for index, item in enumerate(node.value)
                ]
            return self._mapping(loader, node, path)
        finally:
            self._open.discard(id(node))

    def _scalar(self, loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Any:
        try:
            node.value.encode()
            return loader.construct_object(node, deep=True)
        except UnicodeEncodeError as error:
            raise ConfigError(f"{self._line(node)}: holds text that is not Unicode.") from error
        except (ValueError, LookupError, AttributeError, TypeError, ArithmeticError) as error:
            # PyYAML does not expect 2020-02-30, or a tag on what is no value of its kind.
            kind = node.tag.rpartition(":")[2]
            why = f" ({error})" if isinstance(error, ValueError) else ""
            raise ConfigError(
                f"{self._line(node)}: found {node.value[:40]!r}, which is no {kind}{why}."
            ) from error

    def _mapping(self, loader: yaml.SafeLoader, node: yaml.Node, path: KeyPath) -> dict[Any, Any]:
        if not isinstance(node, yaml.MappingNode) or node.tag != "tag:yaml.org,2002:map":
            raise ConfigError(f"{self._line(node)}: {node.tag} is not allowed here.")
        self._refuse_repeated(node)
        loader.flatten_mapping(node)
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise ConfigError(f"{self._line(key_node)}: a key must be a plain word or number.")
            key = self._scalar(loader, key_node)
            key_path = (*path, str(key))
            self._places[key_path] = self._line(key_node)
            result[key] = self._value(loader, value_node, key_path)
        return result

    def _refuse_repeated(self, node: yaml.MappingNode) -> None:
        seen: dict[str, int] = {}
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                continue
            line = key_node.start_mark.line + 1
            if key_node.value in seen:
                raise ConfigError(
                    f"{self._line(key_node)}: key '{key_node.value}' is already on line "
                    f"{seen[key_node.value]}."
                )
            seen[key_node.value] = line

    def _line(self, node: yaml.Node) -> str:
        if self._name.startswith("--"):
            return self._name
        return f"{self._name}:{node.start_mark.line + 1}"


def _merge(target: dict[Any, Any], source: Mapping[Any, Any]) -> None:
    names = {str(key): key for key in target}
    for key, value in source.items():
        known = names.get(str(key), key)
        existing = target.get(known)
        if isinstance(existing, dict) and isinstance(value, dict):
            _merge(existing, value)
        else:
            target[known] = _copied(value)


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return value


def _lookup(values: Mapping[Any, Any], path: KeyPath) -> Any:
    current: Any = values
    for part in path:
        if not isinstance(current, dict):
            return None
        current = next((v for k, v in current.items() if str(k) == part), None)
    return current


def _kind(value: Any) -> str:
    if isinstance(value, list):
        return "a list"
    return f"the value {value!r}"


def flatten(values: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (dotted path, value) for every leaf of nested mappings; a list is one leaf."""
    if isinstance(values, Mapping) and values:
        for key in values:
            yield from flatten(values[key], f"{prefix}.{key}" if prefix else str(key))
    else:
        yield prefix, values
