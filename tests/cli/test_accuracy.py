"""Real reports (where ../shared is there): docs/accuracy.md says what the search really does, and
reviews of a few hundred reports hold the truth about all of them."""

import os
import re
import sys
import unittest

from support import PROGRAM, ROOT, SHARED, SLOW

sys.path.insert(0, os.path.join(ROOT, 'examples', 'vaers'))
import measure  # noqa: E402

CASES = os.path.join(SHARED, 'data', 'vaers', 'cases.csv')
TRUTH = os.path.join(SHARED, 'data', 'vaers', 'truth.csv')


def documented():
    """{first cell: other cells as numbers} of the rows of all tables of docs/accuracy.md."""
    rows = {}
    with open(os.path.join(ROOT, 'docs', 'accuracy.md'), encoding='utf-8') as f:
        for line in f:
            cells = [c.strip().replace(',', '') for c in line.strip().strip('|').split('|')]
            if line.startswith('|') and all(re.fullmatch(r'[\d.]+', c) for c in cells[1:]):
                rows[cells[0]] = [float(c) for c in cells[1:]]
    return rows


@unittest.skipUnless(os.path.exists(TRUTH), 'the real narratives are not here')
class RealReports(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.truth = measure.load_truth(TRUTH)
        cls.scores = measure.census(PROGRAM, CASES, cls.truth)

    def test_the_document_has_the_figures_of_the_census(self):
        truth, scores, rows = self.truth, self.scores, documented()
        for category, full in scores['dictionary'].items():
            plain = scores['plain'][category]
            said = rows[full['label']]
            self.assertEqual(said[0], sum(category in t for t in truth.values()))
            self.assertEqual(said[0], full['true_number']['low'])  # all were checked
            self.assertEqual(said[0], full['true_number']['high'])
            for at, score in ((1, plain), (5, full)):
                self.assertEqual(said[at], score['found'], full['label'])
                for i, name in enumerate(('precision', 'recall', 'f1')):
                    self.assertAlmostEqual(said[at + 1 + i], score[name]['value'], delta=0.00051)

    @unittest.skipIf(SLOW, 'five censuses: in the release build')
    def test_the_document_says_what_each_part_gains(self):
        rows = documented()
        for steps in (measure.in_turn(), measure.one_by_one()[1::3]):
            for name, *figures in measure.ablation(PROGRAM, CASES, self.truth, steps):
                self.assertEqual(len(rows[name]), len(figures))
                for a, b in zip(rows[name], figures):
                    self.assertAlmostEqual(a, b, delta=0.00051)

    def test_the_document_says_what_other_words_and_terms_would_score(self):
        with open(os.path.join(ROOT, 'docs', 'accuracy.md'), encoding='utf-8') as f:
            text = f.read()
        for name, terms, found, true, precision, recall in measure.searches(PROGRAM, CASES, TRUTH):
            self.assertIn(f'| {name} | {terms.replace("|", ", ")} | {found:,} | {true:,} | '
                          f'{precision:.3f} | {recall:.3f} |', text)

    def test_what_is_learned_from_one_half_holds_in_the_other(self):
        rows = documented()
        scores = {}
        for name, *figures in measure.halves(PROGRAM, CASES, self.truth):
            scores[name] = figures
            for a, b in zip(rows[name], figures):
                self.assertAlmostEqual(a, b, delta=0.00051)
        plain, learned = list(scores.values())[:2]
        self.assertGreater(learned[5], plain[5] + 0.05)       # it learned something,
        self.assertGreater(learned[5], learned[2] - 0.02)     # and not by heart

    def test_classify_scored_report_by_report_is_the_same_census(self):
        truth, rows = self.truth, documented()
        labels = {c: label for c, label in re.findall(
            r'id: ([\w-]+), label: ([^,]+),', open(os.path.join(
                ROOT, 'examples', 'vaers', 'plain.yaml'), encoding='utf-8').read())}
        for name, at in (('plain.yaml', 1), ('dictionary.yaml', 5)):
            found = measure.classified(PROGRAM, CASES, name)
            self.assertEqual(set(found), set(truth))
            for category, label in labels.items():
                hits = {r for r, c in found.items() if category in c}
                true = {r for r, c in truth.items() if category in c}
                said = rows[label]
                self.assertEqual(said[at], len(hits))
                self.assertAlmostEqual(said[at + 1], len(hits & true) / len(hits), delta=0.00051)
                self.assertAlmostEqual(said[at + 2], len(hits & true) / len(true), delta=0.00051)

    def test_reviews_of_200_reports_hold_the_truth_of_all(self):
        truth, exact = self.truth, self.scores['dictionary']
        job = measure.Job(PROGRAM, CASES, 'dictionary.yaml')
        held = n = 0
        for seed in range(1, 4 if SLOW else 11):
            report = job.review(200, seed, truth)
            self.assertEqual(report['checked'], 200)
            for category in report['categories']:
                for name in measure.MEASURES:
                    true = exact[category['category']][name]['value']
                    n += 1
                    held += (category[name]['low'] - 1e-5 <= true <=
                             category[name]['high'] + 1e-5)
        self.assertGreaterEqual(held, 0.93 * n, f'{held} of {n}')


if __name__ == '__main__':
    unittest.main()
