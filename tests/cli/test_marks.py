"""Two marks and hidden zeros from outside: what is withheld, what marks mean, what is refused."""

import csv
import glob
import json
import os
import re
import unittest
import zipfile

from support import REQUEST, ProgramTest, cells
from test_answer_safe import SafeAnswer

# One small count; in the row and column of it nothing else is small.
TABLE = ('month,age,count\nm1,a,3\nm1,b,9\nm1,c,12\nm2,a,8\nm2,b,7\nm2,c,20\nm3,a,30\nm3,b,0\n'
         'm3,c,50\n')
# 6 = 1 + 5 is all that can be withheld: with two marks 1 to 4 and 5 or more have one answer.
TIGHT = 'age,count\na,1\nb,5\nTotal,6\n'
TWO = ('--marker', '<5', '--secondary-marker', '*')


OUTCOMES = REQUEST + """\
      - {id: outcome, rows: [month], columns: [outcome], count: offences}
policy: policy.yaml
"""
POLICY = 'threshold: 5\nmarker: "<5"\nsecondary_marker: "*"\n'


class MarkedAnswer(SafeAnswer):
    """Answers whose policy has two marks, or hides zeros."""

    def make(self, code, policy=POLICY, small=3):
        counts = [{'1': 11 + m, '2': 20 - m, '16': 30 + m} for m in range(1, 13)]
        counts[0]['1'] = small
        self.case(records=self.months(counts), request=OUTCOMES)
        self.write('policy.yaml', policy)
        result = self.run_program('answer', 'request.yaml', '-o', 'out')
        self.assertEqual(result.returncode, code, result.stderr.decode())
        self.said = result.stderr.decode()
        return json.loads(self.read('out/answer.json'))

    def test_two_marks_are_published_where_the_audit_passes(self):
        answer = self.make(0)
        self.assertIs(answer['publishable'], True, self.said)
        self.assertEqual(answer['policy']['secondary_marker'], '*')
        self.assert_schema(answer, 'answer.schema.json')
        true = cells(self.counts('request.yaml'))
        by_status = {}
        for table in answer['tables']:
            for cell in table['cells']:
                count = true[(table['id'], *cell['at'].values())]
                by_status.setdefault(cell['status'], []).append(count)
                self.assertEqual(cell['value'], count if cell['status'] == 'published' else None)
        self.assertEqual(by_status['suppressed'], [3])
        self.assertGreaterEqual(min(by_status['secondary']), 5)
        # every format says which is which
        tidy = self.read('out/tables/outcome.tidy.csv')
        self.assertEqual(tidy.count(',<5,suppressed'), 1)
        self.assertEqual(tidy.count(',*,secondary'), len(by_status['secondary']))
        self.assertIn('<5: withheld, 1 to 4; *: withheld, 5 or more.',
                      self.read('out/tables/outcome.csv'))
        page = self.read('out/index.html')
        self.assertIn('&lt;5<span class="vh"> withheld</span>', page)
        self.assertIn('*<span class="vh"> withheld</span>', page)
        self.assertIn('They are 5 or more, and shown as *', page)
        self.assertIn('means 1 to 4', page)
        self.assertIn('5 or more', self.read('out/letter.txt'))
        package = json.loads(self.read('out/datapackage.json'))
        self.assertIn(['', '<5', '*'], [r['schema']['missingValues'] for r in package['resources']
                                        if 'schema' in r])
        # the folder is attacked and verified with what the marks mean
        report = json.loads(self.ok('check', 'out', '--json'))
        self.assertEqual((report['safe'], report['suppressed']),
                         (True, 1 + len(by_status['secondary'])))
        self.assertIn("'<5' stands for 1 to 4 and '*' stands for 5 or more",
                      self.ok('verify-certificate', 'out'))
        # beside it a file in which every figure of these is a star: there it is any count
        self.write('stars.csv', tidy.replace(',<5,', ',*,'))
        report = json.loads(self.ok('check', 'out', 'stars.csv', '--json'))
        self.assertIs(report['consistent'], True)
        self.assertEqual(json.loads(self.ok('check', 'stars.csv', 'out', '--json'))['safe'], True)
        self.assertIn('--certificate', self.fails(2, 'check', 'out', 'stars.csv', '--certificate', 'c.json'))
        # told for all files, it is 5 or more in this one too, which cannot be
        self.fails(5, 'check', 'out', 'stars.csv', '--mark', '<5=1..4', '--mark', '*=5..')

    def test_two_marks_are_refused_where_the_audit_does_not_pass(self):
        # a month whose four outcomes are known to be 1 or more and 4 at most in all
        counts = [{'1': 11, '2': 20, '16': 30, '18': 9}] + [
            {'1': 1, '2': 1, '16': 1, '18': 1}] + [{'1': 12, '2': 21, '16': 31, '18': 8}] * 10
        self.case(records=self.months(counts), request=OUTCOMES)
        self.write('policy.yaml', POLICY)
        said = self.fails(5, 'answer', 'request.yaml', '-o', 'out')
        told = re.search(r'two marks let [0-9]+ figures? be worked out\. With one mark it is safe '
                         r"\(leave 'secondary_marker' out of the policy\): ([0-9]+ figures? withheld "
                         r'by rule, [0-9]+) to protect them\.', said)
        self.assertIsNotNone(told, said)
        answer = json.loads(self.read('out/answer.json'))
        self.assertIs(answer['publishable'], False)
        self.assertFalse(os.path.exists(os.path.join(self.path, 'out', 'certificate.json')))
        self.write('policy.yaml', 'threshold: 5\n')
        result = self.run_program('answer', 'request.yaml', '-o', 'out')
        self.assertEqual(result.returncode, 0)  # as was said
        words = told.group(1).split()
        self.assertIn(f'{words[0]} by rule, {words[-1]} to protect them', result.stderr.decode())

    def test_a_certificate_about_other_marks_is_refused(self):
        self.make(0)
        path = 'out/certificate.json'
        certificate = json.loads(self.read(path))
        by_text = {mark['text']: mark for mark in certificate['marks']}
        for text, key, value in (('<5', 'most', None), ('<5', 'most', 9), ('<5', 'least', 0),
                                 ('*', 'least', 1), ('*', 'least', 0)):
            was = by_text[text][key]
            by_text[text][key] = value
            self.write(path, json.dumps(certificate))
            self.assertIn(f"the mark '{text}'", self.fails(5, 'verify-certificate', 'out'))
            by_text[text][key] = was
        marks, certificate['marks'] = certificate['marks'], []
        self.write(path, json.dumps(certificate))
        self.assertIn('for other counts than the page says',
                      self.fails(5, 'verify-certificate', 'out'))
        certificate['marks'] = marks
        self.write(path, json.dumps(certificate))
        self.ok('verify-certificate', 'out')
        answer = self.read('out/answer.json')
        self.write('out/answer.json', answer.replace('"threshold": 5', '"threshold": 4'))
        self.fails(5, 'verify-certificate', 'out')

    def test_zeros_are_withheld_with_small_counts(self):
        answer = self.make(0, 'threshold: 5\nzeros: hidden\n', small=0)
        self.assertIs(answer['publishable'], True, self.said)
        shown, true = cells(answer), cells(self.counts('request.yaml'))
        self.assertEqual({k for k, v in true.items() if v < 5} - {k for k, v in shown.items()
                                                                 if v is None}, set())
        self.assertNotIn(0, shown.values())
        page = self.read('out/index.html')
        self.assertIn('A zero is withheld too', page)
        self.assertNotIn('Zeros are shown', page)
        self.assertIs(json.loads(self.ok('check', 'out', '--json'))['safe'], True)
        self.assertIn('figures are at least 0', self.ok('verify-certificate', 'out'))

    def test_later_answers_know_what_earlier_marks_said(self):
        self.make(0)
        self.ok('release', 'add', 'out')
        listed = json.loads(self.ok('release', 'show', 'T-1', '--json'))
        self.assertIn('"secondary_marker": "*"', json.dumps(listed))
        self.ok('release', 'verify')
        self.assertIs(json.loads(self.ok('check', 'out', '--register', 'safecount.register',
                                         '--json'))['safe'], True)
        self.write('request.yaml', self.read('request.yaml').replace('T-1', 'T-2'))
        self.write('policy.yaml', 'threshold: 5\n')
        self.ok('answer', 'request.yaml', '-o', 'again', '--register', 'safecount.register')
        first, again = (cells(json.loads(self.read(f'{folder}/answer.json')))
                        for folder in ('out', 'again'))
        self.assertEqual({k for k, v in first.items() if v is None},
                         {k for k, v in again.items() if v is None})


    def test_that_nothing_was_counted_is_not_told_by_the_rows(self):
        self.case(records='id,date,outcome,mo\n1,2019-01-05,1,x\n', request=REQUEST +
                  'policy: policy.yaml\n')
        self.write('policy.yaml', 'zeros: hidden\n')
        self.ok('answer', 'request.yaml', '-o', 'out')
        answer = json.loads(self.read('out/answer.json'))
        self.assertEqual(set(cells(answer).values()), {None})
        self.assertEqual((answer['accounting']['counted'], answer['accounting']['read']),
                         (None, None))

    def test_findings_would_tell_a_figure_from_0(self):
        # the same offence twice, with outcomes that differ: a finding
        records = self.months([{'1': 11, '2': 20}]) + '1,2020-01-05,2,Contact by text message\n'
        self.case(records=records, request=OUTCOMES)
        for policy, n in (('threshold: 5\n', 1), ('threshold: 5\nzeros: hidden\n', 0)):
            self.write('policy.yaml', policy)
            self.ok('answer', 'request.yaml', '-o', 'out')
            self.assertEqual(len(json.loads(self.read('out/answer.json'))['findings']), n)

    def test_a_zero_withheld_before_stands_beside_zeros_that_are_shown(self):
        # the bands of the first release meet those of the second; a 0 that it hid cannot fall
        self.write('records.csv', 'id,date,outcome,age,area,v\n37,2019-11-05,1,,a,37a\n'
                   '38,2019-11-05,16,13,b,38a\n38,2019-11-05,16,,b,38b\n')
        self.write('extract.yaml', 'files: records.csv\nrow: link\ncolumns: {offence_id: id, recorded: '
                   'date, outcome: outcome, victim_age: age, area: area, victim_id: v}\n')
        request = ('reference: {}\ntitle: A test\nextract: extract.yaml\nperiod: {{from: 2019-11-01, to: '
                   '{}, date: recorded, year: calendar}}\nquestions:\n  - id: "1"\n    text: How many?\n'
                   '    tables:\n      - {{id: t, rows: [{}], columns: [{}], bands: {}, count: victims}}\n'
                   'policy: policy.yaml\nbands: {{few: "0-11;12-15;16+", more: "0-11;12-12;13-15;16+"}}\n')
        self.write('request.yaml', request.format('T-1', '2019-12-31', 'outcome', 'victim_age', 'more'))
        self.write('policy.yaml', 'threshold: 3\nzeros: hidden\n')
        self.ok('answer', 'request.yaml', '-o', 'first')
        self.ok('release', 'add', 'first', '--register', 'r.db')
        self.write('request.yaml', request.format('T-2', '2020-01-31', 'outcome_group, victim_age',
                                                  'area', 'few'))
        self.write('policy.yaml', 'threshold: 2\n')
        said = self.fails(5, 'answer', 'request.yaml', '-o', 'second', '--register', 'r.db')
        self.assertIn('What was published before', said)

    def test_what_was_printed_before_stands_in_the_way_of_a_stricter_rule(self):
        counts = [{'1': 11 + m, '2': 20 - m, '16': 30 + m} for m in range(1, 13)]
        counts[0]['1'], counts[4]['2'] = 0, 4
        self.case(records=self.months(counts), request=OUTCOMES)
        self.write('policy.yaml', 'threshold: 3\n')
        self.ok('answer', 'request.yaml', '-o', 'first')
        self.ok('release', 'add', 'first', '--register', 'r.db')
        self.write('request.yaml', OUTCOMES.replace('T-1', 'T-2'))
        for policy in ('threshold: 5\n', 'threshold: 3\nzeros: hidden\n'):
            self.write('policy.yaml', policy)
            said = self.fails(5, 'answer', 'request.yaml', '-o', 'second', '--register', 'r.db')
            self.assertRegex(said, 'An earlier release printed [0-9]+ figures? that this policy '
                                   'withholds: answer with the threshold and the zeros of that release')
            answer = json.loads(self.read('second/answer.json'))
            self.assertIs(answer['publishable'], False)
            where = ('outcome', '2020-01', '1') if 'zeros' in policy else ('outcome', '2020-05', '2')
            self.assertIsNone(cells(answer)[where])
        self.write('policy.yaml', 'threshold: 3\n')
        self.ok('answer', 'request.yaml', '-o', 'second', '--register', 'r.db')

    def test_zeros_that_were_withheld_stay_so(self):
        self.make(0, 'threshold: 5\nzeros: hidden\n', small=0)
        self.ok('release', 'add', 'out')
        self.write('request.yaml', self.read('request.yaml').replace('T-1', 'T-2'))
        again = ('answer', 'request.yaml', '-o', 'again', '--register', 'safecount.register')
        self.write('policy.yaml', 'threshold: 5\n')
        self.assertIn("an earlier release withheld a zero", self.fails(5, *again))
        self.write('policy.yaml', POLICY)
        self.assertIn("'zeros: hidden'", self.fails(5, *again))
        for policy in ('threshold: 5\nzeros: hidden\n', POLICY + 'zeros: hidden\n'):
            self.write('policy.yaml', policy)
            self.ok(*again)
            self.assertIs(json.loads(self.read('again/answer.json'))['publishable'], True)

    def test_a_category_that_is_listed_is_known_not_to_be_empty(self):
        # 22 = 20 + two outcomes: were these 0 to 2 each, any of three would do; but outcomes without
        # an offence are not listed, so each is 1
        self.case(records=self.months([{'1': 1, '2': 1, '16': 20}]), request=REQUEST[:REQUEST.index(
            '      - {id: month')] + """\
      - {id: outcome, rows: [outcome], count: offences}
policy: policy.yaml
""")
        for policy in ('', 'secondary_marker: "*"\nthreshold: 3\n'):
            self.write('policy.yaml', 'zeros: hidden\n' + (policy or 'threshold: 2\n'))
            self.ok('answer', 'request.yaml', '-o', 'out')
            shown = cells(json.loads(self.read('out/answer.json')))
            self.assertIsNone(shown['outcome', '1'])
            self.assertIsNone(shown['outcome', '2'])
            self.assertIn(None, (shown['outcome', '16'], shown['outcome', 'Total']))

    def test_what_is_rounded_to_0_and_listed_all_the_same(self):
        # to base 2 a printed 0 is 0 or 1, and an outcome without an offence is not listed
        self.case(records=self.months([{'1': 1, '2': 9, '16': 20}]), request=REQUEST[:REQUEST.index(
            '      - {id: month')] + """\
      - {id: outcome, rows: [outcome], count: offences}
policy: policy.yaml
""")
        self.write('policy.yaml', 'threshold: 2\nmethod: round\nround: 2\n')
        self.assertIn('the audit found figures that can be worked out',
                      self.fails(5, 'answer', 'request.yaml', '-o', 'out'))
        self.assertEqual(cells(json.loads(self.read('out/answer.json')))['outcome', '1'], 0)
        self.write('policy.yaml', 'threshold: 2\nmethod: round\nround: 3\n')  # 1 or 2
        self.ok('answer', 'request.yaml', '-o', 'out')
        self.assertEqual(cells(json.loads(self.read('out/answer.json')))['outcome', '1'], 0)
        self.ok('check', 'out')
        self.assertIn('3 categories are taken to be listed only where somebody is in them',
                      self.ok('verify-certificate', 'out'))

    def test_a_folder_is_checked_with_its_own_threshold(self):
        # 30 of 34 printed: what is left, two outcomes of 2, is small for a threshold of 5 alone
        self.case(records=self.months([{'1': 2, '2': 2, '16': 30}]), request=REQUEST[:REQUEST.index(
            '      - {id: month')] + """\
      - {id: outcome, rows: [outcome], count: offences}
policy: policy.yaml
""")
        self.write('policy.yaml', 'threshold: 3\n')
        self.ok('answer', 'request.yaml', '-o', 'out')
        shown = cells(json.loads(self.read('out/answer.json')))
        self.assertEqual((shown['outcome', '1'], shown['outcome', 'Total']), (None, 34))
        self.ok('check', 'out')
        self.fails(5, 'check', 'out', '--threshold', '5')
        self.ok('check', 'out', '--threshold', '3')
        self.ok('release', 'add', 'out', '--register', 'r.db')
        self.ok('check', 'out', '--register', 'r.db')
        self.fails(5, 'check', 'out', '--register', 'r.db', '--threshold', '5')

    def test_files_say_which_categories_are_not_empty_and_the_proof_knows_it(self):
        self.make(0, policy='zeros: hidden\n')
        adds_up = self.read('out/tables/hierarchy.csv')
        self.assertIn('outcome,16,Total,occurs\r\n', adds_up)
        self.assertIn('outcome,unknown,Total,\r\n', adds_up)
        self.assertIn('month,2020-01,Total,\r\n', adds_up)
        text = self.read('out/certificate.json')
        self.assertEqual(json.loads(text)['occurs'], {'outcome': ['1', '2', '16']})
        self.assertIn('3 categories are taken to be listed only where somebody is in them',
                      self.ok('verify-certificate', 'out'))
        self.ok('check', 'out')
        # a certificate that does not know it proves less than a reader of the list knows
        self.write('out/certificate.json', text.replace('"1","2","16"]', '"1","2"]', 1))
        said = self.fails(5, 'verify-certificate', 'out')
        self.assertIn('hierarchy.csv', said)
        self.assertIn('listed only where somebody is in it', said)

    def test_workbooks_have_both_marks(self):
        self.make(0)
        for name, part in (('tables.xlsx', 'xl/sharedStrings.xml'), ('tables.ods', 'content.xml')):
            with zipfile.ZipFile(os.path.join(self.path, 'out', name)) as book:
                text = book.read(part).decode()
            self.assertIn('&lt;5: withheld, 1 to 4; *: withheld, 5 or more', text)
            self.assertIn('Zeros are shown.', text)
            self.assertRegex(text, '>&lt;5<')
            self.assertRegex(text, r'>\*<')

    def test_a_site_checks_that_the_proof_is_about_the_marks_on_the_page(self):
        self.make(0)
        self.write('site.yaml', 'organisation: Example Constabulary\nurl: https://foi.example/\n'
                   'contact: mailto:foi@example\nanswers:\n'
                   '  - {folder: out, published: 2021-10-04}\n')
        result = self.run_program('site', 'build', 'site.yaml', '-o', 'public')
        if b'without GOV.UK Frontend' in result.stderr:
            self.skipTest('built without GOV.UK Frontend')
        self.assertEqual(result.returncode, 0, result.stderr.decode())
        pages = glob.glob(os.path.join(self.path, 'public', 'answers', '*', 'index.html'))
        self.assertEqual(len(pages), 1)
        with open(pages[0], encoding='utf-8') as file:
            self.assertIn('They are 5 or more, and shown as *', file.read())
        certificate = json.loads(self.read('out/certificate.json'))
        for mark in certificate['marks']:
            mark['least'] = 0 if mark['text'] == '*' else mark['least']
        self.write('out/certificate.json', json.dumps(certificate))
        self.assertIn("the mark '*'", self.fails(5, 'site', 'build', 'site.yaml', '-o', 'other'))


