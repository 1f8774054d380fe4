"""How long a browser takes to open the report on a class, and how large the page is.

python -m benchmarks.report [SIZE ...]      classes of 30, 300 and 3,000, or these

Each page is opened five times in Debian's chromium, in a window of its own; the median counts, from
the request to the page's load event, by when the table is on its pages.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.measure import machine
from grader.phrases import Phrases
from grader.reports.class_report import class_page
from grader.reports.to_do import Known
from tests.browser import FLAGS, NAMES, executable
from tests.classes import class_of

SIZES = (30, 300, 3000)
ROUNDS = 5


def main() -> None:
    """Print a line for each size."""
    executable_path = executable()
    if executable_path is None:
        sys.exit(f"there is no browser: none of {', '.join(NAMES)} is on PATH")
    print(machine())
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable_path, args=list(FLAGS))
        for size in [int(one) for one in sys.argv[1:]] or SIZES:
            path = Path(scratch, f"{size}.html")
            began = time.perf_counter()
            path.write_text(_page(size), "utf-8")
            made = time.perf_counter() - began
            opened = statistics.median(_opened(browser, path) for _ in range(ROUNDS))
            size_of = path.stat().st_size / 1e6
            print(
                f"{size} students: made in {made:.1f} s, {size_of:.1f} MB, opens in {opened:.2f} s"
            )
        browser.close()


def _page(size: int) -> str:
    reports = class_of(size)
    links = {one.student: f"{one.student}/feedback.html" for one in reports}
    made = str(date.today())
    return class_page(reports, Phrases.load(), notes={}, links=links, made=made, known=Known())


def _opened(browser: Browser, path: Path) -> float:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(path.as_uri())
        page.locator("#class.paged").wait_for()
        milliseconds: float = page.evaluate(
            "performance.getEntriesByType('navigation')[0].loadEventEnd"
        )
        return milliseconds / 1000


if __name__ == "__main__":
    main()
