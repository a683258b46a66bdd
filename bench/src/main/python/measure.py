"""Runs a command on one core and writes what it and all its descendants took, as JSON.

Usage: measure.py CORE RESULT COMMAND...

The descendants are waited for here, also those whose parents are gone, so that none's processor
time is lost. Memory is the proportional set size of all of them together, looked at four times a
second.
"""

import ctypes
import json
import os
import signal
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
LOOK_SECONDS = 0.25
PATIENCE_SECONDS = 10


def parents():
    """Parents of all processes, by process."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as file:
                    found[int(name)] = int(file.read().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                pass  # It has ended.
    return found


def descendants():
    """All processes below this one."""
    below, everybody = {os.getpid()}, parents()
    while True:
        more = {process for process, parent in everybody.items() if parent in below} - below
        if not more:
            return below - {os.getpid()}
        below |= more


def memory_bytes():
    """The proportional set size of all descendants."""
    total = 0
    for process in descendants():
        try:
            with open(f"/proc/{process}/smaps_rollup") as file:
                for line in file:
                    if line.startswith("Pss:"):
                        total += int(line.split()[1]) * 1024
        except OSError:
            pass  # It has ended.
    return total


def kill_all():
    for process in descendants():
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            pass


def stop(number, frame):
    kill_all()
    os._exit(128 + number)


def main():
    core, result, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    child = os.fork()
    if child == 0:
        os.sched_setaffinity(0, {core})
        try:
            os.execvp(command[0], command)
        except OSError as e:
            print(f"Cannot run {command[0]}: {e.strerror}", file=sys.stderr)
            os._exit(127)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    start = time.monotonic()
    user = system = peak = 0
    looked = ended = None
    exit_code = 0
    while True:
        now = time.monotonic()
        if looked is None or now - looked >= LOOK_SECONDS:
            looked = now
            peak = max(peak, memory_bytes())
        if ended is not None and now - ended > PATIENCE_SECONDS:
            kill_all()
        try:
            process, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            break
        if process == 0:
            time.sleep(0.02)
            continue
        user += usage.ru_utime
        system += usage.ru_stime
        if process == child:
            ended = time.monotonic()
            exit_code = os.waitstatus_to_exitcode(status)
    with open(result, "w") as file:
        json.dump(
            {
                "exit_code": exit_code,
                "user_seconds": round(user, 6),
                "system_seconds": round(system, 6),
                "wall_seconds": round(ended - start, 3),
                "peak_bytes": peak,
            },
            file,
        )


main()
