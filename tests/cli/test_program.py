"""The program from outside: usage, exit codes, messages, and what a failure leaves behind."""

import json
import os
import re
import resource
import signal
import subprocess
import time
import unittest

from support import EXTRACT, PROGRAM, RECORDS, REQUEST, ProgramTest, accounting, cells, read_csv

COMMANDS = ['answer', 'check', 'classify', 'count', 'describe', 'dictionary', 'new', 'pdf', 'protect', 'release', 'review', 'site', 'synth', 'verify-certificate', 'completion', 'help', 'version']


class Usage(ProgramTest):

    def test_without_a_command_the_usage_is_printed(self):
        result = self.run_program()
        self.assertEqual(result.returncode, 2)
        self.assertIn(b'usage: safecount', result.stdout)

    def test_help_and_version_are_options_too(self):
        usage = self.ok('help')
        for command in COMMANDS:
            self.assertIn(f'\n  {command} ', usage)
        self.assertEqual(self.ok('--help'), usage)
        self.assertEqual(self.ok('-h'), usage)
        self.assertEqual(self.ok('--version'), self.ok('version'))
        self.assertNotIn('Not built yet', usage)

    def test_every_command_has_help(self):
        for command in COMMANDS:
            self.assertIn(f'usage: safecount {command}', self.ok(command, '--help'))
            self.assertEqual(self.ok(command, '--help'), self.ok('help', command))
            for line in self.ok(command, '--help').splitlines():
                if not line.startswith('  safecount '):  # an example, to be typed
                    self.assertLessEqual(len(line), 80, line)

    def test_a_mistyped_command_is_recognised(self):
        self.assertIn("did you mean 'answer'?", self.fails(2, 'anwser', 'x'))
        self.assertIn("there is no command 'frobnicate'", self.fails(2, 'frobnicate'))

    def test_wrong_options_are_named(self):
        self.assertIn('--frob', self.fails(2, 'answer', 'x.yaml', '--frob'))
        self.assertIn('--threads needs a value', self.fails(2, 'count', 'x.yaml', '--threads'))
        self.assertIn('1 to 16', self.fails(2, 'count', 'x.yaml', '--threads=0'))
        self.assertIn('1 to 16', self.fails(2, 'count', 'x.yaml', '-t', 'two'))
        self.assertIn("'fast'", self.fails(2, 'count', 'x.yaml', '--engine', 'fast'))
        self.assertIn('takes no value', self.fails(2, 'count', 'x.yaml', '--json=1'))
        self.assertIn('needs REQUEST.yaml', self.fails(2, 'answer'))
        self.assertIn("unexpected 'b'", self.fails(2, 'answer', 'a', 'b'))

    def test_completions_are_sound_scripts(self):
        script = self.ok('completion', 'bash')
        for command in COMMANDS:
            self.assertIn(command, script)
        checked = subprocess.run(['bash', '-n'], input=script.encode(), check=False)
        self.assertEqual(checked.returncode, 0)
        self.assertIn('#compdef safecount', self.ok('completion', 'zsh'))
        self.assertIn('complete -c safecount', self.ok('completion', 'fish'))
        self.assertIn('expected bash', self.fails(2, 'completion', 'tcsh'))

    def test_new_writes_a_request_that_loads_and_never_overwrites(self):
        self.ok('new')
        self.assertIn('left as it is', self.fails(1, 'new'))
        self.write('extract.yaml', EXTRACT.replace('outcome: outcome', 'offence_code: outcome'))
        self.write('records.csv', 'id,date,outcome,mo\n1,2024-01-05,71/17,x\n')
        self.assertEqual(accounting(self.counts('request.yaml'))['counted'], 1)


