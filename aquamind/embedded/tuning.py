"""The server's settings, sized for this machine and for bulk loads."""

import os
import shutil
from pathlib import Path

from aquamind.embedded import tcp
from aquamind.embedded.state import PORT
from aquamind.memory_limit import memory_limit

_MB = 1024**2
_GB = 1024**3


def render(socket_dir: Path, cluster: Path, tcp_port: int | None = None) -> str:
    """The generated configuration; docs/decisions/0010-embedded-server.md gives the reasons."""
    memory = memory_limit()
    cores = os.cpu_count() or 1
    free_disk = shutil.disk_usage(cluster).free
    settings: dict[str, str] = {
        # Unless TCP was asked for: only through a socket in a directory that is closed to others.
        "listen_addresses": f"'{tcp.ADDRESS}'" if tcp_port else "''",
        "port": str(tcp_port or PORT),
        "unix_socket_directories": _quote_directory(socket_dir),
        "unix_socket_permissions": "0700",
        "max_connections": "64",
        # Tables that are made or filled anew in a transaction skip the WAL.
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "summarize_wal": "off",
        "synchronous_commit": "off",
        "fsync": "on",
        "full_page_writes": "on",
        # Smaller relations are cheaper in the WAL than in an fsync of each at commit.
        "wal_skip_threshold": "16MB",
        "max_wal_size": _megabytes(free_disk // 20, 256 * _MB, 4 * _GB),
        "min_wal_size": "128MB",
        "wal_buffers": "16MB",
        "checkpoint_timeout": "30min",
        "checkpoint_completion_target": "0.9",
        # 65,536 locks at once: 1,800 partitions with six indexes each take 12,600.
        "max_locks_per_transaction": "1024",
        "shared_buffers": _megabytes(memory // 8, 64 * _MB, 2 * _GB),
        "maintenance_work_mem": _megabytes(memory // 32, 32 * _MB, 512 * _MB),
        "work_mem": _megabytes(memory // 256, 4 * _MB, 64 * _MB),
        "effective_cache_size": _megabytes(memory // 2, 256 * _MB, 256 * _GB),
        # What is read is mostly in the system's cache; fetching it by workers takes their cores.
        "io_method": "sync",
        "jit": "off",
        # Index builds of large partitions use idle cores, all of them together no more than all.
        "max_parallel_workers": str(cores),
        "max_worker_processes": str(cores + 8),
        # Loaded partitions are frozen already; only their statistics are missing.
        "autovacuum": "on",
        # A bulk load is over, and has gathered its own statistics, before the first look.
        "autovacuum_naptime": "10min",
        "autovacuum_max_workers": "2",
        "autovacuum_vacuum_insert_threshold": "-1",
        # A killed client's long statement, and the locks it holds, end within a second.
        "client_connection_check_interval": "1s" if os.uname().sysname == "Linux" else "0",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "lc_messages": "'C'",
        "logging_collector": "off",
        "log_destination": "'stderr'",
        "log_line_prefix": "'%m [%p] '",
        "log_checkpoints": "off",
        "log_connections": "off",
        # The client sees its error; a statement of many megabytes has no place in the log.
        "log_min_error_statement": "panic",
    }
    if _shared_memory_is_small():
        # A container's 64 MB of /dev/shm is too small for parallel queries.
        settings["dynamic_shared_memory_type"] = "mmap"
    lines = ["# Written anew at every start; use ALTER SYSTEM for settings of your own."]
    lines += [f"{name} = {value}" for name, value in settings.items()]
    return "\n".join(lines) + "\n"


def _megabytes(wanted: int, least: int, most: int) -> str:
    return f"{max(least, min(wanted, most)) // _MB}MB"


def _quote_directory(path: Path) -> str:
    # The setting is a comma-separated list of names in double quotes, inside a quoted string.
    name = str(path).replace('"', '""').replace("\\", "\\\\").replace("'", "''")
    return f"'\"{name}\"'"


def _shared_memory_is_small() -> bool:
    try:
        return shutil.disk_usage("/dev/shm").total < 256 * _MB  # noqa: S108
    except OSError:
        return False
