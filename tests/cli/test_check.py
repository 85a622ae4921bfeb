"""check and verify-certificate from outside: what they find, say and exit with."""

import json
import os
import unittest

from support import ProgramTest

SOURCE = os.environ['SAFECOUNT_SOURCE']

SINGLE = 'category,count\na,22\nb,2\nc,*\nd,22\ne,6\nTotal,55\n'
BLOCK = ('month,age,count\nm1,a,*\nm1,b,*\nm1,c,9\nm1,Total,20\nm2,a,*\nm2,b,*\nm2,c,9\nm2,Total,20\n'
         'm3,a,5\nm3,b,6\nm3,c,0\nm3,Total,11\nTotal,a,16\nTotal,b,17\nTotal,c,18\nTotal,Total,51\n')


class Files(ProgramTest):

    def write(self, name, text):
        with open(os.path.join(self.path, name), 'w', encoding='utf-8') as file:
            file.write(text)

    def checked(self, code, *arguments):
        result = self.run_program('check', *arguments, '--json')
        self.assertEqual(result.returncode, code, result.stderr)
        return json.loads(result.stdout)


class Check(Files):

    def test_a_single_hidden_cell_is_given_away_by_its_total(self):
        self.write('t.csv', SINGLE)
        result = self.run_program('check', 't.csv')
        self.assertEqual(result.returncode, 5)
        self.assertIn(b'Total 55 - 22 - 2 - 22 - 6 = ...', result.stdout)
        self.assertNotIn(b'= 3', result.stdout)
        self.assertIn(b't.csv:4', result.stdout)
        result = self.run_program('check', 't.csv', '--reveal')
        self.assertIn(b'Total 55 - 22 - 2 - 22 - 6 = 3', result.stdout)

    def test_the_mark_of_a_note_does_not_hide_a_total(self):
        for name in ('Total [note 1]', 'Total (2)', 'TOTAL*', 'All [r]'):
            self.write('t.csv', SINGLE.replace('Total', name))
            report = self.checked(5, 't.csv')
            self.assertEqual(report['readers']['sums']['exact'], 1, name)
            self.write('safe.csv', f'category,count\na,*\nb,*\nc,22\n{name},52\n')
            self.checked(0, 'safe.csv', '--certificate', 'c.json')
            result = self.run_program('verify-certificate', 'safe.csv', 'c.json')
            self.assertEqual(result.returncode, 0, (name, result.stderr))

    def test_json_has_the_documented_shape(self):
        self.write('t.csv', SINGLE)
        report = self.checked(5, 't.csv')
        self.assertEqual((report['cells'], report['suppressed'], report['safe']), (6, 1, False))
        self.assertEqual(report['readers']['sums']['exact'], 1)
        self.assertEqual(report['findings'][0]['at'], {'category': 'c'})
        self.assertEqual(report['findings'][0]['reader'], 'sums')
        self.assertNotIn('value', report['findings'][0])
        self.assertEqual(self.checked(5, 't.csv', '--reveal')['findings'][0]['value'], 3)
        self.assert_schema(report, 'check.schema.json')

    def test_rejected_input_names_file_line_and_column(self):
        hierarchy = 'dimension,code,parent\nmonth,Total,\nmonth,m1,nowhere\n'
        for name, text, place in (
                ('tidy.csv', SINGLE.replace(',22', ',2x2', 1), 'tidy.csv:2:2: '),
                ('wide.csv', 'month,a,b,Total\nm1,5,6,11\nm2,5,?6,11\n', 'wide.csv:3:3: '),
                ('again.csv', SINGLE + 'a,7\n', 'again.csv:8:2: ')):
            self.write(name, text)
            result = self.run_program('check', name)
            self.assertEqual(result.returncode, 3, result.stderr.decode())
            self.assertIn(place, result.stderr.decode())
        self.write('t.csv', 'month,count\nm1,5\nTotal,5\n')
        self.write('h.csv', hierarchy)
        result = self.run_program('check', 't.csv', '--hierarchy', 'h.csv')
        self.assertEqual(result.returncode, 3, result.stderr.decode())
        self.assertIn('h.csv:3:3: ', result.stderr.decode())
        self.write('t.jj', '0\n3\n0 10 1 s 0 0 0 0 0\n1 4 1 q 0 0 0 0 0\n2 6 1 s 0 0 0 0 0\n1\n'
                           '0 3 : 0 (-1) 1 (1) 2 (1)\n')
        result = self.run_program('check', 't.jj', '--format', 'jj')
        self.assertEqual(result.returncode, 3, result.stderr.decode())
        self.assertIn('t.jj:4:4: ', result.stderr.decode())

    def test_a_safe_table_gets_a_certificate_that_verifies(self):
        self.write('t.csv', BLOCK)
        self.ok('check', 't.csv', '--certificate', 'c.json')
        self.assertIn('The certificate holds', self.ok('verify-certificate', 't.csv', 'c.json'))
        self.write('t.csv', BLOCK.replace('m3,a,5', 'm3,a,*'))
        result = self.run_program('verify-certificate', 't.csv', 'c.json')
        self.assertEqual(result.returncode, 5)
        self.write('c.json', '{')
        self.assertEqual(self.run_program('verify-certificate', 't.csv', 'c.json').returncode, 3)

    def test_an_unsafe_table_gets_none(self):
        self.write('t.csv', SINGLE)
        self.assertEqual(self.run_program('check', 't.csv', '--certificate', 'c.json').returncode, 5)
        self.assertFalse(os.path.exists(os.path.join(self.path, 'c.json')))

    def test_readers_can_be_chosen(self):
        self.write('t.csv', BLOCK)
        self.assertEqual(list(self.checked(0, 't.csv', '--readers', 'sums')['readers']), ['sums'])
        self.assertEqual(self.run_program('check', 't.csv', '--readers', 'spy').returncode, 2)

    def test_an_earlier_release_gives_a_figure_away(self):
        self.write('new.csv', BLOCK)
        self.write('old.csv', 'month,age,count\nm1,a,1\nm1,b,10\n')
        report = self.checked(5, 'new.csv', '--with', 'old.csv')
        self.assertEqual({f['kind'] for f in report['findings'][:2]}, {'printed'})
        self.assertEqual(report['readers']['sums']['exact'], 4)

    def test_revised_figures_of_an_earlier_release_are_left_out_and_named(self):
        self.write('new.csv', BLOCK)
        # then m3 had one of c less
        self.write('old.csv', BLOCK.replace('m3,c,0', 'm3,c,1').replace('m3,Total,11', 'm3,Total,12')
                   .replace('Total,c,18', 'Total,c,19').replace('Total,Total,51', 'Total,Total,52'))
        result = self.run_program('check', 'new.csv', '--with', 'old.csv')
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertIn(b'Safe as far as the releases agree', result.stdout)
        self.assertIn(b'4 figures of old.csv contradict', result.stdout)
        self.assertIn(b'not proved', result.stdout)
        report = self.checked(0, 'new.csv', '--with', 'old.csv')
        self.assertEqual([(f['table'], f['line']) for f in report['left_out']],
                         [('old.csv', line) for line in (12, 13, 16, 17)])
        self.assertEqual(self.run_program('check', 'new.csv', '--with', 'old.csv', '--certificate',
                                          'c.json').returncode, 2)
        # what agrees is still linked: here it gives a hidden figure away
        self.write('old.csv', 'month,age,count\nm3,c,1\nm1,a,1\nm3,b,6\n')
        report = self.checked(5, 'new.csv', '--with', 'old.csv')
        self.assertEqual(report['readers']['sums']['exact'], 4)
        # a sum over unprinted figures contradicts, not the same cell
        self.write('old.csv', 'month,age,count\nm1,a,30\n')
        report = self.checked(0, 'new.csv', '--with', 'old.csv')
        self.assertEqual(len(report['left_out']), 1)
        # within one release a contradiction stays one
        report = self.checked(5, 'new.csv', 'old.csv')
        self.assertFalse(report['consistent'])
        self.assertEqual(report['left_out'], [])

    def test_overlapping_bands_give_a_single_age_away(self):
        self.write('a.csv', 'age,count\n1-2,7\n3-4,9\nTotal,16\n')
        self.write('b.csv', 'age,count\n1,5\n2-3,5\n4,6\nTotal,16\n')
        report = self.checked(5, 'a.csv', '--with', 'b.csv', '--reveal')
        found = {f['at']['age']: f['derivation'] for f in report['findings']
                 if f['reader'] == 'sums'}
        self.assertEqual(found, {'2': '1-2 7 - 5 = 2', '3': '3-4 9 - 6 = 3'})

    def test_the_parts_of_a_hidden_figure_in_another_file(self):
        self.write('a.csv', 'year,count\n2018,*\n2019,12\nTotal,15\n')
        report = self.checked(5, 'a.csv')
        self.assertEqual(report['readers']['sums']['exact'], 1)

    def test_a_hierarchy_says_what_adds_up(self):
        self.write('t.csv', 'month,count\nm1,*\nm2,4\nm3,9\nq1,6\ny,15\n')
        self.write('h.csv', 'dimension,code,parent\nmonth,y,\nmonth,q1,y\nmonth,m3,y\n'
                            'month,m1,q1\nmonth,m2,q1\n')
        report = self.checked(5, 't.csv', '--hierarchy', 'h.csv', '--reveal')
        self.assertEqual(report['findings'][0]['derivation'], 'q1 6 - 4 = 2')

    def test_wide_tables_and_marks(self):
        self.write('t.csv', 'method,Jan,Feb,Total\nemail,<5,7,10\nphone,6,[c],13\nTotal,9,14,23\n')
        self.assertEqual(self.checked(5, 't.csv')['readers']['sums']['exact'], 2)
        self.write('t.csv', 'method,count\nemail,n.k.\nphone,6\n')
        self.assertEqual(self.run_program('check', 't.csv').returncode, 3)
        self.checked(0, 't.csv', '--mark', 'n.k.=hidden')
        self.assertEqual(self.run_program('check', 't.csv', '--mark', 'n.k.').returncode, 2)

    def test_two_marks_are_attacked_with_what_each_says(self):
        # 6 + 6 in each row and column of four figures: with one mark each may be 1 to 5
        self.write('t.csv', BLOCK.replace('m1,a,*', 'm1,a,<5').replace('m2,b,*', 'm2,b,<5'))
        self.assertTrue(self.checked(0, 't.csv', '--mark', '<5=hidden')['safe'])
        self.assertTrue(self.checked(0, 't.csv', '--mark', '<5=1..4', '--mark', '*=5..')['safe'])
        self.write('tight.csv', 'category,count\na,<5\nb,*\nc,0\nTotal,6\n')
        self.assertTrue(self.checked(0, 'tight.csv')['safe'])
        report = self.checked(5, 'tight.csv', '--mark', '*=5..', '--reveal')
        self.assertEqual(report['readers']['sums']['exact'], 0)
        self.assertEqual(report['readers']['rules']['exact'], 2)
        self.assertEqual({f['at']['category']: f['value'] for f in report['findings']},
                         {'a': 1, 'b': 5})
        for wrong in ('*=..5', '*=5..4', '*=5..5', '*=0..', '*=5..x', '*=5.', '*='):
            result = self.run_program('check', 't.csv', '--mark', wrong)
            self.assertEqual(result.returncode, 2, wrong)
            self.assertIn(b'TEXT=N.. (at least N)', result.stderr)

    def test_the_bounds_of_marks_are_checked_by_addition(self):
        table = BLOCK.replace('m1,a,*', 'm1,a,<5').replace('m2,b,*', 'm2,b,<5')
        self.write('t.csv', table)
        self.run_program('check', 't.csv', '--mark', '<5=1..4', '--mark', '*=5..', '--certificate',
                         'c.json')
        result = self.run_program('verify-certificate', 't.csv', 'c.json')
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("Taken from the certificate: '<5' stands for 1 to 4 and '*' stands for 5 or "
                      "more.", result.stdout.decode())
        with open(os.path.join(self.path, 'c.json'), encoding='utf-8') as file:
            certificate = json.load(file)
        marks = {mark['text']: mark for mark in certificate['marks']}
        self.assertEqual((marks['<5']['least'], marks['<5']['most']), (1, 4))
        self.assertEqual((marks['*']['least'], marks['*']['most']), (5, None))
        for text, key, value in (('<5', 'most', 1), ('<5', 'least', 4), ('*', 'least', 11),
                                 ('*', 'most', 6)):
            was = marks[text][key]
            marks[text][key] = value
            self.write('bent.json', json.dumps(certificate))
            result = self.run_program('verify-certificate', 't.csv', 'bent.json')
            self.assertEqual(result.returncode, 5, (text, key, result.stderr))
            marks[text][key] = was

    def test_what_two_files_say_of_a_figure_holds_together(self):
        self.write('old.csv', 'category,count\na,<10\nb,*\nTotal,16\n')
        self.write('new.csv', 'category,count\na,[s]\nb,*\nTotal,16\n')
        report = self.checked(5, 'new.csv', '--with', 'old.csv', '--mark', '[s]=9..', '--reveal')
        self.assertEqual(report['readers']['rules']['exact'], 2)
        self.assertEqual({f['value'] for f in report['findings']}, {9, 7})

    def test_contradictions_are_named(self):
        self.write('t.csv', SINGLE.replace('c,*', 'c,4'))
        report = self.checked(5, 't.csv')
        self.assertEqual((report['consistent'], report['safe']), (False, False))
        self.assertEqual(report['findings'][0]['kind'], 'inconsistent')
        self.assertIn('Total 55 against 22 + 2 + 4 + 22 + 6', report['findings'][0]['derivation'])

    def test_rejected_input_names_file_row_and_column(self):
        self.write('t.csv', 'age,count\na,3\nb,about 4\n')
        result = self.run_program('check', 't.csv')
        self.assertEqual(result.returncode, 3)
        self.assertIn(b't.csv:3', result.stderr)
        self.assertEqual(self.run_program('check', 'missing.csv').returncode, 1)

    def test_jj_files_are_read(self):
        self.write('t.jj', '0\n3\n0 10 10 s 0 99 0 0 0\n1 3 3 u 0 99 1 1 0\n2 7 7 s 0 99 0 0 0\n'
                           '1\n0 3 : 0 (-1) 1 (1) 2 (1)\n')
        self.assertEqual(self.checked(5, 't.jj')['readers']['sums']['exact'], 1)

    def test_same_input_same_bytes(self):
        self.write('t.csv', BLOCK.replace('m3,a,5', 'm3,a,*'))
        runs = {self.run_program('check', 't.csv', '--json').stdout for _ in range(3)}
        self.assertEqual(len(runs), 1)


