"""What an error asks for: stop, set aside, or try again.

::

    JiaokanError
    |-- Stop         stop everything and publish nothing; a person has to act, and the message says how
    |   `-- HeldBack a gate found the new snapshot suspicious; it is kept beside, for a person to look at
    |-- SetAside     this one source goes to quarantine with a reason; the run goes on
    `-- TryAgain     nothing is wrong with the corpus: the cache is damaged; the work is done once more without it

Whatever else is raised while one source is being cleaned is a defect of ours: the source is set aside with the
name of the error, so that it is counted and seen, and the rest of the night's work is not lost.
"""

from __future__ import annotations


class JiaokanError(Exception):
    """Base of everything this program raises on purpose; the command line prints it without a traceback."""


class Stop(JiaokanError):
    """Nothing can be published; the message names the value at fault and the remedy."""


class HeldBack(Stop):
    """A snapshot was built beside ``clean`` and not published; ``failed`` says by gate what is wrong."""

    def __init__(self, clean: object, candidate: str, failed: dict[str, str]) -> None:
        reasons = " ".join(f"[{gate}] {reason}" for gate, reason in failed.items())
        accept = " ".join(f"--accept {gate}" for gate in failed)
        super().__init__(
            f"Nothing was published: {reasons} The candidate {candidate} is kept; look at it with "
            f"`jiaokan audit serve --clean {clean}`, compare it with "
            f"`jiaokan diff current {candidate} --clean {clean}`, and publish it all the same with "
            f'`jiaokan publish {candidate} --clean {clean} {accept} --because "..."`.'
        )
        self.candidate = candidate
        self.failed = failed


class SetAside(JiaokanError):
    """One source cannot be read: ``reason`` is a word to count by, ``detail`` a sentence for a person."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class TryAgain(JiaokanError):
    """The same work may well succeed when it is done again."""
