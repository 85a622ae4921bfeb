"""The worked request, end to end: every cell against the truth that the generator knows."""

import os
import shutil
import unittest

from support import ROOT, SLOW, ProgramTest, accounting, cells, read_csv

EXAMPLE = os.path.join(ROOT, 'examples', 'essex-16040')


class WorkedRequest(ProgramTest):

    def make(self, seed, offences, faults=0):
        for name in ('request.yaml', 'extract.yaml', 'policy.yaml'):
            shutil.copy(os.path.join(EXAMPLE, name), self.path)
        request = self.read('request.yaml').replace('../../data', os.path.join(ROOT, 'data'))
        self.write('request.yaml', request)
        self.ok('synth', '--seed', str(seed), '--offences', str(offences), '--faults', str(faults),
                '-o', 'extract.csv', '--truth', 'truth.csv')
        return read_csv(os.path.join(self.path, 'truth.csv'))

    def compare(self, truth, answer):
        got = cells(answer)
        accounts = accounting(answer)
        findings = {f['code']: f['count'] for f in answer['findings']}
        compared = 0
        for row in truth:
            value = int(row['value'])
            if row['table'] == 'accounting':
                self.assertEqual(accounts[row['at']], value, row)
            elif row['table'] == 'finding':
                self.assertEqual(findings.get(row['at'], 0), value, row)
            else:
                key = (row['table'], *[part.split('=')[1] for part in row['at'].split(';')])
                # an outcome that no offence has is not listed
                self.assertEqual(got.pop(key, 0), value, row)
                compared += 1
        self.assertGreater(compared, 1000)
        self.assertEqual({k: v for k, v in got.items() if v}, {}, 'cells that the truth lacks')

    def test_every_cell_is_the_truth(self):
        truth = self.make(16040, 100000 if SLOW else 600000)
        self.compare(truth, self.counts('request.yaml'))

    def test_faults_are_accounted_for_and_change_nothing_else(self):
        truth = self.make(7, 60000, faults=9)
        answer = self.counts('request.yaml')
        self.compare(truth, answer)
        self.assertEqual(accounting(answer)['bad_age'], 9)

    def test_threads_and_engines_do_not_matter(self):
        self.make(3, 60000)
        first = self.ok('count', 'request.yaml', '--json', '--threads', '1', '--engine', 'scalar')
        for threads, engine in (('2', 'simd'), ('5', 'avx2'), ('3', 'auto')):
            self.assertEqual(first, self.ok('count', 'request.yaml', '--json', '--threads', threads,
                                            '--engine', engine))

    def test_rows_in_any_order_give_the_same_answer(self):
        truth = self.make(5, 30000)
        path = os.path.join(self.path, 'extract.csv')
        with open(path, 'rb') as f:
            header, *rows = f.read().split(b'\r\n42/')
        rows = [b'42/' + r.removesuffix(b'\r\n') for r in rows]
        with open(path, 'wb') as f:
            f.write(b'\r\n'.join([header, *sorted(rows, key=lambda r: r[::-1])]) + b'\r\n')
        self.compare(truth, self.counts('request.yaml'))

    def test_answer_shows_no_count_of_1_to_4_and_the_rest_as_it_is(self):
        self.make(16040, 60000)
        self.ok('answer', 'request.yaml', '-o', 'out')
        answer = self.counts('request.yaml')
        true = cells(answer)
        dimensions = {t['id']: t['dimensions'] for t in answer['tables']}
        tidy = [(table, row) for table in ('month', 'victim-age', 'suspect-age', 'method', 'outcome')
                for row in read_csv(os.path.join(self.path, 'out', 'tables', f'{table}.tidy.csv'))]
        self.assertEqual(len(tidy), len(true))
        more = 0
        for table, row in tidy:
            value = true[(table, *[row[d] for d in dimensions[table]])]
            self.assertIn(row['unit'], ('offences', 'victims', 'suspects'))
            if 1 <= value <= 4:
                self.assertEqual((row['value'], row['status']), ('', 'suppressed'))
            elif row['status'] == 'suppressed':  # to protect others
                self.assertEqual(row['value'], '')
                self.assertGreater(value, 4)
                more += 1
            else:
                self.assertEqual((row['value'], row['status']), (str(value), 'published'))
        self.assertLess(more, 60)


if __name__ == '__main__':
    unittest.main()
