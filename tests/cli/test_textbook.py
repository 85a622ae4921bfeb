"""The textbook cases of hidden figures: what `check` finds in them, and what `protect` makes of them."""

import csv
import json
import os
import unittest

from protecting import ProtectTest
from support import SHARED


def table(*rows):
    """Tidy CSV of rows of figures, the last of each and the last row being totals."""
    def name(letter, i, n):
        return 'Total' if i + 1 == n else f'{letter}{i + 1}'
    if len(rows) == 1:
        return 'b,count\n' + ''.join(f'{name("b", j, len(rows[0]))},{x}\n'
                                     for j, x in enumerate(rows[0]))
    return 'a,b,count\n' + ''.join(f'{name("a", i, len(rows))},{name("b", j, len(row))},{x}\n'
                                   for i, row in enumerate(rows) for j, x in enumerate(row))


# Name, published table, safe, per reader (exact, implied), and what the report says.
PUBLISHED = (
    ('one hidden cell of a row', table((22, '*', 24, 48), (6, 7, 9, 22), (28, 9, 33, 70)),
     False, {'sums': (1, 0), 'rules': (1, 0)}, 'Total 48 - 22 - 24 = 2'),
    ('two hidden cells that come to a small count', table(('*', '*', 9, 12)),
     False, {'sums': (0, 1), 'rules': (0, 1)}, 'Total 12 - 9 = 3'),
    ('two hidden cells of 1', table(('*', '*', 9, 0, 11)),
     False, {'sums': (0, 1), 'rules': (2, 0)}, None),
    ('a block of 2 x 2 that stands',
     table(('*', '*', 9, 20), ('*', '*', 9, 20), (5, 6, 0, 11), (16, 17, 18, 51)),
     True, {'sums': (0, 0), 'rules': (0, 0), 'insider': (0, 0)}, None),
    ('a block of 2 x 2 in which all are 1',
     table(('*', '*', 9, 11), ('*', '*', 9, 11), (5, 6, 0, 11), (7, 8, 18, 33)),
     False, {'sums': (0, 4), 'rules': (4, 0)}, None),
    ('a block of 2 x 2 with a printed corner',
     table(('*', '*', 9, 20), ('*', 10, 9, 20), (5, 6, 0, 11), (16, 17, 18, 51)),
     False, {'sums': (3, 0), 'rules': (3, 0)}, None),
    # one of the two is 1 and the other 2, so that whoever is the 1 knows the 2
    ('a cell of 1 beside another', table(('*', '*', 3), ('*', '*', 14), (0, 5, 5), (9, 13, 22)),
     False, {'sums': (0, 1), 'rules': (0, 1)}, None),
    ('twins: one person and the total over her',
     table(('*', 0, '*'), ('*', 9, '*'), (22, 8, 30), (43, 17, 60)),
     True, {'sums': (0, 0), 'rules': (0, 0), 'insider': (0, 0)}, None),
    ('zeros that give a row away',
     table(('*', '*', '*', 0), (5, 6, 7, 18), (8, 9, 10, 27), (13, 15, 17, 45)),
     False, {'sums': (3, 0)}, 'at most 0 = 0'),
    ('a hidden total over printed parts', table((2, 9, '*'), (8, 7, 15), (10, 16, 26)),
     False, {'sums': (1, 0), 'rules': (1, 0)}, 'a1, b1 2 + a1, b2 9 = 11'),
)

# Name, true counts, and either all that must be hidden or how many beyond the rule.
TRUE = (
    ('one small count in a row', ((22, 2, 24), (6, 7, 9), (30, 12, 16)), None),
    ('two that come to a small count', ((1, 2, 9), (8, 7, 6), (9, 10, 12)), None),
    ('a block of small counts', ((3, 4, 9), (4, 3, 9), (5, 6, 7)), set()),
    ('ones in a square', ((1, 1, 9), (1, 1, 9), (5, 6, 7)), None),
    ('a cell of 1 beside another', ((1, 4, 9), (9, 12, 8), (9, 10, 12)), None),
    ('twins', ((1, 0, 0), (8, 9, 7), (9, 10, 12)), None),
    ('zeros that leave a small count alone', ((0, 3, 0), (8, 9, 7), (9, 0, 12)), None),
    ('nothing small', ((0, 30), (8, 9)), set()),
)


def with_totals(rows):
    rows = [[*row, sum(row)] for row in rows]
    return [*rows, [sum(column) for column in zip(*rows)]]


