"""Figures as a person reads them."""


def number(value: float | None) -> str:
    """A whole number with separators; empty for None."""
    return "" if value is None else f"{value:,.0f}"


def grams(value: float | None) -> str:
    """A fish's weight given in grams, with three figures."""
    if value is None:
        return ""
    if value >= 1000:
        return f"{value / 1000:.2f} kg"
    return f"{value:.0f} g" if value >= 100 else f"{value:.3g} g"


def tonnes(kilograms: float | None) -> str:
    """A mass given in kg: in kg below one tonne, else in tonnes."""
    if kilograms is None:
        return ""
    if kilograms < 1000:
        return f"{kilograms:.3g} kg" if kilograms < 100 else f"{kilograms:.0f} kg"
    return f"{kilograms / 1000:,.1f} t" if kilograms < 1e6 else f"{kilograms / 1000:,.0f} t"


def whole(text: str) -> int | None:
    """A whole number that somebody may have typed into an address; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def counted(many: int, word: str) -> str:
    """How many of a thing, in words: 1 cage, 2 cages."""
    return f"{many:,} {word}" if many == 1 else f"{many:,} {word}s"
