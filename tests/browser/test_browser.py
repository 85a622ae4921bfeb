#!/usr/bin/env python3
"""The pages in a browser: builds a log with every kind of page, then lets pages.mjs walk through it
in Debian's chromium. Each check of pages.mjs is one test here."""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.environ['SAFECOUNT']
DEMO = os.environ['PUBLISH_DEMO']
WEB = os.environ['SAFECOUNT_WEB']
HERE = os.path.dirname(os.path.abspath(__file__))

REFUSED = '''\
reference: "{ref}"
publication: PUB {pub}
title: {title}
organisation: Example Constabulary
keywords: [{keywords}]
received: 2021-08-02
answered: 2021-08-30
words: How many cameras stand on road {pub}?
questions:
  - {{id: "1", text: How many cameras stand on road {pub}?}}
decisions:
  - {{question: all, decision: {decision}, exemptions: [{exemptions}], covers: {covers}}}
'''
SITE = '''\
organisation: Example Constabulary
url: https://foi.example.org/
contact: mailto:foi@example.org
feedback: mailto:foi@example.org
beta: true
exit: https://elsewhere.example/weather
licence: {name: Open Government Licence v3.0, url: "https://example.org/ogl"}
per_page: 5
topics:
  - {id: roads, title: Road policing, keywords: [Road policing]}
  - {id: children, title: Offences against children, keywords: [Sexual communication with a child]}
answers:
  - {folder: demo, published: 2021-10-04}
  - {folder: r1251, published: 2021-09-28}
  - {folder: r1249, published: 2021-09-23}
  - {folder: r1247, published: 2021-09-14, withdrawn: {on: 2021-09-20, reason: Counted twice}}
  - versions:
      - {folder: r1250, published: 2021-09-10}
      - {folder: r1250b, published: 2021-10-01, reason: The cost had been added up wrongly}
  - {folder: r1240, published: 2021-08-31}
  - {folder: proved, published: 2021-09-01}
  - {folder: r1241, published: 2021-08-31}
'''


def missing():
    """Why the browser cannot be tested here, or None."""
    for name in ('chromium', 'node'):
        if not shutil.which(name):
            return f'{name} is not installed'
    if not os.path.isdir(os.path.join(WEB, 'node_modules', 'playwright-core')):
        return 'web/node_modules is not installed (scripts/setup)'
    version = subprocess.run(['node', '--version'], capture_output=True, text=True).stdout
    if int(version.strip('v\n').split('.')[0]) < 18:
        return f'node {version.strip()} is too old'
    return None


def refuse(folder, name, pub, **changed):
    fields = {'ref': 15000 + pub, 'pub': pub, 'title': f'Cameras on road {pub}',
              'keywords': 'Road policing, Cameras', 'decision': 'refused-cost',
              'exemptions': '"12(1)"', 'covers': 'Every journey would have to be read'}
    fields.update(changed)
    path = os.path.join(folder, name + '.yaml')
    with open(path, 'w') as f:
        f.write(REFUSED.format(**fields))
    subprocess.run([PROGRAM, 'answer', path, '-o', os.path.join(folder, name), '--quiet'], check=True)


PROVED = '''\
reference: "16260"
publication: PUB 1260
title: Outcomes of offences
organisation: Example Constabulary
keywords: [Outcomes]
as_at: 2021-02-03
extract: proved-extract.yaml
period: {from: 2019-01-01, to: 2020-12-31, date: recorded, year: calendar}
questions:
  - id: "1"
    text: Outcomes by year.
    tables:
      - {id: outcome, rows: [year], columns: [outcome], count: offences}
decisions:
  - {question: all, decision: partial, exemptions: ["40(2)"], covers: small figures}
'''


def prove(folder):
    """An answer with withheld figures, its certificate and two tables of it on the page."""
    draw = random.Random(771)
    with open(os.path.join(folder, 'proved.csv'), 'w') as f:
        f.write('id,date,outcome,mo\n')
        for i in range(260):
            f.write(f'{i},{draw.choice((2019, 2020))}-{draw.randint(1, 12):02}-11,'
                    f'{draw.choice("1 1 1 16 16 18 14 2".split())},x\n')
        for i, (year, outcome) in enumerate(((2019, 8), (2019, 8), (2020, 9), (2020, 8), (2019, 9))):
            f.write(f'x{i},{year}-03-11,{outcome},x\n')
    with open(os.path.join(folder, 'proved-extract.yaml'), 'w') as f:
        f.write('files: proved.csv\nrow: offence\n'
                'columns: {offence_id: id, recorded: date, outcome: outcome, narrative: mo}\n')
    path = os.path.join(folder, 'proved.yaml')
    with open(path, 'w') as f:
        f.write(PROVED)
    subprocess.run([PROGRAM, 'answer', path, '-o', os.path.join(folder, 'proved'), '--quiet'], check=True)


def build(folder):
    prove(folder)
    subprocess.run([DEMO, os.path.join(folder, 'demo')], check=True)
    refuse(folder, 'r1251', 1251, title='Incidents involving e-scooters')
    refuse(folder, 'r1249', 1249, title='Body-worn video kept long', decision='not-held', exemptions='',
           covers='We do not record it')
    refuse(folder, 'r1247', 1247, title='Drug-driving arrests')
    refuse(folder, 'r1250', 1250, covers='First words')
    refuse(folder, 'r1250b', 1250, covers='Better words')
    refuse(folder, 'r1240', 1240)
    refuse(folder, 'r1241', 1241)
    with open(os.path.join(folder, 'count.js'), 'w') as f:
        f.write('window.counted = true;\n')
    for name, head in (('site', ''), ('asking', 'cookies: {category: Statistics, purpose: To count '
                                      'visits., script: count.js}\n'), ('welsh', 'language: cy\n')):
        with open(os.path.join(folder, name + '.yaml'), 'w') as f:
            f.write(head + SITE)
        subprocess.run([PROGRAM, 'site', 'build', os.path.join(folder, name + '.yaml'), '-o',
                        os.path.join(folder, name), '--preview', '--quiet'], check=True)


class Browser(unittest.TestCase):
    """Filled below: one method for each check that pages.mjs reports."""

    maxDiff = None


def run():
    reason = missing()
    if reason:
        def skip(self):
            self.skipTest(reason)
        Browser.test_pages = skip
        return
    folder = tempfile.mkdtemp(prefix='safecount-browser-')
    try:
        build(folder)
        result = subprocess.run(['node', os.path.join(HERE, 'pages.mjs'), folder, *sys.argv[1:]],
                                capture_output=True, text=True, timeout=840,
                                env=dict(os.environ, SAFECOUNT_WEB=WEB))
        lines = [json.loads(line) for line in result.stdout.splitlines() if line.startswith('{')]
    finally:
        shutil.rmtree(folder)

    def method(line):
        return lambda self: self.assertEqual(line['problems'], [])

    for line in lines:
        setattr(Browser, 'test_' + line['check'].replace(' ', '_'), method(line))

    def ended(self):
        self.assertEqual(result.returncode, 0, result.stderr[-3000:])
        self.assertGreater(len(lines), 8)
    Browser.test_the_walk_went_to_its_end = ended


if __name__ == '__main__':
    run()
    unittest.main(argv=sys.argv[:1])
