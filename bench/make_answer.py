#!/usr/bin/env python3
"""Makes up an extract and a request whose one table is year x month x band x outcome x platform.

usage: make_answer.py FOLDER [--years Y] [--offences N] [--bands B] [--seed S]

Writes extract.csv, extract.yaml, platforms.yaml, request.yaml and policy.yaml. One victim an offence;
one text in eight names two platforms and one in six none, so that platforms overlap. Rates
differ by category as they do in real tables: a few are large, most are small. The texts say
nothing about anybody.
"""

import argparse
import csv
import datetime
import pathlib
import random

PLATFORMS = ['Alpha', 'Bravo', 'Charlie', 'Delta', 'Echo', 'Foxtrot', 'Golf', 'Hotel', 'India', 'Juliet',
             'Kilo', 'Lima']
# Outcome codes: what real disposals are spread over.
OUTCOMES = ['1', '2', '3', '8', '9', '14', '15', '16', '18', '20', '21', '22']
BANDS = ['0-9', '10-11', '12', '13', '14', '15', '16-17', '18+']
AGES = [range(4, 10), [10, 11], [12], [13], [14], [15], [16, 17], range(18, 40)]


def weights(n, rng, spread=0.9):
    return [rng.lognormvariate(0, spread) for _ in range(n)]


def narrative(names):
    if not names:
        return 'Suspect contacted complainant and exchanged messages; device seized.'
    return f'Suspect contacted complainant via {" and ".join(names)} and exchanged messages; device seized.'


def write_extract(folder, options, rng):
    first = datetime.date(2024 - options.years, 4, 1)
    days = (datetime.date(2024, 3, 31) - first).days + 1
    outcome, band = weights(len(OUTCOMES), rng), weights(options.bands, rng, 0.5)
    platform = weights(len(PLATFORMS), rng)
    with open(folder / 'extract.csv', 'w', newline='', encoding='utf-8') as file:
        out = csv.writer(file, lineterminator='\n')
        out.writerow(['Crime Ref', 'HO Code', 'Date Recorded', 'Outcome', 'Victim ID', 'Victim Age', 'MO'])
        for i in range(options.offences):
            n = rng.choices([0, 1, 2], [4, 17, 3])[0]
            names = sorted(set(rng.choices(PLATFORMS, platform, k=n)))
            day = first + datetime.timedelta(days=rng.randrange(days))
            age = rng.choice(AGES[rng.choices(range(options.bands), band)[0]])
            out.writerow([f'M/{i:07}', '71/17', f'{day:%d/%m/%Y}', rng.choices(OUTCOMES, outcome)[0],
                          f'V{i:07}', age, narrative(names)])


def write_rest(folder, options):
    (folder / 'extract.yaml').write_text('''files: extract.csv
format: csv
row: link
columns: {offence_id: Crime Ref, offence_code: HO Code, recorded: Date Recorded, outcome: Outcome,
          victim_id: Victim ID, victim_age: Victim Age, narrative: MO}
date_format: dd/mm/yyyy
''', encoding='utf-8')
    lines = ['name: Platforms', 'version: "1.0"', 'categories:']
    for name in PLATFORMS:
        lines += [f'  - id: {name.lower()}', f'    label: {name}', '    terms:',
                  f'      - {{term: {name.lower()}, attested: false, source: made up}}']
    (folder / 'platforms.yaml').write_text('\n'.join(lines) + '\n', encoding='utf-8')
    (folder / 'policy.yaml').write_text('threshold: 5\nmarker: "[c]"\nreason: Counts of fewer than five.\n',
                                        encoding='utf-8')
    (folder / 'request.yaml').write_text(f'''reference: "1"
publication: PUB 1
title: Offences by month, age, outcome and platform
organisation: Example Constabulary
keywords: [offences]
received: 2024-05-01
as_at: 2024-05-01
words: |
  Please provide offences by month, age of victim, outcome and platform.
extract: extract.yaml
period: {{from: {2024 - options.years}-04-01, to: 2024-03-31, date: recorded, year: financial}}
offences: ["71/17"]
bands: {{asked: "{';'.join(BANDS[:options.bands])}"}}
questions:
  - id: "1"
    text: Offences by month, age of victim, outcome and platform.
    tables:
      - {{id: all, title: "Victims by month, age, outcome and platform", rows: [year, month],
         columns: [victim_age, outcome, method], bands: asked, dictionary: platforms.yaml, count: victims}}
policy: policy.yaml
decisions:
  - {{question: all, decision: partial, exemptions: ["40(2)"], covers: figures below the threshold}}
''', encoding='utf-8')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('folder', type=pathlib.Path)
    parser.add_argument('--years', type=int, default=3)
    parser.add_argument('--offences', type=int, default=20000)
    parser.add_argument('--bands', type=int, default=8)
    parser.add_argument('--seed', type=int, default=1)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    write_extract(options.folder, options, random.Random(options.seed))
    write_rest(options.folder, options)


if __name__ == '__main__':
    main()
