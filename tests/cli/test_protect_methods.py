"""protect by other methods than suppression: rounding, from outside."""

import csv
import itertools
import json
import os
import unittest

from support import ProgramTest

SHARED = os.path.join(os.environ['SAFECOUNT_SOURCE'], '..', 'shared', 'data', 'tables')

TABLE = ('month,method,count\n'
         'm1,email,3\nm1,phone,9\nm1,web,12\n'
         'm2,email,8\nm2,phone,7\nm2,web,0\n'
         'm3,email,20\nm3,phone,1\nm3,web,6\n')


class Methods(ProgramTest):

    def write(self, name, text):
        with open(os.path.join(self.path, name), 'w', encoding='utf-8') as file:
            file.write(text)

    def rows(self, name):
        with open(os.path.join(self.path, name), encoding='utf-8', newline='') as file:
            return list(csv.DictReader(file))

    def protected(self, *arguments, code=0):
        result = self.run_program('protect', *arguments, '-o', 'out.csv', '--json')
        self.assertEqual(result.returncode, code, result.stderr)
        return json.loads(result.stdout)

    def refused(self, *arguments, code=2):
        result = self.run_program('protect', 't.csv', *arguments)
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stdout, b'')
        return result.stderr.decode()

    def truth(self):
        """Every figure of TABLE, totals too."""
        true = {}
        for row in csv.DictReader(TABLE.splitlines()):
            for month, method in itertools.product((row['month'], 'Total'),
                                                   (row['method'], 'Total')):
                true[month, method] = true.get((month, method), 0) + int(row['count'])
        return true

    def figures(self):
        return {(r['month'], r['method']): int(r['count']) for r in self.rows('out.csv')}

    def assert_adds_up(self, figures):
        for month in ('m1', 'm2', 'm3', 'Total'):
            self.assertEqual(figures[month, 'Total'],
                             sum(figures[month, x] for x in ('email', 'phone', 'web')))
        for method in ('email', 'phone', 'web'):
            self.assertEqual(figures['Total', method],
                             sum(figures[x, method] for x in ('m1', 'm2', 'm3')))

    def test_rounded_figures_add_up_and_lie_within_a_base(self):
        self.write('t.csv', TABLE)
        report = self.protected('t.csv', '--method', 'round', '--round', '5')
        figures, truth = self.figures(), self.truth()
        self.assertEqual(set(figures), set(truth))
        self.assert_adds_up(figures)
        changes = [abs(figures[k] - truth[k]) for k in truth]
        self.assertTrue(all(x % 5 == 0 for x in figures.values()))
        self.assertLess(max(changes), 5)
        self.assertEqual((report['method'], report['kind'], report['base']),
                         ('round', 'controlled', 5))
        self.assertEqual((report['distortion'], report['largest_change'], report['changed']),
                         (sum(changes), max(changes), sum(x > 0 for x in changes)))
        self.assertTrue(report['safe'] and report['optimal'])
        self.assertEqual((report['primary'], report['secondary']), (2, 0))
        self.assertEqual({r['status'] for r in self.rows('out.csv')}, {'rounded'})

    def test_small_counts_alone(self):
        self.write('t.csv', TABLE)
        report = self.protected('t.csv', '--method', 'round', '--small')
        figures, truth = self.figures(), self.truth()
        self.assert_adds_up(figures)
        for row in self.rows('out.csv'):
            at = row['month'], row['method']
            if 'Total' in at:
                continue
            if 1 <= truth[at] < 5:
                self.assertIn(figures[at], (0, 5))
                self.assertEqual(row['status'], 'rounded')
            else:
                self.assertEqual(figures[at], truth[at])
        self.assertEqual((report['kind'], report['base'], report['safe']), ('small', 5, True))
        self.assertFalse(any(1 <= x < 5 for x in figures.values()))

    def test_check_agrees_that_rounded_figures_are_safe(self):
        self.write('t.csv', TABLE)
        self.protected('t.csv', '--method', 'round', '--round', '5')
        found = self.run_program('check', 'out.csv', '--rounded', '5', '--readers', 'sums,rules',
                                 '--json')
        self.assertEqual(found.returncode, 0, found.stdout)
        self.assertTrue(json.loads(found.stdout)['safe'])

    def test_words_for_a_person(self):
        self.write('t.csv', TABLE)
        result = self.run_program('protect', 't.csv', '--method', 'round')
        self.assertEqual(result.returncode, 0)
        self.assertTrue(result.stdout.startswith(b'month,method,count,status\n'))
        self.assertIn(b'Rounded to base 5: 13 changed', result.stderr)
        self.assertIn(b'The audit says: safe', result.stderr)

    def test_options_that_do_not_go_together(self):
        self.write('t.csv', TABLE)
        self.assertIn('--method round', self.refused('--round', '5'))
        self.assertIn('--method round', self.refused('--small'))
        self.assertIn('at least the threshold',
                      self.refused('--method', 'round', '--small', '--round', '3'))
        self.assertIn('--certificate', self.refused('--method', 'round', '--certificate', 'c'))
        self.assertIn('--minimise', self.refused('--method', 'round', '--minimise', 'cells'))
        self.refused('--method', 'round', '--round', '1')

    def test_earlier_exact_figures_are_not_contradicted(self):
        self.write('t.csv', TABLE)
        self.write('before.csv', 'month,count\nm1,24\nm2,15\nm3,27\nTotal,66\n')
        message = self.refused('--method', 'round', '--with', 'before.csv', code=1)
        self.assertIn('earlier release', message)

    def test_same_input_same_bytes(self):
        self.write('t.csv', TABLE)
        for kind in ((), ('--small',)):
            runs = {self.run_program('protect', 't.csv', '--method', 'round', *kind).stdout
                    for _ in range(3)}
            self.assertEqual(len(runs), 1)

    def test_a_large_table(self):
        table = os.path.join(SHARED, 't2-1.csv')
        if not os.path.exists(table):
            self.skipTest('shared data are not here')
        report = self.protected(table, '--hierarchy', table.replace('.csv', '.hierarchy.csv'),
                                '--method', 'round', '--round', '5')
        self.assertEqual((report['cells'], report['distortion'], report['within']), (481, 468, 4))
        self.assertTrue(report['safe'] and report['optimal'])


if __name__ == '__main__':
    unittest.main()
