"""Dictionaries: mistakes told where they stand, suggestions that leak nobody, diff, the shipped one."""

import json
import os
import re
import unittest

from support import ROOT, ProgramTest

SHIPPED = os.path.join(ROOT, 'data', 'dictionaries', 'online-platforms.yaml')
SOURCE = '''\
files: records.csv
row: offence
columns: {offence_id: id, recorded: date, narrative: mo}
'''
DICTIONARY = '''\
version: "1"
categories:
  - {id: snapchat, label: Snapchat, terms: [snapchat]}
  - {id: discord, label: Discord, terms: [{term: discord, except: [discards]}]}
  - {id: message, label: Message, fallback: true, terms: [message]}
'''


class Mistakes(ProgramTest):

    def told(self, text, where, what):
        self.write('d.yaml', text)
        said = self.fails(3, 'dictionary', 'check', 'd.yaml')
        self.assertRegex(said, rf'd\.yaml:{where}: .*{what}')

    def test_a_typo_is_told_with_line_and_column(self):
        head = 'categories:\n  - id: kik\n'
        self.told(head + '    termz: [kik]\n', '3:5', "did you mean 'terms'")
        self.told(head + '    terms: [kik\n', r'\d+:\d+', '')
        self.told(head + '    terms: [kik, "k*k"]\n', '3:19', 'only at the end')
        self.told(head + '    terms: [ki*]\n', '3:13', 'at least 3 letters')
        self.told(head + '    terms: [x]\n', '3:13', 'needs')
        self.told(head + '    terms: [kik, kik]\n', '3:18', 'twice')
        self.told(head + '    terms: [{term: kik, near: true}]\n', '3:31', 'near-misses are for words')
        self.told(head + '    terms: [{term: kik app, near: 1}]\n', '3:35', 'single words')
        self.told(head + '    terms: [{term: snapchat, near: 2}]\n', '3:36', '10 letters')
        self.told(head + '    terms: [{term: kik, within: 2}]\n', '3:33', "goes with 'needs'")
        self.told(head + '    terms: [{term: kik, needs: []}]\n', '3:32', 'empty list')
        self.told(head + '    terms: [kik]\n    exclude: ["-x"]\n', '4:16', 'begins and ends')
        self.told('negation: {within: 3}\n' + head + '    terms: [kik]\n', '1:11', 'denies nothing')
        self.told('negation: {before: [no], within: 99}\n' + head + '    terms: [kik]\n', '1:34',
                  'from 0 to 12')
        self.told('attribution: last\n' + head + '    terms: [kik]\n', '1:14', 'one of all, first')
        self.told(head + '    terms: [kik]\ngroups: [{id: g, categories: [kick]}]\n', '4:31',
                  "no category has the id 'kick'")
        self.told(head + '    terms: [kik]\ngroups: [{id: kik, categories: [kik]}]\n', '4:15',
                  'stands above')

    def test_what_is_no_yaml_is_told_in_plain_words(self):
        head = 'categories:\n  - id: kik\n'
        self.told(head + '    terms: [kik, snap}\n', '3:22', 'closed by one of the other kind')
        self.told('categories:\n  - {id: a, terms: [x y]\n  - {id: b, terms: [z z]}\n', '3:3',
                  'a comma, or the . or } .* is one missing')
        self.told(head + '\tterms: [kik]\n', '3:2', 'indent with spaces')
        self.told(head + '    terms [kik]\n', '3:5', 'is the colon missing')
        self.told('categories\n  - id: kik\n', '1:1', 'is the colon missing')
        self.told(head + '    terms: ["kik, snap]\n  - id: b\n    terms: [x y]\n', '3:13',
                  'closing " missing')
        self.told(head + '    label: Kik: the app\n    terms: [kik]\n', '3:15', 'put the text in quotes')
        self.told(head + '   terms: [kik]\n', '3:4', 'indented otherwise')

    def test_check_as_json(self):
        self.write('d.yaml', 'categories:\n  - {id: a, terms: [facebook], variants: [face]}\n'
                             '  - {id: b, terms: [facebook]}\n')
        result = self.run_program('dictionary', 'check', 'd.yaml', '--json')
        self.assertEqual(result.returncode, 4)
        found = json.loads(result.stdout)
        self.assert_schema(found, 'classify.schema.json')
        self.assertEqual((found['categories'], found['terms'], found['variants']), (2, 3, 1))
        self.assertTrue(any(r['line'] == 3 and 'facebook' in r['message']
                            for r in found['remarks']), found)

    def test_check_remarks_on_what_is_probably_not_meant(self):
        self.write('d.yaml', 'near: true\nexclude: [police page]\ncategories:\n'
                             '  - {id: a, terms: [kick, discord]}\n  - {id: b, terms: [kick]}\n')
        said = self.fails(4, 'dictionary', 'check', 'd.yaml')
        self.assertRegex(said, r"d\.yaml:4:21: 'kick' is an ordinary word")
        self.assertIn("'discard' is a near-miss", said)
        self.assertIn("'kick' stands in 'a' too", said)


