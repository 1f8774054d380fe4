"""What a worker may read: the standard library, NumPy, PyTorch and what they need.

Never a whole site-packages: the solutions and hidden cases may be installed there.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator

PACKAGES = (
    "numpy", "numpy.libs", "torch", "torchgen", "functorch",
    "filelock", "fsspec", "jinja2", "markupsafe", "mpmath", "networkx", "sympy",
    "typing_extensions.py",
)  # fmt: skip
"""NumPy, PyTorch, and what PyTorch imports when it gets round to it."""

SYSTEM = (
    "/lib64",
    "/usr/lib64",
    "/lib/{0}-linux-gnu",
    "/usr/lib/{0}-linux-gnu",
    "/usr/local/lib/{0}-linux-gnu",
    "/etc/ld.so.cache",
    "/usr/share/zoneinfo",
)

_NOT_THE_LIBRARY = {"site-packages", "dist-packages"}


def paths() -> list[str]:
    """Return the folders and files a worker may read, links resolved, none within another."""
    found: set[str] = set()
    for path in (*_library(), *_packages(), *(path.format(os.uname().machine) for path in SYSTEM)):
        if os.path.exists(path):
            found.add(os.path.realpath(path))
    return sorted(
        path for path in found if not any(path.startswith(other + os.sep) for other in found)
    )


def _library() -> Iterator[str]:
    """The standard library's entries one by one, for other packages may stand among them."""
    for place in dict.fromkeys((sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"))):
        if os.path.isdir(place):
            for name in os.listdir(place):
                if name not in _NOT_THE_LIBRARY:
                    yield os.path.join(place, name)


def _packages() -> Iterator[str]:
    for place in sys.path:
        for name in PACKAGES:
            yield os.path.join(place, name)
