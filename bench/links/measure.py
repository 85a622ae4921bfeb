"""Counts the links on standard input and prints what that took."""

import json
import os
import subprocess
import time


def main():
    start = time.monotonic()
    child = subprocess.Popen(['build-bench/safecount', 'count', 'bench/links/request.yaml', '--json'],
                             stdout=subprocess.PIPE)
    answer = json.load(child.stdout)
    _, _, usage = os.wait4(child.pid, 0)
    rows = answer['accounting']
    print(f"{rows['read']:,} links read, {rows['counted']:,} counted, "
          f"{rows['excluded']['duplicate_link']:,} repeats; "
          f"{time.monotonic() - start:.0f} s, making them up included; "
          f"peak memory {usage.ru_maxrss / 1024:.0f} MB, "
          f"{usage.ru_maxrss * 1024 / rows['read']:.1f} bytes a link")


main()
