#!/usr/bin/env python3
"""Scores the dictionaries of this folder on real reports, and plays reviews of them.

    examples/vaers/measure.py PROGRAM CASES.csv TRUTH.csv census
    examples/vaers/measure.py PROGRAM CASES.csv TRUTH.csv samples REVIEWS OUT.csv
    examples/vaers/measure.py plot SAMPLES.csv OUT.svg

TRUTH.csv says what trained coders recorded for the same reports. `census` has every report checked
against it, so that precision and recall are exact; `samples` draws reviews of several sizes, labels
them from it, and notes what each would have reported. docs/accuracy.md tells what came out.
"""

import csv
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))

# What coders write for each category: symptoms, or types of vaccine.
SYMPTOMS = {
    'headache': {'Headache', 'Migraine'},
    'hives': {'Urticaria'},
    'rash': {'Rash', 'Rash maculo-papular', 'Rash pustular', 'Rash vesicular'},
    'fever': {'Pyrexia'},
    'seizure': {'Convulsion', 'Febrile convulsion', 'Grand mal convulsion'},
    'vomiting': {'Vomiting'},
    'nausea': {'Nausea'},
    'diarrhoea': {'Diarrhoea'},
    'itching': {'Pruritus'},
    'dizziness': {'Dizziness'},
    'joint-pain': {'Arthralgia'},
    'fainting': {'Syncope'},
}
PRODUCTS = {
    'hepatitis-b': {'HEP'},
    'mmr': {'MMR'},
    'dtp': {'DTP', 'DTPHIB'},
}


def load_truth(path):
    """{report: categories}"""
    truth = {}
    with open(path, newline='', encoding='utf-8') as f:
        for row in csv.DictReader(f):
            symptoms = set(row['symptoms'].split('|'))
            types = set(row['vax_types'].split('|'))
            truth[row['id']] = ({c for c, names in SYMPTOMS.items() if symptoms & names} |
                                {c for c, names in PRODUCTS.items() if types & names})
    return truth


