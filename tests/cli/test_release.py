"""What was published is remembered: recorded, corrected, withdrawn, and never half."""

import hashlib
import json
import os
import resource
import signal
import sqlite3
import subprocess
import unittest

from support import EXTRACT, PROGRAM, RECORDS, REQUEST, ProgramTest

REGISTER = 'safecount.register'


class ReleaseTest(ProgramTest):

    def answer(self, folder='answer', publishable=True, **changes):
        """An answer folder as the program writes it, said to be publishable."""
        if not os.path.exists(os.path.join(self.path, 'request.yaml')):
            # enough records that no figure is a small one
            rows = ''.join(f'{i},2020-{1 + i % 12:02d}-05,1,Contact by text message\n'
                           for i in range(120))
            self.case(records='id,date,outcome,mo\n' + rows)
        self.run_program('answer', 'request.yaml', '-o', folder)
        path = os.path.join(self.path, folder, 'answer.json')
        with open(path, encoding='utf-8') as f:
            text = json.load(f)
        text['publishable'] = publishable
        text['reasons'] = []
        text['request'].update(changes)
        with open(path, 'w', encoding='utf-8') as f:
            json.dump(text, f)
        return folder

    def releases(self):
        return json.loads(self.ok('release', 'list', '--json'))['releases']

    def test_records_lists_and_shows_an_answer(self):
        self.answer()
        self.ok('release', 'add', 'answer', env={**os.environ, 'SOURCE_DATE_EPOCH': '1600000000'})
        one, = self.releases()
        self.assertEqual((one['reference'], one['version'], one['status'], one['records']),
                         ('T-1', 1, 'published', 'records'))
        self.assertEqual(one['period'], {'from': '2020-01-01', 'to': '2020-12-31',
                                         'date': 'recorded', 'year': 'calendar'})
        self.assertEqual(one['recorded'], '2020-09-13T12:26:40Z')
        shown = json.loads(self.ok('release', 'show', 'T-1', '--json'))['releases']
        self.assertEqual(shown[0]['tables'], [{
            'id': 'month', 'title': shown[0]['tables'][0]['title'], 'unit': 'offences',
            'dimensions': ['month'], 'cells': 13, 'suppressed': 0, 'rounded': 0}])
        self.assertIn('T-1', self.ok('release', 'list'))
        self.assertIn('1 January 2020 to 31 December 2020', self.ok('release', 'show', 'T-1'))
        self.assertIn('1 release, as recorded', self.ok('release', 'verify'))
        self.assertEqual(os.stat(os.path.join(self.path, REGISTER)).st_mode & 0o777, 0o600)

    def test_the_files_of_an_answer_are_listed_with_their_hashes(self):
        self.answer()
        self.ok('release', 'add', 'answer')
        one, = json.loads(self.ok('release', 'show', 'T-1', '--json'))['releases']
        self.assertEqual(one['folder'], os.path.realpath(os.path.join(self.path, 'answer')))
        names = {f['name']: f for f in one['files']}
        for name, file in names.items():
            with open(os.path.join(self.path, 'answer', name), 'rb') as f:
                data = f.read()
            self.assertEqual((len(data), hashlib.sha256(data).hexdigest()),
                             (file['bytes'], file['sha256']), name)
        self.assertIn('tables/month.csv', names)
        self.assertEqual([n for n in names if names[n]['kept']],
                         [n for n in ('certificate.json', 'tables/hierarchy.csv') if n in names])
        self.assertNotIn('files', self.releases()[0])

    def test_refuses_what_may_not_be_published(self):
        self.answer(publishable=False)
        said = self.fails(5, 'release', 'add', 'answer')
        self.assertIn('not publishable', said)
        self.write('counts/answer.json', self.ok('count', 'request.yaml', '--json'))
        self.assertIn('true counts', self.fails(5, 'release', 'add', 'counts'))
        self.assertEqual(self.releases(), [])

    def test_an_answer_counts_once_and_a_correction_gives_its_reason(self):
        self.answer()
        self.ok('release', 'add', 'answer')
        self.assertIn('recorded already', self.fails(1, 'release', 'add', 'answer'))
        self.answer('second', title='Corrected')
        self.assertIn('--correction', self.fails(1, 'release', 'add', 'second'))
        self.ok('release', 'add', 'second', '--correction', 'The title was wrong')
        self.assertEqual([(r['version'], r['status'], r['correction']) for r in self.releases()],
                         [(1, 'corrected', None), (2, 'published', 'The title was wrong')])

    def test_withdrawn_is_still_there(self):
        self.answer()
        self.ok('release', 'add', 'answer')
        self.fails(2, 'release', 'withdraw', 'T-1')
        self.ok('release', 'withdraw', 'T-1', '--reason', 'Counted twice')
        one, = self.releases()
        self.assertEqual((one['status'], one['withdrawn']), ('withdrawn', 'Counted twice'))
        self.assertIn('withdrawn already',
                      self.fails(1, 'release', 'withdraw', 'T-1', '--reason', 'x'))
        self.assertIn('no release', self.fails(1, 'release', 'withdraw', 'T-9', '--reason', 'x'))
        self.assertIn('no release', self.fails(1, 'release', 'show', 'T-9'))
        self.ok('release', 'verify')

    def test_another_register_by_option_and_by_environment(self):
        self.answer()
        self.ok('release', 'add', 'answer', '--register', 'a.register')
        self.ok('release', 'add', 'answer', env={**os.environ, 'SAFECOUNT_REGISTER': 'b.register'})
        self.assertFalse(os.path.exists(os.path.join(self.path, REGISTER)))
        self.assertIn('T-1', self.ok('release', 'list', '--register', 'b.register'))
        self.assertIn('No such file', self.fails(1, 'release', 'list'))

    def test_what_was_typed_wrong(self):
        self.assertIn('expected add, list, show', self.fails(2, 'release', 'delete'))
        self.assertIn('needs the folder', self.fails(2, 'release', 'add'))
        self.assertIn('unexpected', self.fails(2, 'release', 'list', 'all'))
        self.fails(1, 'release', 'add', 'nowhere')
        self.fails(2, 'release')

    def test_files_that_are_no_register(self):
        self.answer()
        self.write(REGISTER, 'reference,title\nT-1,A test\n' * 50)
        self.assertIn('not an SQLite database', self.fails(3, 'release', 'add', 'answer'))
        os.remove(os.path.join(self.path, REGISTER))
        db = sqlite3.connect(os.path.join(self.path, REGISTER))
        db.execute('CREATE TABLE other (a)')
        db.close()
        self.assertIn('no register of safecount', self.fails(3, 'release', 'list'))

    def test_a_damaged_register_is_not_used(self):
        self.answer()
        self.ok('release', 'add', 'answer')
        path = os.path.join(self.path, REGISTER)
        with open(path, 'r+b') as f:
            f.seek(0, os.SEEK_END)
            size = f.tell()
            f.seek(size // 2)
            f.write(b'\x5a' * 2000)
        self.assertIn('damaged', self.fails(3, 'release', 'verify'))
        with open(path, 'r+b') as f:
            f.truncate(size // 2)
        self.assertIn('damaged', self.fails(3, 'release', 'list'))

    def test_a_figure_changed_in_the_file_is_seen(self):
        self.answer()
        self.ok('release', 'add', 'answer')
        db = sqlite3.connect(os.path.join(self.path, REGISTER))
        db.execute('DROP TRIGGER release_cell_kept')
        db.execute('UPDATE release_cell SET value = value + 1 WHERE cell = 3')
        db.commit()
        db.close()
        self.assertIn('somebody changed', self.fails(3, 'release', 'verify'))

    def test_a_full_disk_leaves_the_register_as_it_was(self):
        self.answer()
        self.ok('release', 'add', 'answer')
        with open(os.path.join(self.path, REGISTER), 'rb') as f:
            before = f.read()
        self.answer('second', title='A long title ' * 2000)

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (len(before), len(before)))
        said = self.fails(1, 'release', 'add', 'second', '--correction', 'x', preexec_fn=limit)
        self.assertIn('cannot write', said)
        self.assertEqual(len(self.releases()), 1)
        self.ok('release', 'verify')
        with open(os.path.join(self.path, REGISTER), 'rb') as f:
            self.assertEqual(f.read(), before)

    def test_killed_while_adding_leaves_nothing(self):
        """The kernel kills the process at a byte of the file it may not write."""
        self.answer()
        self.ok('release', 'add', 'answer')
        self.answer('second', title='Second')
        before = self.releases()
        size = os.path.getsize(os.path.join(self.path, REGISTER))
        killed = 0
        for limit in range(512, size + 1, size // 12):
            def small(limit=limit):
                resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            result = subprocess.run(
                [PROGRAM, 'release', 'add', 'second', '--correction', 'x'], cwd=self.path,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
                preexec_fn=small)
            if result.returncode == 0:
                break
            killed += result.returncode < 0
            self.assertEqual(self.releases(), before)
            self.ok('release', 'verify')
        self.assertGreater(killed, 0)

    def test_many_processes_add_at_once(self):
        self.answer()
        for i in range(8):
            self.answer(f'answer-{i}', reference=f'M-{i}')
        processes = [subprocess.Popen([PROGRAM, 'release', 'add', f'answer-{i % 8}'],
                                      cwd=self.path, stderr=subprocess.DEVNULL)
                     for i in range(16)]
        codes = [p.wait() for p in processes]
        self.assertEqual(codes.count(0), 8)
        self.assertEqual(codes.count(1), 8)  # the same answer a second time
        self.assertEqual(sorted(r['reference'] for r in self.releases()),
                         [f'M-{i}' for i in range(8)])
        self.ok('release', 'verify')

    def test_nothing_of_the_records_is_in_the_register(self):
        records = RECORDS.replace('Contact by text message', 'zebraword narrative')
        self.case(records=records)
        self.answer()
        self.ok('release', 'add', 'answer')
        with open(os.path.join(self.path, REGISTER), 'rb') as f:
            self.assertNotIn(b'zebraword', f.read())

    def test_the_name_of_the_records_is_kept(self):
        self.case(extract=EXTRACT + 'records: crimes of the county\n')
        self.answer()
        self.ok('release', 'add', 'answer')
        self.assertEqual(self.releases()[0]['records'], 'crimes of the county')
        self.case(extract=EXTRACT + 'records: ""\n')
        self.assertIn('extract.yaml:4:', self.fails(3, 'count', 'request.yaml'))

    def test_keyword_categories_say_their_dictionary(self):
        self.write('d.yaml', 'categories:\n'
                             '  - {id: snap, label: Snapchat, terms: [snapchat]}\n'
                             '  - {id: text, label: Text, terms: [message], fallback: true}\n')
        self.case(request=REQUEST.replace('rows: [month]',
                                          'rows: [month], columns: [method], dictionary: d.yaml'))
        self.answer()
        self.ok('release', 'add', 'answer')
        db = sqlite3.connect(os.path.join(self.path, REGISTER))
        self.addCleanup(db.close)
        (sha,), = db.execute("SELECT dictionary FROM release_dimension WHERE code = 'method'")
        self.assertEqual(sha, subprocess.run(['sha256sum', 'd.yaml'], cwd=self.path, check=True,
                                             stdout=subprocess.PIPE).stdout.decode().split()[0])
        self.assertEqual(db.execute("SELECT c.code, fallback FROM release_category c JOIN "
                                    "release_dimension d ON d.release_table = c.release_table AND "
                                    "d.position = c.dimension WHERE d.code = 'method' ORDER BY 1"
                                    ).fetchall(), [('none', 0), ('snap', 0), ('text', 1)])


if __name__ == '__main__':
    unittest.main()
