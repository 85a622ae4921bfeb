#!/usr/bin/env python3
"""The disclosure log as a user builds it: `safecount site build` and `safecount site check`."""

import csv
import datetime
import gzip
import hashlib
import html.parser
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ET

PROGRAM = os.environ['SAFECOUNT']
DEMO = os.environ['PUBLISH_DEMO']
EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'examples')
WEB = os.path.join(EXAMPLES, '..', 'web')
REQUEST = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'proved.yaml')
ATOM = '{http://www.w3.org/2005/Atom}'

REFUSED = '''\
reference: "{ref}"
publication: PUB {pub}
title: {title}
organisation: Example Constabulary
keywords: [{keywords}]
received: {received}
answered: {answered}
words: {words}
questions:
  - {{id: "1", text: How many?}}
decisions:
  - {{question: all, decision: {decision}, exemptions: [{exemptions}], covers: {covers}}}
'''
SITE = '''\
organisation: Example Constabulary
url: https://foi.example.org/
contact: mailto:foi@example.org
beta: true
licence: {name: Open Government Licence v3.0, url: "https://example.org/ogl"}
security: {contact: "mailto:security@example.org", expires: 2027-06-30}
per_page: 5
topics:
  - {id: roads, title: Road policing, keywords: [Road policing]}
  - {id: children, title: Offences against children, keywords: [Sexual communication with a child]}
answers:
'''


