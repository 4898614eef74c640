"""Reads `CONFIG_DIR/*.yaml`, a profile and overrides into the typed configuration.

Order, later wins: the domains' files, profile, `--config` file, `--set` flags. Mappings merge key
by key, lists and plain values are replaced.
"""

import copy
import difflib
import json
import re
import shlex
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from data_generation.config.loading.references import broken_references
from data_generation.config.loading.source import KeyPath, Layer, parse_override, read_layer
from data_generation.config.models import Config, contradictions
from data_generation.errors import ConfigError

Model = TypeVar("Model", bound=BaseModel)

_PACKAGED: Final = Path(__file__).parents[1] / "defaults"
CONFIG_DIR: Final = _PACKAGED if _PACKAGED.is_dir() else Path(__file__).parents[3] / "config"
"""The YAML files: inside the installed package, else `config/` of the checkout."""

APART = frozenset({"realism"})
"""Files of the configuration directory that hold no sections: one command reads them alone."""


def load_config(
    config_dir: Path,
    profile: str,
    overrides: Sequence[str] = (),
    extra_file: Path | None = None,
    stored: Mapping[str, Any] | None = None,
) -> Config:
    """Load and validate the configuration.

    `profile` names `config_dir/profiles/<profile>.yaml`; `overrides` are `path.to.key=value`;
    `extra_file` holds nested sections like a profile; `stored` is the overlay kept with an
    unfinished run (see `overlay_of`) and lies just above the profile.

    Raises ConfigError naming file and line (or flag), key path, what was found and what is
    expected.
    """
    return load_as(Config, config_dir, profile, overrides, extra_file, stored)


def load_as(
    model: type[Model],
    config_dir: Path,
    profile: str,
    overrides: Sequence[str] = (),
    extra_file: Path | None = None,
    stored: Mapping[str, Any] | None = None,
) -> Model:
    """Do the work of `load_config` for any root model whose fields are the sections."""
    if not config_dir.is_dir():
        raise ConfigError(f"{config_dir}: no such configuration directory.")
    merged = Layer()
    for file in sorted(config_dir.glob("*.yaml")):
        if file.stem not in APART:
            merged.overlay(read_layer(file))
    for file in sorted((config_dir / "countries").glob("*.yaml")):
        merged.overlay(read_layer(file, ("countries", file.stem)))
    merged.overlay(read_layer(_profile_file(config_dir, profile)))
    if stored:
        merged.overlay(Layer(dict(stored), {(): "the overrides kept with the run"}))
    merged.overlay(_overlay(overrides, extra_file))
    # The place of the root would answer for every missing section; a file says it better.
    merged.places[()] = str(config_dir)
    config = _validated(model, merged)
    _require_references(config, merged)
    return config


def _require_references(config: BaseModel, layer: Layer) -> None:
    broken = broken_references(config)
    if isinstance(config, Config) and not broken:
        broken = list(contradictions(config))
    if broken:
        path = tuple(str(part) for part in broken[0].path)
        hint = f"{len(broken) - 1} more to correct." if len(broken) > 1 else ""
        where = f"{layer.place_of(path)}: {_dotted(path)}"
        raise ConfigError(f"{where}: {broken[0].message}.", hint)


def load_file(model: type[Model], file: Path) -> Model:
    """Load one file that stands alone, with the same errors as `load_config`."""
    layer = read_layer(file)
    layer.places.setdefault((), str(file))
    return _validated(model, layer)


def _validated(model: type[Model], layer: Layer) -> Model:
    """Take values for what they are: true is no 1, 1.0 no whole number, "7" no number at all.

    As JSON, since Python's lists are no tuples to a strict model, and stored dates are texts.
    """
    text = json.dumps(_with_text_keys(layer.values), default=str)
    try:
        return model.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise _as_config_error(model, error, layer) from error


def _with_text_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _with_text_keys(inner) for key, inner in value.items()}
    return [_with_text_keys(inner) for inner in value] if isinstance(value, list) else value


def known_profiles(config_dir: Path) -> list[str]:
    """Return the names of the profiles in `config_dir/profiles`, sorted."""
    return sorted(file.stem for file in (config_dir / "profiles").glob("*.yaml"))


