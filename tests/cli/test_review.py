"""Reviewing the keyword search: sampling, reading on a terminal, spreadsheets, the report."""

import csv
import json
import os
import random
import re
import signal
import sqlite3
import stat
import unittest

from support import SLOW, ProgramTest
from terminal import MARK, Terminal

REQUEST = '''\
reference: "16040"
title: Method
extract: extract.yaml
period: {from: 2020-01-01, to: 2020-12-31, date: recorded, year: calendar}
questions:
  - id: "1"
    text: How?
    tables:
      - {id: method, rows: [year], columns: [method], dictionary: d.yaml, count: offences}
'''
EXTRACT = '''\
files: records.csv
row: offence
columns: {offence_id: id, recorded: date, narrative: mo}
'''
DICTIONARY = '''\
name: Platforms
version: "7"
categories:
  - {id: snapchat, label: Snapchat, terms: [snapchat]}
  - {id: whatsapp, label: WhatsApp, terms: [whatsapp]}
  - {id: skype, label: Skype, terms: [skype]}
  - {id: message, label: "Message, platform not stated", fallback: true, terms: [message]}
'''
NAMES = ['snapchat', 'whatsapp', 'skype', 'message']
WORDS = {'snapchat': ['Snapchat', 'snap chat'], 'whatsapp': ['WhatsApp', 'whats app'],
         'skype': ['Skype', 'Skype']}
N = 3000
FIRST_ID = 710000070000


def make_records(seed=5):
    """(text of records.csv, truth by token). Every narrative has a token of its own."""
    r = random.Random(seed)
    lines = ['id,date,mo']
    truth = {}
    for i in range(N):
        token = f'zq{r.randrange(10**9):09d}x'
        say, true = [], set()
        for name, share in (('snapchat', 0.15), ('whatsapp', 0.06), ('skype', 0.01)):
            if r.random() < share:  # one in five is written in a way the search does not know
                say.append('via ' + WORDS[name][r.random() < 0.2])
                true.add(name)
            elif r.random() < share / 10:  # named, but not the method
                say.append(f'having no {name} account')
        if not true and r.random() < 0.3:
            say.append('by message')
            true.add('message')
        truth[token] = true
        lines.append(f'{i + FIRST_ID},2020-{i % 12 + 1:02d}-05,'
                     f'"Suspect contacted complainant {" and ".join(say)}; device seized {token}"')
    return '\n'.join(lines) + '\n', truth


RECORDS, TRUTH = make_records()
TOKEN = re.compile(r'zq\d{9}x')


def keys_for(true):
    return ''.join(str(NAMES.index(n) + 1) for n in sorted(true)) + '\r' if true else '0'