class Textbook(ProtectTest):

    def test_each_published_table_has_its_findings(self):
        for name, text, safe, readers, words in PUBLISHED:
            with self.subTest(name):
                self.write('t.csv', text)
                result = self.run_program('check', 't.csv', '--json', '--reveal')
                report = json.loads(result.stdout)
                self.assertEqual((result.returncode, report['safe'], report['consistent']),
                                 (0 if safe else 5, safe, True))
                for reader, found in readers.items():
                    got = report['readers'][reader]
                    self.assertEqual((got['exact'], got['implied']), found, reader)
                said = self.run_program('check', 't.csv', '--reveal').stdout.decode()
                self.assertIn(words or '', said)
                # a certificate is written, and holds, exactly where nobody works anything out
                made = self.run_program('check', 't.csv', '--certificate', 'c.json').returncode
                self.assertEqual(made == 0, safe)
                if safe:
                    self.ok('verify-certificate', 't.csv', 'c.json')

    def test_whoever_is_alone_knows_the_other_of_two(self):
        # 1 and 2 in some order: somebody is the 1, whoever it is
        self.write('t.csv', table(('*', '*', 3), ('*', '*', 14), (0, 5, 5), (9, 13, 22)))
        report = json.loads(self.fails_with_report('t.csv', '--no-implied'))
        found = {reader: r['exact'] for reader, r in report['readers'].items()}
        self.assertEqual((found['sums'], found['rules'], found['insider']), (0, 0, 2))
        # 2 and 3 in some order, or 1 and 4: it may be that nobody is alone
        self.write('t.csv', table(('*', '*', 5), ('*', '*', 14), (0, 5, 5), (9, 15, 24)))
        said = self.ok('check', 't.csv', '--no-implied')
        self.assertIn('if that figure is 1', said)

    def fails_with_report(self, *arguments):
        result = self.run_program('check', *arguments, '--json')
        self.assertEqual(result.returncode, 5, result.stderr)
        return result.stdout

    def test_the_published_table_of_care_leavers(self):
        """17,736 real figures, one in four hidden: three follow from others, all of them 0."""
        path = os.path.join(SHARED, 'data', 'suppressed', 'care-leavers-activity.csv')
        if not os.path.exists(path):
            self.skipTest('shared data are not here')
        report = json.loads(self.fails_with_report(path, '--readers', 'sums,rules', '--reveal'))
        self.assertEqual((report['cells'], report['suppressed']), (17736, 4117))
        self.assertIs(report['consistent'], True)
        for reader in ('sums', 'rules'):
            got = report['readers'][reader]
            self.assertEqual((got['exact'], got['undecided'], got['implied']), (3, 0, 687))
            found = {f['line']: (f['value'], f['derivation']) for f in report['findings']
                     if f['kind'] == 'hidden' and f['reader'] == reader}
            self.assertEqual({line: value for line, (value, _) in found.items()},
                             {14167: 0, 14169: 0, 17388: 0})
            self.assertTrue(found[17388][1].endswith('17 to 18 years, Total 58 - 43 - 15 = 0'))

    def test_each_table_of_counts_is_protected(self):
        for name, rows, secondary in TRUE:
            with self.subTest(name):
                self.write('t.csv', table(*with_totals(rows)))
                report = self.protected('t.csv', '--certificate', 'c.json')
                self.assertIs(report['safe'], True)
                self.assertIs(report['optimal'], True)
                self.ok('check', 'out.csv')
                self.ok('verify-certificate', 'out.csv', 'c.json')
                with open(os.path.join(self.path, 't.csv'), encoding='utf-8') as file:
                    true = {(r['a'], r['b']): int(r['count']) for r in csv.DictReader(file)}
                hidden = {(r['a'], r['b']) for r in self.rows() if r['status'] != 'published'}
                small = {at for at, count in true.items() if 1 <= count <= 4}
                self.assertLessEqual(small, hidden)
                self.assertEqual(len(hidden - small), report['secondary'])
                if secondary is not None:
                    self.assertEqual(hidden - small, secondary)
                # one mark for all that is hidden, whyever; zeros are shown
                self.assertEqual({r['count'] for r in self.rows() if r['status'] != 'published'},
                                 {''} if hidden else set())
                self.assertEqual({at for at in hidden if true[at] == 0}, set())
                # what the rule hides is not enough by itself, but where it says so
                self.write('rule.csv', table(*[
                    ['*' if 1 <= x <= 4 else x for x in row] for row in with_totals(rows)]))
                alone = self.run_program('check', 'rule.csv', '--json')
                self.assertEqual(json.loads(alone.stdout)['safe'], report['secondary'] == 0, name)


if __name__ == '__main__':
    unittest.main()
