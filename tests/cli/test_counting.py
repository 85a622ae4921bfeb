"""What is counted, by small extracts whose answer can be seen by eye, and by brute force."""

import itertools
import random
import unittest
from collections import Counter

from support import ProgramTest, accounting, cells

HEAD = 'ref,code,date,from,status,outcome,vid,vage,vsex,sid,sage,mo,area\n'
SOURCE = '''\
files: records.csv
row: {row}
columns:
  offence_id: ref
  offence_code: code
  recorded: date
  committed_from: from
  removed: status
  outcome: outcome
  victim_id: vid
  victim_age: vage
  victim_sex: vsex
  suspect_id: sid
  suspect_age: sage
  narrative: mo
  area: {{column: area, label: Area}}
removed: [No Crime]
{more}
'''
REQUEST = '''\
reference: C-1
title: Counting
extract: extract.yaml
period: {{from: 2019-02-01, to: 2020-06-30, date: recorded{year}}}
{offences}
bands: {{b: "1-11;12-15;16-17;18+"}}
questions:
  - id: "1"
    text: Q
    tables:
{tables}
'''


def record(ref='1', code='71/17', date='2020-01-15', start='2020-01-01', status='', outcome='1',
           vid='V1', vage='12', vsex='F', sid='S1', sage='30', mo='x', area='N'):
    return ','.join([ref, code, date, start, status, outcome, vid, vage, vsex, sid, sage, mo, area])


class CountingTest(ProgramTest):

    def count(self, records, *tables, row='offence', more='', offences='offences: ["71/17"]',
              year=''):
        self.write('records.csv', HEAD + ''.join(r + '\n' for r in records))
        self.write('extract.yaml', SOURCE.format(row=row, more=more))
        listed = ''.join(f'      - {{id: t{i}, {t}}}\n' for i, t in enumerate(tables))
        self.write('request.yaml', REQUEST.format(tables=listed, offences=offences, year=year))
        answer = self.counts('request.yaml')
        a = accounting(answer)
        self.assertEqual(a['read'], sum(v for k, v in a.items() if k != 'read'))
        return answer

    def table(self, answer, i=0):
        return {k[1:]: v for k, v in cells(answer).items() if k[0] == f't{i}' and v}


