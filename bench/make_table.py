#!/usr/bin/env python3
"""Makes up a table of counts: year > quarter > month by further dimensions.

usage: make_table.py NAME SEED YEARS SIZE... [--mean M]   writes NAME.csv and NAME.hierarchy.csv

Log-normal rates for each category and Poisson counts of mean M (1.5) an inner cell: most are 0 to
4, a few in the tens, the shape of offences by month and method. Inner cells only.
"""

import csv
import itertools
import math
import random
import sys


def poisson(rate, rng):
    if rate > 50:
        return max(0, round(rng.gauss(rate, math.sqrt(rate))))
    limit, k, p = math.exp(-rate), 0, rng.random()
    while p > limit:
        k += 1
        p *= rng.random()
    return k


def main():
    arguments = sys.argv[1:]
    mean = 1.5
    if '--mean' in arguments:
        at = arguments.index('--mean')
        mean = float(arguments[at + 1])
        del arguments[at:at + 2]
    name, seed, years, *sizes = arguments
    rng = random.Random(int(seed))
    months = []
    with open(name + '.hierarchy.csv', 'w', newline='', encoding='utf-8') as file:
        out = csv.writer(file, lineterminator='\n')
        out.writerow(['dimension', 'code', 'parent'])
        out.writerow(['period', 'Total', ''])
        for year in range(2019, 2019 + int(years)):
            out.writerow(['period', f'y{year}', 'Total'])
            for quarter in range(4):
                out.writerow(['period', f'y{year}q{quarter + 1}', f'y{year}'])
                for month in range(3 * quarter + 1, 3 * quarter + 4):
                    months.append(f'y{year}m{month:02}')
                    out.writerow(['period', months[-1], f'y{year}q{quarter + 1}'])
        for d, size in enumerate(sizes):
            out.writerow([f'd{d + 1}', 'Total', ''])
            for i in range(int(size)):
                out.writerow([f'd{d + 1}', f'd{d + 1}-{i + 1}', 'Total'])
    axes = [[(m, rng.lognormvariate(0, 0.2)) for m in months]]
    axes += [[(f'd{d + 1}-{i + 1}', rng.lognormvariate(0, 0.9)) for i in range(int(size))]
             for d, size in enumerate(sizes)]
    total = math.prod(sum(rate for _, rate in axis) for axis in axes)
    scale = mean * math.prod(len(axis) for axis in axes) / total
    with open(name + '.csv', 'w', newline='', encoding='utf-8') as file:
        out = csv.writer(file, lineterminator='\n')
        out.writerow(['period'] + [f'd{d + 1}' for d in range(len(sizes))] + ['count'])
        for codes in itertools.product(*axes):
            rate = scale * math.prod(r for _, r in codes)
            out.writerow([c for c, _ in codes] + [poisson(rate, rng)])


if __name__ == '__main__':
    main()