class Shipped(ProgramTest):

    def test_it_passes_the_check_and_every_spelling_says_whether_it_was_seen(self):
        said = self.ok('dictionary', 'check', SHIPPED)
        terms, attested, untested = map(int, re.search(
            r'(\d+) terms, \d+ variants \((\d+) attested, (\d+) untested\)', said).groups())
        self.assertEqual(terms, attested + untested)
        self.assertGreater(attested, 20)

    def test_its_version_and_hash_are_in_every_answer(self):
        self.case()
        self.write('request.yaml', self.read('request.yaml') + (
            f'      - {{id: method, rows: [month], columns: [method], dictionary: "{SHIPPED}",'
            ' count: offences}\n'))
        self.ok('answer', 'request.yaml', '-o', 'out')
        sha256 = json.loads(self.ok('classify', 'extract.yaml', '--dictionary', SHIPPED,
                                    '--json'))['dictionary']['sha256']
        page = self.read('out/index.html')
        self.assertIn(sha256, page)
        self.assertIn('Version 2.0', page)
        self.assertIn('snap <i>(only beside certain words)</i>', page)
        self.assertIn('no trace of', page)
        inputs = json.loads(self.read('out/answer.json'))['inputs']
        self.assertIn(sha256, [i.get('hash', i.get('sha256')) for i in inputs])

    def test_it_finds_what_it_should_and_not_what_it_should_not(self):
        cases = [
            ('Contact via Snap-Chat.', 'snapchat'), ('on snap account', 'snapchat'),
            ('Officers heard a snap', ''), ('a line of enquiry', ''), ('he was kicked', ''),
            ('kick to the leg', ''), ('via kick', 'kik'), ("What\u2019s App", 'whatsapp'),
            ('asked whats up', ''), ('the Facebook page of the force', ''),
            ('denied using Instagram', ''), ('No trace of Facebook or Snapchat', ''),
            ('Telegram was not used', ''), ('a fortnight ago', ''), ('Xbox controller stolen', ''),
            ('played Fortnite', 'gaming'), ('via signal', 'other-platform'),
            ('traffic signal', ''), ('no message on Discord', 'discord'),
            ('text message', 'message'), ('X marked', ''), ('tweet on X account', 'twitter'),
        ]
        rows = ''.join(f'{i},2020-01-01,"{text}"\n' for i, (text, _) in enumerate(cases))
        self.write('records.csv', 'id,date,mo\n' + rows)
        self.write('extract.yaml', SOURCE)
        self.ok('classify', 'extract.yaml', '--dictionary', SHIPPED, '--labels', 'labels.csv')
        lines = self.read('labels.csv').splitlines()[1:]
        self.assertEqual([(cases[i][0], line.split(',')[1]) for i, line in enumerate(lines)], cases)