def overlay_of(
    overrides: Sequence[str],
    extra_file: Path | None,
    stored: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what `--config` and `--set` say together, as plain JSON values.

    Kept with a run so that `--resume` needs none of the flags again. With `stored`, an overlay that
    was kept so, what they say when they are laid over it.
    """
    layer = Layer(copy.deepcopy(dict(stored or {})))
    layer.overlay(_overlay(overrides, extra_file))
    plain: dict[str, Any] = json.loads(json.dumps(layer.values, default=str))
    plain.pop("runtime", None)
    return plain


def flags_of(profile: str, overlay: Mapping[str, Any]) -> str:
    """Return the flags that ask for a profile and what was laid over it, for a shell."""
    words = ["--profile", profile]
    for key, value in _leaves(overlay):
        words += ["--set", f"{key}={value}"]
    return shlex.join(words)


def _leaves(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Dotted keys and their values as YAML, which JSON is."""
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", json.dumps(value, ensure_ascii=False)


def _overlay(overrides: Sequence[str], extra_file: Path | None) -> Layer:
    layer = Layer() if extra_file is None else read_layer(extra_file)
    for flag in overrides:
        layer.overlay(parse_override(flag))
    return layer


def _profile_file(config_dir: Path, profile: str) -> Path:
    known = known_profiles(config_dir)
    if profile not in known:
        raise ConfigError(
            f"--profile {profile}: no such profile.", f"Known profiles: {', '.join(known)}."
        )
    return config_dir / "profiles" / f"{profile}.yaml"


def _as_config_error(model: type[BaseModel], error: ValidationError, layer: Layer) -> ConfigError:
    details = error.errors(include_url=False)
    # An unknown key is the usual cause of the missing one beside it, so it is told first.
    details.sort(key=lambda item: item["type"] != "extra_forbidden")
    message = _describe(model, details[0], layer)
    others = [_dotted(item["loc"]) for item in details[1:]]
    hint = ""
    if others:
        more = ", ".join(others[:3]) + (", ..." if len(others) > 3 else "")
        hint = f"{len(others)} more to correct: {more}"
    return ConfigError(message, hint)


def _describe(model: type[BaseModel], item: ErrorDetails, layer: Layer) -> str:
    # Where a key itself is wrong, pydantic adds a word to its path.
    path: KeyPath = tuple(str(part) for part in item["loc"] if part != "[key]")
    name = _dotted(path)
    place = layer.place_of(path)
    if item["type"] == "extra_forbidden":
        known = _known_keys(model, item["loc"][:-1])
        close = difflib.get_close_matches(path[-1], known, n=1, cutoff=0.0)
        nearest = f"; nearest known key: {close[0]}" if close else ""
        return f"{place}: unknown key {name}{nearest}."
    if item["type"] == "json_invalid":
        return f"{place}: nested too deeply."
    if item["type"] == "missing":
        return f"{place}: key {name} is missing; it has no default."
    expected = item["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    expected = expected.removesuffix(".")
    if item["type"].startswith("date_"):
        expected = "a date such as 2015-12-31"
    if item["type"] in ("value_error", "assertion_error") and isinstance(item["input"], Mapping):
        place = _place_of_named(expected, item["input"], path, layer) or place
        return f"{place}: {name}: {expected}." if name else f"{place}: {expected}."
    return f"{place}: {name}: found {_short(item['input'])}, expected: {expected}."


def _place_of_named(
    message: str, values: Mapping[Any, Any], path: KeyPath, layer: Layer
) -> str | None:
    """Return where the key was given that a message about a whole section names.

    Of several keys, one that was given as a flag: it is the one that the user just typed.
    """
    places = [
        layer.place_of((*path, str(key)))
        for key in values
        if re.search(rf"\b{re.escape(str(key))}\b", message)
    ]
    return min(places, key=lambda place: not place.startswith("--"), default=None)


def _dotted(loc: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in loc)


def _short(value: object) -> str:
    text = repr(value) if isinstance(value, (str, list, dict, tuple)) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _known_keys(model: type[BaseModel], loc: Sequence[str | int]) -> list[str]:
    """Return the keys the model at `loc` has; several candidates of a union are joined."""
    types_here: list[Any] = [model]
    for part in loc:
        types_here = [inner for one in types_here for inner in _step(one, part)]
    names: set[str] = set()
    for one in types_here:
        for leaf in _models_in(one):
            names.update(leaf.model_fields)
    return sorted(names)


def _step(annotation: Any, part: str | int) -> list[Any]:
    found: list[Any] = []
    for option in _options(annotation):
        origin = typing.get_origin(option)
        arguments = typing.get_args(option)
        if isinstance(option, type) and issubclass(option, BaseModel):
            if part in option.model_fields:
                found.append(option.model_fields[str(part)].annotation)
        elif origin in (list, tuple, Sequence) and arguments:
            found.append(arguments[0])
        elif arguments:
            found.append(arguments[-1])
    return found


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    return [
        option
        for option in _options(annotation)
        if isinstance(option, type) and issubclass(option, BaseModel)
    ]


def _options(annotation: Any) -> list[Any]:
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _options(typing.get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType):
        return [inner for one in typing.get_args(annotation) for inner in _options(one)]
    return [annotation]