class Marks(ProgramTest):

    def write(self, name, text):
        with open(os.path.join(self.path, name), 'w', encoding='utf-8') as file:
            file.write(text)

    def protect(self, code, table, *arguments):
        self.write('t.csv', table)
        result = self.run_program('protect', 't.csv', '-o', 'out.csv', *arguments)
        self.assertEqual(result.returncode, code, result.stderr)
        with open(os.path.join(self.path, 'out.csv'), encoding='utf-8') as file:
            rows = list(csv.DictReader(file))
        self.words = result.stdout.decode()
        return {(row['month'], row['age']) if 'month' in row else row['age']: row['count']
                for row in rows}

    def ok(self, *arguments):
        result = self.run_program(*arguments)
        self.assertEqual(result.returncode, 0, (arguments, result.stderr))
        return result.stdout.decode()

    def test_small_counts_and_others_get_marks_of_their_own(self):
        shown = self.protect(0, TABLE, *TWO, '--certificate', 'c.json')
        hidden = {key: mark for key, mark in shown.items() if not mark.isdigit()}
        self.assertEqual(hidden.pop(('m1', 'a')), '<5')
        self.assertGreaterEqual(len(hidden), 3)
        self.assertEqual(set(hidden.values()), {'*'})
        self.assertEqual(shown['m3', 'b'], '0')
        self.assertIn("'<5' stands for 1 to 4, '*' for 5 or more.", self.words)
        self.assertIn('The audit says: safe.', self.words)
        words = self.ok('verify-certificate', 'out.csv', 'c.json')
        self.assertIn("'<5' stands for 1 to 4 and '*' stands for 5 or more", words)
        self.ok('check', 'out.csv', '--mark', '<5=1..4', '--mark', '*=5..')

    def test_where_two_marks_give_too_much_away_it_says_so(self):
        shown = self.protect(0, TIGHT, *TWO)
        self.assertEqual(shown, {'a': '<5', 'b': '5', 'Total': '*'})
        self.write('old.csv', 'age,count\nTotal,6\n')  # now the total is known for good
        shown = self.protect(0, TIGHT, '--marker', '[c]', '--with', 'old.csv')
        self.assertEqual(shown, {'a': '[c]', 'b': '[c]', 'Total': '6'})
        self.protect(5, TIGHT, *TWO, '--with', 'old.csv')
        self.assertIn('Two marks let 1 figure be worked out.\nWith one mark it is safe: 1 more figure '
                      'suppressed (their counts come to 5).\n', self.words)
        self.write('t.csv', TIGHT)
        said = self.run_program('protect', 't.csv', '-o', 'out.csv', '--json', *TWO, '--with', 'old.csv')
        self.assertEqual(json.loads(said.stdout)['one_mark'],
                         {'safe': True, 'secondary': 1, 'secondary_sum': 5})
        # what was printed before gives the small count away whatever the mark
        self.write('old.csv', 'age,count\nb,5\nTotal,6\n')
        self.protect(5, TIGHT, *TWO, '--with', 'old.csv')
        self.assertIn('One mark was tried, and is not safe either.', self.words)

    def test_zeros_are_hidden_as_small_counts_are(self):
        shown = self.protect(0, TABLE, '--zeros', 'hidden', '--certificate', 'c.json')
        self.assertEqual((shown['m1', 'a'], shown['m3', 'b']), ('', ''))
        self.assertNotIn('0', shown.values())
        with open(os.path.join(self.path, 'c.json'), encoding='utf-8') as file:
            self.assertEqual(json.load(file)['hidden_at_least'], 0)
        self.ok('verify-certificate', 'out.csv', 'c.json')
        self.ok('check', 'out.csv', '--zeros', 'hidden')
        shown = self.protect(0, TABLE, '--zeros', 'hidden', *TWO, '--certificate', 'c.json')
        self.assertEqual((shown['m1', 'a'], shown['m3', 'b']), ('<5', '<5'))
        self.assertIn("'<5' stands for 0 to 4", self.words)
        words = self.ok('verify-certificate', 'out.csv', 'c.json')
        self.assertIn("'<5' stands for 0 to 4 and '*' stands for 5 or more", words)

    def test_a_hierarchy_can_say_that_what_is_listed_occurs(self):
        # 22 = 20 + two that are 0 to 2 each, were they not listed because somebody is in them
        self.write('t.csv', 'outcome,unit,count\n1,offences,*\n2,offences,*\n16,offences,20\n'
                   'Total,offences,22\n')
        asked = ('check', 't.csv', '--hierarchy', 'h.csv', '--zeros', 'hidden', '--threshold', '2',
                 '--json', '--readers', 'sums,rules')
        rows = 'dimension,code,parent,kind\noutcome,Total,,\noutcome,1,Total,{0}\n' \
               'outcome,2,Total,{0}\noutcome,16,Total,\n'
        self.write('h.csv', rows.format(''))
        self.assertIs(json.loads(self.ok(*asked))['safe'], True)
        self.write('h.csv', rows.format('occurs'))
        result = self.run_program(*asked)
        self.assertEqual(result.returncode, 5, result.stderr)
        readers = json.loads(result.stdout)['readers']
        self.assertEqual((readers['sums']['exact'], readers['rules']['exact']), (0, 2))
        for bad in ('happens', 'occurs happens'):
            self.write('h.csv', rows.format(bad))
            result = self.run_program(*asked)
            self.assertEqual(result.returncode, 3)
            self.assertIn("h.csv:3:4: the kind is blank, or for a code with a parent 'overlaps', "
                          "'occurs' or both", result.stderr.decode())

    def test_marks_that_say_something_else_are_refused(self):
        self.write('t.csv', TABLE)
        for words, *arguments in (
                ('how large', '--marker', '<5'), ('how large', '--marker', '12'),
                ('expected --marker', '--secondary-marker', '*'),
                ('both marks', '--marker', '*', '--secondary-marker', '*'),
                ('for a formula', '--marker', '=1', '--secondary-marker', '*'),
                ('for a formula', '--marker', '[c]', '--secondary-marker', '@x'),
                ('readers take for 1 to 4', '--marker', '<6', '--secondary-marker', '*'),
                ('readers take for 0 to 4', '--marker', '1-4', '--secondary-marker', '*', '--zeros',
                 'hidden'),
                ('something else', '--marker', '[c]', '--secondary-marker', '<9'),
                ('one number alone', '--threshold', '2', '--marker', '[c]', '--secondary-marker',
                 '*'),
                ('not with --method round', '--method', 'round', '--zeros', 'hidden')):
            result = self.run_program('protect', 't.csv', *arguments)
            self.assertEqual(result.returncode, 2, arguments)
            self.assertIn(words, result.stderr.decode())

    def test_an_earlier_mark_still_counts(self):
        # last year's table says of m1,a that it is at most 9; two marks then leave 5 to 9
        self.write('old.csv', 'month,age,count\nm1,a,<10\nm1,b,*\nm1,c,12\n')
        self.write('t.csv', TABLE.replace('m1,a,3', 'm1,a,6'))
        result = self.run_program('protect', 't.csv', '--with', 'old.csv', *TWO, '-o', 'out.csv')
        self.assertEqual(result.returncode, 0, result.stderr)
        result = self.run_program('check', 'out.csv', '--with', 'old.csv', '--mark', '<5=1..4',
                                  '--mark', '*=5..', '--mark', '<10=1..9')
        self.assertEqual(result.returncode, 0, result.stdout)


if __name__ == '__main__':
    unittest.main()
