"""protect by other methods than suppression: rounding, from outside."""

import csv
import itertools
import json
import unittest

from protecting import TABLE, ProtectTest


class Methods(ProtectTest):

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
        return {(r['month'], r['method']): int(r['count']) for r in self.rows()}

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
        self.assertEqual({r['status'] for r in self.rows()}, {'rounded'})

    def test_small_counts_alone(self):
        self.write('t.csv', TABLE)
        report = self.protected('t.csv', '--method', 'round', '--small')
        figures, truth = self.figures(), self.truth()
        self.assert_adds_up(figures)
        for row in self.rows():
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

    def test_a_rounded_table_with_its_certificate(self):
        self.write('t.csv', TABLE)
        self.ok('protect', 't.csv', '--method', 'round', '-o', 'r.csv', '--certificate', 'c.json')
        held = json.loads(self.ok('verify-certificate', 'r.csv', 'c.json', '--json'))
        self.assertIs(held['holds'], True)
        certificate = json.loads(self.read('c.json'))
        self.assertEqual((certificate['rounded'], certificate['rounded_by']), (5, 4))
        # another figure, though rounded like all, is not what was certified
        lines = self.read('r.csv').split('\n')
        at = next(i for i, line in enumerate(lines) if line.endswith(',rounded'))
        cells = lines[at].split(',')
        cells[-2] = str(int(cells[-2]) + 10)
        self.write('r.csv', '\n'.join([*lines[:at], ','.join(cells), *lines[at + 1:]]))
        self.fails(5, 'verify-certificate', 'r.csv', 'c.json')

    def test_options_that_do_not_go_together(self):
        self.write('t.csv', TABLE)
        self.assertIn('--method round', self.refused('--round', '5'))
        self.assertIn('--method round', self.refused('--small'))
        self.assertIn('at least the threshold',
                      self.refused('--method', 'round', '--small', '--round', '3'))
        self.assertIn('--certificate', self.refused('--method', 'round', '--small', '--certificate',
                                                    'c', '--with', 't.csv'))
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
        report = self.protected(*self.shared_table('t2-1'), '--method', 'round', '--round', '5')
        self.assertEqual((report['cells'], report['distortion'], report['within']), (481, 468, 4))
        self.assertTrue(report['safe'] and report['optimal'])

    BANDED = ('month,age,count\n' + ''.join(
        f'{year}-{month:02},{age},{count}\n' for year in (2018, 2019) for month in range(1, 13)
        for age, count in (('0-4', 1), ('5-9', month % 3), ('10-15', 6), ('16+', 9),
                           ('Not known', 5))))

    def test_coarser_tables_to_choose_from(self):
        self.write('t.csv', self.BANDED)
        result = self.run_program('protect', 't.csv', '--method', 'coarsen', '--json')
        self.assertEqual(result.returncode, 0, result.stderr)
        report = json.loads(result.stdout)
        self.assertEqual(report['levels'], {'month': ['month', 'quarter', 'year', 'total'],
                                            'age': ['4', '3', '2', 'total']})
        self.assertEqual(report['tried'], 15)
        cells = [e['cells'] for e in report['frontier']]
        hidden = [e['primary'] + e['secondary'] for e in report['frontier']]
        self.assertEqual(report['frontier'][0]['levels'], {'month': 'month', 'age': '4'})
        self.assertEqual(cells, sorted(cells, reverse=True))
        self.assertEqual(hidden, sorted(hidden, reverse=True))
        self.assertEqual(len(set(cells)), len(cells))
        self.assertEqual(hidden[-1], 0)
        words = self.ok('protect', 't.csv', '--method', 'coarsen')
        self.assertEqual(len(words.splitlines()), 2 + len(cells))

    def test_the_level_chosen_is_written_and_audited(self):
        self.write('t.csv', self.BANDED)
        result = self.run_program('protect', 't.csv', '--method', 'coarsen', '--level',
                                  'month=quarter', '--level', 'age=3', '-o', 'out.csv', '--json')
        self.assertEqual(result.returncode, 0, result.stderr)
        report = json.loads(result.stdout)
        self.assertEqual((report['method'], report['safe']), ('coarsen', True))
        rows = self.rows()
        self.assertEqual({r['month'] for r in rows},
                         {f'{y}-Q{q}' for y in (2018, 2019) for q in (1, 2, 3, 4)} | {'Total'})
        self.assertEqual({r['age'] for r in rows}, {'0-9', '10-15', '16+', 'Not known', 'Total'})
        shown = {(r['month'], r['age']): r['count'] for r in rows}
        self.assertEqual(shown['2018-Q1', '16+'], '27')
        self.assertEqual(shown['2018-Q1', '0-9'], '6')
        self.assertEqual(report['cells'], 45)
        # What was left out is left out of the columns too.
        result = self.run_program('protect', 't.csv', '--method', 'coarsen', '--level',
                                  'month=total', '-o', 'out.csv')
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(list(self.rows()[0]), ['age', 'count', 'status'])

    def test_what_a_coarser_table_still_hides(self):
        self.write('t.csv', TABLE)
        result = self.run_program('protect', 't.csv', '--method', 'coarsen', '--level',
                                  'month=all', '-o', 'out.csv', '--json',
                                  '--certificate', 'c.json')
        self.assertEqual(result.returncode, 0, result.stderr)
        report = json.loads(result.stdout)
        self.assertEqual((report['cells'], report['primary'], report['safe']), (16, 2, True))
        self.assertEqual(sum(r['status'] == 'suppressed' for r in self.rows()),
                         report['primary'] + report['secondary'])
        self.assertIn('The certificate holds', self.ok('verify-certificate', 'out.csv', 'c.json'))

    def test_wrong_levels(self):
        self.write('t.csv', TABLE)
        self.assertIn('one of all, total',
                      self.refused('--method', 'coarsen', '--level', 'month=week'))
        self.assertIn('DIMENSION=LEVEL', self.refused('--method', 'coarsen', '--level', 'day=all'))
        self.assertIn('DIMENSION=LEVEL', self.refused('--method', 'coarsen', '-o', 'out.csv'))
        self.assertIn('left out', self.refused('--method', 'coarsen', '--level', 'month=total',
                                               '--level', 'method=total'))
        self.assertIn('--method coarsen', self.refused('--level', 'month=all'))

    def test_comparison_of_the_methods(self):
        self.write('t.csv', TABLE)
        result = self.run_program('protect', 't.csv', '--compare', '--json')
        self.assertEqual(result.returncode, 0, result.stderr)
        report = json.loads(result.stdout)
        by_name = {m['method']: m for m in report['methods']}
        self.assertEqual(list(by_name), ['suppress', 'round', 'round small', 'coarsen'])
        for method in by_name.values():
            self.assertTrue(method['safe'])
            self.assertEqual(method['printed'] + method['lost'], report['cells'])
            self.assertEqual(method['largest_change'] > 0, method['changed'] > 0)
        self.assertEqual(by_name['suppress']['changed'], 0)
        self.assertGreaterEqual(by_name['suppress']['lost'], 2)
        self.assertEqual(by_name['round']['lost'], 0)
        self.assertLess(by_name['round']['largest_change'], 5)
        lines = self.ok('protect', 't.csv', '--compare').splitlines()
        self.assertEqual(len(lines), 5)
        self.assertTrue(lines[1].startswith('suppress'))
        self.refused('--compare', '-o', 'out.csv')
        self.refused('--compare', '--method', 'round')


if __name__ == '__main__':
    unittest.main()