class Mistakes(ProgramTest):

    def test_all_mistakes_of_a_request_are_told_at_once_with_line_and_column(self):
        self.case(request=REQUEST.replace('period:', 'peroid:').replace('2020-12-31', '2020-13-31')
                  .replace('count: offences', 'count: ofences'))
        said = self.fails(3, 'answer', 'request.yaml')
        self.assertIn("request.yaml:4:1: unknown key 'peroid': did you mean 'period'?", said)
        self.assertRegex(said, r"request.yaml:9:\d+: 'count' cannot be 'ofences': "
                               r"did you mean 'offences'\?")
        self.assertRegex(said, r'safecount: \d+ mistakes to mend')
        self.assertFalse(os.path.exists(os.path.join(self.path, 'answer-T-1')))

    def test_mistakes_of_all_files_that_a_request_names_are_told_together(self):
        request = REQUEST + 'policy: policy.yaml\n'
        self.case(request=request.replace('rows: [month]', 'rows: [method], dictionary: d.yaml'),
                  extract=EXTRACT.replace('row: offence', 'row: crime').replace('files', 'file'))
        self.write('policy.yaml', 'treshold: 5\nmethod: blur\n')
        self.write('d.yaml', 'categories:\n  - {id: kik, terms: [kik, "k*"]}\n')
        said = self.fails(3, 'answer', 'request.yaml')
        self.assertIn("extract.yaml:1:1: unknown key 'file': did you mean 'files'?", said)
        self.assertRegex(said, r"extract.yaml:2:6: 'row' cannot be 'crime'")
        self.assertIn("policy.yaml:1:1: unknown key 'treshold': did you mean 'threshold'?", said)
        self.assertRegex(said, r"policy.yaml:2:9: 'method' cannot be 'blur'")
        self.assertRegex(said, r'd.yaml:2:\d+: at least 3 letters stand before a star')

    def test_missing_files_are_named(self):
        self.assertIn("'nothing.yaml': cannot open", self.fails(1, 'answer', 'nothing.yaml'))
        self.assertIn("'.': this folder holds no answer", self.fails(3, 'check', '.'))
        self.assertIn("'.': this folder holds no answer", self.fails(3, 'verify-certificate', '.'))
        self.case()
        os.remove(os.path.join(self.path, 'records.csv'))
        self.assertIn("records.csv': cannot open", self.fails(1, 'answer', 'request.yaml'))

    def test_a_column_that_the_extract_lacks_is_told_with_those_it_has(self):
        self.case(extract=EXTRACT.replace('outcome: outcome', 'outcome: disposal'))
        said = self.fails(3, 'count', 'request.yaml')
        self.assertIn("no column headed 'disposal'", said)
        self.assertIn("'mo'", said)

    def test_narratives_ids_and_exact_ages_cannot_be_dimensions(self):
        for dimension in ('mo', 'id', 'date', 'narrative', 'offence_id'):
            self.case(request=REQUEST.replace('rows: [month]', f'rows: [{dimension}]'))
            said = self.fails(3, 'count', 'request.yaml')
            self.assertRegex(said, 'cannot be a dimension|no column headed')

    def test_strict_refuses_any_fault_and_says_where(self):
        self.case(records=RECORDS + '4,2020-02-07\n')
        self.assertEqual(accounting(self.counts('request.yaml'))['wrong_field_count'], 1)
        said = self.fails(3, 'count', 'request.yaml', '--strict')
        self.assertIn('row 4 (wrong_field_count)', said)


