"""Accounts of this machine's own, without any rights, for tests in which several people act."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

ACCOUNTS = ("games", "news", "mail", "proxy")
"""Accounts without any rights that every Debian has."""


READING = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
"""How setpriv lets somebody read, not write, everything: a Python below /root, for one."""


def becoming(name: str, also: int | None = None) -> tuple[str, ...]:
    """Return setpriv's options for an account and its group, and one more group of it."""
    account = pwd.getpwnam(name)
    groups = "--clear-groups" if also is None else f"--groups={also}"
    return (f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", groups)


def acting() -> tuple[tuple[str, ...], str]:
    """Return the command's head that acts as a student, or why no student can act here."""
    if os.geteuid() != 0:
        return (), "only root can act as several students"
    for name in ACCOUNTS:
        try:
            pwd.getpwnam(name)
        except KeyError:
            return (), f"there is no account {name} to be a student"
    for more in ((), READING):
        head = ("setpriv", *more)
        probe = [*head, *becoming(ACCOUNTS[0]), sys.executable, "-c", "import nbgrader"]
        try:
            if subprocess.run(probe, cwd="/", capture_output=True, check=False).returncode == 0:
                return head, ""
        except OSError:
            break
    return (), "other accounts cannot use this Python"


_OPENED = """\
set -e
n=0
for place in $PLACES; do n=$((n+1)); mkdir "$SPARE/$n"; mount --bind "$place" "$SPARE/$n"; done
for place in $CLOSED; do mount -t tmpfs -o mode=755 tmpfs "$place"; done
n=0
for place in $PLACES; do n=$((n+1)); mkdir -p "$place"; mount --bind "$SPARE/$n" "$place"; done
exec "$@"
"""


def opened(spare: Path) -> tuple[str, ...]:
    """Return a command's head in which this Python and repository can be reached by all.

    Where one of them lies below a closed home, that home is replaced by one with nothing else in
    it, for this command alone; ``spare`` is an empty folder.
    """
    places = {Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), ROOT}
    closed = {
        above
        for place in places
        for above in place.parents
        if above != Path("/") and not above.stat().st_mode & stat.S_IXOTH
    }
    hidden = [one for one in sorted(places) if closed & set(one.parents)]
    return (
        *("unshare", "--mount", "env", f"SPARE={spare}"),
        *(f"PLACES={' '.join(map(str, hidden))}", f"CLOSED={' '.join(map(str, sorted(closed)))}"),
        *("sh", "-c", _OPENED, "sh"),
    )