class Page(html.parser.HTMLParser):
    """What could run or load something, and whether the page is well formed enough to trust that."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.loads, self.inline, self.handlers, self.text, self.open = [], [], [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        names = dict(attributes)
        self.open = tag
        if tag in ('script', 'img', 'iframe', 'object', 'embed') and names.get('src'):
            self.loads.append(names['src'])
        if tag == 'link' and names.get('rel') == 'stylesheet':
            self.loads.append(names['href'])
        if tag == 'style' or 'style' in names or (tag == 'script' and not names.get('src')):
            self.inline.append(tag)
        self.handlers += [n for n in names if n.startswith('on')]
        if names.get('href', '').lower().startswith(('javascript:', 'data:text')):
            self.handlers.append(names['href'])

    def handle_endtag(self, tag):
        self.open = None

    def handle_data(self, data):
        if self.open in ('script', 'style') and data.strip():
            self.inline.append(data)
        self.text.append(data)


class SiteTest(unittest.TestCase):
    def setUp(self):
        self.path = tempfile.mkdtemp(prefix='safecount-site-')
        self.addCleanup(shutil.rmtree, self.path)
        self.lines = []

    def file(self, *names):
        return os.path.join(self.path, *names)

    def read(self, *names):
        with open(self.file(*names), 'rb') as f:
            return f.read()

    def page(self, *names):
        return self.read('out', *names).decode()

    def run_program(self, *arguments, code=0, **environment):
        result = subprocess.run([PROGRAM, *arguments], cwd=self.path, capture_output=True, text=True,
                                stdin=subprocess.DEVNULL, timeout=120,
                                env=dict(os.environ, **environment))
        self.assertEqual(result.returncode, code, result.stderr + result.stdout)
        return result

    def refuse(self, pub, folder=None, **changed):
        """An answer without figures: publishable as it is."""
        fields = {'pub': pub, 'ref': 16000 + pub, 'title': f'Cameras on road {pub}',
                  'keywords': 'Road policing, Cameras', 'received': '2021-08-02',
                  'answered': '2021-08-30', 'words': f'How many cameras stand on road {pub}?',
                  'decision': 'refused-cost', 'exemptions': '"12(1)"', 'covers': 'All of it'}
        fields.update(changed)
        folder = folder or f'a{pub}'
        with open(self.file(folder + '.yaml'), 'w') as f:
            f.write(REFUSED.format(**fields))
        self.run_program('answer', folder + '.yaml', '-o', folder, '--quiet')
        return folder

    def demo(self, folder, *arguments):
        subprocess.run([DEMO, self.file(folder), *map(str, arguments)], check=True)
        return folder

    def proved(self, folder):
        """An answer with figures that the audit proved safe, from made-up records."""
        for name in ('policy.yaml', 'extract.yaml'):
            shutil.copy(os.path.join(EXAMPLES, 'essex-16040', name), self.path)
        shutil.copy(REQUEST, self.file('request.yaml'))
        self.run_program('synth', '--seed', '16040', '--offences', '60000', '-o', 'extract.csv')
        self.run_program('answer', 'request.yaml', '-o', folder, '--quiet')
        return folder

    def edit_json(self, change, *names):
        """Changes a JSON file in place, written as it was read."""
        with open(self.file(*names)) as f:
            value = json.load(f)
        change(value)
        with open(self.file(*names), 'w') as f:
            json.dump(value, f)

    def add(self, line):
        self.lines.append(f'  - {line}\n')

    def write_site(self, head=SITE):
        with open(self.file('site.yaml'), 'w') as f:
            f.write(head + ''.join(self.lines))

    def build(self, *more, code=0, head=SITE):
        self.write_site(head)
        return self.run_program('site', 'build', 'site.yaml', '-o', 'out', '--json', *more, code=code)

    def pages(self):
        for where, _, names in os.walk(self.file('out')):
            for name in names:
                if name.endswith('.html'):
                    yield os.path.relpath(os.path.join(where, name), self.file('out'))


class Building(SiteTest):
    def test_a_log_of_many_answers_has_all_its_parts(self):
        for pub in range(1200, 1212):
            self.add(f'{{folder: {self.refuse(pub)}, published: 2021-09-{pub - 1199:02}}}')
        self.build()
        self.assertEqual(self.page('index.html').count('<li class="card">'), 5)
        self.assertEqual(self.page('page-3', 'index.html').count('<li class="card">'), 2)
        self.assertIn('PUB 1211', self.page('index.html'))
        self.assertIn('PUB 1200', self.page('page-3', 'index.html'))
        self.assertIn('aria-current="page"', self.page('page-2', 'index.html'))
        for name in ('topics/roads', 'topics/roads/page-2', 'decisions/refused-cost', 'exemptions/12-1',
                     'all', 'cookies', 'accessibility', 'safe', 'about', 'leave',
                     'answers/pub-1205'):
            self.assertTrue(self.page(name, 'index.html').startswith('<!DOCTYPE html>'), name)
        self.assertIn('answers/pub-1200/index.html', self.page('all', 'index.html'))
        self.assertEqual(self.run_program('site', 'check', 'site.yaml', '-o', 'out').stdout, '')

    def test_feeds_sitemap_and_the_rest_for_machines(self):
        self.add(f'{{folder: {self.refuse(1200)}, published: 2021-09-01}}')
        self.add(f'{{folder: {self.refuse(1201)}, published: 2021-09-02, '
                 'withdrawn: {on: 2021-09-20, reason: Counted twice}}')
        self.build()
        feed = ET.fromstring(self.read('out', 'feed.atom'))
        entries = feed.findall(ATOM + 'entry')
        self.assertEqual(len(entries), 2)
        self.assertEqual(feed.find(ATOM + 'updated').text, '2021-09-20T00:00:00Z')
        self.assertEqual(entries[0].find(ATOM + 'id').text, 'https://foi.example.org/answers/pub-1201/')
        self.assertIn('Counted twice', entries[0].find(ATOM + 'summary').text)
        items = json.loads(self.read('out', 'feed.json'))['items']
        self.assertEqual(items[1]['url'], 'https://foi.example.org/answers/pub-1200/')
        self.assertEqual(items[1]['date_published'], '2021-09-01T00:00:00Z')
        sitemap = ET.fromstring(self.read('out', 'sitemap.xml'))
        self.assertEqual(len(sitemap), 3)
        self.assertIn('Sitemap: https://foi.example.org/sitemap.xml', self.page('robots.txt'))
        self.assertIn('Expires: 2027-06-30T00:00:00Z', self.page('.well-known', 'security.txt'))
        rows = list(csv.DictReader(self.read('out', 'log.csv').decode('utf-8-sig').splitlines()))
        self.assertEqual([r['status'] for r in rows], ['withdrawn', 'published'])
        self.assertEqual(rows[1]['exemptions'], '12(1)')

    def test_what_has_not_changed_is_not_made_again(self):
        for pub in range(1200, 1204):
            self.add(f'{{folder: {self.refuse(pub)}, published: 2021-09-01}}')
        first = json.loads(self.build().stdout)
        self.assertEqual((first['answers'], first['made']), (4, 4))
        again = json.loads(self.build().stdout)
        self.assertEqual((again['made'], again['files'], again['removed']), (0, 0, 0))
        self.refuse(1202, covers='Nearly all of it')
        changed = json.loads(self.build().stdout)
        self.assertEqual(changed['made'], 1)
        self.assertIn('Nearly all of it', self.page('answers', 'pub-1202', 'index.html'))
        self.assertIn('Nearly all of it', self.page('index.html'))

    def test_a_full_build_gives_the_same_bytes_as_many_small_ones(self):
        for pub in range(1200, 1208):
            self.add(f'{{folder: {self.refuse(pub)}, published: 2021-09-{pub - 1199:02}}}')
            self.build()
        shutil.move(self.file('out'), self.file('small'))
        self.build('--threads', '4')
        for where, _, names in os.walk(self.file('out')):
            for name in names:
                if name == '.safecount-site.json':
                    continue
                path = os.path.join(where, name)
                with open(path, 'rb') as a, open(path.replace('/out', '/small'), 'rb') as b:
                    self.assertEqual(a.read(), b.read(), path)

    def test_pages_of_a_list_that_shrinks_go(self):
        for pub in range(1200, 1206):
            self.add(f'{{folder: {self.refuse(pub)}, published: 2021-09-01}}')
        self.build()
        self.assertTrue(os.path.exists(self.file('out', 'page-2', 'index.html')))
        self.build(head=SITE.replace('per_page: 5', 'per_page: 20'))
        self.assertFalse(os.path.exists(self.file('out', 'page-2', 'index.html')))

    def test_related_answers_share_rare_words(self):
        self.add(f'{{folder: {self.refuse(1200, keywords="Drones, Airports")}, published: 2021-09-01}}')
        self.add(f'{{folder: {self.refuse(1201, keywords="Drones, Parks", title="Aircraft seen")}, '
                 'published: 2021-09-01}')
        self.add(f'{{folder: {self.refuse(1202, keywords="Horses", title="Stables")}, '
                 'published: 2021-09-01}')
        self.build()
        page = self.page('answers', 'pub-1200', 'index.html')
        self.assertIn('../pub-1201/index.html', page)
        self.assertNotIn('../pub-1202/index.html', page)


    def test_months_and_words_of_counting_relate_nothing_and_plurals_do(self):
        for pub, title, keywords in (
                (1200, 'Arrests at airports, number recorded by month, August 2021', 'Borders'),
                (1201, 'Stables, number recorded by month, August 2021', 'Horses'),
                (1202, 'Time between an arrest and a charge', 'Custody'),
                (1203, 'Noise', 'Small airport')):
            self.add(f'{{folder: {self.refuse(pub, keywords=keywords, title=chr(34) + title + chr(34))}, '
                     'published: 2021-09-01}')
        self.build()
        page = self.page('answers', 'pub-1200', 'index.html')
        self.assertNotIn('../pub-1201/', page)
        self.assertIn('../pub-1202/', page)
        self.assertIn('../pub-1203/', page)


class History(SiteTest):
    def test_a_withdrawn_answer_keeps_its_address_and_gives_its_reason_without_figures(self):
        self.add(f'{{folder: {self.demo("d")}, published: 2021-10-04}}')
        self.build('--preview')
        self.assertTrue(os.path.exists(self.file('out', 'answers', 'pub-1254', 'tables.ods')))
        self.lines = []
        self.add('{folder: d, published: 2021-10-04, withdrawn: {on: 2021-10-20, reason: Arrests had '
                 'been counted twice}}')
        self.build('--preview')
        page = self.page('answers', 'pub-1254', 'index.html')
        self.assertIn('Withdrawn on 20 October 2021: Arrests had been counted twice', page)
        self.assertNotIn('<table', page)
        self.assertNotIn('1,563', page)
        self.assertEqual(os.listdir(self.file('out', 'answers', 'pub-1254')), ['index.html'])
        self.assertIn('Arrests had been counted twice', self.page('index.html'))

    def test_a_corrected_answer_keeps_its_earlier_version(self):
        self.refuse(1250, 'v1', covers='First words')
        self.refuse(1250, 'v2', covers='Better words')
        self.add('{versions: [{folder: v1, published: 2021-09-23}, {folder: v2, published: 2021-10-01, '
                 'reason: The cost had been added up wrongly}]}')
        self.build()
        now = self.page('answers', 'pub-1250', 'index.html')
        self.assertIn('Better words', now)
        self.assertIn('Corrected on 1 October 2021: The cost had been added up wrongly', now)
        self.assertIn('href="version-1/index.html"', now)
        old = self.page('answers', 'pub-1250', 'version-1', 'index.html')
        self.assertIn('First words', old)
        self.assertIn('replaced on 1 October 2021', old)
        self.assertIn('noindex', old)
        self.assertIn('Published under the Freedom of Information Act', old)
        self.assertNotIn('noindex', now)
        self.assertIn('Corrected 1 October 2021', self.page('index.html'))
        self.assertIn('"Corrected 1 October 2021"', self.page('search', 'd-0.js'))

    def test_withdrawn_answers_have_a_list_of_their_own(self):
        self.add(f'{{folder: {self.refuse(1200)}, published: 2021-09-01}}')
        self.build()
        self.assertFalse(os.path.exists(self.file('out', 'decisions', 'answer-withdrawn')))
        self.add(f'{{folder: {self.refuse(1201)}, published: 2021-09-01, '
                 'withdrawn: {on: 2021-09-20, reason: Counted twice}}')
        self.build()
        page = self.page('decisions', 'answer-withdrawn', 'index.html')
        self.assertIn('pub-1201', page)
        self.assertNotIn('pub-1200', page)
        self.assertIn('id="decision-answer-withdrawn"', self.page('index.html'))
        self.assertIn('answer-withdrawn', self.page('search', 'facets.js'))

    def test_an_address_once_given_stays(self):
        self.add(f'{{folder: {self.refuse(1200)}, published: 2021-09-01}}')
        self.add(f'{{folder: {self.refuse(1201)}, published: 2021-09-01}}')
        self.build()
        self.lines.pop()
        result = self.build(code=3)
        self.assertIn('answers/pub-1201/', result.stderr)
        self.assertTrue(os.path.exists(self.file('out', 'answers', 'pub-1201', 'index.html')))


class Refusing(SiteTest):
    def test_what_is_not_publishable_stops_the_build(self):
        self.add(f'{{folder: {self.demo("d")}, published: 2021-10-04}}')
        result = self.build(code=5)
        self.assertIn('not publishable', result.stderr)
        self.assertFalse(os.path.exists(self.file('out', 'answers')))
        self.build('--preview')
        self.assertIn('Not audited: not for release', self.page('answers', 'pub-1254', 'index.html'))
        self.assertEqual(self.page('robots.txt'), 'User-agent: *\nDisallow: /\n')
        self.build(code=5)  # and what a preview remembered is no way round

    def test_an_answer_that_was_edited_to_say_it_is_publishable_is_refused(self):
        self.demo('d')
        path = self.file('d', 'answer.json')
        with open(path) as f:
            text = f.read()
        with open(path, 'w') as f:
            f.write(text.replace('"publishable": false', '"publishable": true'))
        self.add('{folder: d, published: 2021-10-04}')
        self.assertIn('without a proof', self.build(code=5).stderr)

    def test_true_counts_are_refused(self):
        self.demo('d')
        path = self.file('d', 'answer.json')
        with open(path) as f:
            text = f.read()
        with open(path, 'w') as f:
            f.write(text.replace('"value": null, "status": "suppressed"',
                                 '"value": 3, "status": "published"', 1))
        self.add('{folder: d, published: 2021-10-04}')
        self.assertIn('below the threshold', self.build('--preview', code=5).stderr)

    def test_two_answers_at_one_address_are_refused(self):
        self.add(f'{{folder: {self.refuse(1200)}, published: 2021-09-01}}')
        self.add(f'{{folder: {self.refuse(1200, "other")}, published: 2021-09-02}}')
        self.assertIn("'PUB 1200'", self.build(code=3).stderr)

    def test_a_folder_of_other_things_is_left_alone(self):
        os.mkdir(self.file('out'))
        with open(self.file('out', 'letter.txt'), 'w') as f:
            f.write('x')
        self.add(f'{{folder: {self.refuse(1200)}, published: 2021-09-01}}')
        self.assertIn('something else', self.build(code=1).stderr)
        self.assertEqual(os.listdir(self.file('out')), ['letter.txt'])

    def test_mistakes_in_site_yaml_are_all_said_at_once(self):
        head = SITE.replace('organisation', 'organization').replace('mailto:foi@', 'foi@')
        self.add('{published: 2021-09-01}')
        self.add('{folder: nowhere, topics: [none], withdrawn: {on: tomorrow}}')
        said = self.build(code=3, head=head).stderr
        for words in ("'organization'", "'contact' is an address", 'folder', "topic 'none'", 'reason',
                      "'on' is not a date"):
            self.assertIn(words, said)
        self.lines = []
        self.add('{folder: nowhere}')
        self.assertIn('nowhere', self.build(code=1).stderr)

    def test_each_mistake_in_site_yaml_is_one_clear_error_with_its_place(self):
        head = ['organisation: Example Constabulary', 'url: https://foi.example.org/', 'answers:',
                '  - {folder: a}']
        cases = [
            ('organisation: X', 'organisation: ""', 1, 16, 'organisation'),
            ('organisation: X', 'organisation: [X]', 1, 15, 'expected'),
            ('', 'url: https://foi.example.org', 2, 6, "expected a '/'"),
            ('', 'language: fr', 5, 11, 'one of en, cy'),
            ('', 'per_page: 1', 5, 11, '5'),
            ('', 'per_page: many', 5, 11, 'number'),
            ('', 'colour: "#12345"', 5, 10, 'six hex digits'),
            ('', 'colour: "#12345g"', 5, 10, 'six hex digits'),
            ('', 'beta: perhaps', 5, 7, 'yes'),
            ('', 'contact: foi@example.org', 5, 10, 'mailto:'),
            ('', 'exit: weather', 5, 7, 'https://'),
            ('', 'review: {days: 0}', 5, 16, '1'),
            ('', 'review: 40', 5, 9, '{days: 40}'),
            ('', 'licence: {name: A, link: B}', 5, 20, "'link'"),
            ('', 'regulator: {name: A, address: B}', 5, 12, "'url'"),
            ('', 'security: {contact: "mailto:a@b"}', 5, 11, "'expires'"),
            ('', 'security: {contact: "mailto:a@b", expires: 2027-02-30}', 5, 44, 'date'),
            ('', 'cookies: {category: A, purpose: B}', 5, 10, "'script'"),
            ('', 'topics: roads', 5, 9, 'list of topics'),
            ('', 'topics: [{id: "a b", title: A}]', 5, 16, 'letters'),
            ('', 'topics: [{id: a, title: A}, {id: a, title: B}]', 5, 29, 'twice'),
            ('', 'topics: [{id: a}]', 5, 10, "'title'"),
            ('answers', 'answers: none', 3, 10, 'list of answers'),
            ('answers', 'answers: [a]', 3, 11, 'an answer'),
            ('answers', 'answers: [{}]', 3, 11, "'folder'"),
            ('answers', 'answers: [{folder: a, versions: [{folder: b}]}]', 3, 11, 'not both'),
            ('answers', 'answers: [{versions: []}]', 3, 22, 'oldest first'),
            ('answers', 'answers: [{versions: [{folder: a}, {folder: b, published: 2021-01-01}]}]', 3, 36,
             "'reason'"),
            ('answers', 'answers: [{folder: a, published: 1/2/2021}]', 3, 34, 'date'),
            ('answers', 'answers: [{folder: a, withdrawn: {reason: x}}]', 3, 34, "'on'"),
            ('answers', 'answers: [{folder: a, withdrawn: yes}]', 3, 34, '{on: '),
            ('answers', 'answers: [{folder: a, topics: [none]}]', 3, 11, "'none'"),
            ('answers', 'answers: [{reference: "1"}]', 3, 11, 'register: FILE'),
            ('answers', '', 1, 1, "'answers'"),
            ('', 'colour: "#12345', 0, 0, ''),
            ('', 'wording: w.yaml\nwording: w.yaml', 6, 1, 'second time'),
            ('', 'answer: []', 5, 1, "'answer'"),
        ]
        for replaced, line, at, column, words in cases:
            lines = list(head)
            if replaced.startswith('organisation'):
                lines[0] = line
            elif replaced == 'answers':
                lines[2:] = [line]
            elif line.startswith('url'):
                lines[1] = line
            else:
                lines.append(line)
            with open(self.file('site.yaml'), 'w') as f:
                f.write('\n'.join(lines) + '\n')
            said = self.run_program('site', 'build', 'site.yaml', '-o', 'out', code=3).stderr.splitlines()
            self.assertEqual(len(said), 2, (line, said))
            self.assertRegex(said[0], r'^site.yaml:\d+:\d+: ', line)
            if at:
                self.assertTrue(said[0].startswith(f'site.yaml:{at}:{column}: '), (line, said[0]))
            self.assertIn(words, said[0], line)
            self.assertIn('1 mistake to mend', said[1])
            self.assertFalse(os.path.exists(self.file('out')))

    def test_a_colour_too_faint_for_white_text_is_refused(self):
        self.add(f'{{folder: {self.refuse(1200)}, published: 2021-09-01}}')
        self.assertIn('too faint', self.build(code=3, head='colour: "#88aacc"\n' + SITE).stderr)
        self.build(head='colour: "#4b2e83"\n' + SITE)
        self.assertIn('--brand: #4b2e83', self.page('assets', 'brand.css'))


def first_shown(answer):
    """The first figure that the first table shows, other than 0."""
    return next(c for c in answer['tables'][0]['cells'] if c['status'] == 'published' and c['value'])


class Proof(SiteTest):
    """A certificate is checked against the tables as they are about to be published."""

    def refused(self, words):
        said = self.build(code=5).stderr
        self.assertIn(words, said)
        self.assertIn('site.yaml:12:', said)
        self.assertIn("the answer in ", said)
        self.assertEqual(said.count('safecount:'), 1)
        self.assertFalse(os.path.exists(self.file('out', 'answers')))
        self.write_site()
        found = self.run_program('site', 'check', 'site.yaml', code=4).stdout
        self.assertIn('PUB 1254: its proof does not hold: ', found)
        self.assertIn(words, found)

    def setUp(self):
        super().setUp()
        self.add(f'{{folder: {self.proved("p")}, published: 2021-10-04}}')

    def test_one_that_holds_is_published_with_its_certificate(self):
        self.build()
        self.assertEqual(self.read('out', 'answers', 'pub-1254', 'certificate.json'),
                         self.read('p', 'certificate.json'))
        self.assertEqual(self.read('out', 'answers', 'pub-1254', 'tables', 'month.tidy.csv'),
                         self.read('p', 'tables', 'month.tidy.csv'))
        self.run_program('verify-certificate', 'out/answers/pub-1254')
        self.assertEqual(self.run_program('site', 'check', 'site.yaml', '-o', 'out').stdout, '')

    def test_a_figure_changed_after_the_audit_is_refused(self):
        def change(answer):
            first_shown(answer)['value'] += 1
        self.edit_json(change, 'p', 'answer.json')
        self.refused("the table 'month.tidy.csv' is not the one that the certificate was made for")

    def test_a_figure_shown_that_was_withheld_is_refused_though_the_digest_is_made_to_fit(self):
        def change(answer):
            cell = next(c for c in answer['tables'][0]['cells'] if c['status'] == 'suppressed')
            cell.update(value=7, status='published')
        self.edit_json(change, 'p', 'answer.json')
        said = self.build(code=5).stderr
        self.assertIn('is not the one', said)
        self.build('--preview', code=5)  # which shows what is unproved, and nothing that is disproved
        table = self.read('p', 'tables', 'month.tidy.csv').decode()
        changed = re.sub(r',,suppressed', ',7,published', table, count=1)
        self.assertNotEqual(table, changed)
        digest = hashlib.sha256(changed.encode())
        def fit(certificate):
            for item in certificate['files']:
                if item['name'] == 'month.tidy.csv':
                    item['sha256'] = digest.hexdigest()
        self.edit_json(fit, 'p', 'certificate.json')
        shutil.rmtree(self.file('out'))
        self.refused('the certificate')

    def test_a_certificate_that_does_not_add_up_is_refused(self):
        def change(certificate):
            certificate['base'][0] += 1
        self.edit_json(change, 'p', 'certificate.json')
        self.refused('')

    def test_a_certificate_that_is_none_is_refused(self):
        with open(self.file('p', 'certificate.json'), 'w') as f:
            f.write('{"files": 3')
        self.refused('')
        os.unlink(self.file('p', 'certificate.json'))
        self.assertIn('without a proof', self.build(code=5).stderr)

    def test_a_table_that_no_certificate_speaks_of_is_refused(self):
        def change(certificate):
            certificate['files'] = certificate['files'][:2]
        self.edit_json(change, 'p', 'certificate.json')
        self.refused("says nothing of the table 'suspect-age.tidy.csv'")

    def test_an_earlier_version_is_held_to_the_same(self):
        shutil.copytree(self.file('p'), self.file('old'))
        def change(answer):
            first_shown(answer)['value'] += 1
        self.edit_json(change, 'old', 'answer.json')
        self.lines = []
        self.add('{versions: [{folder: old, published: 2021-10-04}, {folder: p, published: 2021-10-09, '
                 'reason: March was missing}]}')
        self.assertIn("the answer in 'old' was not published", self.build(code=5).stderr)
        self.assertIn('its proof does not hold',
                      self.run_program('site', 'check', 'site.yaml', code=4).stdout)

    def test_a_withdrawn_one_shows_no_figure_and_needs_no_proof(self):
        os.unlink(self.file('p', 'tables', 'month.csv'))
        def change(certificate):
            certificate['base'][0] += 1
        self.edit_json(change, 'p', 'certificate.json')
        self.lines = []
        self.add('{folder: p, published: 2021-10-04, withdrawn: {on: 2021-10-20, reason: Its proof failed}}')
        self.build()
        self.assertEqual(os.listdir(self.file('out', 'answers', 'pub-1254')), ['index.html'])


class Register(SiteTest):
    """A log whose answers, corrections and withdrawals are those of the register."""

    HEAD = SITE.replace('answers:\n', 'register: r.register\nanswers:\n')

    def release(self, day, *arguments, code=0):
        at = datetime.datetime.fromisoformat(day + 'T12:00:00+00:00')
        return self.run_program('release', *arguments, '--register', 'r.register', code=code,
                                SOURCE_DATE_EPOCH=str(int(at.timestamp())))

    def fill(self):
        self.release('2021-10-04', 'add', self.proved('p'))
        self.release('2021-09-23', 'add', self.refuse(1250, 'v1', covers='First words'))
        self.release('2021-10-01', 'add', self.refuse(1250, 'v2', covers='Better words'), '--correction',
                     'The cost had been added up wrongly')
        self.release('2021-09-14', 'add', self.refuse(1247))
        self.release('2021-09-20', 'withdraw', '17247', '--reason', 'Counted twice')
        self.release('2021-09-28', 'add', self.refuse(1249, decision='not-held', exemptions=''))
        for folder in ('p', 'v1', 'v2', 'a1247', 'a1249'):
            shutil.rmtree(self.file(folder))  # the register is enough

    def build(self, *more, code=0, head=None):
        if not head:
            head = self.HEAD if self.lines else self.HEAD.replace('answers:\n', '')
        return super().build(*more, code=code, head=head)

    def test_all_that_was_recorded_is_on_the_log_without_its_folders(self):
        self.fill()
        report = json.loads(self.build().stdout)
        self.assertEqual((report['answers'], report['made']), (4, 4))
        home = self.page('index.html')
        for words in ('4 October 2021', 'Withdrawn on 20 September 2021: Counted twice',
                      'Corrected 1 October 2021', 'Information not held', '28 September 2021'):
            self.assertIn(words, home)
        self.assertIn('Better words', self.page('answers', 'pub-1250', 'index.html'))
        self.assertIn('The cost had been added up wrongly', self.page('answers', 'pub-1250', 'index.html'))
        self.assertIn('First words', self.page('answers', 'pub-1250', 'version-1', 'index.html'))
        self.assertEqual(os.listdir(self.file('out', 'answers', 'pub-1247')), ['index.html'])
        self.run_program('verify-certificate', 'out/answers/pub-1254')
        self.assertEqual(self.run_program('site', 'check', 'site.yaml', '-o', 'out').stdout, '')

    def test_it_is_the_same_site_as_from_folders(self):
        self.fill()
        self.build()
        shutil.move(self.file('out'), self.file('from-register'))
        for pub, name in ((1250, 'v1'), (1250, 'v2'), (1247, 'a1247'), (1249, 'a1249')):
            self.refuse(pub, name, **(dict(covers='First words') if name == 'v1' else
                                      dict(covers='Better words') if name == 'v2' else
                                      dict(decision='not-held', exemptions='') if pub == 1249 else {}))
        self.proved('p')
        self.add('{folder: p, published: 2021-10-04}')
        self.add('{folder: a1249, published: 2021-09-28}')
        self.add('{folder: a1247, published: 2021-09-14, withdrawn: {on: 2021-09-20, reason: Counted twice}}')
        self.add('{versions: [{folder: v1, published: 2021-09-23}, {folder: v2, published: 2021-10-01, '
                 'reason: The cost had been added up wrongly}]}')
        self.build(head=SITE)
        n = 0
        for where, _, names in os.walk(self.file('out')):
            for name in names:
                path = os.path.join(where, name)
                if name != '.safecount-site.json':
                    with open(path, 'rb') as a, open(path.replace('/out', '/from-register'), 'rb') as b:
                        self.assertEqual(a.read(), b.read(), path)
                    n += 1
        self.assertGreater(n, 50)

    def test_only_what_is_new_in_the_register_is_made(self):
        self.fill()
        self.build()
        self.assertEqual(json.loads(self.build().stdout)['made'], 0)
        self.release('2021-10-09', 'add', self.refuse(1260, keywords='Horses', title='Stables'))
        self.assertEqual(json.loads(self.build().stdout)['made'], 1)
        self.release('2021-10-12', 'withdraw', '17260', '--reason', 'Too early')
        self.assertEqual(json.loads(self.build().stdout)['made'], 1)
        self.assertIn('Too early', self.page('answers', 'pub-1260', 'index.html'))

    def test_site_yaml_adds_what_the_register_does_not_know(self):
        self.fill()
        self.refuse(1270)
        self.add('{reference: "17250", published: [2021-09-24, 2021-10-02], topics: [children]}')
        self.add('{reference: "16040", published: 2021-10-06, summary: A sentence of our own.}')
        self.add('{folder: a1270, published: 2021-09-01}')
        self.build()
        home = self.page('index.html')
        self.assertIn('Corrected 2 October 2021', home)
        self.assertIn('A sentence of our own.', home)
        self.assertIn('6 October 2021', home)
        self.assertIn('answers/pub-1270/', home)
        self.assertIn('24 September 2021', home)
        self.assertIn('pub-1250', self.page('topics', 'children', 'index.html'))

    def test_mistakes_are_said_where_they_stand(self):
        self.fill()
        self.add('{reference: "99999"}')
        self.add('{reference: "17249", published: [2021-09-24, 2021-10-02]}')
        self.add('{reference: "17250", withdrawn: {on: 2021-10-10, reason: x}}')
        said = self.build(code=3).stderr
        self.assertIn("site.yaml:15:", said)
        self.assertIn("expected neither 'folder'", said)
        self.lines.pop()
        said = self.build(code=3).stderr
        self.assertIn("site.yaml:13:1: the register has no answer with the reference '99999'", said)
        self.assertIn('expected at most 1, one for each version', said)
        self.lines = ['  - {reference: "17249"}\n', '  - {reference: "17249"}\n']
        self.assertIn("'17249' is there twice", self.build(code=3).stderr)
        self.lines = ['  - {reference: "17249"}\n']
        self.assertIn("expected 'register: FILE'", self.build(code=3, head=SITE).stderr)
        self.lines = []
        os.rename(self.file('r.register'), self.file('r2.register'))
        said = self.build(code=3).stderr
        self.assertIn('site.yaml:11:', said)
        self.assertIn('cannot be read', said)
        with open(self.file('r.register'), 'w') as f:
            f.write('no register')
        self.assertIn('cannot be read', self.build(code=3).stderr)

    def change(self, statement):
        with sqlite3.connect(self.file('r.register')) as db:
            for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                db.execute(f'DROP TRIGGER {name}')
            self.assertEqual(db.execute(statement).rowcount, 1)
        db.close()

    def test_a_register_changed_behind_its_back_is_refused(self):
        self.fill()
        for statement in ("UPDATE release SET answer = CAST(replace(answer, 'How many offences', 'How "
                          "few offences') AS BLOB) WHERE reference = '16040'",
                          "UPDATE release_file SET bytes = CAST(replace(bytes, ',1', ',2') AS BLOB) WHERE "
                          "name = 'certificate.json'"):
            shutil.copy(self.file('r.register'), self.file('kept'))
            self.change(statement)
            said = self.build(code=5).stderr
            self.assertIn("'16040, version 1 of the register' was not published", said)
            self.assertIn('has not the SHA-256 recorded', said)
            self.assertFalse(os.path.exists(self.file('out', 'answers')))
            found = self.run_program('site', 'check', 'site.yaml', code=4).stdout
            self.assertIn('the register is not as it was recorded', found)
            shutil.move(self.file('kept'), self.file('r.register'))
        self.build()


class Safe(SiteTest):
    def check_page(self, name):
        text = self.page(name)
        page = Page(text)
        self.assertEqual(page.inline, [], name)
        self.assertEqual(page.handlers, [], name)
        self.assertIn("default-src 'none'", text, name)
        for address in page.loads:
            # the page for missing addresses is shown under any of them, so its own are the server's
            top = '/' if name == '404.html' else r'(\.\./)*'
            self.assertRegex(address, '^' + top + r'assets/[a-z]+(\.css|\.js)?$', name)

    def test_no_page_runs_or_loads_anything_but_its_own_files(self):
        self.add(f'{{folder: {self.demo("d")}, published: 2021-10-04}}')
        self.add(f'{{folder: {self.refuse(1200)}, published: 2021-09-01}}')
        self.build('--preview')
        n = 0
        for name in self.pages():
            self.check_page(name)
            n += 1
        self.assertGreater(n, 15)

    def test_hostile_text_in_every_field_comes_out_inert(self):
        head = SITE.replace('Road policing,', '"</title><script>alert(1)</script>",')
        for i in (0, 1, 2, 3, 4, 5, 8, 11, 12, 13, 14, 18):
            shutil.rmtree(self.file('out'), ignore_errors=True)
            shutil.rmtree(self.file('d'), ignore_errors=True)
            self.demo('d', 3, i)
            path = self.file('d', 'answer.json')
            with open(path, encoding='utf-8') as f:
                answer = json.load(f)
            answer['request']['reference'] = 'H-1'  # an address must have letters
            answer['request']['publication'] = ''
            answer['request']['offences'] = []
            with open(path, 'w', encoding='utf-8') as f:
                json.dump(answer, f)
            self.lines = []
            self.add("{folder: d, published: 2021-10-04, summary: '<img src=x onerror=alert(1)>'}")
            self.build('--preview', head=head)
            for name in self.pages():
                self.check_page(name)
                self.assertNotIn('<img src=x', self.page(name))
            ET.fromstring(self.read('out', 'feed.atom'))
            ET.fromstring(self.read('out', 'sitemap.xml'))
            json.loads(self.read('out', 'feed.json'))
            for name in os.listdir(self.file('out', 'search')):
                text = self.page('search', name)
                self.assertNotIn('<', text)
                call = re.fullmatch(r'disclosureLog\.\w+\("?[\w]*"?,(.*)\);\n', text, re.S)
                json.loads(call.group(1))

    def test_a_page_with_all_that_it_loads_is_under_80_kb(self):
        self.add(f'{{folder: {self.demo("d")}, published: 2021-10-04}}')
        for pub in range(1200, 1240):
            self.add(f'{{folder: {self.refuse(pub)}, published: 2021-09-01}}')
        self.build('--preview', head=SITE.replace('per_page: 5', 'per_page: 20'))
        for name in self.pages():
            size = len(gzip.compress(self.read('out', name), 6))
            for address in Page(self.page(name)).loads:
                where = os.path.normpath(os.path.join(self.file('out'), os.path.dirname(name),
                                                      address.lstrip('/')))
                with open(where, 'rb') as f:
                    size += len(gzip.compress(f.read(), 6))
            self.assertLess(size, 80 * 1024, name)

    def test_the_page_for_missing_addresses_works_at_any_depth(self):
        self.add(f'{{folder: {self.refuse(1200)}, published: 2021-09-01}}')
        for url, top in (('https://foi.example.org/', '/'), ('https://example.org/foi/log/', '/foi/log/')):
            self.build(head=SITE.replace('https://foi.example.org/', url))
            page = self.page('404.html')
            for address in re.findall(r'(?:href|src|data-leave)="([^"]*)"', page):
                if not address.startswith(('#', 'mailto:', 'https:', 'data:')):
                    self.assertTrue(address.startswith(top), address)
            self.assertIn(f'href="{top}all/index.html"', page)

    def test_no_font_and_nothing_of_gov_uk_s_own_identity_is_shipped(self):
        self.add(f'{{folder: {self.refuse(1200)}, published: 2021-09-01}}')
        self.build()
        css = self.page('assets', 'govuk.css')
        for word in ('GDS Transport', '@font-face', 'url('):
            self.assertNotIn(word, css)
        for where, _, names in os.walk(self.file('out')):
            self.assertFalse([n for n in names if n.endswith(('.woff', '.woff2', '.ttf'))])
        for name in self.pages():
            self.assertNotIn('crown', self.page(name).lower())
            self.assertNotIn('govuk-header', self.page(name))

    def test_cookies_are_asked_for_only_where_they_are_turned_on(self):
        self.add(f'{{folder: {self.refuse(1200)}, published: 2021-09-01}}')
        self.build()
        self.assertNotIn('cookie-banner', self.page('index.html'))
        self.assertIn('sets no cookies', self.page('cookies', 'index.html'))
        with open(self.file('count.js'), 'w') as f:
            f.write('window.counted = true;\n')
        self.build(head='cookies: {category: Statistics, purpose: To count visits., script: count.js}\n'
                   + SITE)
        self.assertIn('id="cookie-banner"', self.page('index.html'))
        self.assertIn('Statistics', self.page('cookies', 'index.html'))


class Leaving(SiteTest):
    def test_the_page_on_staying_safe_says_what_leaving_does_not_hide(self):
        self.add(f'{{folder: {self.refuse(1200)}, published: 2021-09-01}}')
        self.build()
        words = ' '.join(''.join(Page(self.page('safe', 'index.html')).text).split())
        for sentence in ("Your browser's history still lists the pages you read here. Leaving does not "
                         'delete it.', 'Someone who watches the network', 'the Escape key, or Shift three '
                         'times', 'private or incognito window', 'an empty history may be noticed',
                         'Nothing here protects against it.'):
            self.assertIn(sentence, words)
        for name in self.pages():
            if name != 'leave/index.html':
                self.assertRegex(self.page(name), r'<a class="exit" rel="[^"]*" href="https://[^"]+"', name)
                self.assertRegex(self.page(name), r'href="[./]*safe/index.html"', name)


class Wording(SiteTest):
    def test_an_officer_s_file_changes_what_pages_say_and_cannot_bring_in_markup(self):
        self.add(f'{{folder: {self.refuse(1200)}, published: 2021-09-01}}')
        with open(self.file('w.yaml'), 'w') as f:
            f.write('exit: Go away fast\ntext-about: |\n  Hello **you** <script>alert(1)</script> '
                    '[x](javascript:alert(1))\n')
        self.build(head='wording: w.yaml\n' + SITE)
        self.assertIn('Go away fast', self.page('index.html'))
        about = self.page('about', 'index.html')
        self.assertIn('<strong>you</strong>', about)
        self.assertNotIn('<script>', about)
        self.assertNotIn('javascript:', about)

    def test_a_key_that_is_none_is_said(self):
        self.add(f'{{folder: {self.refuse(1200)}, published: 2021-09-01}}')
        with open(self.file('w.yaml'), 'w') as f:
            f.write('exitt: x\n')
        self.assertIn("'exitt'", self.build(code=3, head='wording: w.yaml\n' + SITE).stderr)

    def test_welsh(self):
        self.add(f'{{folder: {self.refuse(1200)}, published: 2021-09-01}}')
        self.build(head='language: cy\n' + SITE)
        page = self.page('index.html')
        self.assertIn('<html lang="cy"', page)
        self.assertIn('Gadael y wefan hon', page)
        self.assertIn('lang="en-GB">Cameras on road 1200</a>', page)
        self.assertIn('data-lang="en-GB"', page)
        self.assertNotIn('lang="en-GB">Cameras', self.page_in('en'))

    def page_in(self, language):
        shutil.rmtree(self.file('out'))
        self.build(head=f'language: {language}\n' + SITE)
        return self.page('index.html')

    def test_every_part_of_the_interface_is_there_in_welsh(self):
        words = {}
        for language in ('en', 'cy'):
            with open(os.path.join(WEB, f'wording-{language}.yaml'), encoding='utf-8') as f:
                words[language] = dict(re.findall(r'^([a-z0-9-]+): *(.*)$', f.read(), re.M))
        missing = [key for key in words['en'] if key not in words['cy'] and
                   not key.startswith(('text-', 'held-'))]
        self.assertEqual(missing, [])
        for key, text in words['cy'].items():
            self.assertIn(key, words['en'])
            self.assertEqual(sorted(re.findall(r'\{\w+\}', text)),
                             sorted(re.findall(r'\{\w+\}', words['en'][key])), key)


class Checking(SiteTest):
    def found(self, *more):
        self.write_site()
        return self.run_program('site', 'check', 'site.yaml', *more, code=4).stdout

    def test_each_mistake_of_real_logs_is_found(self):
        cases = [
            (dict(), '2021-07-01', 'before it was received'),
            (dict(answered='2021-08-02'), '2021-08-02', 'on the day it was received'),
            (dict(decision='refused-exempt', exemptions=''), '2021-09-01', 'without an exemption'),
            (dict(decision='refused-cost', exemptions='"31"'), '2021-09-01', 'without section 12'),
            (dict(decision='not-held', exemptions='"40(2)"'), '2021-09-01', 'cannot be exempt'),
            (dict(decision='available-elsewhere', exemptions=''), '2021-09-01', 'without section 21'),
            (dict(covers='All until 07/09/2021'), '2021-09-01', "the date '07/09/2021'"),
            (dict(covers='Since 7th September'), '2021-09-01', "the date '7th September'"),
            (dict(title='Since 2021-09-07'), '2021-09-01', "the date '2021-09-07'"),
            (dict(keywords='Not, Cameras'), '2021-09-01', "the keyword 'Not'"),
            (dict(keywords=''), '2021-09-01', 'no keywords'),
        ]
        for i, (changed, published, words) in enumerate(cases):
            self.lines = []
            self.add(f'{{folder: {self.refuse(1200 + i, **changed)}, published: {published}}}')
            out = self.found()
            self.assertIn(words, out)
            self.assertEqual(len(out.strip().splitlines()), 1, out)

    def lint(self, published='2021-09-01', more='', head=SITE, **changed):
        """The findings about one answer without figures, one a line."""
        shutil.rmtree(self.file('a1200'), ignore_errors=True)
        self.lines = [f'  - {{folder: {self.refuse(1200, **changed)}, published: {published}{more}}}\n']
        self.write_site(head)
        result = subprocess.run([PROGRAM, 'site', 'check', 'site.yaml', '--quiet'], cwd=self.path,
                                capture_output=True, text=True)
        self.assertEqual(result.returncode, 4 if result.stdout else 0, result.stderr)
        return result.stdout.strip().splitlines()

    def test_each_rule_finds_its_mistake_and_leaves_the_right_form_alone(self):
        cases = [  # what is wrong, what it says, what is right
            (dict(published='2021-08-29'), 'before it was answered', dict(published='2021-08-30')),
            (dict(published='2021-08-01'), 'before it was received on 2 August 2021',
             dict(published='2021-08-31')),
            (dict(decision='ncnd', exemptions=''), "'ncnd' without an exemption",
             dict(decision='ncnd', exemptions='"31"')),
            (dict(decision='refused-exempt', exemptions='"12(1)"'), "expected 'refused-cost'",
             dict(decision='refused-cost', exemptions='"12(2)"')),
            (dict(decision='refused-cost', exemptions='"31"'), 'without section 12',
             dict(decision='refused-cost', exemptions='"14(1)"')),
            (dict(decision='not-held', exemptions='"40(2)"'), 'cannot be exempt',
             dict(decision='not-held', exemptions='')),
            (dict(decision='available-elsewhere', exemptions='"22"'), 'without section 21',
             dict(decision='available-elsewhere', exemptions='"21"')),
            (dict(covers='Kept from 07.09.2021 on'), "the date '07.09.2021'",
             dict(covers='Kept from 7 September 2021 on')),
            (dict(covers='From 1st of April'), "the date '1st of April'", dict(covers='From the 1st on')),
            (dict(title='Version 2021-09-07 of a form'), "the date '2021-09-07'",
             dict(title='Version 2021/22 of a form')),
            (dict(keywords='Two, Cameras'), "the keyword 'Two'", dict(keywords='Two wheelers, Cameras')),
            (dict(more=', withdrawn: {on: 2021-08-31, reason: Counted twice}'),
             'withdrawn before it was published',
             dict(more=', withdrawn: {on: 2021-09-01, reason: Counted twice}')),
            (dict(more=', withdrawn: {on: 2021-09-03, reason: Wrong since 1/9/21}'), "the date '1/9/21'",
             dict(more=', withdrawn: {on: 2021-09-03, reason: Wrong since 1 September 2021}')),
            (dict(more=', summary: Since 3rd March nothing is kept'), "the date '3rd March'",
             dict(more=', summary: Since 3 March 2021 nothing is kept')),
            (dict(head=SITE.replace('contact: mailto:foi@example.org\n', '')), "no 'contact'",
             dict(head=SITE.replace('mailto:foi@example.org', 'https://example.org/write'))),
            (dict(head=SITE.replace('url: https://foi.example.org/\n', '')), "no 'url'",
             dict(head=SITE.replace('foi.example.org', 'example.org/foi'))),
        ]
        for wrong, words, right in cases:
            found = self.lint(**wrong)
            self.assertEqual(len(found), 1, (wrong, found))
            self.assertIn(words, found[0])
            self.assertEqual(self.lint(**right), [], right)

    def test_rules_about_answers_with_figures(self):
        self.proved('p')
        self.add('{folder: p, published: 2021-10-04}')
        self.write_site()
        whole = self.read('p', 'answer.json')

        def found(**changed):
            with open(self.file('p', 'answer.json'), 'wb') as f:
                f.write(whole)
            self.edit_json(lambda answer: answer['request'].update(changed), 'p', 'answer.json')
            result = subprocess.run([PROGRAM, 'site', 'check', 'site.yaml', '--quiet'], cwd=self.path,
                                    capture_output=True, text=True)
            return result.stdout.strip().splitlines()

        def decided(decision, *exemptions):
            return {'decisions': [{'question': 'all', 'decision': decision, 'exemptions': list(exemptions),
                                   'covers': ''}]}

        cases = [  # what is wrong, what it says, what is right
            (decided('partial'), "'partial' without an exemption", decided('partial', '40(2)')),
            (decided('full', '40(2)'), 'full disclosure, yet section 40(2)', decided('full')),
            (decided('partial', '17(1)'), 'is the refusal notice', decided('partial', '44(1)')),
            (decided('partial', '40(99)'), 'is not an exemption', decided('partial', '40(2)')),
            ({'decisions': []}, 'no decision', decided('full')),
            ({'title': 'Offences in five years'}, 'says 5 years, the figures cover 3',
             {'title': 'Offences in three years'}),
            ({'title': 'Offences, 2017 to 2021'}, 'names 2017 to 2021, the figures cover 2018 to 2021',
             {'title': 'Offences, 2018/19 to 2020/21'}),
            ({'received': None}, 'no day of receipt', {'received': '2021-09-07'}),
            ({'answered': '2021-09-01'}, 'answered on 1 September 2021, before it was received',
             {'answered': '2021-09-08'}),
        ]
        for wrong, words, right in cases:
            said = found(**wrong)
            self.assertEqual(len(said), 1, (wrong, said))
            self.assertIn(words, said[0])
            self.assertEqual(found(**right), [], right)

    def test_every_format_is_compared_and_every_fragment_followed(self):
        self.add(f'{{folder: {self.proved("p")}, published: 2021-10-04}}')
        self.build()
        self.assertEqual(self.run_program('site', 'check', 'site.yaml', '-o', 'out').stdout, '')
        for name in ('tables.xlsx', 'tables.ods', 'answer.json', 'certificate.json',
                     'tables/month.tidy.csv', 'tables/victim-age.csv'):
            kept = self.read('out', 'answers', 'pub-1254', *name.split('/'))
            with open(self.file('out', 'answers', 'pub-1254', name), 'wb') as f:
                f.write(kept[:-9] + bytes([kept[-9] ^ 1]) + kept[-8:])
            self.assertIn(f'answers/pub-1254/{name}: its figures are not those of answer.json',
                          self.found('-o', 'out'))
            with open(self.file('out', 'answers', 'pub-1254', name), 'wb') as f:
                f.write(kept)
        page = self.read('out', 'answers', 'pub-1254', 'index.html')
        self.assertIn(b' id="withheld"', page)
        with open(self.file('out', 'answers', 'pub-1254', 'index.html'), 'wb') as f:
            f.write(page.replace(b' id="withheld"', b' id="elsewhere"'))
        self.assertIn("the link '#withheld' is dead", self.found('-o', 'out'))

    def edit(self, **changed):
        path = self.file('d', 'answer.json')
        with open(path) as f:
            answer = json.load(f)
        answer['request'].update(changed)
        with open(path, 'w') as f:
            json.dump(answer, f)

    def test_years_that_do_not_agree_are_found(self):
        self.demo('d')
        self.add('{folder: d, published: 2021-10-04}')
        for title, words in (('Offences over five years', 'says 5 years, the figures cover 3'),
                             ('Offences in 10 years', 'says 10 years, the figures cover 3'),
                             ('Offences 2013-2021', 'names 2013 to 2021'),
                             ('Offences over three years', ''), ('Offences 2018/19 to 2020/21', ''),
                             ('Victims under 16 years of age', '')):
            self.edit(title=title)
            out = self.found()
            if words:
                self.assertIn(words, out)
            else:
                self.assertNotIn('figures cover', out)

    def test_a_section_that_is_no_exemption_is_found(self):
        self.demo('d')
        self.add('{folder: d, published: 2021-10-04}')
        for section, words in (('17(1)', 'is the refusal notice'), ('99', 'is not an exemption')):
            self.edit(decisions=[{'question': 'all', 'decision': 'partial', 'exemptions': [section],
                                  'covers': ''}])
            self.assertIn(words, self.found())

    def test_an_ordinary_answer_has_nothing_to_find(self):
        self.add(f'{{folder: {self.refuse(1200)}, published: 2021-09-01}}')
        self.build()
        result = self.run_program('site', 'check', 'site.yaml', '-o', 'out')
        self.assertEqual(result.stdout, '')

    def test_duplicates_dead_links_and_changed_figures_are_found(self):
        self.demo('d')
        self.add('{folder: d, published: 2021-10-04}')
        self.build('--preview')
        path = self.file('out', 'answers', 'pub-1254', 'tables', 'month.csv')
        with open(path) as f:
            text = f.read()
        with open(path, 'w') as f:
            f.write(text.replace('36', '37', 1))
        os.unlink(self.file('out', 'safe', 'index.html'))
        os.unlink(self.file('out', 'answers', 'pub-1254', 'tables.ods'))
        self.add(f'{{folder: {self.refuse(1254, "other")}, published: 2021-09-01}}')
        out = self.found('-o', 'out')
        self.assertIn('tables/month.csv: its figures are not those of answer.json', out)
        self.assertIn('tables.ods: the file is missing', out)
        self.assertIn("the link 'safe/index.html' is dead", out)
        self.assertIn('two answers have this number', out)
        self.assertIn('not publishable', out)

    def test_a_wording_without_review_or_regulator_is_found(self):
        self.add(f'{{folder: {self.refuse(1200)}, published: 2021-09-01}}')
        with open(self.file('w.yaml'), 'w') as f:
            f.write('text-review: Write to us.\n')
        self.write_site('wording: w.yaml\n' + SITE)
        out = self.run_program('site', 'check', 'site.yaml', '--json', code=4).stdout
        findings = json.loads(out)['findings']
        self.assertEqual(len(findings), 4)
        self.assertIn('{regulator}', ' '.join(f['finding'] for f in findings))


if __name__ == '__main__':
    unittest.main()