class Answers(ProgramTest):

    def test_an_answer_has_all_its_files(self):
        self.case()
        self.ok('answer', 'request.yaml')
        answer = json.loads(self.read('answer-T-1/answer.json'))
        self.assertIs(answer['publishable'], True)
        self.assertEqual(answer['reasons'], [])
        self.assertIsNone(accounting(answer)['read'])  # 3, like the total that is withheld
        for name in ('index.html', 'tables/month.csv', 'tables/month.tidy.csv', 'letter.txt',
                     'certificate.json', 'tables/hierarchy.csv'):
            self.assertNotIn('not for release', self.read(f'answer-T-1/{name}'), name)
        self.assertNotRegex(self.read('answer-T-1/index.html'), '<script[^>]*>[^<]')
        self.assertEqual(self.ok('answer', 'request.yaml', '--json'),
                         self.read('answer-T-1/answer.json'))

    def test_an_answer_that_is_not_proved_safe_says_so_everywhere(self):
        # what can be worked out where two fallbacks meet is not known, so nothing is called safe
        self.case(request=REQUEST + "      - {id: how, rows: [month], columns: [method], "
                                    "dictionary: d.yaml}\n")
        self.write('d.yaml', 'categories:\n  - {id: snapchat, terms: [snapchat]}\n'
                             '  - {id: text, terms: [text], fallback: true}\n'
                             '  - {id: message, terms: [message], fallback: true}\n')
        said = self.fails(5, 'answer', 'request.yaml')
        self.assertIn('Not audited: not for release.', said)
        self.assertIn('marked not for release', said)
        answer = json.loads(self.read('answer-T-1/answer.json'))
        self.assertIs(answer['publishable'], False)
        self.assertIs(answer['audit']['done'], False)
        self.assertRegex(answer['reasons'][0], 'several fallback categories')
        for name in ('index.html', 'tables/month.csv', 'tables/month.tidy.csv'):
            self.assertIn('Not audited: not for release', self.read(f'answer-T-1/{name}'), name)
        self.assertFalse(os.path.exists(os.path.join(self.path, 'answer-T-1/certificate.json')))
        result = self.run_program('answer', 'request.yaml', '--json')
        self.assertEqual(result.returncode, 5)
        self.assertEqual(result.stdout.decode(), self.read('answer-T-1/answer.json'))

    def test_the_same_inputs_give_the_same_bytes(self):
        self.case()
        for folder in ('a', 'b'):
            self.ok('answer', 'request.yaml', '-o', folder)
        for path, _, files in os.walk(os.path.join(self.path, 'a')):
            for name in files:
                one = os.path.relpath(os.path.join(path, name), self.path)
                self.assertEqual(self.read(one), self.read('b' + one[1:]), one)

    def test_records_come_from_standard_input_and_compressed(self):
        self.case(extract=EXTRACT.replace('records.csv', '"-"'))
        piped = subprocess.run([PROGRAM, 'count', 'request.yaml', '--json'], cwd=self.path,
                               input=RECORDS.encode(), check=True, stdout=subprocess.PIPE)
        plain = cells(json.loads(piped.stdout))
        self.assertEqual(plain['month', 'Total'], 3)
        for tool, ending in (('gzip', 'gz'), ('zstd', 'zst')):
            self.case(extract=EXTRACT.replace('records.csv', f'records.csv.{ending}'))
            subprocess.run([tool, '-q', '-f', 'records.csv'], cwd=self.path, check=True)
            self.assertEqual(cells(self.counts('request.yaml')), plain)

    def test_quiet_prints_nothing_and_verbose_names_faulty_rows(self):
        self.case(records=RECORDS + '4,yesterday,,x\n')
        result = self.run_program('answer', 'request.yaml', '--quiet')
        self.assertEqual((result.stdout, result.stderr), (b'', b''))
        said = self.run_program('answer', 'request.yaml', '--verbose').stderr.decode()
        self.assertIn('records.csv row 4: undatable, column date', said)
        self.assertNotIn('yesterday', said)

    def test_a_folder_with_other_things_is_not_replaced(self):
        self.case()
        self.write('out/precious.txt', 'mine')
        self.assertIn('choose another', self.fails(1, 'answer', 'request.yaml', '-o', 'out'))
        self.assertEqual(self.read('out/precious.txt'), 'mine')

    def test_true_counts_are_marked_internal(self):
        self.case()
        self.assertIn('INTERNAL', self.ok('count', 'request.yaml'))
        self.assertIs(self.counts('request.yaml')['internal'], True)