class Dimensions(CountingTest):

    DATES = ['2019-02-01', '2019-03-31', '2019-04-01', '2020-01-01', '2020-06-30', '2020-07-01',
             '2019-01-31']

    def test_time(self):
        records = [record(str(i), date=d) for i, d in enumerate(self.DATES)]
        answer = self.count(records, 'rows: [year, month]', 'rows: [financial_year, quarter]',
                            'rows: [month_of_year]', 'rows: [quarter, month]', year=', year: calendar')
        self.assertEqual(accounting(answer)['period'], 2)
        self.assertEqual(self.table(answer, 0), {
            ('2019', '2019-02'): 1, ('2019', '2019-03'): 1, ('2019', '2019-04'): 1,
            ('2019', 'Total'): 3, ('2020', '2020-01'): 1, ('2020', '2020-06'): 1,
            ('2020', 'Total'): 2, ('Total', 'Total'): 5})
        self.assertEqual(self.table(answer, 1)['2018/19', 'Total'], 2)
        self.assertEqual(self.table(answer, 1)['2019/20', 'Total'], 2)
        self.assertEqual(self.table(answer, 2), {('01',): 1, ('02',): 1, ('03',): 1, ('04',): 1,
                                                 ('06',): 1, ('Total',): 5})
        self.assertEqual(self.table(answer, 3)['2019 Q1', 'Total'], 2)
        self.assertEqual(self.table(answer, 3)['2019 Q1', '2019-03'], 1)
        months = [k for k in cells(answer) if k[0] == 't0' and k[2] != 'Total']
        self.assertEqual(len(months), 17)  # each month of the period once, in its own year

    def test_ages_and_unknown(self):
        ages = ['0', '11', '12', '15.9', '16', '17', '18', '130', '', 'NULL', '131', '-3', 'abc']
        records = [record(str(i), vage=a) for i, a in enumerate(ages)]
        answer = self.count(records, 'rows: [victim_age], bands: b, count: victims')
        self.assertEqual(self.table(answer), {("1-11",): 1, ("12-15",): 2, ("other",): 1, ("16-17",): 2,
                                              ('18+',): 2, ('unknown',): 2, ('Total',): 10})
        self.assertEqual(accounting(answer)['bad_age'], 3)
        answer = self.count(records, 'rows: [victim_age], bands: b', more='bad_age: unknown')
        self.assertEqual(self.table(answer)['unknown',], 5)

    def test_outcomes_in_every_spelling(self):
        written = ['1', '01', 'OC01 - Charge/Summons', '1A', '1d', '16', 'OC16', '', 'NULL', '99',
                   'N1001', 'C1', 'C5']
        records = [record(str(i), outcome=o) for i, o in enumerate(written)]
        answer = self.count(records, 'rows: [outcome]', 'rows: [outcome_group]')
        self.assertEqual(self.table(answer), {('1',): 3, ('1A',): 2, ('16',): 2, ('other',): 2,
                                              ('unknown',): 2, ('Total',): 11})
        self.assertEqual(accounting(answer)['removed'], 2)
        self.assertEqual(self.table(answer, 1)['Charged/Summonsed',], 5)

    def test_sex_and_any_other_column(self):
        records = [record(str(i), vsex=s, area=a) for i, (s, a) in enumerate(
            [('F', 'N'), ('Female', 'S'), ('male', 'N'), ('Decoy', ''), ('U', 'S10'), ('', 'S9')])]
        answer = self.count(records, 'rows: [sex]', 'rows: [area]')
        self.assertEqual(self.table(answer), {('Female',): 2, ('Male',): 1, ('Decoy',): 1,
                                              ('unknown',): 2, ('Total',): 6})
        self.assertEqual([k[1] for k in cells(answer) if k[0] == 't1'],
                         ['N', 'S', 'S9', 'S10', 'unknown', 'Total'])

    def test_methods_overlap_and_fall_back(self):
        self.write('d.yaml', '''\
categories:
  - {id: kik, label: Kik, terms: [kik]}
  - {id: snap, label: Snapchat, terms: [snapchat, snap chat]}
  - {id: message, label: Message, fallback: true, terms: [messages]}
''')
        texts = ['by KIK', 'kik and Snap-Chat messages', 'messages only', 'nothing', 'kiks', '"sna\n"',
                 '"snap\nchat"', 'snap chat']
        answer = self.count([record(str(i), mo=t) for i, t in enumerate(texts)],
                            'rows: [method], dictionary: d.yaml')
        self.assertEqual(self.table(answer), {('kik',): 2, ('snap',): 3, ('message',): 1,
                                              ('none',): 3, ('Total',): 8})
        self.assertIn('do not add up', ' '.join(answer['tables'][0]['notes']))

    GROUPS = '''\
categories:
  - {id: snap, label: Snapchat, terms: [snapchat]}
  - {id: fb, label: Facebook, terms: [facebook]}
  - {id: kik, label: Kik, terms: [kik]}
  - {id: wa, label: WhatsApp, terms: [whatsapp]}
  - {id: text, label: Message, fallback: true, terms: [messages]}
groups:
  - {id: meta, label: Meta, categories: [wa, fb]}
'''

    def test_a_group_stands_for_its_categories_and_counts_an_offence_once(self):
        r = random.Random(3)
        self.write('d.yaml', self.GROUPS)
        words = {'snapchat': 'snap', 'facebook': 'fb', 'kik': 'kik', 'whatsapp': 'wa',
                 'messages': 'text'}
        for row in 'offence', 'link':
            named, rows = {}, []
            for i in range(300):  # in links an offence has two narratives
                ref = str(i // 2 if row == 'link' else i)
                found = r.sample(sorted(words), r.choice([0, 1, 1, 2, 3]))
                rows.append(record(ref, sid=f'S{i}', mo=' '.join(found)))
                named[ref] = named.get(ref, set()) | {words[w] for w in found}
            expected = {'single': Counter(), 'group': Counter()}
            for found in named.values():
                found = found - {'text'} or found or {'none'}
                expected['single'].update(found)
                expected['group'].update({'meta' if c in ('fb', 'wa') else c for c in found})
            answer = self.count(rows, 'rows: [method], dictionary: d.yaml',
                                'rows: [method_group], dictionary: d.yaml', row=row)
            for i, kind in enumerate(('single', 'group')):
                table = self.table(answer, i)
                self.assertEqual(table.pop(('Total',)), len(named))
                self.assertEqual(table, {(k,): n for k, n in expected[kind].items()}, (row, kind))
            self.assertEqual([k[1] for k in cells(answer) if k[0] == 't1'],
                             ['snap', 'meta', 'kik', 'text', 'none', 'Total'])
            self.assertIn("'Meta' counts each offence once that named any of: Facebook, WhatsApp.",
                          ' '.join(answer['tables'][1]['notes']))

    def test_groups_that_are_not_there_or_cannot_be(self):
        self.write('d.yaml', self.GROUPS[:self.GROUPS.index('groups:')])
        self.count([record()], 'rows: [method], dictionary: d.yaml')
        request = self.read('request.yaml').replace('[method]', '[method_group]')
        self.write('request.yaml', request)
        self.assertIn("its dictionary has no groups: write them under 'groups' in it",
                      self.fails(3, 'count', 'request.yaml'))
        self.write('d.yaml', self.GROUPS.replace('[wa, fb]', '[wa, text]'))
        self.assertIn("d.yaml:8:46: 'text' is a fallback", self.fails(3, 'count', 'request.yaml'))
        self.write('request.yaml', request.replace(', dictionary: d.yaml', ''))
        self.assertIn('method_group needs a dictionary', self.fails(3, 'count', 'request.yaml'))


class Offences(CountingTest):

    def test_spellings_of_a_code_are_one_and_88a_is_another_thing(self):
        codes = ['71/17', '071/17', '07117', '71/17 (S/V)', '71/17 Sexual communication', '88A',
                 '88/1', '8/6', '', 'see log']
        records = [record(str(i), code=c) for i, c in enumerate(codes)]
        answer = self.count(records, 'rows: [year]')
        self.assertEqual(self.table(answer)['Total',], 5)
        self.assertEqual(accounting(answer)['offence_code'], 3)
        self.assertEqual(accounting(answer)['no_offence_code'], 1)
        self.assertEqual(accounting(answer)['bad_offence_code'], 1)
        self.assertEqual({f['code']: f['count'] for f in answer['findings']}['class_not_code'], 1)
        answer = self.count(records, 'rows: [year]', offences='offences: ["88A"]')
        self.assertEqual(self.table(answer)['Total',], 7)  # 71/17 and 88/1 are of class 88A
        answer = self.count(records, 'rows: [year]', offences='')
        self.assertEqual(self.table(answer)['Total',], 9)

    def test_removed_records_and_repeated_references(self):
        records = [record('1'), record('2', status='No Crime'), record('3', status='no crime'),
                   record('1'), record('', ), record('4', date=''), record('5', date='15/01/2020')]
        answer = self.count(records, 'rows: [year]')
        got = {k: v for k, v in accounting(answer).items() if v}
        self.assertEqual(got, {'read': 7, 'counted': 1, 'removed': 2, 'duplicate_link': 1,
                               'no_id': 1, 'no_date': 1, 'undatable': 1})

    def test_facts_against_the_law_are_reported_and_counted(self):
        records = [record('1', start='2017-04-02'), record('2', start='2017-04-03'),
                   record('3', vage='16'), record('4', sage='17'), record('5', sage='18')]
        answer = self.count(records, 'rows: [year]')
        self.assertEqual(accounting(answer)['counted'], 5)
        self.assertEqual({f['code']: f['count'] for f in answer['findings']},
                         {'committed_before_law': 1, 'victim_16_or_over': 1, 'suspect_under_18': 1})


class Links(CountingTest):

    TABLES = ('rows: [year], count: offences', 'rows: [victim_age], bands: b, count: victims',
              'rows: [suspect_age], bands: moj, count: suspects', 'rows: [year], count: rows',
              'rows: [victim_age], bands: b, count: offences')

    def links(self):
        return [record('1', vid='V1', vage='10', sid='S1', sage='20'),
                record('1', vid='V1', vage='10', sid='S2', sage='40'),
                record('1', vid='V2', vage='13', sid='S1', sage='20'),
                record('1', vid='V1', vage='10', sid='S1', sage='20'),
                record('2', vid='V1', vage='10', sid='', sage='', date='2020-03-01')]

    def test_each_once_in_any_order(self):
        for records in itertools.permutations(self.links()):
            answer = self.count(records, *self.TABLES, row='link')
            self.assertEqual(self.table(answer, 0)['Total',], 2)
            self.assertEqual(self.table(answer, 1), {("1-11",): 1, ('12-15',): 1, ('Total',): 2})
            self.assertEqual(self.table(answer, 2), {('18-20',): 1, ('21+',): 1, ('Total',): 2})
            self.assertEqual(self.table(answer, 3)['Total',], 4)
            # one offence with victims in two bands stands in both, and counts once
            self.assertEqual(self.table(answer, 4), {("1-11",): 2, ('12-15',): 1, ('Total',): 2})
            self.assertEqual(accounting(answer)['duplicate_link'], 1)
            if len(records) and records[0] != self.links()[0]:
                break

    def test_person_ids_within_their_offence(self):
        answer = self.count(self.links(), *self.TABLES, row='link', more='person_ids: offence')
        self.assertEqual(self.table(answer, 1), {("1-11",): 2, ('12-15',): 1, ('Total',): 3})

    def test_rows_that_disagree_count_once_whatever_their_order(self):
        records = [record('1', outcome='16'), record('1', sid='S2', outcome='1'),
                   record('1', sid='S3', outcome='')]
        for order in itertools.permutations(records):
            answer = self.count(order, 'rows: [outcome]', row='link')
            self.assertEqual(self.table(answer), {('1',): 1, ('Total',): 1})
            self.assertEqual(answer['findings'][0]['code'], 'offences_that_disagree')

    def test_random_links_against_brute_force(self):
        r = random.Random(4)
        for _ in range(12):
            links = []
            for _ in range(r.randrange(1, 400)):
                o = r.randrange(60)
                v, s = r.randrange(3), r.randrange(3)
                links.append(record(
                    f'R{o}', date=f'2020-0{o % 6 + 1}-10', vid=f'V{o}-{v}' if v else '',
                    vage=str((o * 7 + v) % 25), sid=f'S{o}-{s}' if s else '',
                    sage=str(10 + (o + s) % 40), mo='x'))
            answer = self.count(links, 'rows: [month]', 'rows: [month], count: victims',
                                'rows: [month], count: suspects', 'rows: [month], count: rows',
                                row='link')
            split = [x.split(',') for x in links]
            expected = [Counter(), Counter(), Counter(), Counter()]
            for i, seen in enumerate(({(x[0],): x[2] for x in split},
                                      {(x[6],): x[2] for x in split if x[6]},
                                      {(x[9],): x[2] for x in split if x[9]},
                                      {(x[0], x[6], x[9]): x[2] for x in split})):
                for date in seen.values():
                    expected[i][date[:7],] += 1
                    expected[i]['Total',] += 1
                self.assertEqual(self.table(answer, i), dict(expected[i]))


if __name__ == '__main__':
    unittest.main()
