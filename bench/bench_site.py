#!/usr/bin/env python3
"""How long a disclosure log takes: a thousand answers with tables, built whole, then again after one change.

    bench/bench_site.py build/safecount build-test/tests/publish/publish_demo [N]

Each answer is the sample's (three tables, 150 figures) under its own number. Prints seconds of
the clock and of the processor; the machine may be busy, so read the second."""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time


def timed(command, folder):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    out = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
    return time.monotonic() - start, used, json.loads(out)


def main():
    program, demo = (os.path.abspath(p) for p in sys.argv[1:3])
    n = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
    folder = tempfile.mkdtemp(prefix='safecount-bench-site-')
    subprocess.run([demo, os.path.join(folder, 'demo'), '3'], check=True)
    with open(os.path.join(folder, 'demo', 'answer.json')) as f:
        answer = json.load(f)
    lines = ['organisation: Example\nurl: https://foi.example.org/\nanswers:\n']
    words = ['cars', 'roads', 'drones', 'horses', 'phones', 'schools', 'boats', 'parks', 'dogs', 'cameras']
    for i in range(n):
        answer['request']['publication'] = f'PUB {1000 + i}'
        answer['request']['reference'] = str(20000 + i)
        answer['request']['title'] = f'Offences about {words[i % 10]} and {words[i // 10 % 10]}, number {i}'
        answer['request']['keywords'] = [words[i % 10], words[i // 10 % 10], f'beat {i % 97}']
        os.mkdir(os.path.join(folder, f'a{i}'))
        with open(os.path.join(folder, f'a{i}', 'answer.json'), 'w') as f:
            json.dump(answer, f)
        lines.append(f'  - {{folder: a{i}, published: 20{10 + i % 11}-0{i % 9 + 1}-11}}\n')
    with open(os.path.join(folder, 'site.yaml'), 'w') as f:
        f.writelines(lines)
    command = [program, 'site', 'build', 'site.yaml', '-o', 'out', '--preview', '--json']
    for name in ('whole', 'nothing changed', 'one changed'):
        if name == 'one changed':
            answer['request']['words'] = 'A change'
            with open(os.path.join(folder, f'a{n - 1}', 'answer.json'), 'w') as f:
                json.dump(answer, f)
        clock, used, report = timed(command, folder)
        print(f'{name:16} {clock:6.2f} s, processor {used:6.2f} s, {report["made"]} made, '
              f'{report["files"]} files written')
    shutil.rmtree(folder)


main()
