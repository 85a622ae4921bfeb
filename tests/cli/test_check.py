"""check and verify-certificate from outside: what they find, say and exit with."""

import json
import os
import random
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

    def test_a_contradiction_names_figures_none_to_spare(self):
        # 7 and 8 alone are more than 12: what else the sum has is not named
        self.write('t.csv', 'age,count\na,7\nb,8\nc,2\nd,1\nTotal,12\n')
        report = self.checked(5, 't.csv')
        finding = report['findings'][0]
        self.assertEqual(finding['kind'], 'inconsistent')
        self.assertEqual([f['line'] for f in finding['figures']], [3, 2, 6])
        self.assertTrue(finding['irreducible'])
        self.assertIn('These cannot all be true: b 8; a 7; Total 12 (without any one of them the others can)',
                      finding['derivation'])
        # two rows with more people than the two columns they can be in
        self.write('t.csv', 'row,x,y,z,Total\nr1,*,*,0,9\nr2,*,*,0,8\nr3,*,*,*,*\nTotal,7,6,*,*\n')
        finding = self.checked(5, 't.csv')['findings'][0]
        self.assertEqual({(f['line'], f['column']) for f in finding['figures']},
                         {(2, 4), (2, 5), (3, 4), (3, 5), (5, 2), (5, 3)})
        self.assertTrue(finding['irreducible'])

    def test_bands_named_by_words_meet(self):
        self.write('a.csv', 'age,count\nunder 13,7\n13 to 15,*\n16-17,*\nadult,30\nTotal,50\n')
        self.write('b.csv', 'age,count\n15 or under,18\n16+,32\nTotal,50\n')
        report = self.checked(5, 'a.csv', '--with', 'b.csv', '--reveal')
        self.assertEqual({f['at']['age']: f['derivation'] for f in report['findings']
                          if f['reader'] == 'sums' and f['kind'] == 'hidden'},
                         {'13 to 15': '15 or under 18 - 7 = 11', '16-17': '16+ 32 - 30 = 2'})
        self.assertIn('in age child is taken as under 18, adult as 18 and over', report['notes'])

    def test_years_that_begin_at_different_times_meet(self):
        self.write('calendar.csv', 'period,count\n2018,40\n2019,50\nTotal,90\n')
        self.write('financial.csv', 'period,count\n2018/19,28\n')
        self.write('months.csv', 'period,count\nJan 2018,5\nFeb 2018,6\nMar 2018,4\n')
        report = self.checked(5, 'calendar.csv', '--with', 'financial.csv', 'months.csv', '--reveal',
                              '--readers', 'sums')
        self.assertTrue(report['consistent'])
        self.assertEqual(report['left_out'], [])
        # 28 - (40 - 5 - 6 - 4): three people from January to March 2019
        self.assertEqual({f['at']['period']: f['value'] for f in report['findings']},
                         {'2019-01 to 2019-03': 3})

    def test_periods_nobody_can_place_are_still_all_of_their_total(self):
        self.write('a.csv', 'period,count\n2018/19,28\nTotal,28\n')
        for names in (('Q1', 'Q2', 'Q3', 'Q4'), ('2018-04', '2018-05 to 2018-06', 'Jul 2018', 'rest')):
            self.write('b.csv', 'period,count\n%s,9\n%s,*\n%s,8\n%s,8\n' % names)
            report = self.checked(5, 'a.csv', 'b.csv', '--reveal', '--readers', 'sums')
            self.assertIn((3, 'hidden'), {(f['value'], f['kind']) for f in report['findings']})

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


