"""An answer is published with its proof: protected together, audited, checked from outside."""

import glob
import json
import os
import random
import shutil
import unittest

from support import EXTRACT, REQUEST, ROOT, ProgramTest, cells, read_csv

EXAMPLE = os.path.join(ROOT, 'examples', 'essex-16040')

DICTIONARY = '''\
categories:
  - {id: snap, terms: [snap]}
  - {id: insta, terms: [insta]}
  - {id: kik, terms: [kik]}
  - {id: text, terms: [text], fallback: true}
'''


class SafeAnswer(ProgramTest):

    def tidy(self, folder='out'):
        return sorted(glob.glob(os.path.join(self.path, folder, 'tables', '*.tidy.csv')))

    def check(self, *extra, folder='out'):
        result = self.run_program('check', *self.tidy(folder), '--hierarchy',
                                  f'{folder}/tables/hierarchy.csv', '--json', *extra)
        return result.returncode, json.loads(result.stdout)

    def worked(self, offences=60000, seed=16040):
        for name in ('request.yaml', 'extract.yaml', 'policy.yaml'):
            shutil.copy(os.path.join(EXAMPLE, name), self.path)
        request = self.read('request.yaml').replace('../../data', os.path.join(ROOT, 'data'))
        self.write('request.yaml', request)
        self.ok('synth', '--seed', str(seed), '--offences', str(offences), '-o', 'extract.csv')

    def months(self, counts):
        """Records of so many offences a month of 2020, by outcome."""
        rows, n = [], 0
        for month, outcomes in enumerate(counts, 1):
            for outcome, many in outcomes.items():
                for _ in range(many):
                    n += 1
                    rows.append(f'{n},2020-{month:02d}-05,{outcome},Contact by text message')
        return 'id,date,outcome,mo\n' + '\n'.join(rows) + '\n'

    def assert_proved(self, folder='out'):
        """Publishable, and anybody can see why."""
        answer = json.loads(self.read(f'{folder}/answer.json'))
        self.assertIs(answer['publishable'], True, answer['reasons'])
        self.assertEqual(answer['audit'], {'done': True, 'safe': True,
                                           'readers': ['sums', 'rules', 'insider'],
                                           'certificate': 'certificate.json',
                                           'hierarchy': 'tables/hierarchy.csv'})
        code, report = self.check(folder=folder)
        self.assertEqual((code, report['safe'], report['consistent']), (0, True, True), report)
        self.assertEqual(report['notes'], [])
        held = json.loads(self.ok('verify-certificate', *self.tidy(folder),
                                  f'{folder}/certificate.json', '--json'))
        self.assertIs(held['holds'], True)
        self.assertEqual(held['hidden'], report['suppressed'])
        # the folder by itself is the same
        self.assertEqual(json.loads(self.ok('check', folder, '--json'))['safe'], True)
        self.assertEqual(json.loads(self.ok('verify-certificate', folder, '--json')), held)
        return answer, report


