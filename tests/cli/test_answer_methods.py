"""Other methods than withholding, chosen in the policy: rounded and coarser answers."""

import csv
import io
import json
import random
import unittest

from support import EXTRACT, REQUEST, cells
from test_answer_safe import DICTIONARY, SafeAnswer

ROUND = 'threshold: 5\nmethod: round\n'


class Rounded(SafeAnswer):

    def small(self, policy=ROUND, seed=1):
        r = random.Random(seed)
        counts = [{o: r.choice((0, 0, 1, 2, 3, 4, 6, 11, 18)) for o in ('1', '2', '16')}
                  for _ in range(12)]
        self.case(records=self.months(counts), request=REQUEST + '''\
      - {id: outcome, rows: [month], columns: [outcome], count: offences}
policy: policy.yaml
''')
        self.write('policy.yaml', policy)

    def attacked(self, *extra):
        result = self.run_program('check', 'out', '--json', *extra)
        return result.returncode, json.loads(result.stdout)

    def assert_rounded(self, base, folder='out'):
        answer = json.loads(self.read(f'{folder}/answer.json'))
        shown, true = cells(answer), cells(self.counts('request.yaml'))
        self.assertEqual(set(shown), set(true))
        for key, value in shown.items():
            self.assertEqual(value % base, 0, key)
            self.assertLess(abs(value - true[key]), base, key)
        self.assertEqual({c['status'] for t in answer['tables'] for c in t['cells']}, {'rounded'})
        return answer, shown, true

    def test_every_figure_is_rounded_all_sums_hold_and_the_certificate_verifies(self):
        self.small()
        said = self.run_program('answer', 'request.yaml', '-o', 'out').stderr.decode()
        answer, shown, true = self.assert_rounded(5)
        self.assertIs(answer['publishable'], True, said)
        self.assertIn('no count behind a figure can be worked out', said)
        self.assertNotEqual(shown, true)
        for month in [f'2020-{m:02d}' for m in range(1, 13)] + ['Total']:
            parts = [v for k, v in shown.items() if k[:2] == ('outcome', month) and k[2] != 'Total']
            self.assertEqual(sum(parts), shown['outcome', month, 'Total'])
            self.assertEqual(shown['month', month], shown['outcome', month, 'Total'])
        held = json.loads(self.ok('verify-certificate', 'out', '--json'))
        self.assertIs(held['holds'], True)
        code, report = self.check('--rounded', '5')
        self.assertEqual((code, report['safe']), (0, True))

    def test_check_reads_from_the_folder_how_it_is_rounded(self):
        self.small()
        self.ok('answer', 'request.yaml', '-o', 'out')
        self.assertEqual(self.attacked(), self.attacked('--rounded', '5'))
        self.assertEqual(self.attacked()[0], 0)
        self.assertEqual(self.attacked()[1]['findings'], [])
        self.assertIn('figures are rounded to 5', self.ok('verify-certificate', 'out'))
        # Other files beside it would be read as rounded too.
        self.write('policy.yaml', 'threshold: 5\n')
        self.ok('answer', 'request.yaml', '-o', 'exact')
        self.assertIn('check it apart', self.fails(2, 'check', 'out', 'exact'))
        self.write('out/answer.json', '{"policy"')
        self.assertIn('answer.json:1:', self.fails(3, 'check', 'out'))

    def test_a_base_above_the_threshold(self):
        self.small('threshold: 5\nmethod: round\nround: 10\n')
        self.ok('answer', 'request.yaml', '-o', 'out')
        answer, _, _ = self.assert_rounded(10)
        self.assertEqual({k: answer['policy'][k] for k in ('method', 'rounding', 'within')},
                         {'method': 'round', 'rounding': 10, 'within': 9})

    def test_no_exact_figure_stands_beside_rounded_ones(self):
        self.small()
        self.ok('answer', 'request.yaml', '-o', 'out')
        answer, shown, true = self.assert_rounded(5)
        self.assertIsNone(answer['accounting']['counted'])
        self.assertIsNone(answer['accounting']['read'])
        total = true['month', 'Total']
        self.assertNotEqual(total % 5, 0)
        for name in ('index.html', 'letter.txt', 'tables/month.csv', 'tables/month.tidy.csv',
                     'answer.json', 'metadata.jsonld', 'datapackage.json'):
            self.assertNotIn(f'{total}', self.read(f'out/{name}').replace('2020', ''), name)

    def test_every_format_says_that_its_figures_are_rounded(self):
        self.small()
        self.ok('answer', 'request.yaml', '-o', 'out')
        note = 'Rounded: every figure is a multiple of 5 and at most 4 from the number counted'
        self.assertIn(note, self.read('out/tables/month.csv'))
        page = self.read('out/index.html')
        for words in (note, 'All figures are rounded to multiples of 5', 'Why figures are rounded',
                      'We recorded <b>about '):
            self.assertIn(words, page)
        self.assertNotIn('are withheld', page)
        self.assertIn('every figure is a multiple of 5', ' '.join(self.read('out/letter.txt').split()))
        rows = list(csv.DictReader(io.StringIO(self.read('out/tables/outcome.tidy.csv'))))
        self.assertEqual({r['status'] for r in rows}, {'rounded'})
        self.assertIn('rounded', self.read('out/tables/csv-metadata.json'))

    def test_the_figures_of_a_keyword_search_are_rounded_too(self):
        texts = ['snap', 'insta', 'snap and insta', 'kik', 'text', 'nothing', 'snap kik insta']
        r = random.Random(5)
        records = ['id,date,outcome,mo'] + [f'{n},2020-{r.randint(1, 6):02d}-05,1,{r.choice(texts)}'
                                            for n in range(120)]
        self.case(records='\n'.join(records) + '\n', request=REQUEST + '''\
      - {id: how, rows: [month], columns: [method], dictionary: d.yaml, count: offences}
policy: policy.yaml
''')
        self.write('d.yaml', DICTIONARY)
        self.write('policy.yaml', ROUND)
        self.ok('answer', 'request.yaml', '-o', 'out')
        self.assert_rounded(5)
        self.ok('verify-certificate', 'out')

    def test_the_same_records_give_the_same_rounding(self):
        self.small()
        for folder in ('a', 'b'):
            self.ok('answer', 'request.yaml', '-o', folder)
        for name in ('answer.json', 'certificate.json'):
            self.assertEqual(self.read(f'a/{name}'), self.read(f'b/{name}'))


