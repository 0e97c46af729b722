"""What one receipt costs from a cold start: the whole process, as a user waits for it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MAX_WALL_S = 6.0
MAX_CPU_S = 9.0  # on two cores that is more than MAX_WALL_S allows
MAX_PEAK_BYTES = 900_000_000
ATTEMPTS = 3
TIMEOUT_S = 400.0

# Run between the test and the command: a process begins with the peak memory of the one that
# started it, and the one that runs all tests may be large.
METER = """
import json, resource, subprocess, sys, time
started_s = time.perf_counter()
exit_code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
wall_s = time.perf_counter() - started_s
used = resource.getrusage(resource.RUSAGE_CHILDREN)
kilobytes = used.ru_maxrss if sys.platform != "darwin" else used.ru_maxrss / 1024
cpu_s = used.ru_utime + used.ru_stime
print(json.dumps([exit_code, wall_s, cpu_s, kilobytes * 1024]))
"""


@pytest.mark.slow
def test_one_receipt_from_a_cold_start_is_quick_and_small(
    command: Path, environment: dict[str, str], examples: Path
) -> None:
    walls_s, cpus_s, peaks_bytes = [], [], []
    for _ in range(ATTEMPTS):  # the best counts: a machine that is busy is not docai's fault
        wall_s, cpu_s, peak_bytes = measure(command, examples / "receipt.jpg", environment)
        walls_s.append(wall_s)
        cpus_s.append(cpu_s)
        peaks_bytes.append(peak_bytes)
        if wall_s <= MAX_WALL_S:
            break
    figures = f"{walls_s} s, {cpus_s} CPU s, {peaks_bytes} bytes"
    assert max(peaks_bytes) <= MAX_PEAK_BYTES, figures
    assert min(cpus_s) <= MAX_CPU_S, figures
    load = os.getloadavg()[0]
    if min(walls_s) > MAX_WALL_S and load > 1.5 * (os.cpu_count() or 1):
        pytest.skip(
            f"the machine is busy (load {load:.1f}), its wall clock tells nothing: {figures}"
        )
    assert min(walls_s) <= MAX_WALL_S, figures


def measure(
    command: Path, receipt: Path, environment: dict[str, str]
) -> tuple[float, float, float]:
    """Return wall seconds, CPU seconds and peak bytes of one extraction."""
    done = subprocess.run(
        [sys.executable, "-c", METER, command, "extract", receipt],
        capture_output=True,
        text=True,
        env=environment,
        timeout=TIMEOUT_S,
    )
    assert done.returncode == 0, done.stderr
    exit_code, wall_s, cpu_s, peak_bytes = json.loads(done.stdout)
    assert exit_code == 0, done.stderr
    return wall_s, cpu_s, peak_bytes