class Suggest(ProgramTest):

    def suggest(self, rows, *arguments):
        self.write('d.yaml', DICTIONARY)
        self.write('extract.yaml', SOURCE)
        self.write('records.csv', 'id,date,mo\n' + ''.join(
            f'{i},2020-01-01,"{text}"\n' for i, text in rows))
        command = ('dictionary', 'suggest', 'extract.yaml', '--dictionary', 'd.yaml', *arguments)
        found = json.loads(self.ok(*command, '--json'))
        self.assert_schema(found, 'classify.schema.json')
        return found, self.ok(*command)

    def test_it_finds_misspellings_places_and_what_marks_the_unfound(self):
        rows = [(i, f'Contact {i} on snapchat; device seized') for i in range(40)]
        rows += [(100 + i, f'Contact {i} via snapchta') for i in range(12)]
        rows += [(200 + i, f'Contact {i} through his yubo account') for i in range(15)]
        rows += [(300 + i, f'Note {i}: letter received') for i in range(30)]
        rows += [(400 + i, f'He discards it {i}') for i in range(20)]
        found, said = self.suggest(rows)
        kinds = {}
        for s in found['suggestions']:
            kinds.setdefault(s['kind'], {})[s['word']] = s
        self.assertEqual(kinds['spelling']['snapchta']['records'], 12)
        self.assertEqual(kinds['spelling']['snapchta']['near'], 'snapchat')
        self.assertEqual(kinds['place']['yubo']['told'], 15)
        self.assertIn('letter', kinds['unfound'])
        self.assertNotIn('discards', said)
        self.assertRegex(said, r'12  snapchta +snapchat \(snapchat\)')

    def test_words_that_hold_sentences_together_and_a_mass_of_other_records_give_nothing(self):
        rows = [(i, f'On the {i} contact on snapchat') for i in range(20)]
        rows += [(100 + i, f'Damage {i} to the fence, on the path with no witness') for i in range(800)]
        found, said = self.suggest(rows)
        words = {s['word'] for s in found['suggestions']}
        self.assertFalse(words & {'the', 'with', 'damage', 'fence'}, words)
        self.assertIn('Nearly all records (97.6 %) are in no category', said)
        self.assertIn('offences in question', said)
        for line in said.splitlines():
            self.assertLessEqual(len(line), 80, line)

    def test_no_name_below_the_limit_and_no_digit_comes_out(self):
        rows = [(i, f'Contact {i} on snapchat with Zqxnine') for i in range(9)]
        rows += [(i, f'Account {i} via Snapzhat') for i in range(50, 59)]
        # one offence with many rows, many texts
        rows += [('L', f'Via Zqxlink account, message {i}') for i in range(40)]
        # one text copied into many offences
        rows += [(100 + i, 'Via Zqxcopied account') for i in range(40)]
        rows += [(200 + i, f'Via zqx0770{i} account 07700900{i:03} zqxa9') for i in range(60)]
        rows += [(300 + i, f'Plain {i}') for i in range(60)]
        for arguments in ((), ('--min-records', '10'), ('--most', '10000')):
            found, said = self.suggest(rows, *arguments)
            everything = (json.dumps(found['suggestions']) + said).lower()
            self.assertNotIn('zqx', everything)
            self.assertNotIn('snapzhat', everything)
            for s in found['suggestions']:
                self.assertRegex(s['word'], r'^[a-z]+$')
                self.assertGreaterEqual(s['records'], 10)
        # one record more, and it does come out: the test has something to find
        rows.append((60, 'Account 60 via Snapzhat'))
        self.assertIn('snapzhat', self.suggest(rows)[1])

    def test_the_limit_has_a_floor(self):
        self.assertIn('from 5', self.fails(2, 'dictionary', 'suggest', 'e.yaml', '--min-records', '4'))


class Diff(ProgramTest):

    def test_it_says_which_counts_change_and_by_how_much(self):
        self.write('extract.yaml', SOURCE)
        self.write('records.csv', 'id,date,mo\n' + ''.join(
            f'{i},2020-01-01,"{text}"\n' for i, text in enumerate(
                ['snapchat', 'snap', 'snap message', 'discord', 'a message', 'nothing'])))
        self.write('old.yaml', DICTIONARY)
        self.write('new.yaml', DICTIONARY.replace('terms: [snapchat]', 'terms: [snapchat, snap]')
                   .replace('id: discord', 'id: disc'))
        command = ('dictionary', 'diff', 'old.yaml', 'new.yaml', 'extract.yaml')
        found = json.loads(self.ok(*command, '--json'))
        self.assert_schema(found, 'classify.schema.json')
        self.assertEqual((found['records'], found['changed']), (6, 3))
        changes = {c['code']: (c['before'], c['after'], c['gained'], c['lost'])
                   for c in found['categories']}
        self.assertEqual(changes, {'snapchat': (1, 3, 2, 0), 'discord': (1, 0, 0, 1),
                                   'disc': (0, 1, 1, 0), 'message': (2, 1, 0, 1),
                                   'none': (2, 1, 0, 1)})
        said = self.ok(*command)
        self.assertRegex(said, r'Snapchat +1 +3 +2 +0\n')
        self.assertRegex(said, r'no longer there')
        self.assertIn('expected: safecount dictionary diff OLD NEW EXTRACT',
                      self.fails(2, 'dictionary', 'diff', 'old.yaml', 'new.yaml'))


if __name__ == '__main__':
    unittest.main()