class Failures(ProgramTest):
    """A failure ends in one clear error, and the old output stands as it was."""

    def setUp(self):
        super().setUp()
        self.case()
        self.ok('answer', 'request.yaml', '-o', 'out')
        self.before = self.snapshot()

    def snapshot(self):
        return {os.path.relpath(os.path.join(path, name), self.path): self.read(
            os.path.relpath(os.path.join(path, name), self.path))
            for path, _, files in os.walk(os.path.join(self.path, 'out')) for name in files}

    def assert_untouched(self):
        self.assertEqual(self.snapshot(), self.before)
        self.assertEqual([n for n in os.listdir(self.path) if 'tmp' in n], [])

    def test_a_full_disk(self):
        def small_files():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        said = self.fails(1, 'answer', 'request.yaml', '-o', 'out', preexec_fn=small_files)
        self.assertIn('cannot write', said)
        self.assert_untouched()

    def test_standard_output_that_takes_nothing(self):
        with open('/dev/full', 'wb') as full:
            result = subprocess.run([PROGRAM, 'count', 'request.yaml', '--json'], cwd=self.path,
                                    stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn(b'cannot write to standard output', result.stderr)

    def test_records_that_cannot_be_read(self):
        os.remove(os.path.join(self.path, 'records.csv'))
        os.mkdir(os.path.join(self.path, 'records.csv'))
        self.assertIn('no files of records', self.fails(3, 'answer', 'request.yaml', '-o', 'out'))
        self.assert_untouched()

    def test_records_damaged_in_compression(self):
        subprocess.run(['gzip', '-f', 'records.csv'], cwd=self.path, check=True)
        with open(os.path.join(self.path, 'records.csv.gz'), 'rb') as f:
            whole = f.read()
        self.write('records.csv.gz', whole[:-12])
        self.write('extract.yaml', EXTRACT.replace('records.csv', 'records.csv.gz'))
        self.assertIn('cut off', self.fails(3, 'answer', 'request.yaml', '-o', 'out'))
        self.assert_untouched()

    def test_ctrl_c_leaves_nothing_half_written(self):
        self.write('extract.yaml', EXTRACT.replace('records.csv', '"-"'))
        child = subprocess.Popen([PROGRAM, 'answer', 'request.yaml', '-o', 'out'], cwd=self.path,
                                 stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        row = b'7,2020-03-01,1,' + b'x' * 200 + b'\n'
        child.stdin.write(RECORDS.encode() + row * 2000)
        child.stdin.flush()
        time.sleep(0.3)
        child.send_signal(signal.SIGINT)
        try:
            for _ in range(200):
                child.stdin.write(row * 2000)
                child.stdin.flush()
        except BrokenPipeError:
            pass
        try:
            child.stdin.close()
        except BrokenPipeError:
            pass
        said = child.stderr.read().decode()
        child.stderr.close()
        self.assertEqual(child.wait(timeout=60), 130, said)
        self.assertIn('interrupted', said)
        self.assert_untouched()


class Describe(ProgramTest):

    def test_a_described_extract_counts_at_once(self):
        self.ok('synth', '--offences', '3000', '--seed', '2', '-o', 'records.csv')
        self.ok('describe', 'records.csv', '-o', 'extract.yaml')
        text = self.read('extract.yaml')
        for line in ('offence_id: "Crime Ref"', 'offence_code: "HO Code"',
                     'recorded: "Date Recorded"', 'reported: "Date Reported"',
                     'committed_from: "Date Committed From"', 'committed_to: "Date Committed To"',
                     'victim_id: "Victim ID"', 'victim_age: "Victim Age"',
                     'suspect_sex: "Suspect Sex"', 'outcome: "Outcome"', 'narrative: "MO"',
                     'removed: "Crime Status"', 'row: link', 'date_format: dd/mm/yyyy',
                     'delimiter: comma', '# online_flag: "Online Flag"'):
            self.assertIn(line, text)
        self.assertRegex(text, r'removed: \[.*Cancelled')
        self.write('request.yaml', REQUEST)
        self.assertGreater(accounting(self.counts('request.yaml'))['counted'], 100)

    def test_no_value_of_a_row_is_printed(self):
        self.write('records.csv', 'Crime Ref;Created Date;Vic age at offence;MO\n' + ''.join(
            f'XQZ{i};0{i % 9 + 1}.03.2021;{40 + i};"Zebra quagga {i} okapi in the long account of '
            f'what was reported here today"\n' for i in range(50)))
        text = self.ok('describe', 'records.csv')
        self.assertNotRegex(text, 'XQZ|Zebra|quagga|okapi')
        self.assertIn('delimiter: semicolon', text)
        self.assertIn('date_format: dd.mm.yyyy', text)
        self.assertIn('created: "Created Date"', text)
        self.assertIn('victim_age: "Vic age at offence"', text)

    def test_names_seen_in_forces_extracts(self):
        self.write('records.csv', 'occurrence number,HO.Text,Reported.Date,Disposal.Code,Gender,'
                   'Age (diff between date from and DOB),Gender,Susp age at offence\n' + ''.join(
                       f'{i},071/17,2021-01-0{i % 9 + 1},OC16,F,{8 + i % 7},M,{20 + i}\n'
                       for i in range(40)))
        text = self.ok('describe', 'records.csv')
        self.assertIn('offence_id: "occurrence number"', text)
        self.assertIn('reported: "Reported.Date"', text)
        self.assertIn('outcome: "Disposal.Code"', text)
        self.assertIn('victim_sex: "Gender"', text)
        self.assertIn('victim_age: "Age (diff', text)
        self.assertIn('suspect_age: "Susp age at offence"', text)

    def test_an_sqlite_table_is_described_and_counted(self):
        import sqlite3
        self.write('records.csv', RECORDS)
        rows = read_csv(os.path.join(self.path, 'records.csv'))
        with sqlite3.connect(os.path.join(self.path, 'r.db')) as db:
            db.execute('CREATE TABLE crime (id, date, outcome, mo)')
            db.executemany('INSERT INTO crime VALUES (:id, :date, :outcome, :mo)', rows)
        self.ok('describe', 'r.db', '-o', 'extract.yaml')
        text = self.read('extract.yaml')
        self.assertIn('format: sqlite', text)
        self.assertRegex(text, r'date"')
        self.write('extract.yaml', re.sub(r'# date: ', 'recorded: ', text))
        self.write('request.yaml', REQUEST)
        self.assertEqual(cells(self.counts('request.yaml'))['month', 'Total'], 3)


if __name__ == '__main__':
    unittest.main()