class SmallCounts(Files):
    """Small counts rounded to 0 or the base, larger ones as they are."""

    TABLE = 'month,age,count\nm1,a,0\nm1,b,5\nm1,c,9\nm1,Total,14\nm2,a,5\nm2,b,0\nm2,c,12\nm2,Total,17\n' \
            'Total,a,5\nTotal,b,5\nTotal,c,21\nTotal,Total,31\n'

    def test_what_protect_makes_is_safe(self):
        self.write('true.csv', 'month,age,count\nm1,a,1\nm1,b,4\nm1,c,9\nm2,a,3\nm2,b,2\nm2,c,12\nm3,a,30\nm3,b,0\nm3,c,1\n')
        self.ok('protect', 'true.csv', '--threshold', '5', '--method', 'round', '--small', '-o', 'out.csv')
        report = self.checked(0, 'out.csv', '--rounded-small', '5')
        self.assertTrue(report['safe'])

    def test_each_stands_for_its_interval_and_no_more(self):
        self.write('t.csv', self.TABLE)
        self.checked(0, 't.csv', '--rounded-small', '5', '--width', '4')
        report = self.checked(5, 't.csv', '--rounded-small', '5', '--width', '5', '--readers', 'sums')
        # four innermost figures of 0 to 4 or 1 to 5; b and a of both months together have 8 to lose
        self.assertEqual(report['readers']['sums']['narrowed'], 4)

    def certified(self, table, *args):
        """The certificate of a table that is found safe; its checker agrees."""
        self.write('t.csv', table)
        self.checked(0, 't.csv', '--rounded-small', '5', '--certificate', 'c.json', *args)
        self.ok('verify-certificate', 't.csv', 'c.json', *args[:2])
        with open(os.path.join(self.path, 'c.json'), encoding='utf-8') as file:
            return json.load(file)

    def verified(self, table, certificate):
        self.write('t.csv', table)
        self.write('c.json', json.dumps(certificate))
        return self.run_program('verify-certificate', 't.csv', 'c.json')

    def test_the_certificate_shows_two_tables_for_each(self):
        certificate = self.certified(self.TABLE)
        self.assertEqual(certificate['rounded_small'], 5)
        # 9 and 12 are themselves, and so is their sum
        self.assertEqual({tuple(c) for c in certificate['cells']},
                         {(m, a) for m in ('m1', 'm2', 'Total') for a in ('a', 'b', 'Total')})

        def table(move):
            values = dict(zip(map(tuple, certificate['cells']), certificate['base']))
            for cell, change in zip(move[::2], move[1::2]):
                values[tuple(certificate['cells'][cell])] += change
            return values

        tables = [table(move) for move in [[], *certificate['moves']]]
        fixed = {('m1', 'c'): 9, ('m2', 'c'): 12, ('Total', 'c'): 21}
        for values in tables:
            whole = {**values, **fixed}
            for age in ('a', 'b', 'c', 'Total'):
                self.assertEqual(whole['Total', age], whole['m1', age] + whole['m2', age])
            for month in ('m1', 'm2', 'Total'):
                self.assertEqual(whole[month, 'Total'], sum(whole[month, age] for age in 'abc'))
            self.assertTrue(0 <= whole['m1', 'a'] <= 4 and 1 <= whole['m1', 'b'] <= 5)
        for cell in map(tuple, certificate['cells']):
            self.assertGreater(len({values[cell] for values in tables}), 1)

    def test_a_total_of_exact_figures_is_exact_through_subtotals_nobody_prints(self):
        self.write('h.csv', 'dimension,code,parent\nplace,all,\nplace,north,all\nplace,south,all\n'
                            'place,n1,north\nplace,n2,north\nplace,s1,south\nplace,s2,south\n')
        table = 'place,sex,count\nn1,f,9\nn2,f,8\ns1,f,7\ns2,f,6\nall,f,30\nn1,m,0\nn2,m,8\ns1,m,5\ns2,m,6\n' \
                'all,m,19\nall,Total,49\n'
        self.write('t.csv', table)
        self.checked(0, 't.csv', '--rounded-small', '5', '--hierarchy', 'h.csv', '--certificate', 'c.json')
        held = json.loads(self.ok('verify-certificate', 't.csv', 'c.json', '--json'))
        self.assertEqual(held['hidden'], 4)  # n1 and s1 of m, and the totals over them
        self.write('t.csv', table.replace('all,f,30', 'all,f,31'))
        self.assertEqual(self.run_program('check', 't.csv', '--rounded-small', '5', '--hierarchy', 'h.csv').returncode, 3)
        self.assertEqual(self.run_program('verify-certificate', 't.csv', 'c.json').returncode, 5)

    def test_bent_certificates_are_refused(self):
        good = self.certified(self.TABLE)
        self.assertEqual(self.verified(self.TABLE, good).returncode, 0)
        bent = {
            'another base': {**good, 'rounded_small': 9},
            'no base': {k: v for k, v in good.items() if k != 'rounded_small'},
            'rounded otherwise as well': {**good, 'rounded': 5, 'rounded_by': 4},
            'a cell less': {**good, 'cells': good['cells'][1:], 'base': good['base'][1:]},
            'an exact figure': {**good, 'cells': [*good['cells'], ['m1', 'c']], 'base': [*good['base'], 9]},
            'beyond its bounds': {**good, 'base': [b + 5 for b in good['base']]},
            'one table only': {**good, 'moves': []},
        }
        for what, certificate in bent.items():
            with self.subTest(what):
                self.assertIn(self.verified(self.TABLE, certificate).returncode, (3, 5))
        for old, new in (('m1,a,0', 'm1,a,5'), ('m1,a,0', 'm1,a,2'), ('m1,a,0', 'm1,a,*'), ('m1,c,9', 'm1,c,10')):
            with self.subTest(new):
                self.assertEqual(self.verified(self.TABLE.replace(old, new), good).returncode, 5)

    def test_many_tables(self):
        random.seed(7)
        for i in range(12):
            rows = ''.join(f'm{m},{a},{p},{random.choice((0, 0, 1, 2, 3, 4, 5, 6, 12))}\n'
                           for m in range(3) for a in 'ab' for p in 'xyz')
            self.write('true.csv', 'month,age,place,count\n' + rows)
            self.ok('protect', 'true.csv', '--method', 'round', '--small', '-o', 'out.csv', '--certificate', 'p.json')
            self.ok('verify-certificate', 'out.csv', 'p.json')
            self.checked(0, 'out.csv', '--rounded-small', '5', '--certificate', 'c.json')
            self.ok('verify-certificate', 'out.csv', 'c.json')

    def test_what_was_not_rounded_so_is_refused(self):
        for old, new, place, message in (
                ('m1,a,0', 'm1,a,3', ':2:3: ', 'below the base'),
                ('m1,a,0', 'm1,a,*', ':2:3: ', 'needs them all'),
                ('m1,Total,14', 'm1,Total,15', ':5:3: ', 'is not the sum of its parts')):
            self.write('t.csv', self.TABLE.replace(old, new))
            result = self.run_program('check', 't.csv', '--rounded-small', '5')
            self.assertEqual(result.returncode, 3, result.stdout)
            self.assertIn('t.csv' + place, result.stderr.decode())
            self.assertIn(message, result.stderr.decode())
        self.assertEqual(self.run_program('check', 't.csv', '--rounded-small', '5', '--rounded', '5').returncode, 2)


