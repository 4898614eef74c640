"""The lock of whoever changes what other tables see."""

from typing import Final

from data_generation.storage.postgres.session import Connection, run
from data_generation.storage.postgres.statements import statement

PUBLISH_LOCK: Final = 0x6171_7561_7075_6231
"""Key of the transaction-level advisory lock of whoever changes what other tables see."""


def publish(conn: Connection) -> None:
    """Wait for the publishing lock; it is kept until the transaction ends."""
    run(conn, statement("loader", "publish_lock"), {"key": PUBLISH_LOCK})