class WorkedExample(SafeAnswer):

    def test_it_is_answered_with_tables_that_are_proved_safe(self):
        self.worked()
        result = self.run_program('answer', 'request.yaml', '-o', 'out', '--report', 'report.json')
        said = result.stderr.decode()
        self.assertEqual(result.returncode, 0, said)
        for words in ('by rule', 'to protect them', 'sums: safe, rules: safe, insider: safe',
                      'Safe: no withheld figure can be worked out', 'verify-certificate'):
            self.assertIn(words, said)
        answer, report = self.assert_proved()
        shown = cells(answer)
        true = cells(self.counts('request.yaml'))
        self.assertEqual(set(shown), set(true))
        self.assertEqual({k: v for k, v in shown.items() if v is not None and v != true[k]}, {})
        self.assertEqual([k for k, v in shown.items() if v is not None and 1 <= v <= 4], [])
        self.assertGreater(report['suppressed'], 100)

    def test_published_cells_add_up_wherever_all_are_shown(self):
        self.worked(200000)
        self.ok('answer', 'request.yaml', '-o', 'out')
        shown = cells(json.loads(self.read('out/answer.json')))
        added = 0
        for key, total in shown.items():
            for i in range(1, len(key)):
                if key[i] != 'Total' or total is None or (key[0] == 'method' and i == 3):
                    continue  # methods overlap
                parts = [v for k, v in shown.items()
                         if len(k) == len(key) and k[i] != 'Total' and k[:i] + k[i + 1:] == key[:i] + key[i + 1:]]
                if parts and None not in parts:
                    self.assertEqual(sum(parts), total, key)
                    added += 1
        self.assertGreater(added, 3)

    def test_a_table_that_was_touched_afterwards_is_not_what_was_certified(self):
        self.worked()
        self.ok('answer', 'request.yaml', '-o', 'out')
        name = 'out/tables/outcome.tidy.csv'
        lines = self.read(name).split('\r\n')
        hidden = [i for i, line in enumerate(lines) if line.endswith(',,suppressed')]
        shown = [i for i, line in enumerate(lines)
                 if line.endswith('published') and line.split(',')[-2] not in ('0', 'value')]
        for i, line in ((hidden[0], lines[hidden[0]].replace(',,suppressed', ',3,published')),
                        (shown[0], lines[shown[0]].rsplit(',', 2)[0] + ',77,published'),
                        (shown[1], lines[shown[1]].rsplit(',', 2)[0] + ',,suppressed')):
            self.write(name, '\r\n'.join([*lines[:i], line, *lines[i + 1:]]))
            said = self.fails(5, 'verify-certificate', *self.tidy(), 'out/certificate.json')
            self.assertRegex(said, 'certificate does not hold|shows this figure differently')
        self.write(name, '\r\n'.join(lines))
        self.ok('verify-certificate', *self.tidy(), 'out/certificate.json')

    def test_the_same_inputs_give_the_same_choice_and_certificate(self):
        self.worked(30000)
        for folder in ('a', 'b'):
            self.ok('answer', 'request.yaml', '-o', folder)
        for name in ('answer.json', 'certificate.json', 'tables/method.tidy.csv'):
            self.assertEqual(self.read(f'a/{name}'), self.read(f'b/{name}'), name)

    def test_no_public_file_tells_what_is_the_officers(self):
        self.worked(30000)
        self.ok('answer', 'request.yaml', '-o', 'out', '--report', 'report.json')
        report = json.loads(self.read('report.json'))
        self.assertIs(report['internal'], True)
        self.assertIs(report['publishable'], True)
        reasons = {c['reason'] for t in report['tables'] for c in t['cells']}
        self.assertIn('primary', reasons)
        self.assertGreater(report['accounting']['read'], 30000)
        for path, _, files in os.walk(os.path.join(self.path, 'out')):
            for name in files:
                with open(os.path.join(path, name), 'rb') as f:
                    text = f.read()
                for word in (b'"primary"', b'"secondary"', b',primary', b',secondary',
                             b'lower_bound', b'"internal"'):
                    self.assertNotIn(word, text, name)
        self.assertIn('among the files for release',
                      self.fails(2, 'answer', 'request.yaml', '-o', 'out', '--report',
                                 'out/tables/report.json'))

    def test_findings_and_accounting_give_nothing_away(self):
        self.worked(60000)
        self.ok('answer', 'request.yaml', '-o', 'out')
        answer = json.loads(self.read('out/answer.json'))
        exact = self.counts('request.yaml')
        self.assertEqual({f['count'] for f in answer['findings']}, {None})
        self.assertGreater(max(f['count'] for f in exact['findings']), 0)
        rows = {**answer['accounting']['excluded'], **answer['accounting']['faulty'],
                'counted': answer['accounting']['counted']}
        self.assertFalse([n for n in rows.values() if n is not None and 1 <= n <= 4])
        if None in rows.values():
            self.assertIsNone(answer['accounting']['read'])