class Published(Files):
    """Tables as forces, ministries and statistics offices publish them."""

    PLAIN = 'Year,Male,Female,Total\n2018,12,25,37\n2019,*,30,41\nTotal,23,55,78\n'
    PLAIN_SUMS = {'2019, Total 41 - 30 = 11'}

    # what it shows, the text, what the sums give away
    READ = (
        ('title lines above and notes below',
         'Table 1: Recorded offences by year\nSource: the force\n\nYear,Under 13,13 to 15,Unknown,Total\n'
         '2018/19,12,25,*,40\n2019/20,*,30,*,41\n2020/21,20,31,6,57\nTotal,37,86,15,138\n\nNotes\n'
         '1. Figures below 5 are shown as *\n',
         {'2018/19, Total 40 - 12 - 25 = 3', 'Under 13 37 - 12 - 20 = 5',
          '2018/19, Under 13 12 + 2018/19, 13 to 15 25 + Unknown 15 - 40 - 6 = 6'}),
        ('padded with commas, blank rows between',
         'MoJ table 3,,,,\n,,,,\nYear,Male,Female,Total,\n2018,12,25,37,\n,,,,\n2019,*,30,41,\nTotal,23,55,78,\n'
         'Source: MoJ,,,,\n"* = fewer than 5",,,,\n', PLAIN_SUMS),
        ('semicolons', PLAIN.replace(',', ';'), PLAIN_SUMS),
        ('tabs', PLAIN.replace(',', '\t'), PLAIN_SUMS),
        ('marks of notes behind names and figures',
         'Force,Sex,Number,%\nEssex,Male,12 [r],30%\nEssex,Female,[c],[c]\nEssex,Total [note 1],40,100%\n'
         'Kent,Male,20,40\nKent,Female (2),30,60\nKent,Total\u00b9,50,100\n',
         {'Essex, Total 40 - 12 = 28'}),
        ('England under its regions', 'Region,2018,2019,2020\nNorth,12,c,14\nSouth,20,21,22\nEngland,32,30,36\n',
         {'England, 2019 30 - 21 = 9'}),
        ('Persons beside the sexes, All years', PLAIN.replace('Total\n', 'Persons\n').replace('Total', 'All years'),
         {'2019, Persons 41 - 30 = 11'}),
        ('merged cells', 'Area,Age,Count\nNorth,0-9,12\n,10-19,~\n,20+,14\n,Total,30\nSouth,0-9,2\n,10-19,5\n'
         ',20+,6\n,Total,13\n', {'North, Total 30 - 12 - 14 = 4'}),
        ('percentages beside counts', 'Offence,2018,2018 %,2019,2019 %\nA,12,40.0,14,50.0\nB,*,*,14,50.0\n'
         'Grand Total,30,100.0,28,100.0\n', {'2018 30 - 12 = 18'}),
        ('DfE, blanks are totals', 'time_period,geographic_level,region_name,headcount,headcount_percent\n'
         '202021,National,,30,100\n202021,Regional,North,c,c\n202021,Regional,South,12,40\n', {'Total 30 - 12 = 18'}),
        ('thousands, and marks of every house', 'Outcome,2018/19,2019/20\nCharged,"1,204","1,310"\nCaution,12,-\n'
         'NFA,..,under 5\nAll outcomes,"2,116","1,320"\n', {'2018/19 2116 - 1204 - 12 = 900'}),
        ('three counts side by side', 'Category,Offences,Victims,Suspects\nA,12,14,10\nB,*,7,6\nTotal,20,21,16\n',
         {'Offences 20 - 12 = 8'}),
        ('a range for a small count', 'Ethnicity,Count,Notes\nAsian,1-4,small\nBlack,5,\nWhite,10,\n'
         'Grand total,17,\n', {'Total 17 - 5 - 10 = 2'}),
    )

    # sheets of statistics offices, ministries and forces, each with one figure that falls
    SHEETS = (
        ('a worksheet of the statistics office',
         '"Table 3: Offences by age of victim, year ending March 2020 [note 1]"\nThis worksheet contains one table.\n'
         'Some cells are suppressed and shown as [c].\nSource: the statistics office\n\nAge group,Offences,Percentage\n'
         'Under 13 [note 3],112,45.3\n13 to 15,[c],[c]\n16 and 17,131,53.0\nTotal [note 1],247,100.0\n',
         {'Total 247 - 112 - 131 = 4'}),
        ('a disclosure log, subtotals indented',
         'FOI 12345/21,,,\n"Response: recorded offences, by financial year",,,\n,,,\nOffence,2018/19,2019/20,Total\n'
         'Sexual offences,40,52,92\n  Rape,12,*,29\n  Other sexual offences,28,35,63\nViolence,200,210,410\n'
         '  With injury,90,100,190\n  Without injury,110,110,220\nTotal,240,262,502\n,,,\n'
         '"Notes: * denotes fewer than 5, to prevent identification",,,\n',
         {'Sexual offences, 2019/20 52 - 35 = 17'}),
        ('the total above, parts indented twice',
         'Offence,Count\nAll offences,60\n  Sexual offences,20\n    Rape,*\n    Other,17\n  Violence,40\n'
         '    With injury,10\n    Without injury,30\n', {'Sexual offences 20 - 17 = 3'}),
        ('a dash for nil, and a column of nothing but marks',
         'Year,Charged,Cautioned,No further action,Total\n2018,12,\u2013,30,42\n2019,10,c,25,38\nTotal,22,c,55,80\n',
         {'2018, Total 42 - 12 - 30 = 0', '2019, Total 38 - 10 - 25 = 3',
          '2018, Total 42 + 2019, Total 38 - 12 - 30 - 10 - 25 = 3'}),
        ('stars all the way down the first column', 'Force,Rape,Other,Total\nEssex,*,12,15\nKent,*,20,24\n',
         {'Essex, Total 15 - 12 = 3', 'Kent, Total 24 - 20 = 4'}),
        ('a blank column between numbers', 'Force,Rape,Theft,Other,Total\nEssex,9,,12,24\nKent,8,,20,32\n',
         {'Essex, Total 24 - 9 - 12 = 3', 'Kent, Total 32 - 8 - 20 = 4'}),
        ('thousands, no data as two points, England', 'Region,2018,2019\nNorth East,"1,204","1,310"\nNorth West,..,"2,310"\n'
         'London,"10,016","11,020"\nEngland,"11,223","14,640"\n', {'England, 2018 11223 - 1204 - 10016 = 3'}),
        ('shares between counts', 'Ethnicity,Number,%,Number of which under 16,% under 16\nAsian,120,10.0,12,10.0\n'
         'Black,80,6.7,[c],[c]\nWhite,1000,83.3,97,9.7\nAll,1200,100.0,112,9.3\n',
         {'Number of which under 16 112 - 12 - 97 = 3'}),
        ('rates that are not called so', 'Area,Offences,Per 1000 people\nNorth,120,4.2\nSouth,c,0.1\nTotal,123,2.0\n',
         {'Total 123 - 120 = 3'}),
        ('years merged over sexes', 'Year,Sex,Under 18,18 and over,Total\n2018,Male,12,20,32\n,Female,*,30,33\n'
         '2019,Male,10,22,32\n,Female,7,40,47\n', {'2018, Female, Total 33 - 30 = 3'}),
        ('a total called so first, another below', 'Offence,All,Male,Female,Unknown\nTheft,100,60,38,2\nFraud,50,30,*,1\n'
         'All offences,150,90,57,3\n', {'Fraud, Total 50 - 30 - 1 = 19'}),
        ('a colon behind the total', 'Offence,M,F,TOTAL:\nA,12,*,15\nB,10,6,16\n', {'A, Total 15 - 12 = 3'}),
        ('all of it in brackets', 'Offence,M,F,TOTALS (all)\nA,12,*,15\nB,10,6,16\n', {'A, TOTALS (all) 15 - 12 = 3'}),
        ('a total by its name, nothing to test it by', 'Offence,Count\nA,12\nB,*\nTotal offences,15\n',
         {'Total offences 15 - 12 = 3'}),
        ('rows that are counted', '"","year","sex","n"\n"1","2018","M",12\n"2","2018","F",*\n"3","2018","Total",15\n'
         '"4","2019","M",20\n"5","2019","F",25\n"6","2019","Total",45\n', {'2018, Total 15 - 12 = 3'}),
        ('ids beside names', 'id,offence,n\nO17,A,12\nO18,B,*\nO99,Total,15\n', {'Total 15 - 12 = 3'}),
        ('remarks at the right', 'Offence,2018,2019,Comments\nA,12,14,see note\nB,*,14,\nTotal,15,28,\n', {'2018 15 - 12 = 3'}),
        ('padding at the right, provisional years', '\ufeffArea,Apr 2018 to Mar 2019,Apr 2019 to Mar 2020 (p),,\n'
         'Avon,"1,204",310,,\nBeds,[x],211,,\nTotal,"1,208",521,,\n1. Data are provisional,,,,\n',
         {'Apr 2018 to Mar 2019 1208 - 1204 = 4'}),
    )

    # refused: the text, the place, what is said
    REFUSED = (
        ('School,Pupils\nA,10.5\nB,*\nTotal,25.0\n', ':2:2: ', 'has decimals'),
        (',2018,,2019,\nCategory,Male,Female,Male,Female\nA,1,2,3,4\nB,5,*,7,8\nTotal,6,9,10,12\n', ':1:1: ',
         'of two lines of headings make one'),
        ('Region,2018,,2019,\nCategory,Male,Female,Male,Female\nA,1,2,3,4\nTotal,1,2,3,4\n', ':1:5: ',
         'a column without a heading'),
        ('Area,Age\nNorth,0-9,12,14\nNorth,10-19,*,3\nNorth,Total,14,17\n', ':2:1: ',
         'expected a heading with a name for each column'),
        ('Table 1\nNorth,Urban,12\nNorth,Rural,5\nNorth,Total,17\n', ':2:1: ',
         'expected a heading with a name for each column'),
        ('Year,Male,Female,Total\n2018,12,25,37\n2019,*,30,41\nTotal,55\n', ':4:2: ',
         'a row with figures below the table'),
        ('Area,Age,Count\nNorth,0-9,12\n,10-19,~\n,20+,14\n', ':3:1: ', 'a total, or a merged cell'),
        ('Offence,2018,2019\nViolence,,\nAssault,12,*\nWounding,4,7\nTotal,16,12\n', ':2:2: ', 'a row without figures'),
        ('Contents\nTable 1\n', ':1:1: ', 'no column of figures'),
        ('Table Q3.1: Defendants,,,,\n,,,,\n,2018,,2019,\nOutcome,Male,Female,Male,Female\nConvicted,120,30,110,31\n'
         'Total,132,*,124,36\n', ':3:1: ', 'of two lines of headings make one'),
        ('Force,Rape,,Other,\n,Male,Female,Male,Female\nEssex,12,40,9,80\nKent,*,38,8,70\nTotal,15,78,17,150\n',
         ':1:5: ', 'a column without a heading'),
        ('Age,,2018,,2019\n0-9,,12,,14\n10-12,,~,,9\nTotal,,45,,51\n', ':1:4: ', 'a column without a heading'),
        ('Table 1\nYear,Male,Total\n2018,12,37\n2019,*,34\n\nTable 2\nYear,Adult,Total\n2018,10,37\n2019,4,34\n',
         ':6:1: ', 'row has 1 fields'),
        ('Area,Sex,Count\nNorth,Male,12\nNorth,Female,c\nNorth total,,16\nSouth,Male,20\nSouth,Female,30\n'
         'South total,,50\nGrand total,,66\n', ':4:2: ', 'a total, or a merged cell'),
        ('Land;2018;2019\nNord;1.204;1.310\nSued;*;2.310\nGesamt;3.000;3.620\n', ':2:2: ', 'has decimals'),
        ('"","year","sex","n"\n"1","2018","M",12\n"2","2018","F",NA\n"3","2018","Total",15\n', ':3:4: ',
         'neither a whole number nor a known mark'),
        ('Area,Count\nNorth,1 204\nSouth,*\nTotal,1 207\n', ':2:2: ', 'neither a whole number nor a known mark'),
        ('Offence,Number,Remark,Suspects\nTheft,12,none,9\nFraud,20,new,*\nTotal,32,,12\n', ':1:4: ',
         'a column of figures, it seems'),
        ('Label,Count\nMale under 18,12\nMale 18+,*\nMale total,15\nFemale under 18,7\nFemale 18+,9\nFemale total,16\n',
         ':4:2: ', "'Male total' is called a total"),
        ('Offence,2018\nViolence,200\n  with a knife,30\n  at night,*\nTheft,100\n  from a shop,60\nTotal,300\n', ':3:1: ',
         'not all of it: say with --hierarchy'),
        ('Offence,2018\nViolence,*\n  with a knife,30\n  at night,*\nTheft,100\n  small,*\n  large,2\nTotal,*\n', ':3:1: ',
         'No sum is printed whole'),
    )

    def given_away(self, name):
        report = self.checked(5, name, '--reveal', '--readers', 'sums')
        self.assertTrue(report['consistent'])
        return {f['derivation'] for f in report['findings'] if f['kind'] == 'hidden'}

    def test_each_is_read_as_it_is_meant(self):
        for what, text, expected in self.READ + self.SHEETS:
            with self.subTest(what):
                self.write('t.csv', text)
                self.assertEqual(self.given_away('t.csv'), expected)

    def test_what_could_be_a_total_is_said(self):
        for text, note in (
                ('Month,Count\nApril,12\nMay,*\nJune,8\nYear,23\n', "'Year' of Month is no less than"),
                ('Area,Total offences,Total victims\nNorth,12,13\nSouth,*,9\n', "'Total offences' of column is called a total"),
                ('Year,Count\n2018,12\n2019,*\n2018-2019,15\n', 'no figure is the sum of others here')):
            self.write('t.csv', text)
            self.assertIn(note, self.ok('check', 't.csv', '--readers', 'sums'))

    def test_percentages_alone_are_no_counts(self):
        self.write('t.csv', 'Area,2018,2019\nNorth,45.3%,44%\nSouth,54.7%,56%\n')
        result = self.run_program('check', 't.csv')
        self.assertEqual(result.returncode, 3)
        self.assertIn(b't.csv:2:2: the figure has decimals', result.stderr)

    def test_spaces_for_looks_are_no_hierarchy(self):
        for text in ('age,count\n 5-9,12\n10-14,*\n15-19,8\nTotal,23\n',
                     'age,count\nUnder 5,12\n  5-9,*\n10-14,8\nTotal,23\n'):
            self.write('t.csv', text)
            result = self.run_program('check', 't.csv', '--reveal', '--readers', 'sums')
            self.assertEqual(result.returncode, 5, result.stderr)
            self.assertIn(b'23 - 12 - 8 = 3', result.stdout)

    def test_other_encodings(self):
        for encoding in ('utf-16', 'utf-16-be', 'utf-8-sig', 'cp1252'):
            with self.subTest(encoding):
                start = b'\xfe\xff' if encoding == 'utf-16-be' else b''
                with open(os.path.join(self.path, 't.csv'), 'wb') as file:
                    file.write(start + self.PLAIN.replace('Male', 'M\u00e4le').encode(encoding))
                self.assertEqual(self.given_away('t.csv'), self.PLAIN_SUMS)

    def test_what_could_be_misread_is_refused_with_its_place(self):
        for text, place, message in self.REFUSED:
            with self.subTest(message):
                self.write('t.csv', text)
                result = self.run_program('check', 't.csv')
                self.assertEqual(result.returncode, 3, result.stdout)
                self.assertIn('t.csv' + place, result.stderr.decode())
                self.assertIn(message, result.stderr.decode())

    # read as what they are, however like a sheet's: the text, and what the sums give away
    PLAIN_TOO = (
        ('names that only a number tells apart',
         'Offence,Count\nAssault (1),12\nAssault (2),*\nPersons (M),20\nPersons (F),7\nTotal,42\n',
         {'Total 42 - 12 - 20 - 7 = 3'}),
        ('blanks are totals, margins one after the other',
         'sex,age,count\nM,,10\nF,,12\n,0-9,5\n,10-19,*\n,20+,13\n,,22\n', {'Total 22 - 5 - 13 = 4'}),
        ('numbers as labels behind the counts', 'sex,count,code\nM,10,7\nF,*,8\nTotal,13,9\n', {'Total 13 - 10 = 3'}),
        ('a legend of marks', PLAIN + '[c],fewer than 5\n*,<5\n', PLAIN_SUMS),
        ('a mark of a note on one of two', 'Place,Sex,Count\nKent [2],M,12\nKent,F,*\nEssex,M,20\nEssex,F,7\n'
         'Total,M,32\nTotal,F,10\n', {'F 10 - 7 = 3'}),
    )

    def test_plain_tables_are_read_as_they_always_were(self):
        for what, text, expected in self.PLAIN_TOO:
            with self.subTest(what):
                self.write('t.csv', text)
                report = self.checked(5, 't.csv', '--reveal', '--readers', 'sums', '--no-implied')
                self.assertEqual({f['derivation'] for f in report['findings'] if f['kind'] == 'hidden'}, expected)

    def test_a_name_with_a_number_still_gets_its_certificate(self):
        self.write('t.csv', BLOCK.replace('r1', 'Row (1)').replace('r2', 'Row (2)'))
        self.assertEqual(self.run_program('check', 't.csv', '--certificate', 'c.json').returncode, 0)
        self.assertEqual(self.run_program('verify-certificate', 't.csv', 'c.json').returncode, 0)

    def test_no_certificate_is_made_that_its_checker_cannot_read(self):
        for text in (BLOCK.replace('Total', 'Total\u00b9'), BLOCK.replace('month', 'm\u00f6nth'),
                     BLOCK.replace(',20\n', ',20 [r]\n'), BLOCK.replace(',', ';')):
            with open(os.path.join(self.path, 't.csv'), 'wb') as file:
                file.write(text.encode('cp1252'))
            result = self.run_program('check', 't.csv', '--certificate', 'c.json')
            self.assertEqual(result.returncode, 2, result.stderr)
            self.assertIn(b'not a plain table', result.stderr)
            self.assertFalse(os.path.exists(os.path.join(self.path, 'c.json')))

    def test_what_was_passed_over_is_said_and_no_certificate_is_made(self):
        self.write('t.csv', 'Table 1\n\n' + BLOCK + '\nSource: the force\n')
        result = self.run_program('check', 't.csv')
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(b'what is above line 3 is taken for titles', result.stdout)
        self.assertIn(b'line 21 and what follows are taken for notes', result.stdout)
        result = self.run_program('check', 't.csv', '--certificate', 'c.json')
        self.assertEqual(result.returncode, 2)
        self.assertIn(b'not a plain table', result.stderr)

    def test_a_hidden_last_row_is_no_note(self):
        self.write('t.csv', 'category,count\na,\nb,7\nTotal,12\nc,\n')
        self.assertEqual(self.checked(0, 't.csv', '--readers', 'sums', '--threshold', '2')['suppressed'], 2)


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
