#!/usr/bin/env python3
"""The parts that an answer page must have, in their order, in English and with a Welsh interface."""

import gzip
import os
import random
import re
import shutil
import subprocess
import tempfile
import unittest

PROGRAM = os.environ['SAFECOUNT']
DEMO = os.environ['PUBLISH_DEMO']
ROOT = os.environ['SAFECOUNT_ROOT']


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def words(html):
    text = re.sub(r'<[^>]+>', ' ', re.sub(r'</?(b|span|a|i)\b[^>]*>', '', html))
    return ' '.join(text.replace('&nbsp;', ' ').replace('&#39;', "'").replace('&amp;', '&').split())


def keys(name):
    """{key: text} of a wording file; of a long text only its first line."""
    found = re.findall(r'^([a-z][a-z0-9-]*): ?(.*(?:\n  .+)*)', read(f'{ROOT}/web/{name}'), re.M)
    return {key: text.strip().strip('"') for key, text in found}


class Parts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix='safecount-parts-')
        subprocess.run([DEMO, f'{cls.folder}/demo'], check=True)
        for name in ('refused-cost', 'not-held'):
            subprocess.run([PROGRAM, 'answer', f'{ROOT}/examples/log/{name}.yaml', '-o',
                            f'{cls.folder}/{name}', '--quiet'], check=True)
        cls.page = read(f'{cls.folder}/demo/index.html')

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def in_order(self, page, parts):
        at = 0
        for part in parts:
            found = page.find(part, at)
            self.assertGreaterEqual(found, 0, f'{part} is missing, or not after what comes before it')
            at = found + len(part)

    def test_an_answer_has_every_part_in_order(self):
        self.in_order(self.page, [
            'class="exit"', 'Leave this site', '<main', 'Answer to a Freedom of Information request', 'PUB ',
            '<h1>', '<dt>Decision</dt>', '<dt>Reference</dt>', '<dt>Received</dt>', '<dt>Correct as at</dt>',
            '<dt>Period</dt>', 'The answer in short', 'href="#question-1"', 'On this page', 'All figures',
            'id="question-1"', 'id="counted"', 'What is counted', '<dt>Offences</dt>', '<dt>Period</dt>',
            '<dt>Correct as at</dt>', '<dt>Ages</dt>', '<dt>Not recorded / unknown</dt>', 'id="quality"',
            'Every row accounted for', 'id="search"', 'id="withheld"', 'id="further"', 'id="decision"',
            'section 1(1)(a)', 'section 1(1)(b)', 'id="review"', "Information Commissioner's Office"
            .replace("'", '&#39;') if '&#39;' in self.page else "Information Commissioner's Office",
            'id="request"', 'class="keywords"', 'id="made"'])

    def test_each_question_is_quoted_then_answered_in_a_sentence_then_table_then_chart_then_notes(self):
        sections = re.findall(r'<section class="matter" id="question-\d+">.*?</section>', self.page, re.S)
        self.assertGreaterEqual(len(sections), 3)
        for section in sections:
            self.in_order(section, ['<h2>', '<blockquote><p>', '<p class="answer">', '<table ',
                                    '<caption>', 'Unit: ', '<th scope="col"', '<th scope="row"',
                                    '<div class="notes">', 'as a file'])
            for sentence in re.findall(r'<p class="answer">(.*?)</p>', section, re.S):
                self.assertRegex(words(sentence), r'^(We (recorded|counted) [\d,]+ \w+|The number of)')
        self.assertGreaterEqual(self.page.count('<figure class="chart">'), 4)

    def test_every_question_is_answered_in_short_with_its_figure(self):
        short = self.page[self.page.index('id="short"'):self.page.index('On this page')]
        answers = re.findall(r'<dd>(.*?)</dd>', short, re.S)
        self.assertEqual(len(answers), len(re.findall(r'id="question-\d+"', self.page)))
        for answer in answers:
            self.assertRegex(answer, r'<b>[\d,]+&nbsp;\w+</b>')

    def test_dates_are_in_one_form(self):
        text = words(self.page[self.page.index('<main'):])
        self.assertRegex(text, r'\d{1,2} [A-Z][a-z]+ 20\d\d')
        self.assertIsNone(re.search(r'\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b20\d\d-\d\d-\d\d\b|\d(st|nd|rd|th) ', text))

    def test_a_refusal_and_what_is_not_held_say_why_and_how_to_complain(self):
        for name, held in (('refused-cost', 'section 12'), ('not-held', 'We do not hold it')):
            page = read(f'{self.folder}/{name}/index.html')
            self.in_order(page, ['Leave this site', '<h1>', 'The answer in short', 'id="decision"', held,
                                 'id="review"', 'id="request"'])
            letter = read(f'{self.folder}/{name}/letter.txt')
            for part in ('Our decision', 'If you are not content', 'Information Commissioner', 'as received'):
                self.assertIn(part, letter)

    def test_the_letter_says_what_the_page_says(self):
        letter = ' '.join(read(f'{self.folder}/demo/letter.txt').split())
        for sentence in re.findall(r'<p class="answer">(.*?)</p>', self.page, re.S):
            self.assertIn(words(sentence), letter)
        for part in ('Why figures are withheld', 'Why nothing further is given', 'How far these figures can be '
                     'trusted', 'If you are not content', 'live recording system'):
            self.assertIn(part, letter)

    def test_every_text_of_the_shipped_wording_is_used_by_some_page(self):
        source = ''
        for folder in ('src/publish', 'src/site'):
            for name in os.listdir(f'{ROOT}/{folder}'):
                if name.endswith('.c'):
                    source += read(f'{ROOT}/{folder}/{name}')
        for name in os.listdir(f'{ROOT}/web'):
            if name.endswith('.js'):
                source += read(f'{ROOT}/web/{name}')
        for key in keys('wording-en.yaml'):
            stem = key[:key.rindex('-') + 1] if '-' in key else key
            stems = {stem, key[:key.index('-') + 1] if '-' in key else key}
            self.assertTrue(f'"{key}"' in source or any(f'"{s}%' in source for s in stems), key)


