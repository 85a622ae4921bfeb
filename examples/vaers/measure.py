#!/usr/bin/env python3
"""Scores the dictionaries of this folder on real reports, and plays reviews of them.

    examples/vaers/measure.py PROGRAM CASES.csv TRUTH.csv census
    examples/vaers/measure.py PROGRAM CASES.csv TRUTH.csv samples REVIEWS OUT.csv
    examples/vaers/measure.py PROGRAM CASES.csv TRUTH.csv searches
    examples/vaers/measure.py PROGRAM CASES.csv TRUTH.csv halves
    examples/vaers/measure.py plot SAMPLES.csv OUT.svg

TRUTH.csv says what trained coders recorded for the same reports. `census` has every report checked
against it, so that precision and recall are exact; `searches` scores plain word searches by several
of the coders' terms; `halves` learns words from the reports with odd numbers alone and scores them on
those with even ones; `samples` draws reviews of several sizes, labels them from it, and notes what
each would have reported. docs/accuracy.md tells what came out.
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
    return labels_of(Job(program, cases, dictionary))


def labels_of(job):
    job.run('classify', 'extract.yaml', '--dictionary', 'dictionary.yaml', '--labels', 'labels.csv')
    with open(os.path.join(job.path, 'labels.csv'), newline='', encoding='utf-8') as f:
        return {row['key']: set(re.findall(r'[\w-]+', row['categories']))
                for row in csv.DictReader(f)}


def without(text, *parts):
    """The dictionary without its variants, near-misses, negation or exclusions."""
    kept = []
    dropping = None  # the indent below which a dropped key ends
    for line in text.split('\n'):
        indent = len(line) - len(line.lstrip())
        if dropping is not None and line.strip() and indent > dropping:
            continue
        dropping = None
        key = line.strip().split(':')[0]
        if (('variants' in parts and key == 'variants') or
                ('near' in parts and key in ('near', 'count_near', 'except')) or
                ('negation' in parts and key == 'negation') or
                ('exclusions' in parts and key == 'exclude')):
            dropping = indent
            continue
        kept.append(line)
    return '\n'.join(kept)


PARTS = ('variants', 'exclusions', 'negation', 'near')
PART_NAMES = {'variants': 'variants', 'exclusions': 'exclusions', 'negation': 'negation',
              'near': 'near-misses'}


def full_dictionary():
    with open(os.path.join(HERE, 'dictionary.yaml'), encoding='utf-8') as f:
        return f.read()


def in_turn():
    """The parts of the dictionary switched on one after the other."""
    full = full_dictionary()
    return [('plain words', None),
             ('and variants', without(full, 'near', 'negation', 'exclusions')),
             ('and exclusions', without(full, 'near', 'negation')),
             ('and negation', without(full, 'near')),
             ('and near-misses', full)]


def one_by_one():
    """The first terms of the dictionary with each part alone, and all of it without each."""
    full = full_dictionary()
    return ([('its terms alone', without(full, *PARTS))] +
            [(f'terms and {PART_NAMES[p]}', without(full, *(q for q in PARTS if q != p)))
             for p in PARTS] +
            [('all of it', full)] +
            [(f'all but {PART_NAMES[p]}', without(full, p)) for p in PARTS])


def ablation(program, cases, truth, steps):
    """[(what the dictionary has, wrong hits, misses, micro precision, recall, F1)] over symptoms."""
    job = Job(program, cases, 'plain.yaml')
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


def print_ablation(program, cases, truth, steps):
    print('| the dictionary has | wrongly found | missed | precision | recall | F1 |')
    print('| --- |' + ' ---: |' * 5)
    for name, wrong, missed, precision, recall, f1 in ablation(program, cases, truth, steps):
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


# ---- learned from one half, scored on the other ----

def is_odd(report):
    return int(report) % 2 == 1


def phrases_of(cases):
    """{word or two words that stand together: reports of the odd half}, those in ten or more."""
    seen = {}
    with open(cases, newline='', encoding='utf-8') as f:
        for row in csv.DictReader(f):
            if not is_odd(row['id']):
                continue
            words = re.findall(r'[a-z]+|[^a-z\s]+', row['narrative'].lower())
            pairs = {f'{a} {b}' for a, b in zip(words, words[1:]) if (a + b).isalpha()}
            for phrase in pairs | {w for w in words if w.isalpha() and len(w) > 2}:
                seen.setdefault(phrase, set()).add(row['id'])
    return {phrase: reports for phrase, reports in seen.items() if len(reports) >= 10}


def learn(cases, truth, found):
    """{symptom: words to add}: by the reports of the odd half and what was found there. A word is
    added while it brings five reports or more of which seven in ten are right, the best first."""
    phrases = phrases_of(cases)
    learned = {}
    for symptom in SYMPTOMS:
        true = {r for r, categories in truth.items() if symptom in categories and is_odd(r)}
        have = {r for r, categories in found.items() if symptom in categories and is_odd(r)}
        words = learned[symptom] = []
        left = {p: reports for p, reports in phrases.items() if len(reports & true) >= 5}
        while left:
            gains = {p: (len((reports - have) & true), len(reports - have))
                     for p, reports in left.items()}
            left = {p: left[p] for p, (right, all_) in gains.items()
                    if right >= 5 and right >= 0.7 * all_}
            if not left:
                break
            best = min(left, key=lambda p: (-2 * gains[p][0] + gains[p][1], p))
            words.append(best)
            have |= left.pop(best)
    return learned


def learned_dictionary(cases, truth, found):
    """The plain words with those learned from the odd half."""
    with open(os.path.join(HERE, 'plain.yaml'), encoding='utf-8') as f:
        text = f.read()
    for symptom, words in learn(cases, truth, found).items():
        listed = ', '.join(f'"{word}"' for word in words)
        text = re.sub(rf'(id: {symptom},.*)\]\}}', rf'\1], variants: [{listed}]}}' if words else
                      r'\1]}', text)
    return text


def score(found, truth, odd):
    """Micro precision, recall and F1 over the symptoms, of one half."""
    hits = right = true = 0
    for report, categories in truth.items():
        if is_odd(report) != odd:
            continue
        mine, theirs = found[report] & SYMPTOMS.keys(), categories & SYMPTOMS.keys()
        hits, true, right = hits + len(mine), true + len(theirs), right + len(mine & theirs)
    return right / hits, right / true, 2 * right / (hits + true)


def halves(program, cases, truth):
    """[(dictionary, precision, recall, F1 of the odd half, and of the even half)]"""
    plain = classified(program, cases, 'plain.yaml')
    job = Job(program, cases, 'plain.yaml')
    job.use(learned_dictionary(cases, truth, plain))
    rows = [('plain words again', plain),
            ('with words learned from odd numbers', labels_of(job)),
            ('the dictionary written with all', classified(program, cases, 'dictionary.yaml'))]
    return [(name, *score(found, truth, True), *score(found, truth, False))
            for name, found in rows]


def print_halves(program, cases, truth):
    print('| dictionary | odd: precision | recall | F1 | even: precision | recall | F1 |')
    print('| --- |' + ' ---: |' * 6)
    for name, *figures in halves(program, cases, truth):
        print(f'| {name} | ' + ' | '.join(f'{f:.3f}' for f in figures) + ' |')


# ---- what a plain word search finds, by which words and which of the coders' terms ----

RASHES = 'Rash|Rash maculo-papular|Rash pustular|Rash vesicular'
SEARCHES = (
    ('headache(s), h/a', 'headache, headaches, h/a', 'Headache'),
    ('headache(s), h/a (as above)', 'headache, headaches, h/a', 'Headache|Migraine'),
    ('the same, ha, head ache(s), head hurts, migraine(s)',
     'headache, headaches, h/a, ha, head ache, head aches, head hurts, migraine, migraines',
     'Headache'),
    ('hives, urticaria (as above)', 'hives, urticaria', 'Urticaria'),
    ('hive*, urticari*', 'hive*, urticari*', 'Urticaria'),
    ('the same, wheals', 'hive*, urticari*, wheals', 'Urticaria'),
    ('rash(es)', 'rash, rashes', 'Rash'),
    ('rash(es), any kind of rash (as above)', 'rash, rashes', RASHES),
)


def searches(program, cases, truth_path):
    """[(words, found, true, precision, recall)] of SEARCHES."""
    with open(truth_path, newline='', encoding='utf-8') as f:
        coded = {row['id']: set(row['symptoms'].split('|')) for row in csv.DictReader(f)}
    job = Job(program, cases, 'plain.yaml')
    job.use('categories:\n' + ''.join(
        f'  - {{id: c{i}, terms: [{", ".join(chr(34) + w + chr(34) for w in words.split(", "))}]}}\n'
        for i, (_, words, _) in enumerate(SEARCHES)))
    labels = labels_of(job)
    rows = []
    for i, (name, _, terms) in enumerate(SEARCHES):
        found = {r for r, categories in labels.items() if f'c{i}' in categories}
        true = {r for r, symptoms in coded.items() if symptoms & set(terms.split('|'))}
        right = len(found & true)
        rows.append((name, terms, len(found), len(true), right / len(found), right / len(true)))
    return rows


def print_searches(program, cases, truth_path):
    print("| words | the coders' terms | found | true | precision | recall |")
    print('| --- | --- |' + ' ---: |' * 4)
    for name, terms, found, true, precision, recall in searches(program, cases, truth_path):
        print(f'| {name} | {terms.replace("|", ", ")} | {found:,} | {true:,} | {precision:.3f} | '
              f'{recall:.3f} |')


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
        print_ablation(*job, in_turn())
        print()
        print_ablation(*job, one_by_one())
    elif len(arguments) == 4 and arguments[3] == 'halves':
        print_halves(os.path.abspath(arguments[0]), arguments[1], load_truth(arguments[2]))
    elif len(arguments) == 4 and arguments[3] == 'searches':
        print_searches(os.path.abspath(arguments[0]), arguments[1], arguments[2])
    elif len(arguments) == 6 and arguments[3] == 'samples':
        play_samples(os.path.abspath(arguments[0]), arguments[1], load_truth(arguments[2]),
                     int(arguments[4]), arguments[5])
    else:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
