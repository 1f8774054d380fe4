"""Measures what grading costs, and keeps the figures, pages and pictures in results/.

python -m benchmarks                everything but the class of 10,000: some 20 minutes
python -m benchmarks cost growth    these parts
python -m benchmarks --quick        whether it all works: small sizes, no figures to quote
python -m benchmarks --10000        the class of 10,000, too
python -m benchmarks --pages        make pages and pictures again from the figures kept
python -m benchmarks --readme       print the README's section, from the figures kept
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from benchmarks import cheap, cluster, cost, growth, large, loops, plots, start
from benchmarks.options import Options
from benchmarks.stored import RESULTS, keep, page, read, signature

PARTS: dict[str, ModuleType] = {
    "cost": cost,
    "growth": growth,
    "start": start,
    "cheap": cheap,
    "loops": loops,
    "cluster": cluster,
}


def main() -> None:
    """Measure the parts asked for; one that fails is told, and the others go on."""
    arguments = _arguments()
    if arguments.readme:
        print(large.readme(arguments.results))
        return
    options = Options.quick() if arguments.quick else Options()
    if arguments.rounds:
        options = replace(options, rounds=arguments.rounds, repeats=arguments.rounds)
    if arguments.sizes:
        options = replace(options, sizes=arguments.sizes)
    if arguments.ten_thousand:
        options = replace(options, sizes=(*options.sizes, 10_000))
    failed = []
    parts = arguments.parts or list(PARTS)
    for part in parts:
        if arguments.pages and read(part, arguments.results) is None:
            continue
        print(part, flush=True)
        began, signed = time.monotonic(), signature(part, _sizing(arguments))
        try:
            if not arguments.pages:
                keep(part, {**signed, **PARTS[part].measure(options)}, arguments.results)
                print(f"  took {time.monotonic() - began:.0f} s", flush=True)
            write_page(part, arguments.results)
        except Exception:  # whatever it is, the other parts can still be measured
            traceback.print_exc()
            failed.append(part)
    if arguments.results == RESULTS:
        large.write_figures()
    if failed:
        sys.exit(f"failed, see above: {', '.join(failed)}")


def write_page(part: str, folder: Path) -> None:
    """Write the page, and the picture if it has one, of a part whose figures are kept."""
    found = read(part, folder)
    assert found is not None
    module = PARTS[part]
    (folder / f"{part}.md").write_text(page(module.TITLE, found, module.text(found)), "utf-8")
    if part in plots.PLOTS:
        (folder / f"{part}.svg").write_text(plots.svg(part, found), "utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="small sizes")
    parser.add_argument("--rounds", type=int, metavar="N", help="repetitions (default 5)")
    parser.add_argument("--sizes", type=_sizes, metavar="N,N", help="classes of the growth")
    parser.add_argument("--10000", dest="ten_thousand", action="store_true", help="in the growth")
    parser.add_argument("--results", type=Path, default=None, help="where figures are kept")
    parser.add_argument("--pages", action="store_true", help="measure nothing")
    parser.add_argument("--readme", action="store_true", help="print the README's section")
    arguments = parser.parse_args()
    for part in arguments.parts:
        if part not in PARTS:
            parser.error(f"there is no part {part!r}; there are {', '.join(PARTS)}")
    if arguments.results is None:
        # quick figures are no figures: they never stand where those to quote do
        arguments.results = RESULTS / "quick" if arguments.quick else RESULTS
    return arguments


def _sizing(arguments: argparse.Namespace) -> list[str]:
    """Return the options given that say how much is measured."""
    return [
        *(["--quick"] if arguments.quick else []),
        *([f"--rounds {arguments.rounds}"] if arguments.rounds else []),
        *(["--sizes " + ",".join(map(str, arguments.sizes))] if arguments.sizes else []),
        *(["--10000"] if arguments.ten_thousand else []),
    ]


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(size) for size in text.split(","))


if __name__ == "__main__":
    main()
