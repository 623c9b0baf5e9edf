"""Python's collector of cycles: what a process has made by the time it begins its work is left out of its rounds."""

import gc


def spare_what_is_there() -> None:
    """Collect the garbage, and let no later collection look at what is left: schemas, classes, modules stay with the process.

    Call it once everything is made and before the first request. The hundreds of thousands of objects of two schemas else are
    walked again and again, whenever a quarter as many new ones lived for a while: half the CPU of a screen (bench/README.md).
    """
    gc.collect()
    gc.freeze()
