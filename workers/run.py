"""Runs Celery workers so that they leave nothing behind: ``python -m workers.run -Q ocr -c 2``.

Arguments are those of ``celery worker``. Other than ``celery -A workers.app``, this imports nothing
from the folder it is called in, where ``workers`` or ``schemas`` may be somebody else's; and
Celery's beat, which is a fork of the worker, ends with it.
"""

import logging
import sys
import warnings

from workers.orphans import leave_no_forks


def main() -> None:
    """Run a worker until it is told to end."""
    leave_no_forks()
    _silence()
    import workers.tasks  # noqa: F401 - Celery would look for it in the current folder first
    from workers.app import app

    app.worker_main(["--quiet", "worker", *sys.argv[1:]])


def _silence() -> None:
    """Keep warnings, which are for developers, away from those who run the service."""
    from celery.exceptions import SecurityWarning

    # It fears messages that run code as root; ours are JSON and hold ids.
    warnings.simplefilter("ignore", SecurityWarning)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)  # where Celery sends all others


if __name__ == "__main__":
    main()
