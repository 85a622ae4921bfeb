"""Other methods than withholding, chosen in the policy: rounded and coarser answers."""

import csv
import io
import json
import random
import unittest

from support import REQUEST, cells
from test_answer_safe import SafeAnswer

ROUND = 'threshold: 5\nmethod: round\n'


class Rounded(SafeAnswer):

    def months(self, counts):
        """Records of so many offences a month of 2020, by outcome."""
        rows, n = [], 0
        for month, outcomes in enumerate(counts, 1):
            for outcome, many in outcomes.items():
                for _ in range(many):
                    n += 1
                    rows.append(f'{n},2020-{month:02d}-05,{outcome},Contact by text message')
        return 'id,date,outcome,mo\n' + '\n'.join(rows) + '\n'

    def small(self, policy=ROUND, seed=1):
        r = random.Random(seed)
        counts = [{o: r.choice((0, 0, 1, 2, 3, 4, 6, 11, 18)) for o in ('1', '2', '16')}
                  for _ in range(12)]
        self.case(records=self.months(counts), request=REQUEST + '''\
      - {id: outcome, rows: [month], columns: [outcome], count: offences}
policy: policy.yaml
''')
        self.write('policy.yaml', policy)

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
        self.worked(30000)
        self.write('policy.yaml', 'method: round\nreaders: [sums]\n')
        result = self.run_program('answer', 'request.yaml', '-o', 'out')
        self.assertEqual(result.returncode, 0, result.stderr.decode())
        shown = cells(json.loads(self.read('out/answer.json')))
        self.assertEqual([v for v in shown.values() if v % 5], [])

    def test_the_same_records_give_the_same_rounding(self):
        self.small()
        for folder in ('a', 'b'):
            self.ok('answer', 'request.yaml', '-o', folder)
        for name in ('answer.json', 'certificate.json'):
            self.assertEqual(self.read(f'a/{name}'), self.read(f'b/{name}'))


if __name__ == '__main__':
    unittest.main()