class Coarser(SafeAnswer):

    LINKS = EXTRACT.replace('row: offence', 'row: link').replace(
        'outcome: outcome', 'outcome: outcome, victim_id: vid, victim_age: age')

    def ages(self, policy, table, ages, months=(4, 5, 6, 7), more='', year='financial'):
        """Victims of so many ages a month of 2020, one an offence; ages: {age: [how many a month]}."""
        rows, n = ['id,date,outcome,mo,vid,age'], 0
        for age, counts in ages.items():
            for month, many in zip(months, counts):
                for _ in range(many):
                    n += 1
                    rows.append(f'{n},2020-{month:02d}-05,1,Contact by text message,v{n},{age}')
        request = REQUEST.replace('year: calendar', f'year: {year}')
        request = request[:request.index('      - {id: month')] + f'      - {table}\n' + more
        self.case(records='\n'.join(rows) + '\n', request=request + 'policy: policy.yaml\n',
                  extract=self.LINKS)
        self.write('policy.yaml', policy)

    def levels(self, report='report.json'):
        return json.loads(self.read(report))['levels']

    def assert_as_counted(self, table):
        """The coarser table is what counting it so from the start gives."""
        shown = cells(json.loads(self.read('out/answer.json')))
        request = self.read('request.yaml')
        at = request.index('      - {id: t,')
        self.write('again.yaml', request[:at] + f'      - {table}\npolicy: policy.yaml\n')
        true = cells(self.counts('again.yaml'))
        self.assertEqual(set(shown), set(true))
        self.assertEqual({k: v for k, v in shown.items() if v not in (None, true[k])}, {})
        return shown, true

    def test_months_become_quarters_or_years_as_counting_has_them(self):
        table = '{id: t, rows: [month], count: victims}'
        for ages, level, rows in (({14: [9, 9, 9, 9]}, '', '[month]'),
                                  ({14: [2, 3, 9, 9]}, 'Month by quarter', '[quarter]'),
                                  ({14: [2, 3, 9, 1]}, 'Month by year', '[year]')):
            for year in ('financial', 'calendar'):
                self.ages('method: coarsen\n', table, ages, year=year)
                self.ok('answer', 'request.yaml', '-o', 'out', '--report', 'report.json')
                chosen, = [x for x in self.levels() if x['chosen']]
                self.assertEqual((chosen['levels'], chosen['small']), (level, 0))
                shown, _ = self.assert_as_counted(f'{{id: t, rows: {rows}, count: victims}}')
                self.assertNotIn(None, shown.values())
                answer = json.loads(self.read('out/answer.json'))
                self.assertEqual(answer['policy']['method'], 'coarsen')
                notes = [n for n in answer['tables'][0]['notes'] if n.startswith('Coarser')]
                self.assertEqual(len(notes), level != '')

    def test_bands_are_merged_where_fewest_are_lost(self):
        bands = ('bands:\n  five: [0-4, 5-9, 10-14, 15+]\n'
                 '  three: [0-4, 5-14, 15+]\n')
        self.ages('method: coarsen\n',
                  '{id: t, rows: [year], columns: [victim_age], bands: five, count: victims}',
                  {2: [8], 7: [3], 12: [9], 20: [30]}, more=bands)
        request = self.read('request.yaml')
        self.assertIn('five', request)
        self.ok('answer', 'request.yaml', '-o', 'out', '--report', 'report.json')
        chosen, = [x for x in self.levels() if x['chosen']]
        self.assertEqual(chosen['levels'], 'Age of victim in 3 bands')
        shown, true = self.assert_as_counted(
            '{id: t, rows: [year], columns: [victim_age], bands: three, count: victims}\n'
            + bands.rstrip())
        self.assertEqual(shown, true)

    def test_what_may_stay_withheld_is_the_policys(self):
        table = '{id: t, rows: [month], columns: [outcome], count: victims}'
        ages = {14: [2, 3, 9, 9]}
        share = {}
        for percent in (0, 30, 100):
            self.ages(f'method: coarsen\ncoarsen: {percent}\n', table, ages)
            self.ok('answer', 'request.yaml', '-o', 'out', '--report', 'report.json')
            answer, report = self.assert_proved()
            shown = cells(answer)
            share[percent] = 100 * sum(v is None for v in shown.values()) / len(shown)
            self.assertLessEqual(share[percent], percent)
        self.assertEqual(share[0], 0)
        self.assertGreater(share[100], 0)

    def test_the_worked_request_made_coarser(self):
        self.worked()
        self.write('policy.yaml', 'method: coarsen\ncoarsen: 40\n')
        result = self.run_program('answer', 'request.yaml', '-o', 'out', '--report', 'report.json')
        said = result.stderr.decode()
        self.assertEqual(result.returncode, 0, said)
        self.assert_proved()
        self.assertIn("Levels of table 'method':", said)
        self.assertRegex(said, r'  \* +\d+  figures, \d+ of them small: ')
        shown = cells(json.loads(self.read('out/answer.json')))
        self.assertLessEqual(100 * sum(v is None for v in shown.values()), 40 * len(shown))
        # each list ends with fewer small counts than it began with, and one level of each is taken
        levels = self.levels()
        for table in {x['table'] for x in levels}:
            mine = [x for x in levels if x['table'] == table]
            self.assertEqual(sum(x['chosen'] for x in mine), 1)
            self.assertEqual([x['figures'] for x in mine],
                             sorted((x['figures'] for x in mine), reverse=True))
            self.assertEqual([x['small'] for x in mine],
                             sorted((x['small'] for x in mine), reverse=True))
        for name in ('index.html', 'answer.json', 'letter.txt'):
            self.assertNotIn('of them small', self.read(f'out/{name}'))


if __name__ == '__main__':
    unittest.main()
