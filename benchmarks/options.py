"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """Sizes and repetitions; the defaults are those of a full run.

    ``rounds`` is how often everything of the cost is measured, one after the other;
    ``submissions`` how many each peer grades in a round, ``of_ours`` how many `grade run` does.
    ``sizes`` are the classes of the growth; ``repeats`` is for what is over in seconds.
    ``some`` is the class of the cheap paths, ``slow_class`` that with looping submissions.
    """

    rounds: int = 5
    submissions: int = 8
    of_ours: int = 1000
    sizes: tuple[int, ...] = (100, 400, 1000)
    repeats: int = 5
    some: int = 200
    slow_class: int = 400

    @classmethod
    def quick(cls) -> Options:
        """Return sizes that show in a few minutes that everything works; no figures to quote."""
        return cls(
            rounds=2,
            submissions=2,
            of_ours=20,
            sizes=(40, 80),
            repeats=2,
            some=20,
            slow_class=40,
        )
