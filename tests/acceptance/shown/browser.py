"""A real browser without a window, and a server for it to look at."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.acceptance.conftest import ROOT, Shell

_PATIENCE_S = 60
DESKTOP, PHONE = (1280, 900), (375, 800)
"""Widths and heights of frames that pages are looked at in."""
_COLOUR_RULES = ["color-contrast", "link-in-text-block"]
_LEVEL_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Inside a picture with a text of its own nothing is read; looking there takes most of the time.
_EMPTY_PICTURES = """
document.querySelectorAll("svg[role=img]").forEach((picture) => picture.replaceChildren())"""


@contextmanager
def chromium(width: int = 1280, height: int = 900) -> Iterator[Any]:
    """Debian's Chromium; skips the test where it, its driver or selenium is absent."""
    pytest.importorskip("selenium", reason="selenium is not installed")
    from selenium import webdriver

    programs = [shutil.which(name) for name in ("chromium", "chromedriver")]
    if None in programs:
        pytest.skip("chromium and chromedriver are not installed (Debian: chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = programs[0]
    arguments = ["--headless=new", "--disable-dev-shm-usage", f"--window-size={width},{height}"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium's sandbox refuses root
    for argument in arguments:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(programs[1]))
    try:
        yield driver
    finally:
        driver.quit()


def look(driver: Any, frame: tuple[int, int] = DESKTOP, theme: str = "light") -> None:
    """Change the frame, and whether it is day or night; the page stays as it is."""
    size = {"width": frame[0], "height": frame[1], "deviceScaleFactor": 1}
    phone = {"mobile": frame == PHONE}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {**size, **phone})
    features = [{"name": "prefers-color-scheme", "value": theme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def look_normally(driver: Any) -> None:
    """The window as it is."""
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def barriers(driver: Any, address: str) -> list[str]:
    """What axe-core finds against WCAG 2 A and AA at a page, by day and by night, on a desktop and
    on a phone; and where a frame would have to be scrolled sideways.

    Colours do not depend on the frame: they are looked at once by day and once by night.
    """
    selenium_axe_python = pytest.importorskip("selenium_axe_python")
    axe = selenium_axe_python.Axe(driver)
    driver.set_script_timeout(120)
    found = []
    looks: tuple[tuple[str, tuple[int, int], str, dict[str, Any]], ...] = (
        ("desktop", DESKTOP, "light", {"runOnly": _LEVEL_AA}),
        ("night", DESKTOP, "dark", {"runOnly": {"type": "rule", "values": _COLOUR_RULES}}),
        ("phone", PHONE, "light", {"runOnly": _LEVEL_AA, "rules": _without(_COLOUR_RULES)}),
    )
    look(driver)
    driver.get(address)
    driver.execute_script(_EMPTY_PICTURES)
    axe.inject()
    for name, frame, theme, options in looks:
        look(driver, frame, theme)
        for violation in axe.run(options=json.dumps(options))["violations"]:
            where = violation["nodes"][0]["html"][:200]
            found.append(f"{address} ({name}): {violation['id']} at {where}")
        width = driver.execute_script("return document.documentElement.scrollWidth")
        if width > frame[0]:
            found.append(f"{address} ({name}): {width} pixels wide")
    look_normally(driver)
    return found


def _without(rules: list[str]) -> dict[str, dict[str, bool]]:
    return {rule: {"enabled": False} for rule in rules}


@contextmanager
def serving(shell: Shell) -> Iterator[str]:
    """The address of `manage.py runserver` on the shell's database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "manage.py", "runserver", "--noreload", str(port)],
        cwd=ROOT,
        env=shell.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                urllib.request.urlopen(f"{address}/static/dashboard/icon.svg", timeout=5).close()
                break
            except (urllib.error.URLError, OSError):
                assert process.poll() is None, "runserver ended"
                assert time.monotonic() < until, "runserver does not answer"
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)
