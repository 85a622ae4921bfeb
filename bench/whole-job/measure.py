"""Runs safecount and DuckDB in turn, five times each, and prints a table of medians and ratios."""

import json
import os
import re
import statistics
import subprocess
import sys
import time


def dictionary(path):
    """The terms of the dictionary, read with the little of YAML that the file uses."""
    text = re.sub(r'#.*', '', open(path, encoding='utf-8').read())
    found = re.findall(r'id:\s*([\w-]+).*?terms:\s*\[(.*?)\]', text, re.S)
    return [{'id': i, 'terms': [t.strip() for t in terms.split(',')]} for i, terms in found]


def timed(command, cwd=None):
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=cwd)
    out = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f'{command[0]} failed')
    return time.perf_counter() - start, usage.ru_maxrss / 1024, out


def ours(out):
    counts = {}
    for table in json.loads(out)['tables']:
        for cell in table['cells']:
            at = [cell['at'][d] for d in table['dimensions']]
            if 'Total' not in at and cell['value']:
                counts['|'.join([table['id'], *at])] = cell['value']
    return counts


def main():
    safecount, records, work = sys.argv[1:4]
    runs = int(os.environ.get('RUNS', '3'))
    json.dump(dictionary('bench/text/exact.yaml'),
              open(f'{work}/dictionary.json', 'w'))
    size = os.path.getsize(records) / 1e9
    print(f'{records}: {size:.2f} GB, {runs} runs each in turn, medians; warm cache')
    print('| job | threads | safecount s | GB/s | peak MB | DuckDB s | GB/s | peak MB | ratio |')
    print('| --- | --- | --- | --- | --- | --- | --- | --- | --- |')
    for job in ('filtered', 'all'):
        request = 'request.yaml' if job == 'filtered' else 'request-all.yaml'
        for threads in ('2', '1'):
            mine, theirs = [], []
            for _ in range(runs):
                mine.append(timed([safecount, 'count', f'bench/whole-job/{request}', '--json',
                                   '-t', threads]))
                if threads == '2' or job == 'filtered':
                    theirs.append(timed(['node', os.path.abspath('bench/whole-job/duckdb.mjs'),
                                         os.path.abspath(records), 'dictionary.json', job,
                                         threads], cwd=work))
            a = statistics.median(t for t, _, _ in mine)
            memory = max(m for _, m, _ in mine)
            row = f'| {job} | {threads} | {a:.2f} | {size / a:.2f} | {memory:.0f} |'
            if theirs:
                b = statistics.median(t for t, _, _ in theirs)
                if ours(mine[0][2]) != json.loads(theirs[0][2]):
                    sys.exit('the counts differ')
                row += (f' {b:.2f} | {size / b:.2f} | {max(m for _, m, _ in theirs):.0f} |'
                        f' {b / a:.1f} |')
            else:
                row += ' | | | |'
            print(row, flush=True)
    print('Counts are the same.')


main()
