"""Answers protected together with what was published before about the same records."""

import itertools
import json
import os
import random
import unittest

from support import ProgramTest

EXTRACT = '''\
files: records.csv
row: link
columns: {offence_id: id, offence_code: code, recorded: date, victim_id: vid, victim_age: age,
  suspect_id: sid, outcome: outcome}
'''
REQUEST = '''\
reference: %(reference)s
title: A test
extract: extract.yaml
period: {from: %(begin)s, to: %(end)s, date: %(date)s, year: %(year)s}
%(more)s
questions:
  - {id: "1", text: How many?, tables: [%(table)s]}
policy: policy.yaml
'''
# The reader who is alone in a figure is tested elsewhere; here the sums are.
POLICY = 'readers: [sums, rules]\n'
YEAR_TABLE = '{id: t, rows: [year], count: victims}'


class Joint(ProgramTest):

    policy = POLICY

    def records(self, rows):
        """`rows`: (date, code, age, outcome, how many)."""
        lines = ['id,code,date,vid,age,sid,outcome']
        n = 0
        for date, code, age, outcome, many in rows:
            for _ in range(many):
                n += 1
                lines.append(f'{n},{code},{date},v{n},{age},,{outcome}')
        self.write('records.csv', '\n'.join(lines) + '\n')
        self.write('extract.yaml', EXTRACT)
        self.write('policy.yaml', self.policy)

    def request(self, reference, table=YEAR_TABLE, begin='2020-01-01', end='2020-12-31',
                year='calendar', date='recorded', more=''):
        self.write(f'{reference}.yaml', REQUEST % locals())

    def answer(self, reference, code=0, *arguments):
        """Answers; {codes: value} of its first table, and what was said."""
        result = self.run_program('answer', f'{reference}.yaml', *arguments)
        said = result.stderr.decode()
        self.assertEqual(result.returncode, code, said)
        with open(os.path.join(self.path, f'answer-{reference}', 'answer.json'),
                  encoding='utf-8') as f:
            answer = json.load(f)
        table = answer['tables'][0]
        return {tuple(c['at'].values()): c['value'] for c in table['cells']}, said

    def check(self, reference, code=0):
        """Attacks the published answer together with the register, by what was published alone."""
        result = self.run_program('check', f'answer-{reference}', '--register',
                                  'safecount.register', '--json')
        self.assertEqual(result.returncode, code, result.stderr.decode())
        found = json.loads(result.stdout)
        self.assertEqual(found['safe'], code == 0)
        return found

    def publish(self, reference):
        cells, _ = self.answer(reference)
        self.ok('release', 'add', f'answer-{reference}')
        return cells

    def test_the_complement_of_a_period(self):
        """A year, and then eleven months of it: the twelfth must not fall."""
        self.records([('2020-05-05', '071/17', 14, 1, 48), ('2020-12-05', '071/17', 14, 1, 2)])
        self.request('A')
        self.request('B', end='2020-11-30')
        cells, said = self.answer('B')
        self.assertEqual(cells['2020',], 48)  # alone it is no secret
        self.assertIn('none  that is in the register', said)
        self.publish('A')
        found = self.check('B', 5)
        self.assertTrue(any('2020-12-01 to 2020-12-31' in json.dumps(f['at'])
                            for f in found['findings']), found['findings'])
        cells, said = self.answer('B')
        self.assertIsNone(cells['2020',])
        self.assertIn('1  release that meets this answer', said)
        self.check('B')
        self.assertEqual(json.loads(self.read('answer-B/answer.json'))['audit']['earlier'], 1)
        self.assertIn('checked together with the one answer', ' '.join(
            self.read('answer-B/index.html').split()))
        self.assertNotIn('earlier', json.loads(self.read('answer-A/answer.json'))['audit'])

    def third_month(self, first, whole):
        """
        Who the only person of outcome 14 could be: the outcomes' counts in what is left of a period when
        `first`, printed earlier, is taken from it, 11 in all, where `whole` has what is printed.
        """
        found = set()
        for a in range(12):
            for b in range(12 - a):
                rest = {'1': a, '14': b, '18': 11 - a - b}
                if all(whole.get((k,)) in (None, first.get((k,), 0) + n) for k, n in rest.items()):
                    found.add(b)
        return found

    def test_a_period_inside_another_that_only_months_divide(self):
        """
        Two months by outcome, then three months by outcome beside a table of months, and no table
        has months by outcome: 9 of 10 in the two months leave one for the third all the same.
        """
        self.records([('2020-01-05', '071/17', 14, 1, 60), ('2020-01-05', '071/17', 14, 18, 5),
                      ('2020-02-05', '071/17', 14, 1, 20), ('2020-02-05', '071/17', 14, 18, 4),
                      ('2020-03-05', '071/17', 14, 14, 1), ('2020-03-05', '071/17', 14, 1, 10)])
        outcomes = '{id: o, rows: [outcome], count: offences}'
        months = ', {id: m, rows: [month], count: offences}'
        self.request('A', table=outcomes, end='2020-02-29')
        first = self.publish('A')
        self.assertEqual((first['1',], first['18',]), (80, 9))
        for reference, table in (('B', outcomes + months), ('C', outcomes)):
            self.request(reference, table=table, end='2020-03-31')
            whole, said = self.answer(reference)
            self.assertIn('1  release that meets this answer', said)
            self.assertIsNone(whole['14',])
            self.assertGreater(len(self.third_month(first, whole)), 1)
            self.check(reference)

    def test_a_month_inside_a_period_that_only_months_divide(self):
        self.records([('2020-01-05', '071/17', 14, 1, 60), ('2020-01-05', '071/17', 14, 18, 9),
                      ('2020-03-05', '071/17', 14, 14, 1), ('2020-03-05', '071/17', 14, 1, 10)])
        self.request('A', table='{id: o, rows: [outcome], count: offences}', end='2020-01-31')
        first = self.publish('A')
        self.request('B', end='2020-03-31', table='{id: o, rows: [outcome], count: offences}, '
                                                  '{id: m, rows: [month], count: offences}')
        whole, _ = self.answer('B')
        self.assertIsNone(whole['14',])
        self.assertGreater(len(self.third_month(first, whole)), 1)
        self.check('B')

    def test_what_an_earlier_list_lacks_was_nobody(self):
        """
        Two months by outcome list 1 and 18, 14 together. Of three months 1 is printed, 10: so at least 4 of
        the two months are of 18. The third month has who is of 14 or 16, which the first list lacks.
        """
        self.records([('2020-01-05', '071/17', 14, 1, 10), ('2020-02-05', '071/17', 14, 18, 4),
                      ('2020-03-05', '071/17', 14, 14, 1), ('2020-03-05', '071/17', 14, 16, 9)])
        outcomes = '{id: o, rows: [outcome], count: offences}'
        months = ', {id: m, rows: [month], count: offences}'
        self.request('A', table=outcomes, end='2020-02-29')
        first = self.publish('A')
        self.assertEqual(first['Total',], 14)
        self.assertFalse({('14',), ('16',)} & set(first))
        for reference, table in (('B', outcomes), ('C', outcomes + months)):
            self.request(reference, table=table, end='2020-03-31')
            whole, _ = self.answer(reference)
            found = {'14': set(), '18': set()}
            for early in range(1, 14):
                if first['1',] not in (None, early) or first['18',] not in (None, 14 - early):
                    continue
                for rest in itertools.product(range(11), repeat=3):
                    counts = {'1': early + rest[0], '14': rest[1], '16': rest[2],
                              '18': 14 - early + 10 - sum(rest), 'Total': 24}
                    if sum(rest) <= 10 and rest[1] and rest[2] and all(
                            whole[k,] in (None, n) for k, n in counts.items()):
                        for code, values in found.items():
                            values.add(counts[code])
            self.assertGreater(min(map(len, found.values())), 1, (reference, whole, found))
            self.check(reference)

    # What was printed rounded is known to lie in an interval, and counts in later answers.

    def rounded(self, reference):
        self.write('policy.yaml', 'method: round\nreaders: [sums, rules]\n')
        cells_, said = self.answer(reference)
        self.ok('release', 'add', f'answer-{reference}')
        self.write('policy.yaml', self.policy)
        return cells_

    def test_a_rounded_total_and_a_part_of_it(self):
        """Rounded to 50, the year is 46 to 54: with 46 printed, the rest cannot be 1 alone."""
        self.records([('2020-05-05', '071/17', 14, 1, 48), ('2020-12-05', '071/17', 14, 1, 2)])
        self.request('A')
        self.request('B', end='2020-11-30')
        self.assertEqual(self.rounded('A'), {('2020',): 50, ('Total',): 50})
        self.assertIn('2 figures, 0 of them withheld, 2 rounded to multiples of 5',
                      self.ok('release', 'show', 'A'))
        self.assertIn('1 release, as recorded', self.ok('release', 'verify'))
        cells_, said = self.answer('B')
        self.assertIn('1  release that meets this answer', said)
        self.assertNotIn('were not looked at', said)
        self.assertEqual(cells_['2020',], 48)  # December is then 0 to 6
        self.check('B')

    def test_an_interval_that_leaves_one_number_gives_it_away(self):
        """
        A rounded year of 0 is at most 4; four of eleven months printed leave nothing for the
        twelfth, and a printed 0 there is no secret. One more, hidden, would be 1 for certain.
        """
        self.records([('2020-05-05', '071/17', 14, 1, 9), ('2020-12-05', '071/17', 14, 1, 1)])
        self.request('A')
        self.request('B', end='2020-11-30')
        first = self.rounded('A')['2020',]
        self.assertEqual(first, 10)  # 6 to 14
        cells_, _ = self.answer('B')
        # 9 printed: December lies between 0 and 5
        self.assertEqual(cells_['2020',], 9)
        self.check('B')

    def test_rounded_again_as_it_was(self):
        self.records([('2020-05-05', '071/17', 14, 1, 42), ('2020-12-05', '071/17', 14, 1, 11)])
        self.request('A')
        self.request('B', table='{id: t, rows: [month], count: victims}')
        year = self.rounded('A')['2020',]
        self.write('policy.yaml', 'method: round\nreaders: [sums, rules]\n')
        cells_, _ = self.answer('B')
        self.assertEqual(cells_['Total',], year)
        self.check('B')

    def test_exact_before_and_rounded_now_is_refused_where_it_is_no_multiple(self):
        self.records([('2020-05-05', '071/17', 14, 1, 48), ('2020-12-05', '071/17', 14, 1, 9)])
        self.request('A')
        self.request('B', table='{id: t, rows: [month], count: victims}')
        self.publish('A')
        self.write('policy.yaml', 'method: round\nreaders: [sums, rules]\n')
        _, said = self.answer('B', 5)
        self.assertIn('no multiple of the base', said)

    def test_who_is_alone_in_an_earlier_hidden_figure_is_said_not_to_be_tested(self):
        self.policy = 'readers: [sums, rules, insider]\n'
        self.records([(f'2020-{m:02d}-05', '071/17', age, outcome, many)
                      for m, age, outcome, many in (
                          (5, 14, 1, 2), (5, 16, 1, 3), (5, 18, 2, 9), (6, 14, 2, 8), (6, 16, 1, 9),
                          (6, 18, 2, 7), (7, 14, 1, 6), (7, 16, 2, 8), (7, 18, 1, 9))])
        ages = '{id: t, rows: [month], columns: [victim_age], bands: pairs, count: victims}'
        bands = 'bands: {pairs: [14-15, 16-17, 18+]}'
        self.request('A', table=ages, more=bands)
        self.request('B', table='{id: t, rows: [month], columns: [outcome], count: victims}')
        self.request('C', table=ages, more=bands)
        first = self.publish('A')
        self.assertIn(None, first.values())
        words = 'who is alone in one of them could work out is not tested'
        said = self.run_program('answer', 'B.yaml').stderr.decode()
        self.assertIn('1  release that meets this answer', said)
        self.assertIn(words, said)
        # the same table again counts them all
        self.assertNotIn(words, self.answer('C')[1])
        self.write('policy.yaml', POLICY)
        self.assertNotIn(words, self.run_program('answer', 'B.yaml').stderr.decode())

    def test_a_withdrawn_answer_is_still_known(self):
        self.records([('2020-05-05', '071/17', 14, 1, 48), ('2020-12-05', '071/17', 14, 1, 2)])
        self.request('A')
        self.request('B', end='2020-11-30')
        self.publish('A')
        self.ok('release', 'withdraw', 'A', '--reason', 'Asked for by mistake')
        self.assertIsNone(self.answer('B')[0]['2020',])

    def test_another_period_is_another_matter(self):
        self.records([('2020-05-05', '071/17', 14, 1, 48), ('2019-12-05', '071/17', 14, 1, 20)])
        self.request('A', begin='2019-01-01', end='2019-12-31')
        self.request('B')
        self.publish('A')
        cells, said = self.answer('B')
        self.assertEqual(cells['2020',], 48)
        self.assertIn('none  that is in the register', said)

    def test_what_meets_only_by_way_of_a_third(self):
        """2019 and 2019-20 give 2020 away, though only the longer one meets it."""
        self.records([('2019-05-05', '071/17', 14, 1, 40), ('2020-05-05', '071/17', 14, 1, 30),
                      ('2020-12-05', '071/17', 14, 1, 3)])
        self.request('A', begin='2019-01-01', end='2019-12-31')
        self.request('B', begin='2019-01-01', table='{id: t, rows: [month_of_year], count: victims}')
        self.request('C', end='2020-11-30')
        self.publish('A')
        self.publish('B')
        _, said = self.answer('C')
        self.assertIn('2  releases that meet this answer', said)

    def test_financial_and_calendar_years(self):
        """Years from January and from April meet in quarters, and only there."""
        self.records([(f'{y}-{m:02d}-05', '071/17', 14, 1, n) for (y, m, n) in
                      [(2019, 2, 30), (2019, 6, 50), (2020, 2, 3), (2020, 6, 60), (2021, 2, 40)]])
        self.request('A', begin='2019-01-01', end='2020-12-31')
        self.request('B', begin='2019-04-01', end='2020-03-31', year='financial')
        self.assertEqual(self.answer('B')[0]['2019/20',], 53)
        self.publish('A')
        # 2019/20 is 53: 50 in 2019 and 3 in 2020. The year 2019 (80) and 53 leave 3 + (30 - ...)
        cells, said = self.answer('B')
        self.assertIn('1  release that meets this answer', said)
        self.assertIn(cells['2019/20',], (53, None))

    def test_an_offence_and_all_offences(self):
        self.records([('2020-05-05', '071/17', 14, 1, 47), ('2020-06-05', '008/01', 14, 1, 3)])
        self.request('A')
        self.request('B', more='offences: ["71/17"]')
        self.request('C', more='offences: ["8/1"]')
        self.assertEqual(self.answer('B')[0]['2020',], 47)
        self.publish('A')
        self.check('B', 5)
        self.assertIsNone(self.answer('B')[0]['2020',])  # 50 - 47 = 3 of another offence
        self.check('B')
        self.assertIsNone(self.answer('C')[0]['2020',])

    def test_other_offences_are_another_matter(self):
        self.records([('2020-05-05', '071/17', 14, 1, 47), ('2020-06-05', '008/01', 14, 1, 30)])
        self.request('A', more='offences: ["8/1"]')
        self.request('B', more='offences: ["71/17"]')
        self.publish('A')
        self.assertIn('none  that is in the register', self.answer('B')[1])

    def test_bands_that_overlap(self):
        rng = random.Random(5)
        self.policy = 'readers: [sums, rules, insider]\n'
        self.records([(f'2020-{m:02d}-05', '071/17', age, 1, int(rng.gammavariate(1.2, 3)))
                      for m in range(1, 13) for age in range(8, 20)])
        for reference, bands in (('A', '8-9;10-11;12-13;14-15;16-17;18-19'),
                                 ('B', '8;9-10;11-12;13-14;15-16;17-19')):
            self.request(reference, more=f'bands: {{own: "{bands}"}}',
                         table='{id: t, rows: [month], columns: [victim_age], bands: own, '
                               'count: victims}')
        check = ['answer-B/tables/t.tidy.csv', '--with', 'answer-A/tables/t.tidy.csv',
                 '--hierarchy', 'answer-A/tables/hierarchy.csv', '--hierarchy',
                 'answer-B/tables/hierarchy.csv', '--readers', 'sums,rules']
        self.answer('A')
        self.answer('B')
        self.fails(5, 'check', *check)  # each is safe alone; together they are not
        self.publish('A')
        before = self.read('answer-A/tables/t.tidy.csv')
        self.check('B', 5)
        cells, said = self.answer('B')
        self.ok('check', *check)
        self.check('B')
        self.assertIn('Safe', said)
        self.assertEqual(before, self.read('answer-A/tables/t.tidy.csv'))
        # and once B is out too, answering A again changes nothing and is still safe; who is alone
        # in a figure of an earlier release is not known to a later one (docs/register.md)
        self.write('policy.yaml', POLICY)
        self.ok('release', 'add', 'answer-B')
        again, _ = self.answer('A')
        self.assertEqual(before, self.read('answer-A/tables/t.tidy.csv'))

    def test_revised_records(self):
        rows = [('2020-05-05', '071/17', 14, 1, 48), ('2020-06-05', '071/17', 14, 1, 20)]
        self.records(rows)
        self.request('A', table='{id: t, rows: [month], count: victims}')
        self.publish('A')
        self.records(rows + [('2020-06-07', '071/17', 14, 1, 3)])
        self.request('B', table='{id: t, rows: [month], columns: [outcome], count: victims}')
        cells, said = self.answer('B')
        self.assertIn('2  earlier figures contradict today\'s counts', said)  # June, and the year
        self.assertEqual(cells['2020-06', 'Total'], 23)
        self.assertEqual(cells['2020-05', 'Total'], 48)

    def test_of_two_versions_the_one_that_agrees_counts(self):
        """A corrected answer and the one before it differ; what agrees with today is known."""
        rows = [('2020-05-05', '071/17', 14, 1, 40), ('2020-12-05', '071/17', 14, 1, 2)]
        self.records(rows)
        self.request('A')
        self.publish('A')
        self.records(rows + [('2020-05-06', '071/17', 14, 1, 6)])
        self.answer('A')
        self.ok('release', 'add', 'answer-A', '--correction', 'Six more were recorded')
        self.request('B', end='2020-11-30')
        cells, said = self.answer('B')
        self.assertIn('2  releases that meet this answer', said)
        self.assertIn('earlier figures contradict', said)  # the 42 of the first version
        self.assertIsNone(cells['2020',])  # 48 - 46 = 2, from the second
        self.check('B')

    def test_an_earlier_answer_that_gives_something_away_does_not_stop_others(self):
        self.records([('2020-05-05', '071/17', 14, 1, 48), ('2020-06-05', '071/17', 14, 1, 20),
                      ('2020-07-05', '071/17', 14, 1, 2)])
        self.request('A', table='{id: t, rows: [month], count: victims}')
        self.answer('A')
        path = os.path.join(self.path, 'answer-A', 'answer.json')
        with open(path, encoding='utf-8') as f:
            answer = json.load(f)
        for cell in answer['tables'][0]['cells']:  # as somebody hid the one small figure by hand
            value = {'2020-05': 48, '2020-06': 20, 'Total': 70}.get(cell['at']['month'], 0)
            if cell['at']['month'] != '2020-07':
                cell.update(value=value, status='published')
            else:
                cell.update(value=None, status='suppressed')
        with open(path, 'w', encoding='utf-8') as f:
            json.dump(answer, f)
        self.ok('release', 'add', 'answer-A')
        self.request('B', table='{id: t, rows: [outcome], count: victims}')
        cells, said = self.answer('B')
        self.assertIn('small counts that earlier releases give away', said)
        self.assertIn('can be worked out, but for what earlier releases give away.', said)
        self.assertEqual(cells['Total',], 70)
        # the figure itself is not printed by an answer about it, which would give it away again
        self.request('C', table='{id: t, rows: [month], count: victims}')
        cells, said = self.answer('C', 5)
        self.assertIsNone(cells['2020-07',])
        self.assertIn('Not for release', said)

    def test_check_with_a_register_wants_an_answer(self):
        self.records([('2020-05-05', '071/17', 14, 1, 48)])
        self.request('A')
        self.publish('A')
        self.fails(1, 'check', 'nowhere', '--register', 'safecount.register')
        self.assertIn('not JSON', self.fails(3, 'check', 'answer-A/tables/t.tidy.csv',
                                             '--register', 'safecount.register'))
        self.fails(2, 'check', 'answer-A', '--with', 'x.csv', '--register', 'safecount.register')
        self.write('true/answer.json', self.ok('count', 'A.yaml', '--json'))
        self.assertIn('true counts', self.fails(5, 'check', 'true', '--register',
                                                'safecount.register'))

    def test_a_register_that_was_asked_for_must_be_there(self):
        self.records([('2020-05-05', '071/17', 14, 1, 48)])
        self.request('A')
        self.assertIn('No such file',
                      self.fails(1, 'answer', 'A.yaml', '--register', 'no.register'))
        self.write('bad.register', 'no register')
        self.assertIn('not an SQLite database',
                      self.fails(3, 'answer', 'A.yaml', '--register', 'bad.register'))

    def test_a_group_of_methods_beside_those_published_before(self):
        """Twelve of the group, ten of one of its own: two would be those who named only the other."""
        self.policy += 'threshold: 5\n'
        self.records([('2020-05-05', '071/17', 14, 1, 40)])
        self.write('extract.yaml', EXTRACT.replace('outcome: outcome', 'narrative: outcome'))
        texts = ['facebook whatsapp'] * 8 + ['facebook'] * 2 + ['whatsapp'] * 2 + ['kik'] * 28
        lines = self.read('records.csv').splitlines()
        self.write('records.csv', '\n'.join([lines[0]] + [
            line.rsplit(',', 1)[0] + ',' + text for line, text in zip(lines[1:], texts)]) + '\n')
        self.write('d.yaml', '''\
categories:
  - {id: fb, label: Facebook, terms: [facebook]}
  - {id: wa, label: WhatsApp, terms: [whatsapp]}
  - {id: kik, label: Kik, terms: [kik]}
groups:
  - {id: meta, label: Meta, categories: [fb, wa]}
''')
        self.request('A', table='{id: t, rows: [method], dictionary: d.yaml, count: offences}')
        self.request('B', table='{id: t, rows: [method_group], dictionary: d.yaml, '
                                'count: offences}')
        cells, _ = self.answer('B')
        self.assertEqual((cells['meta',], cells['kik',]), (12, 28))  # alone it is no secret
        self.assertEqual(self.publish('A')['fb',], 10)
        found = self.check('B', 5)
        self.assertIn('others than fb: meta', json.dumps(found['findings']))
        cells, _ = self.answer('B')
        self.assertIsNone(cells['meta',])
        self.check('B')


if __name__ == '__main__':
    unittest.main()
