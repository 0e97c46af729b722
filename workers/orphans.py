"""No process outlives the one that started it, even if that was killed. On Linux; else no promise.

Children that are told to end do end. This is for parents that can tell nobody any more.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent ends.

    More precisely, when the thread that forked it ends; and it holds across an exec.

    Args:
        parent: id of the process that forked this one; it may be gone already.
    """
    if _prctl is None:
        return
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def leave_no_forks() -> None:
    """Have every fork of this process, and theirs, die with its parent."""
    forking = os.getpid()

    def remember() -> None:
        nonlocal forking
        forking = os.getpid()

    os.register_at_fork(before=remember, after_in_child=lambda: die_with_parent(forking))
