"""Runs a Synapse that ends with whoever started it, also where that is killed; on Linux, where the system sees to that."""

import ctypes
import runpy
import signal
import sys

PR_SET_PDEATHSIG = 1

if sys.platform == "linux":
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
runpy.run_module("synapse.app.homeserver", run_name="__main__", alter_sys=True)
