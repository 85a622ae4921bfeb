#!/usr/bin/env python3
"""How long a disclosure log takes: a thousand answers with tables, built whole, then again after one change.

    bench/bench_site.py build/safecount [ANSWERS [FOLDER]]

One answer (three tables, 80 figures, made-up records) is made, protected and proved; each of the
thousand is that one under its own number, title and keywords, with its certificate, which the
build checks. FOLDER, a new one, is where it works and what is left behind.

Prints seconds of the clock and of the processor. The peer is `cp -r` of the finished site in the
same run: what writing so many files costs by itself. Each is the best of three."""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

EXAMPLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'examples', 'essex-16040')
REQUEST = os.path.join(EXAMPLE, '..', '..', 'tests', 'site', 'proved.yaml')
WORDS = ['cars', 'roads', 'drones', 'horses', 'phones', 'schools', 'boats', 'parks', 'dogs', 'cameras']


def timed(command, folder):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    out = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)
    return time.monotonic() - start, used, out


def change(answer, i):
    answer['request'].update(
        publication=f'PUB {1000 + i}', reference=str(20000 + i),
        title=f'Offences about {WORDS[i % 10]} and {WORDS[i // 10 % 10]}, number {i}',
        keywords=[WORDS[i % 10], WORDS[i // 10 % 10], f'beat {i % 97}'])


def prepare(program, folder, n):
    for name in ('policy.yaml', 'extract.yaml'):
        shutil.copy(os.path.join(EXAMPLE, name), folder)
    shutil.copy(REQUEST, os.path.join(folder, 'request.yaml'))
    timed([program, 'synth', '--seed', '16040', '--offences', '60000', '-o', 'extract.csv'], folder)
    timed([program, 'answer', 'request.yaml', '-o', 'answer', '--quiet'], folder)
    with open(os.path.join(folder, 'answer', 'answer.json')) as f:
        answer = json.load(f)
    lines = ['organisation: Example\nurl: https://foi.example.org/\nanswers:\n']
    for i in range(n):
        change(answer, i)
        os.makedirs(os.path.join(folder, f'a{i}', 'tables'))
        for name in ('certificate.json', 'tables/hierarchy.csv'):
            shutil.copy(os.path.join(folder, 'answer', name), os.path.join(folder, f'a{i}', name))
        with open(os.path.join(folder, f'a{i}', 'answer.json'), 'w') as f:
            json.dump(answer, f)
        lines.append(f'  - {{folder: a{i}, published: 20{22 + i % 3}-0{i % 9 + 1}-11}}\n')
    with open(os.path.join(folder, 'site.yaml'), 'w') as f:
        f.writelines(lines)
    return answer


def report(name, runs):
    clock, used, out = min(runs)
    made = json.loads(out) if out.startswith('{') else None
    print(f'{name:16} {clock:6.2f} s, processor {min(run[1] for run in runs):6.2f} s' +
          (f', {made["made"]} made, {made["files"]} files written' if made else ''), flush=True)
    return clock


def main():
    program = os.path.abspath(sys.argv[1])
    n = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    folder = os.path.abspath(sys.argv[3]) if len(sys.argv) > 3 else tempfile.mkdtemp(prefix='bench-site-')
    os.makedirs(folder, exist_ok=True)
    answer = prepare(program, folder, n)
    build = [program, 'site', 'build', 'site.yaml', '--json', '-o']
    # every run into a folder of its own: a file system that has just deleted many files is slow for a while
    whole = report('whole', [timed([*build, f'out{i}'], folder) for i in range(3)])
    copied = report('cp -r of it', [timed(['cp', '-r', 'out0', f'copy{i}'], folder) for i in range(3)])
    report('nothing changed', [timed([*build, 'out0'], folder) for i in range(3)])
    runs = []
    for i in range(3):
        answer['request']['words'] = f'How many offences were recorded? Change {i}'
        with open(os.path.join(folder, f'a{n - 1}', 'answer.json'), 'w') as f:
            json.dump(answer, f)
        runs.append(timed([*build, 'out0'], folder))
    report('one changed', runs)
    print(f'whole / copying it: {whole / copied:.1f}')
    if len(sys.argv) < 4:
        shutil.rmtree(folder)


main()
