"""Rows of harvest that are known beforehand: product grades."""

from data_generation.generators.core.world import World, setup_stamps

GRADES = (
    ("SUPERIOR", "Superior", "Without fault, for any market"),
    ("ORDINARY", "Ordinary", "Slight faults of skin or shape"),
    ("PRODUCTION", "Production", "For processing only"),
)


def write_grades(world: World) -> None:
    """The grades, as they stood on the first morning."""
    table = "harvest_productgrade"
    world.output.insert(
        table,
        len(GRADES),
        id=world.ids.take(table, len(GRADES)),
        code=[code for code, _, _ in GRADES],
        name=[name for _, name, _ in GRADES],
        description=[text for _, _, text in GRADES],
        **setup_stamps(world),
    )
