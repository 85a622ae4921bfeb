#!/usr/bin/env python3
"""The proof on the page: two tables from the certificate that a reader can add up by hand."""

import csv
import html.parser
import json
import os
import shutil
import subprocess
import tempfile
import unittest

PROGRAM = os.environ['SAFECOUNT']
DEMO = os.environ['PUBLISH_DEMO']
ROOT = os.environ['SAFECOUNT_ROOT']


class Tables(html.parser.HTMLParser):
    """Tables of class 'example': a list of rows of (text, class) each; and all links."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.links, self.ids = [], [], []
        self.inside = self.cell = None
        self.skip = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.ids.append(attrs.get('id'))
        if tag == 'a':
            self.links.append(attrs.get('href'))
        if tag == 'table':
            self.inside = attrs.get('class') == 'example'
            if self.inside:
                self.tables.append([])
        elif self.inside and tag == 'tr':
            self.tables[-1].append([])
        elif self.inside and tag in ('td', 'th'):
            self.cell = ['', attrs.get('class', '')]
        elif tag == 'span' and attrs.get('class') == 'vh':
            self.skip = 1

    def handle_endtag(self, tag):
        if tag == 'span':
            self.skip = 0
        if self.cell and tag in ('td', 'th'):
            self.tables[-1][-1].append(tuple(self.cell))
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None and not self.skip:
            self.cell[0] += data


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def numbers(table):
    return [[int(cell[0].replace(',', '')) for cell in row[1:]] for row in table[1:]]


class Proof(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix='safecount-proof-')
        example = os.path.join(cls.folder, 'examples', 'essex-16040')
        shutil.copytree(os.path.join(ROOT, 'examples', 'essex-16040'), example,
                        ignore=shutil.ignore_patterns('*.csv'))
        os.makedirs(os.path.join(cls.folder, 'data'))
        os.symlink(os.path.join(ROOT, 'data', 'dictionaries'),
                   os.path.join(cls.folder, 'data', 'dictionaries'))
        subprocess.run([PROGRAM, 'synth', '--seed', '16040', '--offences', '600000', '-o',
                        f'{example}/extract.csv', '--quiet'], check=True)
        cls.answer = os.path.join(cls.folder, 'answer')
        subprocess.run([PROGRAM, 'answer', f'{example}/request.yaml', '-o', cls.answer, '--quiet'],
                       check=True)
        cls.text = read(f'{cls.answer}/index.html')
        cls.page = Tables(cls.text)
        cls.certificate = json.loads(read(f'{cls.answer}/certificate.json'))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def test_two_tables_agree_with_what_is_published_and_differ_where_it_is_withheld(self):
        a, b = self.page.tables
        self.assertEqual([[c[0] for c in row[:1]] for row in a], [[c[0] for c in row[:1]] for row in b])
        differing = 0
        for row_a, row_b in zip(a[1:], b[1:]):
            for x, y in zip(row_a[1:], row_b[1:]):
                if x[0] != y[0]:
                    self.assertEqual((x[1], y[1]), ('d', 'd'), 'a figure that differs is withheld')
                    differing += 1
        self.assertGreaterEqual(differing, 4)

    def test_every_row_and_column_adds_up_in_both(self):
        for table in map(numbers, self.page.tables):
            for row in table:
                self.assertEqual(sum(row[:-1]), row[-1])
            for column in zip(*table):
                self.assertEqual(sum(column[:-1]), column[-1])

    def test_unshaded_figures_are_those_of_the_csv_file_and_shaded_ones_are_withheld_in_it(self):
        with open(f'{self.answer}/tables/victim-age.csv', encoding='utf-8-sig', newline='') as file:
            rows = [r for r in csv.reader(file) if not r[0].startswith('Note')]
        published = {(age, row[0]): value for row in rows[1:]
                     for age, value in zip(rows[0][1:], row[1:])}
        for table in self.page.tables:
            years = [cell[0] for cell in table[0][1:]]
            for row in table[1:]:
                for year, (value, kind) in zip(years, row[1:]):
                    self.assertEqual('[c]' if kind == 'd' else value.replace(',', ''),
                                     published[(row[0][0], year)])

    def test_both_are_in_the_certificate_as_base_and_base_with_one_move(self):
        certificate = self.certificate
        labels = {'16 and over': '16+', 'Not recorded / unknown': 'unknown'}
        places = {tuple(codes): i for i, codes in enumerate(certificate['cells'])}
        wanted = []  # (place, in A, in B)
        a, b = self.page.tables
        years = [cell[0] for cell in a[0][1:]]
        for row_a, row_b in zip(a[1:], b[1:]):
            for year, x, y in zip(years, row_a[1:], row_b[1:]):
                if x[1] != 'd':
                    continue
                codes = {'year': year, 'unit': 'victims', 'victim_age': labels[row_a[0][0]]}
                place = places[tuple(codes.get(d, 'Total') for d in certificate['dimensions'])]
                wanted.append((place, int(x[0]), int(y[0])))
        self.assertEqual([certificate['base'][p] for p, _, _ in wanted], [x for _, x, _ in wanted])
        moves = [dict(zip(m[::2], m[1::2])) for m in certificate['moves']]
        self.assertTrue(any(all(x + move.get(p, 0) == y for p, x, y in wanted) for move in moves))

    def test_the_page_says_what_they_are(self):
        flat = ' '.join(self.text.split())
        self.assertIn('<strong>Either may be the true one, or neither.</strong>', flat)
        self.assertIn('without knowing the truth', flat)
        self.assertNotIn('is the true one', flat)

    def test_each_table_with_a_mark_leads_to_the_proof_and_the_certificate(self):
        self.assertIn('proof', self.page.ids)
        for number in range(1, 6):
            start = self.text.index(f'id="table-{number}"')
            part = self.text[start:self.text.index('Table&nbsp;%d as a file' % number)]
            marked = '[c]<span' in part
            self.assertEqual('href="#proof"' in part, marked)
            self.assertEqual('href="certificate.json"' in part, marked)
        self.assertTrue(os.path.exists(f'{self.answer}/certificate.json'))

    def test_without_a_certificate_there_is_no_example(self):
        folder = os.path.join(self.folder, 'demo')
        subprocess.run([DEMO, folder], check=True)
        page = Tables(read(f'{folder}/index.html'))
        self.assertEqual(page.tables, [])
        self.assertNotIn('proof', page.ids)
        self.assertNotIn('certificate.json', page.links)


if __name__ == '__main__':
    unittest.main()
