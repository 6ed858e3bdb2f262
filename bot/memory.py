"""The collector of garbage, set for a process that runs for months and makes few cycles."""

import gc

_YOUNG = 20_000
"""Objects until the young are looked through; 700 is meant for short scripts. Measured in docs/performance.md."""


def settle() -> None:
    """Leave alone what is there when the bot begins to serve: modules and screens never become garbage.

    Each full look at them stopped everybody for tens of milliseconds, and all looks were a sixth of the processor's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 50)