class Rounded(unittest.TestCase):

    def test_a_rounded_answer_says_so_wherever_its_figures_are_read(self):
        folder = tempfile.mkdtemp(prefix='safecount-rounded-')
        self.addCleanup(shutil.rmtree, folder)
        draw = random.Random(5)
        with open(f'{folder}/records.csv', 'w', encoding='utf-8') as file:
            file.write('id,date,outcome,mo\n')
            for n in range(160):
                file.write(f'{n},{draw.choice((2019, 2020))}-0{draw.randint(1, 9)}-11,'
                           f'{draw.choice("1 1 1 16 16 14".split())},x\n')
        for name, text in (
                ('request.yaml', 'reference: R-1\ntitle: Rounded\nas_at: 2021-01-01\nextract: extract.yaml\n'
                 'policy: policy.yaml\n'
                 'period: {from: 2019-01-01, to: 2020-12-31, date: recorded, year: calendar}\nquestions:\n'
                 '  - id: "1"\n    text: How many?\n    tables:\n'
                 '      - {id: t, rows: [year], columns: [outcome], count: offences}\n'),
                ('policy.yaml', 'threshold: 5\nmethod: round\n'),
                ('extract.yaml', 'files: records.csv\nrow: offence\n'
                 'columns: {offence_id: id, recorded: date, outcome: outcome, narrative: mo}\n')):
            with open(f'{folder}/{name}', 'w', encoding='utf-8') as file:
                file.write(text)
        subprocess.run([PROGRAM, 'answer', f'{folder}/request.yaml', '-o', f'{folder}/out', '--quiet'],
                       check=True)
        page = words(read(f'{folder}/out/index.html'))
        self.assertRegex(page, r'Of about [\d,]+ offences, ')
        self.assertRegex(page, r'We recorded about [\d,]+ offences')
        self.assertIn('All figures are rounded to multiples of 5', page)
        chart = read(f'{folder}/out/charts/t.svg')
        self.assertEqual(chart.count('All figures are rounded to multiples of 5'), 2)  # seen, and read out
        self.assertNotIn('withheld', chart)
        for name in ('letter.txt', 'tables/t.csv'):
            self.assertIn('rounded', read(f'{folder}/out/{name}'))


