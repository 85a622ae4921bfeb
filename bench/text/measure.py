"""Runs the jobs of bench/text/run in turn and prints tables of the least CPU times, and ratios."""

import json
import os
import re
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def timed(command, cwd=None):
    """(CPU seconds, wall seconds, output) of a command."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=cwd)
    out = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f'{command[0]} failed')
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - start, out


def make_case(folder, records, dictionary, filtered):
    """A request like that of bench/whole-job, with this dictionary."""
    os.makedirs(folder, exist_ok=True)
    name = 'request.yaml' if filtered else 'request-all.yaml'
    with open(os.path.join(ROOT, 'bench', 'whole-job', name), encoding='utf-8') as f:
        request = f.read().replace('../text/exact.yaml', os.path.join(HERE, dictionary))
    with open(os.path.join(folder, name), 'w', encoding='utf-8') as f:
        f.write(request)
    shutil.copy(os.path.join(ROOT, 'bench', 'whole-job', 'extract.yaml'), folder)
    link = os.path.join(folder, 'records.csv')
    if os.path.lexists(link):
        os.unlink(link)
    os.symlink(os.path.abspath(records), link)
    return os.path.join(folder, name)


def ours(safecount, records, work, runs):
    size = os.path.getsize(records) / 1e9
    print(f'{records}: {size:.2f} GB, one thread, least CPU seconds of {runs} runs in turn')
    print('| job | dictionary | CPU s | GB/s a core | of exact |')
    print('| --- | --- | --- | --- | --- |')
    for filtered in (True, False):
        best = {}
        cases = {d: make_case(os.path.join(work, 'text', d), records, d + '.yaml', filtered)
                 for d in ('exact', 'rules', 'near')}
        for _ in range(runs):
            for d, request in cases.items():
                cpu, _, _ = timed([safecount, 'count', request, '--json', '-t', '1'])
                best[d] = min(cpu, best.get(d, cpu))
        for d, cpu in best.items():
            print(f'| {"filtered" if filtered else "every row classified"} | {d} | {cpu:.2f} |'
                  f' {size / cpu:.2f} | {best["exact"] / cpu:.0%} |', flush=True)


def patterns():
    """{category: pattern} of the exact terms, as others take them."""
    text = open(os.path.join(HERE, 'exact.yaml'), encoding='utf-8').read()
    text = re.sub(r'#.*', '', text)
    found = re.findall(r'id:\s*([\w-]+).*?terms:\s*\[(.*?)\]', text, re.S)
    return {i: r'(?i)\b(?:' + '|'.join(re.sub(r'[ -]+', r'[ \\t\\r\\n-]+', t.strip())
                                         for t in terms.split(',')) + r')\b'
            for i, terms in found}


PANDAS = '''
import json, sys, warnings
import pandas
warnings.simplefilter('ignore')
mo = pandas.read_csv(sys.argv[1], usecols=['mo'], dtype=str, keep_default_na=False)['mo']
print({k: int(mo.str.contains(p).sum()) for k, p in json.load(open(sys.argv[2])).items()})
'''
POLARS = '''
const pl = require('nodejs-polars').default, fs = require('fs');
const patterns = JSON.parse(fs.readFileSync(process.argv[3]));
const frame = pl.readCSV(process.argv[2], {columns: ['mo'], dtypes: {mo: pl.Utf8}});
const out = {};
for (const [k, p] of Object.entries(patterns))
  out[k] = frame.select(pl.col('mo').str.contains(p).sum().alias('n')).toRecords()[0].n;
console.log(JSON.stringify(out));
'''


def head(records, work, share):
    """The first rows of the file, about `share` of it, cut at a record's end."""
    part = os.path.join(work, 'text', 'part.csv')
    with open(records, 'rb') as f:
        data = f.read(int(os.path.getsize(records) * share))
    with open(part, 'wb') as f:
        f.write(data[:data.rindex(b'"\n') + 2])
    return part


def others(safecount, records, work):
    part = head(records, work, 0.1)
    size = os.path.getsize(part) / 1e9
    by_category = os.path.join(work, 'text', 'patterns.json')
    with open(by_category, 'w', encoding='utf-8') as f:
        json.dump(patterns(), f)
    combined = '|'.join(p[4:] for p in patterns().values())
    request = make_case(os.path.join(work, 'text', 'part'), part, 'near.yaml', False)
    for name, text in (('by_pandas.py', PANDAS), ('by_polars.cjs', POLARS)):
        with open(os.path.join(work, name), 'w', encoding='utf-8') as f:
            f.write(text)
    def missing(what):
        print(f'left out: {what} is missing (scripts/setup bench/packages)', file=sys.stderr)

    jobs = [('safecount, near.yaml, every row', [safecount, 'count', request, '--json', '-t', '1'])]
    if shutil.which('rg'):
        jobs.append(('ripgrep -i -c, one combined pattern: lines, no categories',
                     ['rg', '--no-unicode', '-j1', '-i', '-c', combined, part]))
    else:
        missing('ripgrep')
    if subprocess.run(['/usr/bin/python3', '-c', 'import pandas'], check=False,
                      stderr=subprocess.DEVNULL).returncode == 0:
        jobs.append(('pandas, str.contains per category',
                     ['/usr/bin/python3', os.path.join(work, 'by_pandas.py'), part, by_category]))
    else:
        missing('python3-pandas')
    if os.path.isdir(os.path.join(work, 'node_modules', 'nodejs-polars')):
        os.environ['POLARS_MAX_THREADS'] = '1'
        jobs.append(('polars, str.contains per category',
                     ['node', os.path.join(work, 'by_polars.cjs'), part, by_category]))
    else:
        missing('nodejs-polars')
    print(f'\n{size:.2f} GB, exact terms for the others, one thread, least of 2')
    print('| program | CPU s | GB/s | safecount is faster by |')
    print('| --- | --- | --- | --- |')
    mine = None
    for name, command in jobs:
        cpu = min(timed(command)[0] for _ in range(2))
        mine = mine or cpu
        print(f'| {name} | {cpu:.2f} | {size / cpu:.3f} | {cpu / mine:.1f} |', flush=True)


def main():
    safecount, records, work = sys.argv[1:4]
    ours(safecount, records, work, int(os.environ.get('RUNS', '5')))
    others(safecount, records, work)


main()