class SmallAnswers(SafeAnswer):

    def answer(self, records, request=REQUEST, extract=EXTRACT, code=0, policy=None):
        self.case(request=request, extract=extract, records=records)
        if policy:
            self.write('policy.yaml', policy)
            self.write('request.yaml', request + 'policy: policy.yaml\n')
        result = self.run_program('answer', 'request.yaml', '-o', 'out', '--report', 'report.json')
        self.assertEqual(result.returncode, code, result.stderr.decode())
        return json.loads(self.read('out/answer.json')), result.stderr.decode()

    def rows(self, months, texts=('x',)):
        lines = [f'2020-{m:02d}-03,{o},{texts[i % len(texts)]}'
                 for m, outcomes in months.items() for i, o in enumerate(outcomes)]
        return 'id,date,outcome,mo\n' + ''.join(f'{i},{line}\n' for i, line in enumerate(lines))

    def test_one_small_month_takes_a_second_figure_with_it(self):
        answer, _ = self.answer(self.rows({1: [1] * 3, 2: [1] * 9, 3: [1] * 20}))
        self.assert_proved()
        shown = cells(answer)
        self.assertIsNone(shown['month', '2020-01'])
        self.assertEqual([v for k, v in shown.items() if v is None].__len__(), 2)
        self.assertIsNone(shown['month', '2020-02'])  # the cheapest
        self.assertEqual(shown['month', 'Total'], 32)

    def test_tables_that_share_a_margin_are_protected_together(self):
        request = REQUEST + '''\
      - {id: outcome, rows: [month], columns: [outcome], count: offences}
      - {id: outcomes, rows: [outcome], count: offences}
'''
        random.seed(4)
        for _ in range(6):
            months = {m: random.choices(['1', '2', '16', '18', ''], [9, 3, 5, 1, 1],
                                        k=random.randint(0, 25)) for m in range(1, 13)}
            self.answer(self.rows(months), request)
            answer, _ = self.assert_proved()
            shown = cells(answer)
            for m in range(1, 13):  # one figure in two tables is shown alike
                self.assertEqual(shown['month', f'2020-{m:02d}'],
                                 shown['outcome', f'2020-{m:02d}', 'Total'])
            for key, value in shown.items():
                if key[0] == 'outcomes':
                    self.assertEqual(value, shown['outcome', 'Total', key[1]])

    def test_overlapping_methods_are_protected_as_they_overlap(self):
        request = REQUEST + '''\
      - {id: how, rows: [month], columns: [method], dictionary: d.yaml, count: offences}
'''
        texts = ['snap', 'insta', 'snap and insta', 'kik', 'text', 'nothing', 'snap kik insta']
        random.seed(7)
        for _ in range(8):
            months = {m: ['1'] * random.randint(0, 30) for m in range(1, 6)}
            lines = self.rows(months).splitlines()
            records = '\n'.join([lines[0]] + [line[:-1] + random.choice(texts)
                                              for line in lines[1:]]) + '\n'
            self.write('d.yaml', DICTIONARY)
            self.answer(records, request)
            self.assert_proved()

    def test_methods_and_groups_of_them_are_one_attribute(self):
        request = REQUEST + '''\
      - {id: how, rows: [month], columns: [method], dictionary: d.yaml, count: offences}
      - {id: group, rows: [month], columns: [method_group], dictionary: d.yaml, count: offences}
'''
        self.write('d.yaml', DICTIONARY + 'groups:\n  - {id: meta, categories: [snap, insta]}\n')
        # twelve of the group, nine and ten of its own: three or two would be those of only one
        texts = ['snap'] * 3 + ['insta'] * 2 + ['snap insta'] * 7 + ['kik'] * 20
        answer, _ = self.answer(self.rows({1: ['1'] * 32}, texts), request)
        self.assert_proved()
        shown = cells(answer)
        self.assert_schema(answer, 'answer.schema.json')
        values = answer['tables'][2]['categories']['method_group']['values']
        self.assertEqual([(v['code'], v.get('members')) for v in values],
                         [('meta', ['snap', 'insta']), ('kik', None), ('text', None), ('none', None)])
        self.assertEqual(shown['how', '2020-01', 'kik'], shown['group', '2020-01', 'kik'])
        self.assertIn(None, [shown['how', 'Total', 'snap'], shown['group', 'Total', 'meta']])
        self.assertIn(None, [shown['how', 'Total', 'insta'], shown['group', 'Total', 'meta']])
        texts = ['snap', 'insta', 'snap and insta', 'kik', 'text', 'nothing', 'snap kik insta']
        random.seed(8)
        for _ in range(3):
            months = {m: ['1'] * random.randint(0, 30) for m in range(1, 4)}
            random.shuffle(texts)
            self.answer(self.rows(months, texts), request)
            self.assert_proved()

    def test_a_group_that_crosses_another_is_not_for_release(self):
        request = REQUEST + '''\
      - {id: how, rows: [month], columns: [method], dictionary: d.yaml, count: offences}
      - {id: group, rows: [month], columns: [method_group], dictionary: d.yaml, count: offences}
'''
        self.write('d.yaml', DICTIONARY + 'groups:\n  - {id: a, categories: [snap, insta]}\n'
                                          '  - {id: b, categories: [insta, kik]}\n')
        answer, said = self.answer(self.rows({1: ['1'] * 30}, ['snap']), request, code=5)
        self.assertIs(answer['publishable'], False)
        self.assertIn("the group 'b' shares a part of its categories with another group", said)

    def test_years_quarters_and_months_are_one_time(self):
        request = REQUEST + '''\
      - {id: quarter, rows: [quarter], count: offences}
      - {id: financial, rows: [financial_year], count: offences}
      - {id: months, rows: [quarter, month], count: offences}
'''
        # April to December less October to December is April to September: all of it is linked
        answer, _ = self.answer(self.rows({1: [1] * 8, 4: [1] * 3, 5: [1] * 9, 7: [1] * 12,
                                           10: [1] * 7, 11: [1] * 2}), request)
        self.assertIs(answer['publishable'], True)
        shown = cells(answer)
        self.assertEqual(shown['quarter', '2020 Q2'], shown['months', '2020 Q2', 'Total'])
        self.assertEqual(shown['month', '2020-04'], shown['months', '2020 Q2', '2020-04'])
        hidden = [k for k, v in shown.items() if v is None and k[0] == 'month']
        for quarter in ('04', '05', '06'), ('10', '11', '12'):
            together = [k for k in hidden if k[1][5:] in quarter]
            self.assertNotEqual(len(together), 0)
            if shown['quarter', f'2020 Q{(int(quarter[0]) + 2) // 3}'] is not None:
                self.assertGreater(len(together), 1)

    def test_two_schemes_of_bands_are_protected_where_they_meet(self):
        request = REQUEST + '''\
      - {id: a, rows: [victim_age], bands: a, count: victims}
      - {id: b, rows: [victim_age], bands: b, count: victims}
bands: {a: "0-11;12-15;16+", b: "0-9;10-15;16+"}
'''
        ages = [5] * 20 + [10] * 2 + [13] * 30 + [20] * 9
        records = 'id,date,outcome,mo\n' + ''.join(
            f'{i},2020-01-03,{age},x\n' for i, age in enumerate(ages))
        answer, _ = self.answer(records, request, EXTRACT.replace('outcome: outcome',
                                                                  'victim_age: outcome'))
        self.assertIs(answer['publishable'], True)
        shown = cells(answer)
        # 0-11 less 0-9 would be two people aged 10 or 11
        self.assertTrue(shown['a', '0-11'] is None or shown['b', '0-9'] is None)
        self.assertTrue(shown['a', '12-15'] is None or shown['b', '10-15'] is None)
        self.assertEqual(self.check()[0], 0)

    def test_outcomes_and_their_groups_are_one_attribute(self):
        request = REQUEST + '''\
      - {id: outcome, rows: [outcome], count: offences}
      - {id: group, rows: [outcome_group], count: offences}
'''
        answer, _ = self.answer(self.rows({1: ['1'] * 30 + ['2'] * 9 + ['3'] * 8 + ['18'] * 2 +
                                           ['14'] * 12 + ['15'] * 15}), request)
        self.assertIs(answer['publishable'], True)
        shown = {k: v for k, v in cells(answer).items() if k[0] in ('outcome', 'group')}
        self.assertIsNone(shown['outcome', '18'])
        hidden_groups = [k for k, v in shown.items() if k[0] == 'group' and v is None]
        # outcome 18 is a group by itself: its group is withheld with it
        self.assertTrue(hidden_groups)

    def test_nobody_at_all_is_safe_and_shown(self):
        answer, _ = self.answer('id,date,outcome,mo\n1,2019-01-05,1,x\n')
        self.assertIs(answer['publishable'], True)
        self.assertEqual(cells(answer)['month', 'Total'], 0)

    def test_the_policy_decides(self):
        request = REQUEST + '''\
      - {id: outcome, rows: [month], columns: [outcome], count: offences}
'''
        records = self.rows({m: ['1'] * (3 * m) + ['2'] * (m % 4) + ['16'] * 7
                             for m in range(1, 13)})
        said = {}
        for policy in ('minimise: cells\n', 'minimise: counts\n', 'minimise: weights\n',
                       'threshold: 10\n', 'readers: [sums, rules]\n', 'width: 3\n',
                       'groups: true\n', 'method: suppress\nzeros: shown\ntime_limit: 30\n'):
            answer, said[policy] = self.answer(records, request, policy=policy)
            self.assertIs(answer['publishable'], True, policy)
            self.assertEqual(answer['audit']['readers'],
                             ['sums', 'rules'] if 'readers' in policy
                             else ['sums', 'rules', 'insider'])
        self.assertIn(' cells, ', said['minimise: cells\n'])
        for bad, words in (('secondary_marker: "[c]"\n', 'both marks'),
                           ('marker: "<5"\n', 'how large a figure is'),
                           ('marker: "<9"\nsecondary_marker: "*"\n', 'readers take for 1 to 4'),
                           ('threshold: 2\nsecondary_marker: "*"\n', 'a higher threshold'),
                           ('width: 4\nsecondary_marker: "*"\n', 'cannot lie 4 apart'),
                           ('method: round\nzeros: hidden\n', "with 'method: round' none is"),
                           ('zeros: no\n', 'zeros'),
                           ('readers: [everybody]\n', "'sums', 'rules' or 'insider'"),
                           ('coarsen: 5\n', "belongs to 'method: coarsen'"),
                           ('round: 5\n', "belongs to 'method: round'"),
                           ('method: round\nround: 3\n', 'at least 5')):
            self.write('policy.yaml', bad)
            said = self.fails(3, 'answer', 'request.yaml')
            self.assertIn(words, said)
            self.assertRegex(said, r'policy\.yaml:[1-9][0-9]*:[1-9]')

    def test_what_is_counted_one_for_one_is_one_figure(self):
        """
        Where a row is an offence with its one victim, a month's offences, victims and rows are the
        same number, and the answer says so: hidden as one it may not be printed as another.
        """
        request = REQUEST[:REQUEST.index('      - {id: month')] + '''\
      - {id: a, rows: [month], columns: [outcome], count: offences}
      - {id: b, rows: [month], columns: [victim_sex], count: victims}
      - {id: c, rows: [month], count: rows}
'''
        extract = EXTRACT.replace('outcome: outcome', 'outcome: outcome, victim_sex: sex')
        hidden = 0
        for seed in range(6):
            r = random.Random(seed)
            rows, n = ['id,date,outcome,mo,sex'], 0
            for m in range(1, 7):
                for sex in 'MF':
                    for outcome in ('1', '2'):
                        for _ in range(r.choice((0, 0, 0, 1, 2, 7))):
                            n += 1
                            rows.append(f'{n},2020-{m:02d}-05,{outcome},Text,{sex}')
            self.case(records='\n'.join(rows) + '\n', request=request, extract=extract)
            self.run_program('answer', 'request.yaml', '-o', 'out')
            answer = json.loads(self.read('out/answer.json'))
            self.assertIs(answer['publishable'], True, answer['reasons'])
            shown = cells(answer)
            for month in [f'2020-{m:02d}' for m in range(1, 7)] + ['Total']:
                values = {shown.get(('a', month, 'Total')), shown.get(('b', month, 'Total')),
                          shown.get(('c', month))}
                self.assertEqual(len(values), 1, (seed, month, values))
                hidden += values == {None}
        self.assertGreater(hidden, 3)

    def test_a_time_limit_ends_in_an_answer_or_in_honest_failure(self):
        self.worked(60000)
        self.write('policy.yaml', 'time_limit: 1\n')
        result = self.run_program('answer', 'request.yaml', '-o', 'out')
        answer = json.loads(self.read('out/answer.json'))
        self.assertEqual(result.returncode, 0 if answer['publishable'] else 5)
        if answer['publishable']:
            self.assert_proved()
        else:
            self.assertRegex(' '.join(answer['reasons']), 'Undecided is not safe|not prove')


if __name__ == '__main__':
    unittest.main()
