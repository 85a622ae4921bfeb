#!/usr/bin/env python3
"""What a reader gains who has this program and runs it: the limit that docs/guarantee.md states.

usage: rerun_attack.py PROGRAM [--tables N] [--seed S]

The guarantee is about what published figures say. Which figures were chosen to be hidden says a
little more to a reader with the same program and policy: of all tables that agree with what is
printed, only those are left that the program would have published in the same way. This protects
small made-up tables (3 x 3), lists every table that agrees with each, protects those too, and
counts hidden figures for which one value is left.
"""

import argparse
import csv
import io
import os
import random
import subprocess
import tempfile

ROWS = COLUMNS = 3
TOTAL = 'Total'
COUNTS = (0, 1, 2, 3, 4, 6, 7, 9, 12, 15, 20)
MOST_TABLES = 200  # that agree with one; a table with more is left out, and counted


def places():
    return [(i, j) for i in range(ROWS) for j in range(COLUMNS)]


class Program:

    def __init__(self, path, folder):
        self.path, self.file, self.known = path, os.path.join(folder, 'table.csv'), {}

    def publish(self, counts):
        """What is printed of a table; nothing when it cannot be protected."""
        if counts not in self.known:
            with open(self.file, 'w', encoding='utf-8') as file:
                file.write('row,column,count\n')
                for (i, j), count in zip(places(), counts):
                    file.write(f'r{i},c{j},{count}\n')
            result = subprocess.run([self.path, 'protect', self.file], text=True, check=False,
                                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            self.known[counts] = result.stdout if result.returncode == 0 else None
        return self.known[counts]


def figures(printed):
    return {(r['row'], r['column']): int(r['count']) if r['count'] else None
            for r in csv.DictReader(io.StringIO(printed))}


def agreeing(printed):
    """Every table that agrees with what is printed, hidden counts at least 1; None: too many."""
    at = figures(printed)
    sums = [([i * COLUMNS + j for j in range(COLUMNS)], at[f'r{i}', TOTAL]) for i in range(ROWS)]
    sums += [([i * COLUMNS + j for i in range(ROWS)], at[TOTAL, f'c{j}']) for j in range(COLUMNS)]
    sums.append((list(range(ROWS * COLUMNS)), at[TOTAL, TOTAL]))
    counts = [at[f'r{i}', f'c{j}'] for i, j in places()]
    hidden = [k for k, count in enumerate(counts) if count is None]
    found = []

    def room(k):
        """The most the k-th place can be, by the sums that are printed."""
        rests = [total - sum(counts[x] or 0 for x in part) for part, total in sums
                 if k in part and total is not None]
        return min(rests) if rests else None

    def holds(part, total):
        return sum(counts[x] for x in part) == total if total is not None else \
            sum(counts[x] for x in part) >= 1

    def fill(n):
        if len(found) > MOST_TABLES:
            return
        if n == len(hidden):
            if all(holds(*s) for s in sums):
                found.append(tuple(counts))
            return
        most = room(hidden[n])
        # without any printed sum there is no end; more than MOST_TABLES anyhow
        for value in range(1, (MOST_TABLES + 1 if most is None else most) + 1):
            counts[hidden[n]] = value
            fill(n + 1)
        counts[hidden[n]] = None

    fill(0)
    return hidden, (found if len(found) <= MOST_TABLES else None)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('program')
    parser.add_argument('--tables', type=int, default=100)
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    tables = left_out = n_hidden = exact = small = agree = same = 0
    with tempfile.TemporaryDirectory() as folder:
        program = Program(options.program, folder)
        while tables < options.tables:
            truth = tuple(rng.choice(COUNTS) for _ in places())
            printed = program.publish(truth)
            hidden, candidates = agreeing(printed) if printed else ([], None)
            if printed and not hidden:
                continue
            if candidates is None:
                left_out += 1
                continue
            assert truth in candidates, 'a table that disagrees with what was printed of it'
            alike = [c for c in candidates if program.publish(c) == printed]
            tables += 1
            n_hidden += len(hidden)
            agree += len(candidates)
            same += len(alike)
            for k in hidden:
                assert len({c[k] for c in candidates}) > 1, 'not protected at all'
                if len({c[k] for c in alike}) == 1:
                    exact += 1
                    small += 1 <= truth[k] <= 4
    print(f'{tables} tables of {ROWS} x {COLUMNS}, {left_out} left out for having over {MOST_TABLES} '
          f'tables that agree')
    print(f'{n_hidden} hidden figures; tables that agree: {agree / tables:.1f} each, '
          f'{same / tables:.1f} after running the program on them')
    print(f'one value left by that: {exact} figures ({100 * exact / n_hidden:.1f} %), '
          f'{small} of them counts of 1 to 4')


if __name__ == '__main__':
    main()
