"""Tables that meet in a ring, as a reader has them: by A and B, by B and C, by C and A."""

import json
import pathlib
import unittest

from support import ProgramTest

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

    def write(self, year_area, year_sex, sex_area):
        table(self.folder / 'ya.csv', ('year', 'area'), year_area)
        table(self.folder / 'ys.csv', ('year', 'sex'), year_sex, hidden=True)
        table(self.folder / 'sa.csv', ('sex', 'area'), sex_area)

    def said(self, code, command, *arguments):
        """Runs the program in the folder, and gives what it said."""
        result = self.run_program(command, *arguments)
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        return (result.stdout + result.stderr).decode()

    def test_two_tables_are_safe_and_the_third_gives_them_away(self):
        self.write(YEAR_AREA, YEAR_SEX, SEX_AREA)
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
        self.write(area, sex, both)
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
        self.write(YEAR_AREA, YEAR_SEX, SEX_AREA)
        self.said(5, 'check', 'ya.csv', '--with', 'ys.csv', '--with', 'sa.csv')

    def test_a_ring_too_large_is_never_safe(self):
        sizes = range(30)
        for name, names in (('ab', ('a', 'b')), ('bc', ('b', 'c')), ('ca', ('c', 'a'))):
            figures = {(f'{names[0]}{i}', f'{names[1]}{j}'): 9 for i in sizes for j in sizes}
            table(self.folder / f'{name}.csv', names, figures)
        self.assertIn('meet in a ring', self.said(5, 'check', 'ab.csv', 'bc.csv', 'ca.csv'))


if __name__ == '__main__':
    unittest.main()
