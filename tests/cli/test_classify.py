"""safecount classify: counts by category, by kind of match, overlaps, groups and coverage."""

import collections
import json
import os
import unittest

from support import ROOT, SLOW, ProgramTest, read_csv

SOURCE = '''\
files: records.csv
row: link
columns: {offence_id: id, recorded: date, victim_id: v, removed: status, narrative: mo}
removed: [No Crime]
'''
DICTIONARY = '''\
name: Test
version: "3"
near: true
negation: {before: [denied using]}
categories:
  - {id: snapchat, label: Snapchat, terms: [snapchat, snap chat], variants: [snpachat]}
  - {id: whatsapp, label: WhatsApp, terms: [whatsapp]}
  - {id: facebook, label: Facebook, terms: [facebook]}
  - {id: message, label: Message, fallback: true, near: false, terms: [message, messages]}
groups:
  - {id: meta, label: Meta, categories: [whatsapp, facebook]}
'''
RECORDS = '''\
id,date,v,status,mo
A1,2020-01-05,1,,Contact on Snapchat
A1,2020-01-05,2,,Contact on Snapchat
A2,2020-01-05,1,,Contact on snpachat and WhatsApp
A3,2020-01-05,1,,"Messages by snapcaht"
A4,2020-01-05,1,,Facebook and WhatsApp messages
A5,2020-01-05,1,,Device seized
A5,2020-01-05,2,,"Sent a message, ""urgent"""
A6,2020-01-05,1,,He denied using Facebook
A7,2020-01-05,1,No Crime,Contact on Snapchat
,2020-01-05,1,,Facebook
,2020-01-05,1,,Facebook
A8,2020-01-05,1
'''


