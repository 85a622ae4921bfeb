#!/usr/bin/env python3
"""Makes up an extract and a request of three tables that meet in a ring: outcome by month, platform by
month and platform by outcome, with platforms that overlap.

usage: make_ring.py FOLDER [--years Y] [--offences N] [--seed S]

The records are those of make_answer.py. Their cross table, which nobody prints, has months x outcomes x
(two for each platform, and more) innermost figures: about 12,000 over three years.
"""

import argparse
import pathlib
import random

import make_answer

TABLES = '''      - {id: outcome, title: Outcomes by month, rows: [year, month], columns: [outcome], count: victims}
      - {id: method, title: Platforms by month, rows: [year, month], columns: [method],
         dictionary: platforms.yaml, count: victims}
      - {id: both, title: Outcomes by platform, rows: [outcome], columns: [method],
         dictionary: platforms.yaml, count: victims}
'''


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('folder', type=pathlib.Path)
    parser.add_argument('--years', type=int, default=3)
    parser.add_argument('--offences', type=int, default=5000)
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()
    options.bands = len(make_answer.BANDS)
    options.folder.mkdir(parents=True, exist_ok=True)
    make_answer.write_extract(options.folder, options, random.Random(options.seed))
    make_answer.write_rest(options.folder, options)
    request = options.folder / 'request.yaml'
    text = request.read_text(encoding='utf-8')
    head, rest = text.split('    tables:\n')
    request.write_text(f'{head}    tables:\n{TABLES}{rest[rest.index("policy:"):]}', encoding='utf-8')


if __name__ == '__main__':
    main()