class Overlap(Files):
    """One offence under two platforms."""

    TABLE = ('year,platform,count\n2018,Snapchat,120\n2018,WhatsApp,90\n2018,Kik,{}\n2018,Total,183\n'
             '2019,Snapchat,200\n2019,WhatsApp,{}\n2019,Kik,{}\n2019,Total,251\n'
             '2020,Snapchat,220\n2020,WhatsApp,{}\n2020,Kik,80\n2020,Total,299\n'
             'Total,Snapchat,540\nTotal,WhatsApp,350\nTotal,Kik,150\nTotal,Total,733\n')

    def test_platforms_that_overlap_are_seen_to(self):
        self.write('t.csv', self.TABLE.format('*', '*', '*', '150'))
        report = self.checked(5, 't.csv', '--reveal')
        self.assert_schema(report, 'check.schema.json')
        self.assertEqual(report['overlapping'], [{'dimension': 'platform', 'told': False, 'places': 3,
                                                  'in_one_at_least': False}])
        self.assertTrue(report['consistent'])
        self.assertEqual([f['derivation'] for f in report['findings'] if f['reader'] == 'sums'],
                         ['WhatsApp 350 - 90 - 150 = 110'])

    def test_a_safe_table_of_overlapping_categories_is_certified(self):
        self.write('t.csv', self.TABLE.format('*', '*', '*', '*'))
        result = self.ok('check', 't.csv', '--overlapping', 'platform', '--certificate', 'c.json')
        self.assertIn("the categories of 'platform' overlap", result)
        self.assertIn('The certificate holds', self.ok('verify-certificate', 't.csv', 'c.json'))
        # seen without being told: the plain sums are listed as not used
        self.ok('check', 't.csv', '--certificate', 'c.json')
        self.assertIn('The certificate holds', self.ok('verify-certificate', 't.csv', 'c.json'))

    def test_a_typing_error_is_not_taken_for_overlap(self):
        self.write('t.csv', 'year,a,b,c,Total\n2018,5,4,9,18\n2019,8,9,3,19\n2020,7,2,*,18\n'
                   'Total,20,15,21,55\n')
        report = self.checked(5, 't.csv')
        self.assertFalse(report['consistent'])
        self.assertEqual(report['overlapping'], [])

    def test_a_wide_table_and_a_dimension_that_is_not_there(self):
        self.write('t.csv', 'year,a,b,Total\n2018,0,0,40\n2019,8,9,*\n')
        report = self.checked(0, 't.csv', '--overlapping', 'column')
        self.assertFalse(report['overlapping'][0]['in_one_at_least'])
        result = self.run_program('check', 't.csv', '--overlapping', 'platform')
        self.assertEqual(result.returncode, 3)
        self.assertIn(b"no table has a dimension 'platform'", result.stderr)
        self.write('h.csv', 'dimension,code,parent\nyear,Total,\nyear,2018,Total\nyear,2019,Total\n')
        result = self.run_program('check', 't.csv', '--hierarchy', 'h.csv', '--overlapping', 'year')
        self.assertEqual(result.returncode, 3)
        self.assertIn(b"by a column 'kind'", result.stderr)