class Classify(ProgramTest):

    def place(self):
        self.write('extract.yaml', SOURCE)
        self.write('d.yaml', DICTIONARY)
        self.write('records.csv', RECORDS)

    def classify(self, *arguments):
        return json.loads(self.ok('classify', *arguments, '--json'))

    def test_each_record_is_counted_once_by_category_and_kind(self):
        self.place()
        found = self.classify('records.csv', '--source', 'extract.yaml', '--dictionary', 'd.yaml')
        self.assert_schema(found, 'classify.schema.json')
        self.assertEqual(found['rows'], {'read': 12, 'removed': 1,
                                         'faulty': {'wrong_field_count': 1}})
        self.assertEqual(found['records'], 8)
        self.assertEqual(
            {c['code']: (c['records'], c['exact'], c['variant'], c['near'])
             for c in found['categories']},
            {'snapchat': (2, 1, 1, 1), 'whatsapp': (2, 2, 0, 0), 'facebook': (3, 3, 0, 0),
             'message': (2, 2, 0, 0)})
        self.assertEqual({g['code']: g['records'] for g in found['groups']}, {'meta': 4})
        self.assertEqual({tuple(o['categories']): o['records'] for o in found['overlaps']},
                         {('snapchat', 'whatsapp'): 1, ('whatsapp', 'facebook'): 1})
        self.assertEqual(found['coverage'], {'named': 5, 'fallback_only': 2, 'none': 1,
                                             'several': 2, 'near_only': 1})
        self.assertEqual(found['dictionary']['version'], '3')
        self.assertEqual(len(found['dictionary']['sha256']), 64)

    def test_the_text_output_says_the_same_and_that_it_is_internal(self):
        self.place()
        said = self.ok('classify', 'extract.yaml', '--dictionary', 'd.yaml')
        self.assertIn('INTERNAL', said)
        self.assertRegex(said, r'Snapchat +2 +1 +1 +1\n')
        self.assertRegex(said, r'Meta +4\n')
        self.assertRegex(said, r'In none +1 +12\.5 %')
        self.assertTrue(all(len(line) <= 80 for line in said.splitlines()), said)

    def test_long_labels_and_many_overlaps_keep_to_80_columns(self):
        self.place()
        labels = [f'Méthode numéro {i}, ' + 'très longue ' * (i % 4) for i in range(12)]
        self.write('d.yaml', 'categories:\n' + ''.join(
            f'  - {{id: c{i}, label: "{label}", terms: [w{i}]}}\n' for i, label in enumerate(labels)))
        self.write('records.csv', 'id,date,v,status,mo\n' + ''.join(
            f'B{i},2020-01-05,1,,{" ".join(f"w{k}" for k in range(i % 13))}\n' for i in range(60)))
        said = self.ok('classify', 'extract.yaml', '--dictionary', 'd.yaml')
        for label in labels:
            self.assertIn(label.strip(), said)
        for line in said.splitlines():
            if not line.startswith('  ') or 'Méthode' not in line:
                self.assertLessEqual(len(line), 80, line)
        self.assertIn('and 51 further pairs, with fewer: --json has all', said)
        pairs = [int(line.split()[0]) for line in said.splitlines() if ', Méthode' in line]
        self.assertEqual(len(pairs), 15)
        self.assertEqual(pairs, sorted(pairs, reverse=True))

    def test_labels_recount_to_the_same_figures(self):
        self.place()
        found = self.classify('extract.yaml', '--dictionary', 'd.yaml', '--labels', 'labels.csv')
        labels = read_csv(os.path.join(self.path, 'labels.csv'))
        self.assertEqual([r['key'] for r in labels],
                         ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', '10', '11'])
        counted = collections.Counter(c for r in labels for c in r['categories'].split(';') if c)
        self.assertEqual(counted, {c['code']: c['records'] for c in found['categories']})
        near = collections.Counter(c for r in labels for c in r['near'].split(';') if c)
        self.assertEqual(near, {'snapchat': 1})

    def test_engines_and_threads_do_not_matter_and_count_agrees(self):
        example = os.path.join(ROOT, 'examples', 'essex-16040')
        dictionary = os.path.join(ROOT, 'data', 'dictionaries', 'online-platforms.yaml')
        self.ok('synth', '--seed', '9', '--offences', '20000' if SLOW else '100000',
                '-o', 'extract.csv')
        with open(os.path.join(example, 'extract.yaml'), encoding='utf-8') as f:
            self.write('extract.yaml', f.read())
        self.write('request.yaml', (
            'reference: all\ntitle: All\nextract: extract.yaml\n'
            'period: {from: 2010-01-01, to: 2030-12-31, date: recorded, year: calendar}\n'
            'questions:\n  - id: "1"\n    text: All\n    tables:\n'
            f'      - {{id: m, rows: [method], dictionary: "{dictionary}", count: offences}}\n'))
        first = self.ok('classify', 'extract.yaml', '--dictionary', dictionary, '--json',
                        '--engine', 'scalar', '-t', '1')
        for engine, threads in (('simd', '2'), ('avx2', '3'), ('auto', '1')):
            self.assertEqual(first, self.ok('classify', 'extract.yaml', '--dictionary', dictionary,
                                            '--json', '--engine', engine, '-t', threads))
        found = json.loads(first)
        table = self.counts('request.yaml')['tables'][0]
        counted = {c['at']['method']: c['value'] for c in table['cells']}
        self.assertEqual(counted.pop('Total'), found['records'])
        self.assertEqual(counted.pop('none', 0), found['coverage']['none'])
        self.assertEqual({k: v for k, v in counted.items() if v},
                         {c['code']: c['records'] for c in found['categories'] if c['records']})

    def test_several_narratives_of_one_offence_are_joined_the_same_way_by_count(self):
        self.place()
        rows = [r for r in RECORDS.splitlines() if r[0] != ',' and r[:2] != 'A8']
        rows.append('A6,2020-01-05,2,,Contact on snapchat')  # another narrative names one
        self.write('records.csv', '\n'.join(rows) + '\n')
        self.write('request.yaml', (
            'reference: all\ntitle: All\nextract: extract.yaml\n'
            'period: {from: 2020-01-01, to: 2020-12-31, date: recorded, year: calendar}\n'
            'questions:\n  - id: "1"\n    text: All\n    tables:\n'
            '      - {id: m, rows: [method], dictionary: d.yaml, count: offences}\n'
            '      - {id: v, rows: [method], dictionary: d.yaml, count: victims}\n'))
        found = self.classify('extract.yaml', '--dictionary', 'd.yaml')
        answer = self.counts('request.yaml')
        tables = {t['id']: {c['at']['method']: c['value'] for c in t['cells']}
                  for t in answer['tables']}
        self.assertEqual(tables['m'], {'snapchat': 3, 'whatsapp': 2, 'facebook': 1, 'message': 2,
                                       'none': 0, 'Total': 6})
        self.assertEqual({c['code']: c['records'] for c in found['categories']},
                         {k: v for k, v in tables['m'].items() if k not in ('none', 'Total')})
        self.assertEqual(found['coverage']['none'], 0)
        self.assertEqual([f['count'] for f in answer['findings'] if f['code'] == 'near_misses'],
                         [1])
        self.assertTrue(any('are not counted here' in n for n in answer['tables'][0]['notes']))

    def test_what_is_missing_is_asked_for(self):
        self.place()
        self.assertIn('--dictionary', self.fails(2, 'classify', 'extract.yaml'))
        self.assertIn('--source', self.fails(2, 'classify', 'records.csv', '--dictionary', 'd.yaml'))
        self.write('extract.yaml', SOURCE.replace(', narrative: mo', ''))
        self.assertIn('narrative', self.fails(3, 'classify', 'extract.yaml', '--dictionary',
                                              'd.yaml'))


if __name__ == '__main__':
    unittest.main()