class Weight(unittest.TestCase):
    """A page with all that it loads stays under 80 kB as a server compresses it."""

    def test_the_largest_answer_page_is_light(self):
        folder = tempfile.mkdtemp(prefix='safecount-weight-')
        self.addCleanup(shutil.rmtree, folder)
        draw = random.Random(3)
        with open(f'{folder}/records.csv', 'w', encoding='utf-8') as file:
            file.write('id,date,a,b,mo\n')
            n = 0
            for a in range(68):
                for b in range(68):
                    for _ in range(draw.randint(5, 40) * (10 if (a + b) % 9 == 0 else 1)):
                        n += 1
                        file.write(f'{n},2020-0{draw.randint(1, 9)}-11,Area number {a:02},Group of {b:02},x\n')
        tables = '\n'.join(f'      - {{id: t{i}, rows: [a], columns: [b], count: offences}}' for i in range(4))
        with open(f'{folder}/request.yaml', 'w', encoding='utf-8') as file:
            file.write('reference: W-1\ntitle: Wide\nas_at: 2021-01-01\nextract: extract.yaml\n'
                       'period: {from: 2020-01-01, to: 2020-12-31, date: recorded, year: calendar}\n'
                       'questions:\n  - id: "1"\n    text: How many?\n    tables:\n' + tables + '\n')
        with open(f'{folder}/extract.yaml', 'w', encoding='utf-8') as file:
            file.write('files: records.csv\nrow: offence\n'
                       'columns: {offence_id: id, recorded: date, narrative: mo}\n')
        subprocess.run([PROGRAM, 'answer', f'{folder}/request.yaml', '-o', f'{folder}/out', '--quiet'],
                       check=True)
        page = read(f'{folder}/out/index.html')
        self.assertEqual(page.count('too large for this page'), 2)  # two of four; all are in the files
        self.assertGreater(page.count('<td'), 9000)
        names = ['index.html'] + [f'assets/{n}' for n in os.listdir(f'{folder}/out/assets')]
        size = 0
        for name in names:
            with open(f'{folder}/out/{name}', 'rb') as file:
                size += len(gzip.compress(file.read(), 6))
        log = 20_000  # what a page of the log loads besides: GOV.UK Frontend and the log's own style
        self.assertLess(size + log, 80_000)


class Welsh(unittest.TestCase):

    def test_the_welsh_interface_is_complete(self):
        english, welsh = keys('wording-en.yaml'), keys('wording-cy.yaml')
        interface = {k for k in english if not k.startswith(('text-', 'held-'))}
        self.assertEqual(sorted(interface - set(welsh)), [])
        self.assertEqual(sorted(set(welsh) - set(english)), [])
        for key in interface:
            self.assertEqual(sorted(re.findall(r'\{\w+\}', english[key])),
                             sorted(re.findall(r'\{\w+\}', welsh[key])), key)
            if key not in ('beta',):
                self.assertNotEqual(english[key], welsh[key], key)

    def test_a_welsh_page_says_which_parts_are_in_which_language(self):
        folder = tempfile.mkdtemp(prefix='safecount-welsh-')
        self.addCleanup(shutil.rmtree, folder)
        subprocess.run([DEMO, f'{folder}/demo'], check=True)
        with open(f'{folder}/site.yaml', 'w', encoding='utf-8') as file:
            file.write('organisation: Example Constabulary\nlanguage: cy\nanswers:\n'
                       '  - {folder: demo, published: 2021-10-04}\n')
        built = subprocess.run([PROGRAM, 'site', 'build', f'{folder}/site.yaml', '-o', f'{folder}/site',
                                '--preview', '--quiet'], capture_output=True, text=True, check=False)
        if 'GOV.UK Frontend' in built.stderr:
            self.skipTest('web/node_modules is not installed (scripts/setup)')
        self.assertEqual(built.returncode, 0, built.stderr)
        page = read(f'{folder}/site/answers/pub-1254/index.html')
        self.assertIn('<html lang="cy"', page)
        self.assertRegex(page, r'<main [^>]*lang="en-GB"')
        main = page[page.index('<main'):page.index('</main>')]
        for text in ("Yr ateb yn fyr", 'Penderfyniad', 'Cwestiwn', 'Sut y gwnaethom gyfrif'):
            for found in re.finditer(re.escape(text), main):
                before = main[:found.start()]
                self.assertTrue(before.endswith('<span lang="cy">'), text)
        outside = page[:page.index('<main')] + page[page.index('</main>'):]
        for text in ('Leave this site', 'Skip to main', 'Published under', 'Accessibility', 'Staying safe'):
            self.assertNotIn(text, outside)
        # long texts that are not translated say that they are English
        safe = read(f'{folder}/site/safe/index.html')
        at = safe.index('If someone looks at what you do')
        self.assertIn('lang="en-GB"', safe[safe.rindex('<div', 0, at):at])


if __name__ == '__main__':
    unittest.main()