class Job:
    """A folder with the request, one of the dictionaries, and reports whose text ends with their
    number, so that the labels of an exported sample can be looked up."""

    def __init__(self, program, cases, dictionary):
        self.program = program
        self.folder = tempfile.TemporaryDirectory()
        self.path = self.folder.name
        for name in ('request.yaml', 'extract.yaml'):
            shutil.copy(os.path.join(HERE, name), self.path)
        shutil.copy(os.path.join(HERE, dictionary), os.path.join(self.path, 'dictionary.yaml'))
        with open(cases, newline='', encoding='utf-8') as f, \
                open(os.path.join(self.path, 'cases.csv'), 'w', newline='', encoding='utf-8') as out:
            reader = csv.DictReader(f)
            writer = csv.DictWriter(out, reader.fieldnames)
            writer.writeheader()
            for row in reader:
                row['narrative'] += ' ; #' + row['id']
                writer.writerow(row)

    def use(self, text):
        """Replaces the dictionary."""
        with open(os.path.join(self.path, 'dictionary.yaml'), 'w', encoding='utf-8') as f:
            f.write(text)

    def run(self, *arguments):
        return subprocess.run([self.program, *arguments], cwd=self.path, check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout

    def review(self, size, seed, truth):
        """Draws a sample, labels it from the truth, and gives the report."""
        self.run('review', 'sample', 'request.yaml', '--size', str(size), '--seed', str(seed))
        exported = os.path.join(self.path, 'export.csv')
        self.run('review', 'export', 'request.yaml', '-o', exported, '--narratives')
        with open(exported, newline='', encoding='utf-8') as f:
            rows = list(csv.DictReader(f))
        os.remove(exported)
        for row in rows:
            true = truth[row.pop('(narrative)').rsplit('#', 1)[1]]
            for category in true:
                row[category] = '1'
            row['(none)'] = '' if true else '1'
        labels = os.path.join(self.path, 'labels.csv')
        with open(labels, 'w', newline='', encoding='utf-8') as f:
            writer = csv.DictWriter(f, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        self.run('review', 'import', 'request.yaml', labels)
        return json.loads(self.run('review', 'report', 'request.yaml', '--json'))

    def forget(self):
        path = os.path.join(self.path, 'safecount.register')
        if os.path.exists(path):
            os.remove(path)


def census(program, cases, truth):
    """{dictionary: {category: report}} with every report checked."""
    return {name: {c['category']: c for c in
                   Job(program, cases, name + '.yaml').review(100000, 1, truth)['categories']}
            for name in ('plain', 'dictionary')}


def classified(program, cases, dictionary):
    """{report: categories} as `safecount classify` finds them."""
    job = Job(program, cases, dictionary)
    job.run('classify', 'extract.yaml', '--dictionary', 'dictionary.yaml', '--labels', 'labels.csv')
    with open(os.path.join(job.path, 'labels.csv'), newline='', encoding='utf-8') as f:
        return {row['key']: set(re.findall(r'[\w-]+', row['categories']))
                for row in csv.DictReader(f)}


def without(text, *parts):
    """The dictionary without its near-misses, negation or exclusions."""
    kept = []
    dropping = None  # the indent below which a dropped key ends
    for line in text.split('\n'):
        indent = len(line) - len(line.lstrip())
        if dropping is not None and line.strip() and indent > dropping:
            continue
        dropping = None
        key = line.strip().split(':')[0]
        if (('near' in parts and key in ('near', 'count_near', 'except')) or
                ('negation' in parts and key == 'negation') or
                ('exclusions' in parts and key == 'exclude')):
            dropping = indent
            continue
        kept.append(line)
    return '\n'.join(kept)


def ablation(program, cases, truth):
    """[(what the dictionary has, wrong hits, misses, micro precision, recall, F1)] over symptoms."""
    job = Job(program, cases, 'plain.yaml')
    with open(os.path.join(HERE, 'dictionary.yaml'), encoding='utf-8') as f:
        full = f.read()
    steps = [('plain words', None),
             ('and variants', without(full, 'near', 'negation', 'exclusions')),
             ('and exclusions', without(full, 'near', 'negation')),
             ('and negation', without(full, 'near')),
             ('and near-misses', full)]
    rows = []
    for name, text in steps:
        if text:
            job.use(text)
            job.forget()
        report = job.review(100000, 1, truth)
        symptoms = [c for c in report['categories'] if c['category'] in SYMPTOMS]
        found = sum(c['found'] for c in symptoms)
        hits = sum(c['found_true'] for c in symptoms)
        missed = sum(c['not_found_true'] for c in symptoms)
        rows.append((name, found - hits, missed, hits / found, hits / (hits + missed),
                     2 * hits / (found + hits + missed)))
    return rows


def print_ablation(program, cases, truth):
    print('| the dictionary has | wrongly found | missed | precision | recall | F1 |')
    print('| --- |' + ' ---: |' * 5)
    for name, wrong, missed, precision, recall, f1 in ablation(program, cases, truth):
        print(f'| {name} | {wrong:,} | {missed:,} | {precision:.3f} | {recall:.3f} | {f1:.3f} |')


def print_census(program, cases, truth):
    scores = census(program, cases, truth)
    print('| category | true | plain: found | precision | recall | F1 | dictionary: found | precision '
          '| recall | F1 |')
    print('| --- |' + ' ---: |' * 9)
    for category, full in scores['dictionary'].items():
        plain = scores['plain'][category]
        cells = [f"{full['label']}", f"{full['true_number']['value']:,.0f}"]
        for s in (plain, full):
            cells += [f"{s['found']:,}"] + [f"{s[k]['value']:.3f}"
                                            for k in ('precision', 'recall', 'f1')]
        print('| ' + ' | '.join(cells) + ' |')


SIZES = (50, 100, 200, 500, 1000, 2000)
MEASURES = ('precision', 'recall', 'f1', 'true_number')


def play_samples(program, cases, truth, reviews, out):
    """Notes each category's interval of each review, and whether it holds the truth."""
    exact = census(program, cases, truth)['dictionary']
    job = Job(program, cases, 'dictionary.yaml')
    with open(out, 'w', newline='', encoding='utf-8') as f:
        writer = csv.writer(f, lineterminator='\n')
        writer.writerow(['size', 'category', 'measure', 'reviews', 'covered', 'mean_value',
                         'truth', 'mean_width'])
        for size in SIZES:
            notes = {(c, m): [] for c in exact for m in MEASURES}
            for seed in range(1, reviews + 1):
                report = job.review(size, seed, truth)
                job.forget()
                for c in report['categories']:
                    for m in MEASURES:
                        if c[m]:
                            notes[c['category'], m].append(c[m])
            for (category, measure), estimates in notes.items():
                true = exact[category][measure]['value']
                n = len(estimates)
                covered = sum(e['low'] - 1e-5 <= true <= e['high'] + 1e-5 for e in estimates)
                writer.writerow([
                    size, category, measure, n, covered,
                    f"{sum(e['value'] for e in estimates) / n:.4f}", f'{true:.4f}',
                    f"{sum(e['high'] - e['low'] for e in estimates) / n:.4f}"])


class Panel:
    """Lines over the sizes of samples, in a part of the picture."""

    def __init__(self, left, title, low, high, ticks, scale):
        self.left, self.low, self.high, self.scale = left, low, high, scale
        self.lines = [f'<text x="{left}" y="24" font-size="15">{title}</text>']
        for tick in ticks:
            self.lines.append(
                f'<line x1="{left}" x2="{left + WIDE}" y1="{self.y(tick):.1f}" '
                f'y2="{self.y(tick):.1f}" stroke="#ccc"/><text x="{left - 8}" '
                f'y="{self.y(tick) + 4:.1f}" text-anchor="end">{tick * 100:.0f}%</text>')
        for size in SIZES:
            self.lines.append(f'<text x="{self.x(size):.1f}" y="{TOP + HIGH + 20}" '
                              f'text-anchor="middle">{size:,}</text>')
        self.lines.append(f'<text x="{left + WIDE / 2}" y="{TOP + HIGH + 42}" text-anchor="middle">'
                          'reports read by a person</text>')
        self.ends = []

    def x(self, size):
        return self.left + WIDE * SIZES.index(size) / (len(SIZES) - 1)

    def y(self, value):
        low, high = self.scale(self.low), self.scale(self.high)
        return TOP + HIGH * (1 - (self.scale(value) - low) / (high - low))

    def add(self, label, colour, values):
        points = [(self.x(size), self.y(value)) for size, value in sorted(values.items())]
        self.lines.append('<polyline fill="none" stroke="{}" stroke-width="2" points="{}"/>'.format(
            colour, ' '.join(f'{a:.1f},{b:.1f}' for a, b in points)))
        self.ends.append([points[-1][1], label, colour])

    def done(self):
        self.ends.sort()
        for i in range(1, len(self.ends)):  # labels keep apart
            self.ends[i][0] = max(self.ends[i][0], self.ends[i - 1][0] + 16)
        return self.lines + [f'<text x="{self.left + WIDE + 8}" y="{y + 4:.1f}" fill="{colour}">'
                             f'{label}</text>' for y, label, colour in self.ends]


TOP, HIGH, WIDE = 44, 320, 300
COLOURS = ['#1f5fa8', '#b3541e', '#2f7d4f', '#7a3e9d', '#8a6d00', '#444444']


def plot(samples, out):
    """Left: the width of the interval of the corrected number, as a share of the true number.
    Right: how often the intervals hold the truth, over all categories."""
    with open(samples, newline='', encoding='utf-8') as f:
        rows = list(csv.DictReader(f))
    width = Panel(60, 'Width of the 95% interval, of the true number', 0.04, 8,
                  (0.05, 0.1, 0.2, 0.5, 1, 2, 5), math.log)
    shown = {'fever': 'Fever', 'rash': 'Rash', 'seizure': 'Seizure', 'headache': 'Headache',
             'fainting': 'Fainting', 'hepatitis-b': 'Hepatitis B vaccine'}
    for (category, label), colour in zip(shown.items(), COLOURS):
        width.add(label, colour, {int(r['size']): float(r['mean_width']) / float(r['truth'])
                                  for r in rows if r['measure'] == 'true_number' and
                                  r['category'] == category})
    cover = Panel(600, 'Intervals that hold the truth', 0.85, 1.0, (0.85, 0.9, 0.95, 1),
                  lambda value: value)
    names = {'precision': 'Precision', 'recall': 'Recall', 'f1': 'F1',
             'true_number': 'True number'}
    for (measure, label), colour in zip(names.items(), COLOURS):
        held = {}
        for size in SIZES:
            these = [r for r in rows if r['measure'] == measure and int(r['size']) == size]
            held[size] = (sum(int(r['covered']) for r in these) /
                          sum(int(r['reviews']) for r in these))
        cover.add(label, colour, held)
    lines = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 424" role="img" '
             'font-family="sans-serif" font-size="13">',
             '<title>What a larger sample buys: narrower intervals, which hold the truth as often '
             'as they say</title>', '<rect width="1000" height="424" fill="#fff"/>',
             *width.done(), *cover.done(), '</svg>', '']
    with open(out, 'w', encoding='utf-8') as f:
        f.write('\n'.join(lines))


def main(arguments):
    if len(arguments) == 3 and arguments[0] == 'plot':
        plot(*arguments[1:])
    elif len(arguments) == 4 and arguments[3] == 'census':
        job = os.path.abspath(arguments[0]), arguments[1], load_truth(arguments[2])
        print_census(*job)
        print()
        print_ablation(*job)
    elif len(arguments) == 6 and arguments[3] == 'samples':
        play_samples(os.path.abspath(arguments[0]), arguments[1], load_truth(arguments[2]),
                     int(arguments[4]), arguments[5])
    else:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
