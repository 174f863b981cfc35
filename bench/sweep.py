"""One process of the clock: fires what is due at a moment, in portions, up to a number. Started by `bench.work`."""

from __future__ import annotations

import sys
import time
from datetime import datetime

from aftercare.cli import started

if __name__ == "__main__":
    started.django()
    from aftercare.cases.clock import run_due

    begun = time.perf_counter()
    swept = run_due(datetime.fromisoformat(sys.argv[1]), int(sys.argv[2]))
    print(swept.fired, time.perf_counter() - begun)
