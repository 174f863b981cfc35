"""Small facts about processes that the supervisor and its children share."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

SUPERVISED = "AFTERCARE_SUPERVISED"
_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Asks the kernel to end this process when the one that started it is gone, so that none is left behind.

    Only for children of `aftercare serve`; does nothing elsewhere and on systems without it.
    """
    if os.environ.get(SUPERVISED) == "1":
        die_with_parent_always()


def die_with_parent_always() -> None:
    """The same without asking; for the moment between fork and exec."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
