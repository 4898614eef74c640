"""Shares work out among lanes, each a connection that does one thing at a time."""

import contextlib
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Final, TypeVar

_CANCEL_PAUSE_S: Final = 0.5

Lane = TypeVar("Lane")
Work = TypeVar("Work")


def share(
    jobs: Iterable[Work],
    lanes: Sequence[Lane],
    work: Callable[[Lane, Work], None],
    cancel: Callable[[Lane], None],
) -> None:
    """Do each job once, in order, on whichever lane is free; return when all are done.

    `work` does a job on a lane; one lane works in the calling thread, several in a thread each. If
    a job fails, or the calling thread is interrupted, no further job begins, `cancel` ends what
    runs on each lane, again until all are at rest, and the error is raised.
    """
    if len(lanes) == 1:
        for job in jobs:
            work(lanes[0], job)
        return
    left = iter(jobs)
    taking = threading.Lock()
    stopped = threading.Event()

    def drive(lane: Lane) -> None:
        while not stopped.is_set():
            with taking:
                try:
                    job = next(left)
                except StopIteration:
                    return
            work(lane, job)

    with ThreadPoolExecutor(len(lanes), thread_name_prefix="lane") as pool:
        running = {pool.submit(drive, lane): lane for lane in lanes}
        try:
            done, _ = wait(running, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
        except BaseException:
            stopped.set()
            left_running = {future for future in running if not future.done()}
            while left_running:
                for future in left_running:
                    # What does not answer any more has nothing to end.
                    with contextlib.suppress(Exception):
                        cancel(running[future])
                # A lane between two steps of a job had nothing to cancel: its next one is.
                left_running = wait(left_running, timeout=_CANCEL_PAUSE_S).not_done
            raise
