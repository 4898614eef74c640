"""Names by which one part of the configuration refers to another: whether they exist."""

import difflib
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel

from data_generation.config.types import NamesAll, RefersTo

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Broken:
    """A name that leads nowhere, or one that is missing; `path` is that of the key."""

    path: Path
    message: str


def broken_references(root: BaseModel) -> list[Broken]:
    """All names in a configuration that lead nowhere, and entries that are missing."""
    return list(_of_model(root, root, ()))


def _of_model(root: BaseModel, model: BaseModel, path: Path) -> Iterator[Broken]:
    for name, info in type(model).model_fields.items():
        annotation: Any = info.annotation
        for data in reversed(info.metadata):
            annotation = Annotated[annotation, data]
        yield from _of_value(root, annotation, getattr(model, name), (*path, name))


def _of_value(root: BaseModel, annotation: Any, value: Any, path: Path) -> Iterator[Broken]:
    if isinstance(value, BaseModel):
        yield from _of_model(root, value, path)
        return
    inner, notes = annotation, []
    while typing.get_origin(inner) is Annotated:
        inner, *found = typing.get_args(inner)
        notes += found
    for note in notes:
        if isinstance(note, RefersTo) and value is not None:
            yield from _name(root, note.path, str(value), path)
        if isinstance(note, NamesAll):
            yield from _lacking(root, note, value, path)
    arguments = [a for a in typing.get_args(inner) if a not in (type(None), Ellipsis)]
    if isinstance(value, Mapping) and len(arguments) == 2:
        for key, item in value.items():
            yield from _of_value(root, arguments[0], key, (*path, key))
            yield from _of_value(root, arguments[1], item, (*path, key))
    elif isinstance(value, Sequence) and not isinstance(value, str) and arguments:
        each = arguments if len(arguments) == len(value) else [arguments[0]] * len(value)
        for number, (kind, item) in enumerate(zip(each, value, strict=True)):
            yield from _of_value(root, kind, item, (*path, number))
    elif len(arguments) == 1 and value is not None:
        # An optional value.
        yield from _of_value(root, arguments[0], value, path)


def _name(root: BaseModel, target: str, name: str, path: Path) -> Iterator[Broken]:
    known = _names(root, target)
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
        nearest = f"; nearest: {close[0]}" if close else ""
        yield Broken(path, f"{target} has no entry {name!r}{nearest}")


def _lacking(
    root: BaseModel, note: NamesAll, value: Mapping[str, object], path: Path
) -> Iterator[Broken]:
    for name, entry in _entries(root, note.path).items():
        if name not in value and getattr(entry, note.unless or "_", None) is None:
            yield Broken(path, f"has no entry {name!r}, which {note.path} names")


def _names(root: BaseModel, target: str) -> list[str]:
    return list(_entries(root, target))


def _entries(root: BaseModel, target: str) -> Mapping[str, object]:
    found: Any = root
    for part in target.split("."):
        found = getattr(found, part)
    return found  # type: ignore[no-any-return]