class Page(ProgramTest):
    """The tables of docs/check.md are read, and give what the page says."""

    def test_the_examples_of_the_page(self):
        with open(os.path.join(SOURCE, 'docs/check.md'), encoding='utf-8') as file:
            blocks = [''.join(line[4:] for line in block.splitlines(True))
                      for block in self.indented(file.read())]
        tables = [b for b in blocks if b.splitlines()[0].count(',') >= 1 and not b.startswith('$')]
        self.assertEqual(len(tables), 3)
        tidy, wide, tree = tables
        derivation = next(b for b in blocks if b.startswith('Total 54')).strip()
        for name, text in (('tidy.csv', tidy), ('wide.csv', wide), ('tree.csv', tree),
                           ('t.csv', 'month,count\ny,9\nq1,9\nm1,*\nm2,7\n')):
            with open(os.path.join(self.path, name), 'w', encoding='utf-8') as file:
                file.write(text)
        result = self.run_program('check', 'tidy.csv')
        self.assertEqual(result.returncode, 5)
        self.assertIn(derivation, result.stdout.decode())
        self.assertEqual(self.run_program('check', 'wide.csv').returncode, 5)
        self.assertEqual(self.run_program('check', 't.csv', '--hierarchy', 'tree.csv').returncode, 5)

    @staticmethod
    def indented(text):
        block = []
        for line in text.splitlines(True) + ['\n']:
            if line.startswith('    '):
                block.append(line)
            elif block:
                yield ''.join(block)
                block = []

    def test_the_published_file_of_care_leavers(self):
        path = os.path.join(SOURCE, '../shared/data/suppressed/care-leavers-activity.csv')
        if not os.path.exists(path):
            self.skipTest('no ../shared/data/suppressed')
        result = self.run_program('check', path, '--readers', 'sums', '--json')
        self.assertIn(result.returncode, (0, 5), result.stderr)
        self.assertGreater(json.loads(result.stdout)['suppressed'], 1000)


if __name__ == '__main__':
    unittest.main()