class Review(ProgramTest):

    def setUp(self):
        super().setUp()
        self.case(REQUEST, EXTRACT, RECORDS)
        self.write('d.yaml', DICTIONARY)

    def sample(self, size=200, seed=3):
        return self.ok('review', 'sample', 'request.yaml', '--size', str(size), '--seed', str(seed))

    def next(self, *more, **size):
        terminal = Terminal(self.path, 'review', 'next', 'request.yaml', '-q', *more, **size)
        self.addCleanup(terminal.close)
        return terminal

    def report(self, *more):
        return json.loads(self.ok('review', 'report', 'request.yaml', '--json', *more))

    def exported(self, *more, name='out.csv'):
        self.ok('review', 'export', 'request.yaml', '-o', name, *more)
        with open(os.path.join(self.path, name), newline='', encoding='utf-8') as f:
            return list(csv.DictReader(f))

    def label_by_csv(self, reviewer='first', wrong=lambda token: False, limit=None):
        """Labels as the truth says, but for those that `wrong` names."""
        rows = self.exported('--narratives', '--reviewer', reviewer, name=f'{reviewer}.in.csv')
        for row in rows[:limit]:
            token = TOKEN.search(row.pop('(narrative)')).group()
            true = set() if wrong(token) else TRUTH[token]
            for name in true:
                row[name] = '1'
            row['(none)'] = '' if true else 'x'
        self.write_labels(f'{reviewer}.csv', rows)
        self.ok('review', 'import', 'request.yaml', f'{reviewer}.csv', '--reviewer', reviewer)

    def write_labels(self, name, rows):
        rows = [{k: v for k, v in row.items() if k != '(narrative)'} for row in rows]
        with open(os.path.join(self.path, name), 'w', newline='', encoding='utf-8') as f:
            writer = csv.DictWriter(f, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)

    # ---- reading on a terminal

    def test_a_signal_ends_it_whenever_it_comes(self):
        self.sample(size=20)
        for _ in range(20):
            terminal = self.next()
            while '\033[?1049h' not in terminal.output:  # before the first frame is drawn
                terminal.read(1)
            self.assertEqual(terminal.end(signal.SIGTERM), 130)
            self.assertTrue(terminal.is_restored())

    def test_a_reviewer_reads_a_whole_sample_with_undo_skip_and_breaks(self):
        size = 60 if SLOW else 200
        self.sample(size)
        terminal = self.next()
        given, skipped, seen = {}, set(), []
        while True:
            terminal.wait()
            token = TOKEN.search(' '.join(terminal.lines())).group()
            self.assertNotIn(token, given)
            self.assertIn(f'{len(given)} of {size} checked, {len(skipped)} skipped',
                          terminal.lines()[0])
            seen.append(token)
            n = len(given) + len(skipped)
            if n % 29 == 7:
                terminal.press('s')
                skipped.add(token)
            elif n % 31 == 9:  # a wrong one, taken back and put right
                terminal.press('0')
                terminal.press('u')
                self.assertIn(token, ' '.join(terminal.lines()))
                terminal.press('?x' + keys_for(TRUTH[token]))
                given[token] = TRUTH[token]
            elif n % 37 == 11:  # stopped, killed or interrupted, and gone on with
                number = (None, signal.SIGKILL, signal.SIGTERM)[n // 37 % 3]
                if number is None:
                    terminal.press('q')
                code = terminal.end(number)
                self.assertEqual(code, {None: 0, signal.SIGKILL: -9, signal.SIGTERM: 130}[number])
                if number != signal.SIGKILL:
                    self.assertTrue(terminal.is_restored())
                terminal = self.next()
                terminal.wait()
                self.assertIn(token, ' '.join(terminal.lines()))
                terminal.press(keys_for(TRUTH[token]))
                given[token] = TRUTH[token]
            else:
                terminal.press(keys_for(TRUTH[token]))
                given[token] = TRUTH[token]
            if len(given) + len(skipped) == size:
                break
        self.assertEqual(terminal.end(), 0)
        self.assertTrue(terminal.is_restored())
        self.assertIn('Next: safecount review report', terminal.output)
        report = self.report()
        self.assertEqual((report['checked'], report['skipped']), (len(given), len(skipped)))
        self.check_figures(report, given)

    def check_figures(self, report, given):
        """The estimates are the sums over strata that Python makes of the same labels."""
        db = sqlite3.connect(os.path.join(self.path, 'safecount.register'))
        self.addCleanup(db.close)
        labels = {i: (s, f, c) for i, s, f, c in db.execute(
            'SELECT i.position, i.stratum, i.found, l.categories FROM review_item i'
            ' JOIN review_label l ON l.item = i.position WHERE l.skipped = 0')}
        self.assertEqual(sorted(bin(c).count('1') for _, _, c in labels.values()),
                         sorted(len(t) for t in given.values()))
        for k, category in enumerate(report['categories']):
            found = dict(db.execute(
                'SELECT stratum, found FROM review_found WHERE category = ?', (k,)))
            estimate = 0
            for stratum, size in db.execute('SELECT position, size FROM review_stratum'):
                for hit, n_all in ((1, found.get(stratum, 0)), (0, size - found.get(stratum, 0))):
                    checked = [c >> k & 1 for s, f, c in labels.values()
                               if s == stratum and f >> k & 1 == hit]
                    if n_all and len(checked) < min(2, n_all):
                        break  # joined to a neighbour: left to the unit tests
                    estimate += n_all * sum(checked) / len(checked) if n_all else 0
                else:
                    continue
                break
            else:
                value = category['true_number']
                self.assertAlmostEqual(value['value'], estimate, places=3)
                self.assertTrue(value['low'] <= value['value'] <= value['high'])

    def test_everything_fits_a_terminal_of_80_by_24(self):
        long = ' '.join(f'word{i} via Snapchat' for i in range(400))
        hostile = 'a\033[2Jb\rc\x9b31md \u202eright to left\u202c \u65e5\u672c' * 30
        self.write('records.csv', 'id,date,mo\n' + ''.join(
            f'{i},2020-02-02,"{(long, hostile, "x" * 500)[i % 3]}"\n' for i in range(30)))
        self.sample(30)
        terminal = self.next()
        for _ in range(30):
            terminal.wait()
            for step in range(5):
                frame = terminal.frame()
                lines = terminal.lines()
                self.assertLessEqual(len(lines), 24)
                self.assertTrue(all(len(line) <= 80 for line in lines), lines)
                self.assertEqual(set(re.findall(r'\033(.[0-9;?]*[A-Za-z]?)', frame)) -
                                 {'[0m', '[1;7m', '[4m', '[2m', '[K', '[J'}, set())
                self.assertNotIn('\x9b', frame)
                self.assertNotIn('\u202e', frame)
                terminal.press(' ' if step % 2 else '\033[6~')
            terminal.press('0')
        self.assertEqual(terminal.end(), 0)

    def test_the_help_is_whole_and_the_commands_say_what_they_cannot(self):
        self.write('records.csv', 'id,date,mo\n' + ''.join(
            f'{i},2020-02-02,"He said ""hello"" to {i}"\n' for i in range(10)))
        self.sample(10)
        terminal = self.next()
        terminal.wait()
        shown = '\n'.join(terminal.lines())
        self.assertIn('He said "hello" to', shown)  # as it was written, not as its file quotes it
        terminal.press('?')
        for words in ('underlined ones were found but', 'or a near-miss)', 'Any key goes back.'):
            self.assertIn(words, '\n'.join(terminal.lines()))
        terminal.press('x')
        self.assertEqual('\n'.join(terminal.lines()), shown)
        terminal.press('\t')
        self.assertIn('The search found nothing here. Press 0', terminal.lines()[-1])
        terminal.press('\r')
        self.assertIn('Nothing is chosen', terminal.lines()[-1])
        terminal.press('q')
        self.assertEqual(terminal.end(), 0)

    def test_terms_found_are_marked_and_size_may_change(self):
        self.sample(40)
        terminal = self.next(rows=30, columns=100)
        found = 0
        for _ in range(40):
            terminal.wait()
            marked = {m.lower() for m in MARK.findall(terminal.frame())}
            self.assertLessEqual(marked, set(NAMES))
            found += len(marked)
            terminal.press('\t' if marked else '0')
            if marked:
                chosen = MARK.findall('\033[0m' + terminal.frame().replace('\033[1;7m',
                                                                          '\033[0m\033[1;7m'))
                self.assertTrue(any('*' in c for c in chosen))
                terminal.press('\r')
        self.assertGreater(found, 15)
        self.assertEqual(terminal.end(), 0)

    def test_without_a_terminal_it_says_so(self):
        self.sample(40)
        self.assertIn('expected a terminal', self.fails(2, 'review', 'next', 'request.yaml'))

    # ---- drawing

    def test_the_same_seed_draws_the_same_offences(self):
        self.sample(100, 3)
        first = {r['(narrative)'] for r in self.exported('--narratives', name='a.csv')}
        self.write('records.csv', RECORDS.split('\n', 1)[0] + '\n' + '\n'.join(
            sorted(RECORDS.split('\n')[1:], reverse=True)).strip() + '\n')
        os.remove(os.path.join(self.path, 'safecount.register'))
        os.remove(os.path.join(self.path, 'safecount.register.key'))
        self.sample(100, 3)
        self.assertEqual({r['(narrative)'] for r in self.exported('--narratives', name='b.csv')},
                         first)
        self.sample(100, 4)
        self.assertNotEqual({r['(narrative)'] for r in self.exported('--narratives', name='c.csv')},
                            first)

    def test_a_sample_that_is_too_small_or_larger_than_all_is_dealt_with(self):
        self.assertIn('--size', self.fails(2, 'review', 'sample', 'request.yaml', '--size', '1'))
        self.sample(5000)
        self.label_by_csv()
        report = self.report()
        self.assertEqual(report['checked'], N)
        for k, category in enumerate(report['categories']):
            true = sum(NAMES[k] in t for t in TRUTH.values())
            self.assertEqual([category['true_number'][x] for x in ('low', 'value', 'high')],
                             [true] * 3)

    # ---- nothing of a record is kept

    def test_nothing_of_a_narrative_is_in_the_register(self):
        self.sample(200)
        self.label_by_csv()
        for name in ('safecount.register', 'safecount.register.key'):
            path = os.path.join(self.path, name)
            with open(path, 'rb') as f:
                content = f.read()
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
            self.assertIsNone(re.search(rb'zq\d{9}x|Suspect|device|contacted', content))
            for i in range(FIRST_ID, FIRST_ID + N):
                self.assertFalse(str(i).encode() in content)

    def test_an_export_says_what_it_holds_and_is_private(self):
        self.sample(50)
        said = self.run_program('review', 'export', 'request.yaml', '-o', 'n.csv', '--narratives')
        self.assertIn(b'holds 50 narratives: personal data', said.stderr)
        mode = os.stat(os.path.join(self.path, 'n.csv')).st_mode
        self.assertEqual(stat.S_IMODE(mode), 0o600)
        self.assertIn('already', self.fails(1, 'review', 'export', 'request.yaml', '-o', 'n.csv'))
        self.exported(name='plain.csv')
        self.assertNotIn('zq', self.read('plain.csv'))
        self.assertIn('-o FILE', self.fails(2, 'review', 'export', 'request.yaml'))

    def test_a_key_that_is_lost_or_another_is_told(self):
        self.sample(50)
        key = os.path.join(self.path, 'safecount.register.key')
        os.rename(key, key + '.kept')
        said = self.fails(1, 'review', 'export', 'request.yaml', '-o', 'x.csv', '--narratives')
        self.assertIn('key of the register is missing', said)
        self.write('safecount.register.key', 'nonsense\n')
        self.assertIn('no key', self.fails(3, 'review', 'export', 'request.yaml', '-o', 'x.csv',
                                           '--narratives'))

    # ---- two reviewers

    def test_two_reviewers_agree_as_kappa_says(self):
        self.sample(200)
        self.label_by_csv('first')
        self.label_by_csv('second', wrong=lambda token: int(token[2:11]) % 5 == 0, limit=150)
        report = self.report('--reviewer', 'first')
        self.assertEqual(report['reviewers'], ['first', 'second'])
        self.assertEqual(report['labelled_by_both'], 150)
        rows = self.exported('--narratives', name='again.csv')[:150]
        for name, category in zip(NAMES, report['categories']):
            tokens = [TOKEN.search(r['(narrative)']).group() for r in rows]
            a = [name in TRUTH[t] for t in tokens]
            b = [name in TRUTH[t] and int(t[2:11]) % 5 != 0 for t in tokens]
            raw = sum(x == y for x, y in zip(a, b)) / 150
            chance = (sum(a) * sum(b) + (150 - sum(a)) * (150 - sum(b))) / 150 ** 2
            self.assertAlmostEqual(category['agreement'], raw, places=5)
            self.assertAlmostEqual(category['kappa'], (raw - chance) / (1 - chance), places=5)
        said = self.ok('review', 'report', 'request.yaml')
        self.assertRegex(said, rf"{re.escape(report['categories'][0]['label'])} +\d+% +\d\.\d\d")
        for line in said.splitlines():
            self.assertLessEqual(len(line), 80, line)

    def test_two_may_share_the_work(self):
        self.sample(100)
        self.label_by_csv('first')
        whole = self.report()
        rows = self.exported(name='half.csv', *[])
        os.remove(os.path.join(self.path, 'safecount.register'))
        self.ok('review', 'sample', 'request.yaml', '--size', '100', '--seed', '3')
        for reviewer, part in (('a', rows[:50]), ('b', rows[50:])):
            self.write_labels('part.csv', part)
            self.ok('review', 'import', 'request.yaml', 'part.csv', '--reviewer', reviewer)
        shared = self.report()
        self.assertEqual(shared['checked'], 100)
        self.assertEqual(shared['categories'], whole['categories'])

    # ---- importing

    def test_import_names_row_and_column_of_each_mistake(self):
        self.sample(50)
        rows = self.exported()
        header = list(rows[0].keys())

        def refuse(change, *expected):
            changed = [dict(r) for r in rows]
            change(changed)
            self.write_labels('bad.csv', changed)
            said = self.fails(3, 'review', 'import', 'request.yaml', 'bad.csv')
            for text in expected:
                self.assertIn(text, said)

        refuse(lambda r: r[4].update(skype='maybe'), 'bad.csv:6:4', "'skype'", 'expected 1')
        refuse(lambda r: r[0].update({'(record)': 'r123'}), 'bad.csv:2:1', 'not a record')
        refuse(lambda r: r[1].update({'(record)': rows[0]['(record)']}), 'bad.csv:3:1', 'before')
        refuse(lambda r: r[2].update({'(none)': '1', 'skype': '1'}), 'bad.csv:4:6', 'no other mark')
        refuse(lambda r: [x.update(telegram='') for x in r], 'bad.csv:1:8', 'no category')
        refuse(lambda r: [x.pop('skype') for x in r], 'bad.csv:1:1', "no column 'skype'")
        refuse(lambda r: (r[4].update(skype='?'), r[7].update(message='?')), '6:4', '9:5',
               '2 mistakes')
        self.write('bad.csv', b','.join(h.encode() for h in header) + b'\r\n"rab')
        self.fails(3, 'review', 'import', 'request.yaml', 'bad.csv')
        self.write('bad.csv', b'')
        self.assertIn('empty', self.fails(3, 'review', 'import', 'request.yaml', 'bad.csv'))
        self.assertIn('open', self.fails(1, 'review', 'import', 'request.yaml', 'not-there.csv'))
        self.assertEqual(self.report()['checked'], 0)

    def test_what_was_exported_comes_back_the_same(self):
        self.sample(80)
        self.label_by_csv()
        before = self.report()['categories']
        rows = self.exported(name='round.csv')
        self.assertTrue(any(r['(none)'] == '1' for r in rows))
        self.ok('review', 'import', 'request.yaml', 'round.csv')
        self.assertEqual(self.report()['categories'], before)

    # ---- the report

    def test_without_labels_it_says_that_nobody_has_checked(self):
        self.sample(50)
        report = self.report()
        self.assertEqual(report['checked'], 0)
        self.assertIsNone(report['categories'][0]['precision'])
        self.assertIn('Nobody has checked', report['words'][0])

    def test_the_words_keep_to_the_threshold(self):
        self.sample(200)
        self.label_by_csv()
        words = ' '.join(self.report()['words'])
        self.assertRegex(words, r'The search found \d+ offences naming Snapchat; from a hand check '
                                r'of 200 records we estimate that \d+ truly did '
                                r'\(95% interval \d+ to \d+\)\. Of those found about')
        words = re.sub(r'\d+%|\(\d+ to \d+%\)', '', words)
        for figure in re.findall(r'(?<![\w,])([1-4])(?!\w|,\d)', words):
            self.fail('a small figure in the words: ' + figure)

    def test_a_changed_dictionary_makes_a_review_stale(self):
        self.sample(50)
        self.label_by_csv()
        self.write('d.yaml', DICTIONARY + '# changed\n')
        self.assertTrue(self.report()['stale'])
        self.assertIn('dictionary has changed', self.ok('review', 'report', 'request.yaml'))
        terminal = self.next()
        self.assertEqual(terminal.end(), 1)
        self.assertIn('dictionary has changed', terminal.output)

    def test_an_earlier_review_is_kept(self):
        self.sample(50)
        self.label_by_csv()
        self.assertIn('Review 1 with its 50 labels is kept', self.sample(60, 9))
        self.assertEqual(self.report()['review'], 2)
        self.assertEqual(self.report('--review', '1')['checked'], 50)
        self.assertIn('no such review', self.fails(1, 'review', 'report', 'request.yaml',
                                                   '--review', '7'))

    # ---- the published answer

    def answer(self, *more):
        result = self.run_program('answer', 'request.yaml', '-o', 'out', '--json', '-q', *more)
        self.assertIn(result.returncode, (0, 5), result.stderr)
        return json.loads(result.stdout), self.read('out/index.html')

    def test_the_answer_says_how_far_the_search_can_be_trusted(self):
        answer, page = self.answer()
        self.assertFalse(answer['dictionaries'][0]['accuracy_reviewed'])
        self.assertIn('No accuracy review has been made', page)
        self.sample(200)
        self.assertIn('No accuracy review has been made', self.answer()[1])  # drawn, not labelled
        self.label_by_csv()
        report = self.report()['categories']
        answer, page = self.answer()
        self.assertTrue(answer['dictionaries'][0]['accuracy_reviewed'])
        accuracy = answer['dictionaries'][0]['accuracy']
        self.assertEqual(accuracy['checked'], 200)
        shown = {c['at']['method']: c['value'] for c in answer['tables'][0]['cells']
                 if c['at']['year'] == 'Total'}
        for said, true in zip(accuracy['categories'], report):
            self.assertFalse(said['withheld'])
            self.assertEqual(said['found'], shown[said['category']])
            self.assertEqual(said['true_number'], round(true['true_number']['value']))
            self.assertEqual(said['precision'][0], round(100 * true['precision']['value']))
            self.assertIn(said['sentence'].replace('"', '&#34;').replace('&#34;', '"')[:40],
                          page.replace('&quot;', '"').replace('&#34;', '"').replace('&#x22;', '"'))
        self.assertRegex(page, r'The search found \d+ offences naming Snapchat; from a hand check of '
                               r'200 records we estimate that \d+ truly did \(95% interval')
        self.assertNotIn('No accuracy review', page)
        table = page[page.index('<table class="accuracy">'):]
        for said in accuracy['categories']:
            self.assertRegex(table, rf'>{re.escape(said["label"])}</th><td>{said["found"]:,}</td>'
                                    rf'<td>{said["true_number"]:,}\b')
        self.assertIsNone(TOKEN.search(page + json.dumps(answer)))

    def test_what_the_tables_withhold_the_review_does_not_say(self):
        few = [line for line in RECORDS.split('\n') if 'Skype' not in line and 'skype' not in line]
        few.insert(3, '900000000001,2020-02-05,"Contact via Skype zq000000001x"')
        few.insert(4, '900000000002,2020-02-05,"Contact via Skype zq000000002x"')
        self.write('records.csv', '\n'.join(few))
        TRUTH.update({'zq000000001x': {'skype'}, 'zq000000002x': {'skype'}})
        self.sample(200)
        self.label_by_csv()
        answer, page = self.answer()
        skype = answer['dictionaries'][0]['accuracy']['categories'][2]
        self.assertEqual(set(skype), {'category', 'label', 'sentence', 'withheld'})
        self.assertTrue(skype['withheld'])
        self.assertIn('Skype: how far the search can be trusted is not said', page)

    def test_beside_groups_it_is_said_of_the_categories_in_none(self):
        self.write('d.yaml', DICTIONARY + 'groups: [{id: calls, categories: [whatsapp, skype]}]\n')
        self.write('request.yaml', self.read('request.yaml').replace('[method]', '[method_group]'))
        self.sample(200)
        self.label_by_csv()
        answer, page = self.answer()
        shown = {c['at']['method_group']: c['value'] for c in answer['tables'][0]['cells']
                 if c['at']['year'] == 'Total'}
        said = answer['dictionaries'][0]['accuracy']['categories']
        self.assertEqual([c['withheld'] for c in said], [False, True, True, False])
        self.assertEqual(said[0]['found'], shown['snapchat'])
        self.assertIn('<li>WhatsApp, Skype: how far the search can be trusted is not said', page)

    def test_a_review_of_other_records_or_words_is_not_used(self):
        self.sample(200)
        self.label_by_csv()
        self.write('d.yaml', DICTIONARY.replace('terms: [skype]', 'terms: [skype, skyp]'))
        answer, page = self.answer()
        self.assertEqual(answer['dictionaries'][0]['accuracy'], {'review': 'stale'})
        self.assertIn('other records or other words', page)
        self.write('d.yaml', DICTIONARY)
        self.assertTrue(self.answer()[0]['dictionaries'][0]['accuracy_reviewed'])
        self.write('records.csv', RECORDS + '999,2020-05-05,more\n')
        self.assertFalse(self.answer()[0]['dictionaries'][0]['accuracy_reviewed'])
        self.write('records.csv', RECORDS)
        self.write('safecount.register', 'no register')
        said = self.fails(3, 'answer', 'request.yaml', '-o', 'out')
        self.assertIn('safecount.register', said)

    def test_usage(self):
        self.assertIn('expected sample', self.fails(2, 'review', 'smaple', 'request.yaml'))
        self.assertIn('register', self.fails(1, 'review', 'report', 'request.yaml'))
        self.assertIn('reviewer', self.fails(2, 'review', 'sample', 'request.yaml',
                                             '--reviewer', 'a b'))
        self.write('request.yaml', REQUEST.replace(', columns: [method], dictionary: d.yaml', ''))
        self.assertIn('no table of the request uses a dictionary',
                      self.fails(3, 'review', 'sample', 'request.yaml'))


if __name__ == '__main__':
    unittest.main()
