#!/usr/bin/env python3
"""Charts as files: what is drawn is what is published, and nothing can be read off of what is not."""

import csv
import os
import re
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ET

DEMO = os.environ['PUBLISH_DEMO']
SVG = '{http://www.w3.org/2000/svg}'
HOSTILE = range(19)


def demo(*arguments):
    folder = tempfile.mkdtemp(prefix='safecount-charts-')
    subprocess.run([DEMO, os.path.join(folder, 'a'), *map(str, arguments)], check=True)
    return os.path.join(folder, 'a')


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def luminance(colour):
    r, g, b = (int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5))
    channel = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (r, g, b)]
    return 0.2126 * channel[0] + 0.7152 * channel[1] + 0.0722 * channel[2]


def contrast(a, b):
    a, b = sorted((luminance(a), luminance(b)))
    return (b + 0.05) / (a + 0.05)


class Charts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = demo()
        cls.names = sorted(n[:-4] for n in os.listdir(f'{cls.folder}/charts'))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(os.path.dirname(cls.folder))

    def chart(self, name):
        return ET.fromstring(read(f'{self.folder}/charts/{name}.svg'))

    def totals(self, table):
        """{(category label, period label): value or None} of a table of periods by category, months at their total."""
        with open(f'{self.folder}/tables/{table}.csv', encoding='utf-8-sig', newline='') as file:
            rows = [r for r in csv.reader(file) if not r[0].startswith('Note:')]
        months = rows[0][1] == 'Month'
        out = {}
        for row in rows[1:]:
            if row[0] == 'Total' or (months and row[1] != 'Total'):
                continue
            for label, value in list(zip(rows[0], row))[2 if months else 1:]:
                out[(label, row[0])] = None if value == '[c]' else int(value)
        return out

    def test_there_is_one_for_each_chart_on_the_page_and_the_page_leads_to_it(self):
        page = read(f'{self.folder}/index.html')
        self.assertGreaterEqual(len(self.names), 4)
        self.assertEqual(page.count('<figure class="chart">'), len(self.names))
        for name in self.names:
            self.assertEqual(page.count(f'href="charts/{name}.svg"'), 2)  # beside it, and among all files
        dataset = read(f'{self.folder}/metadata.jsonld')
        self.assertTrue(all(f'"contentUrl": "charts/{name}.svg"' in dataset for name in self.names))

    def test_it_says_in_words_all_that_it_draws_and_leads_to_the_figures(self):
        for name in self.names:
            root = self.chart(name)
            self.assertEqual(root.get('role'), 'img')
            ids = [root.find(SVG + tag).get('id') for tag in ('title', 'desc')]
            self.assertEqual(root.get('aria-labelledby').split(), ids)
            self.assertEqual(root.get('lang'), 'en-GB')
            link = root.find(SVG + 'a').get('href')
            self.assertTrue(os.path.exists(f'{self.folder}/charts/{link}'), link)
            self.assertTrue(link.endswith(f'/{name}.tidy.csv'))
            desc = root.find(SVG + 'desc').text
            for text in root.iter(SVG + 'text'):
                if re.fullmatch(r'[\d,]+', text.text) and text.get('text-anchor') != 'end':
                    self.assertIn(text.text, desc)

    def test_bars_are_as_long_as_the_published_figures_on_one_scale(self):
        for name in self.names:
            if name == 'month':
                continue
            root = self.chart(name)
            values = self.totals(name)
            desc = root.find(SVG + 'desc').text
            drawn = {k: v for k, v in values.items() if f' {k[0]}: ' in desc and k[1] in desc}
            self.assertTrue(drawn)
            rects = [r for r in root.iter(SVG + 'rect') if r.get('x')]
            shown = [v for v in drawn.values() if v]
            self.assertEqual(len(rects), len(shown), name)
            scale = max(float(r.get('width')) for r in rects) / max(shown)
            self.assertEqual(sorted(round(float(r.get('width')) / scale) for r in rects), sorted(shown))
            for (category, period), value in drawn.items():
                said = '[c] withheld' if value is None else f'{value:,}'
                self.assertRegex(desc, re.escape(f' {category}: ') + r'[^.]*' + re.escape(f'{period} {said}'))

    def test_a_withheld_figure_is_its_mark_at_a_fixed_place_without_bar_or_gap(self):
        marks = 0
        for name in self.names:
            children = list(self.chart(name))
            for i, text in enumerate(children):
                if text.tag != SVG + 'text' or text.text != '[c] withheld':
                    continue
                marks += 1
                line = re.fullmatch(r'M(\d+) (\d+)v20', children[i - 1].get('d'))
                self.assertEqual(int(text.get('x')), int(line.group(1)) + 7)
                self.assertEqual(int(text.get('y')), int(line.group(2)) + 15)
                self.assertEqual(children[i - 2].tag, SVG + 'text')  # the period: no bar between
        self.assertGreater(marks, 3)

    def test_columns_are_as_high_as_the_published_months(self):
        root = self.chart('month')
        with open(f'{self.folder}/tables/month.tidy.csv', encoding='utf-8', newline='') as file:
            values = [r['value'] for r in csv.DictReader(file) if 'Total' not in (r['year'], r['month'])]
        rects = [r for r in root.iter(SVG + 'rect') if r.get('x')]
        shown = [int(v) for v in values if v not in ('', '0')]
        self.assertEqual(len(rects), len(shown))
        scale = max(int(r.get('height')) for r in rects) / max(shown)
        for rect, value in zip(rects, shown):
            self.assertAlmostEqual(int(rect.get('height')), value * scale, delta=1)
        marks = [t for t in root.iter(SVG + 'text') if t.text == '[c]']
        self.assertEqual(len(marks), values.count(''))
        self.assertEqual(len({t.get('transform').split()[1] for t in marks} | {'x'}), 1 + bool(marks))

    def test_shades_tell_in_grey_and_all_colours_stand_on_the_shapes(self):
        colours = ['#7297b6', '#4b7599', '#1d4e75']
        for name in self.names:
            text = read(f'{self.folder}/charts/{name}.svg')
            fills = set(re.findall(r'<rect class="b\d"[^>]* fill="(#\w+)"', text))
            self.assertTrue(fills and fills <= set(colours))
            self.assertNotIn(' style=', text)
            self.assertNotIn('<script', text)
            self.assertNotIn('http', text.replace('http://www.w3.org/2000/svg', ''))
            self.assertIn('@media screen and (prefers-color-scheme:dark)', text)
        for i, colour in enumerate(colours):
            self.assertGreaterEqual(contrast(colour, '#ffffff'), 3)
            self.assertTrue(i == 0 or contrast(colour, colours[i - 1]) > 1.5)

    def test_what_is_not_audited_says_so(self):
        for name in self.names:
            self.assertEqual(read(f'{self.folder}/charts/{name}.svg').count('Not audited: not for release'), 2)

    def test_hostile_text_is_text(self):
        for i in HOSTILE:
            folder = demo(6, i)
            for name in os.listdir(f'{folder}/charts'):
                root = ET.fromstring(read(f'{folder}/charts/{name}'))
                tags = {e.tag.replace(SVG, '') for e in root.iter()}
                self.assertLessEqual(tags, {'svg', 'title', 'desc', 'style', 'rect', 'path', 'text', 'a'})
                for element in root.iter():
                    self.assertFalse([k for k in element.attrib if k.startswith('on')])
                    if element.get('href'):
                        self.assertTrue(element.get('href').startswith('../tables/'))
            shutil.rmtree(os.path.dirname(folder))


if __name__ == '__main__':
    unittest.main()
