"""protect --with: a table together with what was published before."""

import json
import os
import unittest

from protecting import TABLES, ProtectTest


class ProtectWith(ProtectTest):

    def protect(self, *arguments):
        return json.loads(self.ok('protect', *arguments, '--json'))

    @unittest.skipUnless(os.path.isdir(TABLES), 'the shared test tables are not there')
    def test_a_second_release_in_other_bands(self):
        trees = []
        for which in 'AB':
            trees += ['--hierarchy', os.path.join(TABLES, f'release1-{which}.hierarchy.csv')]
        self.protect(os.path.join(TABLES, 'release1-A.csv'), *trees[:2], '-o', 'a.csv')
        b = os.path.join(TABLES, 'release1-B.csv')
        self.protect(b, *trees[2:], '-o', 'alone.csv')
        # each is safe alone, and not together
        self.ok('check', 'alone.csv', *trees[2:])
        self.fails(5, 'check', 'alone.csv', '--with', 'a.csv', *trees)
        result = self.protect(b, '--with', 'a.csv', *trees, '-o', 'b.csv')
        self.assertEqual(result['earlier'], {'files': 1, 'relaxed': 0, 'given': 0})
        self.assertTrue(result['safe'])
        self.ok('check', 'b.csv', '--with', 'a.csv', *trees)
        rows = self.rows('b.csv')
        self.assertEqual(len(rows), 91)  # its own figures and margins, none of the other's
        self.assertNotIn('1-2', {r['age'] for r in rows})

    def test_revised_figures_are_named_and_not_used(self):
        self.write('now.csv', 'month,age,count\nm1,1,17\nm1,2-3,16\nm2,1,19\nm2,2-3,18\n')
        self.write('then.csv', 'month,age,count\nm1,1-2,29\nm1,3,4\nm1,Total,33\nm2,1-2,34\n'
                               'm2,3,2\nm2,Total,36\nTotal,1-2,63\nTotal,3,6\nTotal,Total,69\n')
        said = self.run_program('protect', 'now.csv', '--with', 'then.csv', '-o', 'out.csv')
        text = said.stdout.decode() + said.stderr.decode()
        self.assertIn('earlier figures cannot be true with these counts', text)
        self.assertIn('then.csv:7, column 3', text)
        self.assertIn('then.csv:10, column 3', text)
        result = json.loads(self.run_program('protect', 'now.csv', '--with', 'then.csv', '-o',
                                             'out.csv', '--json').stdout)
        self.assertGreaterEqual(result['earlier']['relaxed'], 3)

    def test_what_earlier_files_give_away_by_themselves_is_said(self):
        self.write('now.csv', 'a,count\na1,17\na2,3\na3,9\n')
        self.write('then.csv', 'a,count\na1,17\na2,[c]\na3,9\nTotal,29\n')
        result = json.loads(self.run_program('protect', 'now.csv', '--with', 'then.csv', '-o',
                                             'out.csv', '--json').stdout)
        self.assertEqual(result['earlier'], {'files': 1, 'relaxed': 0, 'given': 1})
        said = self.run_program('protect', 'now.csv', '--with', 'then.csv', '-o', 'out.csv')
        self.assertIn('give away 1 small count by themselves', said.stdout.decode())

    def test_a_coarser_table_with_earlier_ones(self):
        """Ages in fewer bands than counted, protected with a release in bands of its own."""
        ages = {'0-3': 12, '4-7': 2, '8-11': 15, '12-15': 21, '16+': 9}
        self.write('now.csv', 'month,age,count\n' + ''.join(
            f'm{m},{a},{n + m}\n' for m in (1, 2) for a, n in ages.items()))
        # bands of its own: 4-11 less 8-11, or 0-7 less 0-3, is the small one
        self.write('then.csv', 'month,age,count\n' + ''.join(
            f'{m},{a},{n}\n' for m, by in (
                ('m1', {'0-7': 16, '8-15': 38, '16+': 10, 'Total': 64}),
                ('m2', {'0-7': 18, '8-15': 40, '16+': 11, 'Total': 69}),
                ('Total', {'0-7': 34, '8-15': 78, '16+': 21, 'Total': 133}))
            for a, n in by.items()))
        listed = json.loads(self.ok('protect', 'now.csv', '--method', 'coarsen', '--with',
                                    'then.csv', '--json'))
        self.assertIn('4', listed['levels']['age'])
        for bands in ('4', '3', '2'):
            result = self.protect('now.csv', '--method', 'coarsen', '--level', f'age={bands}',
                                  '--with', 'then.csv', '-o', 'out.csv')
            self.assertEqual((result['method'], result['safe'], result['earlier']),
                             ('coarsen', True, {'files': 1, 'relaxed': 0, 'given': 0}))
            self.assertEqual(len({r['age'] for r in self.rows()}), int(bands) + 1)
            self.ok('check', 'out.csv', '--with', 'then.csv')

    def test_an_earlier_file_that_cannot_be_read(self):
        self.write('now.csv', 'age,count\n1,17\n2,6\n')
        self.write('then.csv', 'age,count\n1,many\n')
        self.assertIn('then.csv:2', self.fails(3, 'protect', 'now.csv', '--with', 'then.csv'))
        self.assertIn('No such file', self.fails(1, 'protect', 'now.csv', '--with', 'no.csv'))

    def test_hidden_before_stays_hidden(self):
        """A count printed now that was hidden before would give the old mark away."""
        table = 'a,b,count\n' + ''.join(f'a{i},b{j},{n}\n' for i, row in enumerate(
            [[3, 9, 12], [8, 2, 14], [11, 13, 15]]) for j, n in enumerate(row))
        self.write('now.csv', table)
        self.write('then.csv', 'a,b,count\na2,b2,[c]\na2,Total,39\n')
        self.protect('now.csv', '--with', 'then.csv', '-o', 'out.csv', '--internal')
        by = {(r['a'], r['b']): r for r in self.rows()}
        self.assertEqual(by['a2', 'b2']['status'], 'suppressed')
        self.assertEqual(by['a2', 'b2']['reason'], 'earlier')
        self.assertEqual(by['a2', 'Total']['count'], '39')


if __name__ == '__main__':
    unittest.main()
