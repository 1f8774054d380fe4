"""What the notebook of the homework works with: public tests, your functions, pictures."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from checks.words import said
from IPython.display import display

_display: Any = display
HERE = Path(__file__).resolve().parent
plt.rc("figure", figsize=(10, 3.8))
plt.rc("figure.constrained_layout", use=True)
plt.rc("axes", titlelocation="left", titlesize="medium", grid=True)
plt.rc("axes.spines", top=False, right=False)
plt.rc("grid", alpha=0.25)
plt.rc("legend", frameon=False)


def public_tests(name: str) -> None:
    """Run the public tests of one function, as `pytest -k name` does, and show what they say."""
    command = [sys.executable, "-m", "pytest", "--color=no", "-q", "-k", name]
    done = subprocess.run(
        command,
        cwd=HERE,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    print(re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr).strip())


def mine(file: str, *names: str) -> list[Any]:
    """Import functions of yours afresh, so that what you have changed in a file counts."""
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None)
        if path and Path(path).resolve().parent == HERE and name not in (__name__, "__main__"):
            del sys.modules[name]
    importlib.invalidate_caches()
    module = importlib.import_module(file)
    return [getattr(module, name) for name in names]


def shown(draw: Callable[[], None]) -> None:
    """Draw a picture at once; if it needs what is not written yet, say what that is."""
    try:
        draw()
    except Exception as error:
        plt.close()
        print(said(f"No picture yet: {type(error).__name__}: {error}"))
    else:
        for number in plt.get_fignums():
            figure = plt.figure(number)
            _display(figure, metadata={"image/png": {"alt": in_words(figure)}})
        plt.close("all")


def in_words(figure: Any) -> str:
    """Say what a picture shows, for those who do not see it: each part's title, axes, curves."""
    parts = []
    for axis in figure.axes:
        title = next(filter(None, (axis.get_title(loc=at) for at in ("left", "center"))), "")
        across, up = axis.get_xlabel(), axis.get_ylabel()
        axes = said(f"{up} against {across}") if up and across else up or across
        legend = axis.get_legend()
        curves = ", ".join(text.get_text() for text in legend.get_texts()) if legend else ""
        parts.append("; ".join(filter(None, (title, axes, curves))))
    return f"{said('Picture.')} {'. '.join(filter(None, parts))}."
