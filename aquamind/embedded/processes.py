"""Telling our server's processes from everybody else's, and ending them."""

import os
import signal
import socket
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

_POLL_SECONDS = 0.01
# The shell that starts the server, by the names that systems give it, and the server.
_LAUNCH_NAMES = {"sh", "bash", "dash", "postgres"}


def is_postmaster(pid: int, cluster: Path) -> bool:
    """Whether `pid` is a live PostgreSQL process of the cluster in this directory.

    A pid file outlives its process, and the number may be somebody else's by now. PostgreSQL
    changes into its data directory, so program name, owner and working directory identify it.
    """
    try:
        process = psutil.Process(pid)
        if process.name() != "postgres" or process.uids().real != cluster.stat().st_uid:
            return False
        if os.uname().sysname == "Linux":
            return Path(f"/proc/{pid}/cwd").samefile(cluster)
        return process.cwd() == str(cluster)
    except (psutil.Error, OSError):
        # Gone, a zombie (which has no working directory), or not ours to look at.
        return False


def answers(address: Path) -> bool:
    """Whether a server listens on this socket, also one whose processes cannot be seen here."""
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(os.fspath(address))
        except OSError:
            return False
    return True


def being_launched(cluster: Path) -> int | None:
    """A process that is becoming, or is, the postmaster of this cluster, pid file or not.

    Whoever launched it may have been killed a moment later, before PostgreSQL wrote its pid file.
    """
    for process in psutil.process_iter():
        try:
            if (
                process.name() in _LAUNCH_NAMES
                and process.cmdline()[-2:] == ["-D", str(cluster)]
                and _is_alive(process)
                # Not the server of an earlier directory of this name, which was removed.
                and (process.cwd() == "/" or is_postmaster(process.pid, cluster))
            ):
                return process.pid
        except (psutil.Error, OSError):
            continue
    return None


def of_cluster(cluster: Path) -> list[psutil.Process]:
    """All live PostgreSQL processes whose working directory is, or was, this path."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.name() == "postgres" and process.cwd() == str(cluster):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def handles(pid: int | None) -> list[psutil.Process]:
    """The process of this number as a list; empty for None and for one that has ended."""
    try:
        return [] if pid is None else [psutil.Process(pid)]
    except psutil.NoSuchProcess:
        return []


def wait_gone(processes: Iterable[psutil.Process], limit: float) -> list[psutil.Process]:
    """Wait until the processes have ended; returns those alive after `limit` seconds.

    A zombie counts as ended: it holds nothing, and in a container nobody may ever reap it.
    """
    deadline = time.monotonic() + limit
    alive = [process for process in processes if _is_alive(process)]
    while alive and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
        alive = [process for process in alive if _is_alive(process)]
    return alive


def end_leftovers(cluster: Path, patience: float) -> list[int]:
    """End processes that a killed postmaster left behind; returns the pids still alive.

    They notice its death by themselves unless they are busy, so they get `patience` seconds
    first. None of their work can be committed any more, and crash recovery follows.
    """
    alive = wait_gone(of_cluster(cluster), patience)
    for number in (signal.SIGQUIT, signal.SIGKILL):
        for process in alive:
            send(process.pid, number)
        alive = wait_gone(alive, 5.0)
    return [process.pid for process in alive]


def send(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that may have ended already."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
