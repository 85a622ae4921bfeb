"""Real narratives (where ../shared is there): counts and key words against Python's csv and re."""

import csv
import os
import re
import shutil
import unittest
from collections import Counter

from support import ROOT, SHARED, ProgramTest, accounting, cells

CASES = os.path.join(SHARED, 'data', 'vaers', 'cases.csv')
MISSING = {'', 'null', 'n/a', '#n/a', '-', 'none recorded', '#value!', 'not recorded', 'unknown',
           'not specified', 'not known', 'not stated'}


def band(age):
    if age.strip().lower() in MISSING:
        return 'unknown'
    years = int(float(age))
    return next(b for b, top in (('0', 0), ('1-4', 4), ('5-17', 17), ('18-64', 64), ('65+', 130))
                if years <= top)


@unittest.skipUnless(os.path.exists(CASES), 'the real narratives are not here')
class RealNarratives(ProgramTest):

    def test_every_cell_is_what_python_counts(self):
        for name in ('request.yaml', 'extract.yaml', 'dictionary.yaml'):
            shutil.copy(os.path.join(ROOT, 'tests', 'cli', 'vaers', name), self.path)
        os.symlink(os.path.abspath(CASES), os.path.join(self.path, 'cases.csv'))
        with open(os.path.join(self.path, 'dictionary.yaml'), encoding='utf-8') as f:
            found = re.findall(r'id: (\w+),.*?terms: \[(.*?)\]', f.read())
        words = {i: re.compile(r'(?<![0-9A-Za-z_])(?:' + '|'.join(
            t.strip().replace(' ', r'[ \t\r\n-]+') for t in terms.split(','))
            + r')(?![0-9A-Za-z_])', re.I | re.A) for i, terms in found}
        expected, seen, outside, bad_age = Counter(), set(), 0, 0
        with open(CASES, newline='', encoding='utf-8') as f:
            rows = list(csv.DictReader(f))
        for row in rows:
            self.assertTrue(row['narrative'].isascii())
            if not '1990-07-01' <= row['date'] <= '1993-12-31':
                outside += 1
                continue
            if row['age'].strip().lower() not in MISSING and not 0 <= float(row['age']) < 131:
                bad_age += 1
                continue
            self.assertNotIn(row['id'], seen)
            seen.add(row['id'])
            disposition = row['disposition']
            if disposition.lower() in MISSING:
                disposition = 'unknown'
            for m in (row['date'][:7], 'Total'):
                for a in (band(row['age']), 'Total'):
                    for d in (disposition, 'Total'):
                        expected['ages', m, a, d] += 1
            hits = {i for i, pattern in words.items() if pattern.search(row['narrative'])}
            if hits - {'local'}:
                hits.discard('local')
            for y in (row['date'][:4], 'Total'):
                for h in [*(hits or {'none'}), 'Total']:
                    expected['symptoms', y, h] += 1
        answer = self.counts('request.yaml')
        self.assertEqual(accounting(answer)['read'], len(rows))
        self.assertEqual(accounting(answer)['period'], outside)
        self.assertEqual(accounting(answer)['bad_age'], bad_age)
        self.assertEqual({k: v for k, v in cells(answer).items() if v}, dict(expected))


if __name__ == '__main__':
    unittest.main()
