"""Tables that meet in a ring, as a reader has them: by A and B, by B and C, by C and A."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

from support import ROOT, SLOW, ProgramTest

EXAMPLE = os.path.join(ROOT, 'examples', 'essex-16040')

# Everybody of 2019 is in the north, and nobody else: the figures of 2019 are those of the north.
YEAR_AREA = {('2019', 'north'): 20, ('2019', 'south'): 0, ('2020', 'north'): 0,
             ('2020', 'south'): 20}
YEAR_SEX = {('2019', 'f'): 17, ('2019', 'm'): 3, ('2020', 'f'): 6, ('2020', 'm'): 14}
SEX_AREA = {('f', 'north'): 17, ('f', 'south'): 6, ('m', 'north'): 3, ('m', 'south'): 14}


def table(path, names, figures, hidden=False):
    """Writes a table with its margins; `hidden` marks all of its inner figures."""
    first = sorted({a for a, _ in figures})
    second = sorted({b for _, b in figures})
    lines = [','.join(names) + ',count']
    for a in first + ['Total']:
        for b in second + ['Total']:
            count = sum(n for (x, y), n in figures.items()
                        if a in (x, 'Total') and b in (y, 'Total'))
            inner = a != 'Total' and b != 'Total'
            lines.append(f'{a},{b},{"x" if hidden and inner else count}')
    path.write_text('\n'.join(lines) + '\n')


class Rings(ProgramTest):

    def setUp(self):
        super().setUp()
        self.folder = pathlib.Path(self.path)

    def write_ring(self, year_area, year_sex, sex_area):
        table(self.folder / 'ya.csv', ('year', 'area'), year_area)
        table(self.folder / 'ys.csv', ('year', 'sex'), year_sex, hidden=True)
        table(self.folder / 'sa.csv', ('sex', 'area'), sex_area)

    def said(self, code, command, *arguments):
        """Runs the program in the folder, and gives what it said."""
        result = self.run_program(command, *arguments)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        return (result.stdout + result.stderr).decode()

    def test_two_tables_are_safe_and_the_third_gives_them_away(self):
        self.write_ring(YEAR_AREA, YEAR_SEX, SEX_AREA)
        self.said(0, 'check', 'ys.csv', 'sa.csv')
        report = json.loads(self.said(5, 'check', 'ya.csv', 'ys.csv', 'sa.csv', '--json',
                                      '--reveal'))
        known = {(f['at']['year'], f['at']['sex']): f['value'] for f in report['findings']
                 if f['kind'] == 'hidden' and f['reader'] == 'sums'}
        self.assertEqual(known, {(a, b): n for (a, b), n in YEAR_SEX.items()})

    def test_a_ring_that_tells_nothing_is_safe_and_its_certificate_is_checked(self):
        area = {('2019', 'north'): 22, ('2019', 'south'): 18, ('2020', 'north'): 19,
                ('2020', 'south'): 21}
        sex = {('2019', 'f'): 23, ('2019', 'm'): 17, ('2020', 'f'): 18, ('2020', 'm'): 22}
        both = {('f', 'north'): 20, ('f', 'south'): 21, ('m', 'north'): 21, ('m', 'south'): 18}
        self.write_ring(area, sex, both)
        names = ['ya.csv', 'ys.csv', 'sa.csv']
        self.said(0, 'check', *names, '--certificate', 'c.json')
        self.said(0, 'verify-certificate', *names, 'c.json')

        whole = json.loads((self.folder / 'c.json').read_text())
        crossed = [i for i, cell in enumerate(whole['cells']) if 'Total' not in cell]
        self.assertEqual(len(crossed), 8)

        # Without the cross table, tables that agree in their margins are not enough.
        def without(gone):
            number = {old: new for new, old in
                      enumerate(i for i in range(len(whole['cells'])) if i not in gone)}
            bare = dict(whole)
            bare['cells'] = [whole['cells'][i] for i in number]
            bare['base'] = [whole['base'][i] for i in number]
            bare['moves'] = [[x for cell, change in zip(move[::2], move[1::2]) if cell in number
                              for x in (number[cell], change)] for move in whole['moves']]
            (self.folder / 'bare.json').write_text(json.dumps(bare))
            return self.said(5, 'verify-certificate', *names, 'bare.json')

        self.assertIn('meet in a ring', without(set(crossed)))
        # Nor is a cross table with holes.
        of_2019_f = {i for i in crossed if '2019' in whole['cells'][i] and 'f' in whole['cells'][i]}
        self.assertEqual(len(of_2019_f), 2)
        without(of_2019_f)

    def test_a_later_release_that_closes_the_ring_is_found(self):
        self.write_ring(YEAR_AREA, YEAR_SEX, SEX_AREA)
        self.said(5, 'check', 'ya.csv', '--with', 'ys.csv', '--with', 'sa.csv')

    def test_a_ring_too_large_is_never_safe(self):
        sizes = range(40)
        for name, names in (('ab', ('a', 'b')), ('bc', ('b', 'c')), ('ca', ('c', 'a'))):
            figures = {(f'{names[0]}{i}', f'{names[1]}{j}'): 9 for i in sizes for j in sizes}
            table(self.folder / f'{name}.csv', names, figures)
        self.assertIn('meet in a ring', self.said(5, 'check', 'ab.csv', 'bc.csv', 'ca.csv'))

    def test_years_that_overlap_and_show_no_months_are_never_safe(self):
        self.write('h.csv', 'dimension,code,parent\ntime,Total,\ntime,2018/19,Total\ntime,2019,Total\n'
                            'time,December,2018/19\ntime,January,2018/19\ntime,January,2019\n'
                            'time,April,2019\n')
        self.write('months.csv', 'time,count\nDecember,12\nJanuary,14\nApril,15\n'
                                 '2018/19,26\n2019,29\n')
        self.write('a.csv', 'time,sex,count\n2018/19,f,20\n2018/19,m,6\n2018/19,Total,26\n')
        self.write('b.csv', 'time,sex,count\n2019,f,x\n2019,m,x\n2019,Total,29\n')
        said = self.said(5, 'check', 'months.csv', 'a.csv', 'b.csv', '--hierarchy', 'h.csv')
        self.assertIn('periods or bands that overlap', ' '.join(said.split()))
        # With the months of each they are tied, and nothing is left undecided.
        self.write('a.csv', 'time,sex,count\nDecember,f,9\nDecember,m,3\nJanuary,f,11\n'
                            'January,m,3\n2018/19,f,20\n2018/19,m,6\n2018/19,Total,26\n')
        self.write('b.csv', 'time,sex,count\nJanuary,f,11\nJanuary,m,3\nApril,f,x\nApril,m,x\n'
                            '2019,f,x\n2019,m,x\n2019,Total,29\n')
        self.said(0, 'check', 'months.csv', 'a.csv', 'b.csv', '--hierarchy', 'h.csv')

    def answer(self, tables):
        for name in ('request.yaml', 'extract.yaml', 'policy.yaml'):
            shutil.copy(os.path.join(EXAMPLE, name), self.path)
        head, rest = self.read('request.yaml').split('questions:')
        tail = rest[rest.index('decisions:'):]
        listed = ''.join(f'      - {{id: t{i}, title: T, {keys}}}\n'
                         for i, keys in enumerate(tables))
        self.write('request.yaml', f'{head}questions:\n  - id: "1"\n    text: All round.\n'
                                   f'    tables:\n{listed}{tail}')
        self.ok('synth', '--seed', '16040', '--offences', '300000', '-o', 'extract.csv')
        return self.run_program('answer', 'request.yaml', '-o', 'out')

    def test_an_answer_whose_tables_meet_in_a_ring_is_proved(self):
        result = self.answer(['rows: [year], columns: [outcome], count: offences',
                              'rows: [year], columns: [online_flag], count: offences',
                              'rows: [outcome], columns: [online_flag], count: offences'])
        self.assertEqual(result.returncode, 0, result.stderr)
        self.ok('check', 'out')
        self.ok('verify-certificate', 'out')
        certificate = json.loads(self.read('out/certificate.json'))
        names = certificate['dimensions']
        where = [names.index(name) for name in names if name != 'unit']
        totals = certificate['totals']
        crossed = [cell for cell in certificate['cells'] if all(cell[d] != totals[d] for d in where)]
        self.assertGreater(len(crossed), 20)

    def answer_of_months(self, years, offences):
        """Outcomes by month, platforms by month, outcomes by platform: what requests ask for."""
        subprocess.run([sys.executable, os.path.join(ROOT, 'bench', 'make_ring.py'), self.path,
                        '--years', str(years), '--offences', str(offences)], check=True)
        return self.run_program('answer', 'request.yaml', '-o', 'out')

    def test_three_years_of_months_outcomes_and_platforms_are_proved(self):
        result = self.answer_of_months(1 if SLOW else 3, 2000 if SLOW else 5000)
        self.assertEqual(result.returncode, 0, result.stderr)
        answer = json.loads(self.read('out/answer.json'))
        hidden = [cell for table in answer['tables'] for cell in table['cells']
                  if cell['value'] is None]
        self.assertGreater(len(hidden), 20)
        self.ok('verify-certificate', 'out')
        # Nobody prints the cross table, and the certificate has it.
        certificate = json.loads(self.read('out/certificate.json'))
        where = [certificate['dimensions'].index(name) for name in ('month', 'outcome', 'method')]
        totals = certificate['totals']
        crossed = [cell for cell in certificate['cells'] if all(cell[d] != totals[d] for d in where)]
        self.assertGreater(len(crossed), 3000 if SLOW else 10000)

    @unittest.skipIf(SLOW, 'slow with sanitizers; tested without')
    def test_an_answer_with_too_large_a_ring_is_not_for_release(self):
        result = self.answer_of_months(20, 200)
        self.assertEqual(result.returncode, 5, result.stderr)
        answer = json.loads(self.read('out/answer.json'))
        self.assertIs(answer['publishable'], False)
        self.assertIn('meet in a ring', ' '.join(answer['reasons']))


if __name__ == '__main__':
    unittest.main()
