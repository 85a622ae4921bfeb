"""protect from outside: what it hides, writes, says and exits with."""

import csv
import json
import unittest

from protecting import TABLE, ProtectTest


class Protect(ProtectTest):

    def test_small_counts_and_what_gives_them_away_are_blank(self):
        self.write('t.csv', TABLE)
        report = self.protected('t.csv', '--threshold', '5')
        self.assertEqual((report['method'], report['cells'], report['primary']), ('suppress', 16, 2))
        self.assertTrue(report['safe'])
        self.assertGreaterEqual(report['secondary'], 2)
        self.assertLessEqual(report['lower_bound'], report['secondary_sum'])
        rows = self.rows()
        self.assertEqual(list(rows[0]), ['month', 'method', 'count', 'status'])
        self.assertEqual(len(rows), 16)
        for row in rows:
            self.assertEqual(row['count'] == '', row['status'] == 'suppressed')
            if row['count']:
                self.assertNotIn(int(row['count']), range(1, 5))
        self.assertEqual(sum(row['status'] == 'suppressed' for row in rows),
                         report['primary'] + report['secondary'])
        # Everything printed is true.
        true = {(r['month'], r['method']): r['count'] for r in csv.DictReader(TABLE.splitlines())}
        for row in rows:
            if row['count'] and 'Total' not in (row['month'], row['method']):
                self.assertEqual(row['count'], true[row['month'], row['method']])

    def test_what_protect_writes_passes_check(self):
        self.write('t.csv', TABLE)
        report = self.protected('t.csv')
        self.assertTrue(report['safe'])
        found = json.loads(self.run_program('check', 'out.csv', '--json').stdout)
        self.assertEqual(found['suppressed'], report['primary'] + report['secondary'])
        self.assertEqual([found['readers'][r]['exact'] for r in ('sums', 'rules')], [0, 0])

    def test_reasons_are_internal(self):
        self.write('t.csv', TABLE)
        report = self.protected('t.csv', '--internal')
        reasons = [row['reason'] for row in self.rows()]
        self.assertEqual(reasons.count('primary'), report['primary'])
        self.assertEqual(reasons.count('secondary'), report['secondary'])

    def test_a_certificate_holds(self):
        self.write('t.csv', TABLE)
        self.protected('t.csv', '--certificate', 'c.json')
        self.assertIn('The certificate holds', self.ok('verify-certificate', 'out.csv', 'c.json'))

    def test_readers_and_what_to_minimise_can_be_chosen(self):
        self.write('t.csv', TABLE)
        weak = self.protected('t.csv', '--readers', 'sums', '--no-implied')
        strong = self.protected('t.csv')
        self.assertLessEqual(weak['secondary_sum'], strong['secondary_sum'])
        cells = self.protected('t.csv', '--minimise', 'cells')
        self.assertEqual(cells['cost'], cells['secondary'])
        self.assertLessEqual(cells['secondary'], strong['secondary'])
        self.protected('t.csv', '--minimise', 'weights')
        self.assertEqual(self.run_program('protect', 't.csv', '--readers', 'spy').returncode, 2)
        self.assertEqual(self.run_program('protect', 't.csv', '--minimise', 'fun').returncode, 2)

    def test_hierarchies_and_all_cells(self):
        self.write('t.csv', 'month,count\nm1,2\nm2,7\nm3,9\nm4,11\nq1,9\nq2,20\ny,29\n')
        self.write('h.csv', 'dimension,code,parent\nmonth,y,\nmonth,q1,y\nmonth,q2,y\n'
                            'month,m1,q1\nmonth,m2,q1\nmonth,m3,q2\nmonth,m4,q2\n')
        report = self.protected('t.csv', '--hierarchy', 'h.csv')
        self.assertEqual((report['cells'], report['primary'], report['secondary']), (7, 1, 1))
        hidden = {row['month'] for row in self.rows() if row['count'] == ''}
        self.assertEqual(hidden, {'m1', 'm2'})

    def test_jj_files_are_read(self):
        self.write('t.jj', '0\n4\n0 20 20 s 0 99 0 0 0\n1 3 3 u 0 99 1 1 0\n2 7 7 s 0 99 0 0 0\n'
                           '3 10 10 s 0 99 0 0 0\n1\n0 4 : 0 (-1) 1 (1) 2 (1) 3 (1)\n')
        report = self.protected('t.jj')
        self.assertEqual((report['primary'], report['secondary'], report['safe']), (1, 1, True))

    def test_rejected_input(self):
        self.write('t.csv', 'month,count\nm1,2\nm2,*\n')
        result = self.run_program('protect', 't.csv')
        self.assertEqual(result.returncode, 3)
        self.assertIn(b't.csv:3', result.stderr)
        self.write('t.csv', 'month,count\nm1,2\nm2,7\nTotal,10\n')
        self.assertEqual(self.run_program('protect', 't.csv').returncode, 3)
        self.assertEqual(self.run_program('protect', 'missing.csv').returncode, 1)

    def test_without_an_output_file_the_table_goes_to_standard_output(self):
        self.write('t.csv', TABLE)
        result = self.run_program('protect', 't.csv')
        self.assertEqual(result.returncode, 0)
        self.assertTrue(result.stdout.startswith(b'month,method,count,status\n'))
        self.assertIn(b'The audit says: safe', result.stderr)

    def test_same_input_same_bytes(self):
        self.write('t.csv', TABLE)
        runs = {self.run_program('protect', 't.csv').stdout for _ in range(3)}
        self.assertEqual(len(runs), 1)

    def test_a_real_table_against_the_peer(self):
        report = self.protected(*self.shared_table('t2-1'), '--readers', 'sums,rules',
                                '--no-implied')
        self.assertEqual((report['cells'], report['primary'], report['safe']), (481, 174, True))


if __name__ == '__main__':
    unittest.main()
