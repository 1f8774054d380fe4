"""A real browser for tests that look at a page: Debian's chromium, driven by Playwright.

A test module that needs it asks for the fixture ``visit``, which a ``conftest.py`` beside it
imports together with ``chromium``.  The executable is that of the environment variable
CHROMIUM, or the first of chromium, chromium-browser and google-chrome on PATH; where there is
none, or no Playwright, the test is skipped and says so.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

_TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", violation => console.error(
    "security policy: " + violation.effectiveDirective + " " + violation.blockedURI));
"""


@dataclass
class Visit:
    """One page that was opened, and what it did that no page of ours should do.

    ``complaints`` are errors and warnings of the console, exceptions of scripts and violations
    of the page's own security policy; ``requests`` the addresses beside its own that it asked
    for (none of them is answered); ``dialogs`` the texts of boxes it opened.
    """

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def inaccessible(self) -> list[str]:
        """Return what axe-core finds wrong for those who see, hear or move otherwise."""
        axe = pytest.importorskip("axe_playwright_python.sync_playwright")
        found: list[dict[str, Any]] = axe.Axe().run(self.page).response["violations"]
        return [
            f"{one['id']}: {node['html']}: {node['failureSummary']}"
            for one in found
            for node in one["nodes"]
        ]

    def tab_stops(self, most: int = 100) -> list[str]:
        """Press Tab from the top of the page on, and return what has the focus each time."""
        stops: list[str] = []
        while len(stops) < most:
            self.page.keyboard.press("Tab")
            stop: str = self.page.evaluate(
                "() => { const at = document.activeElement; return at === document.body ? '' :"
                " (at.getAttribute('aria-label') || at.textContent || at.id).trim(); }"
            )
            if not stop:
                break
            stops.append(stop)
        return stops


def executable() -> str | None:
    """Return the browser's program, None where there is none."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser, started once for a module's tests; it never outlives them."""
    # Longer than a module its event loop must not run: others start loops of their own.
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    found = executable()
    if found is None:
        pytest.skip(f"no browser: CHROMIUM is not set, and PATH has none of {', '.join(NAMES)}")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Visit]]:
    """A function that opens a file in a window of its own, with no way to any network.

    ``dark`` asks for dark colours, ``media="print"`` for how it is printed, and
    ``scripts=False`` turns JavaScript off in it.
    """
    contexts = []

    def opened(
        path: Path,
        *,
        width: int = 1024,
        height: int = 768,
        dark: bool = False,
        media: str = "screen",
        scripts: bool = True,
    ) -> Visit:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        page.emulate_media(media="print" if media == "print" else "screen")
        page.add_init_script(_TELL_VIOLATIONS)
        seen = Visit(page)
        own = path.resolve().as_uri()

        def only_itself(route: Route) -> None:
            if route.request.url.partition("#")[0] == own:
                route.continue_()
            else:
                seen.requests.append(route.request.url)
                route.abort()

        context.route("**/*", only_itself)
        page.on(
            "console",
            lambda told: told.type in ("error", "warning") and seen.complaints.append(told.text),
        )
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.on("dialog", lambda box: (seen.dialogs.append(box.message), box.dismiss()))
        page.goto(own)
        return seen

    yield opened
    for context in contexts:
        context.close()
