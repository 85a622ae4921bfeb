"""The reader against Python's csv module, against expected parses, and against faults."""

import csv
import gzip
import io
import json
import os
import random
import sqlite3
import subprocess
import tempfile
import time
import unittest

DUMP = os.environ['DUMP_ROWS']
SHARED = os.environ.get('SAFECOUNT_SHARED',
                        os.path.join(os.environ['SAFECOUNT_SOURCE'], '..', 'shared'))
SPECTRUM = os.path.join(SHARED, 'data', 'csv')
CHUNK = 256 * 1024


class ReaderTest(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def put(self, content, name='r.csv'):
        with open(self.path(name), 'wb') as f:
            f.write(content if isinstance(content, bytes) else content.encode())
        return self.path(name)

    def dump(self, *files, threads=1, kind='csv', encoding='auto', **options):
        return subprocess.run([DUMP, str(threads), kind, encoding, *files], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)

    def rows(self, *files, **options):
        """[(file, row number, fault, fields)] in order; every number exactly once."""
        result = self.dump(*files, **options)
        self.assertEqual(result.returncode, 0, result.stderr.decode()[-2000:])
        rows = sorted((json.loads(line) for line in result.stdout.splitlines()),
                      key=lambda row: row[:2])
        for file_i in {r[0] for r in rows}:
            numbers = [r[1] for r in rows if r[0] == file_i]
            self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        return rows

    def fields(self, *files, **options):
        return [fields for _, _, fault, fields in self.rows(*files, **options)]


class Spectrum(ReaderTest):

    @unittest.skipUnless(os.path.isdir(SPECTRUM), 'csv-spectrum is not here')
    def test_every_case_parses_as_expected(self):
        cases = sorted(os.listdir(os.path.join(SPECTRUM, 'csvs')))
        self.assertEqual(len(cases), 12)
        for name in cases:
            source = os.path.join(SPECTRUM, 'csvs', name)
            with open(os.path.join(SPECTRUM, 'json', name.replace('.csv', '.json')),
                      encoding='utf-8') as f:
                expected = json.load(f)
            with open(source, newline='', encoding='utf-8') as f:
                header = next(csv.reader(f))
            got = [dict(zip(header, fields)) for fields in self.fields(source)]
            expected = expected if isinstance(expected, list) else [expected]
            with open(source, 'rb') as f:
                if b'\r' not in f.read():  # its CRs were lost on the way to us
                    expected = json.loads(json.dumps(expected).replace('\\r\\n', '\\n'))
            if name == 'location_coordinates.csv':  # the two files have different numbers
                for row in got + expected:
                    del row['Contact Phone Number']
            self.assertEqual(got, expected, name)


class AgainstPython(ReaderTest):

    def random_rows(self, r, n, columns):
        pieces = ['a', 'bc', 'x y', '"', '""', ',', ';', '\n', '\r\n', 'é', '–', '', "it's", '\t',
                  'long ' * 40]
        return [[''.join(r.choice(pieces) for _ in range(r.randrange(5))) for _ in range(columns)]
                for _ in range(n)]

    def test_random_records_of_every_dialect(self):
        r = random.Random(1)
        for case in range(60):
            columns = r.randrange(2, 7)
            delimiter = r.choice(',;\t|')
            end = r.choice(['\n', '\r\n', '\r'])
            header = [f'c{i}' for i in range(columns)]
            rows = self.random_rows(r, r.randrange(0, 60), columns)
            out = io.StringIO()
            writer = csv.writer(out, delimiter=delimiter, lineterminator=end,
                                quoting=csv.QUOTE_ALL if end == '\r' else
                                r.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
            writer.writerow(header)
            writer.writerows(rows)
            text = out.getvalue()
            if r.random() < 0.3 and rows:
                text = text.removesuffix(end)
            if r.random() < 0.3:
                text = '\ufeff' + text
            path = self.put(text)
            self.assertEqual(self.fields(path), rows, (case, delimiter, end))

    def test_records_across_chunks_with_any_number_of_threads(self):
        r = random.Random(2)
        rows = [[str(i), 'x' * r.randrange(0, 900), 'say "hi",\nthen go' * r.randrange(0, 30)]
                for i in range(6000)]
        out = io.StringIO()
        csv.writer(out).writerows([['id', 'a', 'b'], *rows])
        path = self.put(out.getvalue())
        self.assertGreater(os.path.getsize(path), 8 * CHUNK)
        for threads in (1, 2, 5):
            self.assertEqual(self.fields(path, threads=threads), rows)

    def test_records_longer_than_a_chunk(self):
        rows = [['1', 'a' * 700000], ['2', 'b,"\n' * 200000], ['3', 'c'], ['4', 'd' * 1000000]]
        out = io.StringIO()
        csv.writer(out).writerows([['id', 'text'], *rows])
        for threads in (1, 3):
            self.assertEqual(self.fields(self.put(out.getvalue()), threads=threads), rows)


class Faults(ReaderTest):
    """A fault is counted where it is, and the rows around it are intact."""

    HEAD = 'id,name,text\n'

    def check(self, text, expected):
        """`expected`: fields of a sound row or the name of a fault, in order."""
        if isinstance(text, str):
            text = text.encode()
        for before in (0, 1, 3000):  # the same whatever stands before: chunks do not matter
            prefix = b''.join(b'%d,n,"%s"\n' % (i, b'p' * 90) for i in range(before))
            path = self.put(self.HEAD.encode() + prefix + text)
            for threads in (1, 3):
                got = [fault or fields for _, _, fault, fields in self.rows(path, threads=threads)]
                self.assertEqual(got[before:], expected, (before, threads))

    def test_ragged_rows_are_as_they_are(self):
        self.check('1,a,b\n2,a\n3,a,b,c\n4,a,b\n',
                   [['1', 'a', 'b'], ['2', 'a'], ['3', 'a', 'b', 'c'], ['4', 'a', 'b']])

    def test_a_quote_in_a_field_without_quotes_is_text(self):
        self.check('1,a,b\n2,5" pipe,b\n3,a"b"c,"d"\n4,a,b\n',
                   [['1', 'a', 'b'], ['2', '5" pipe', 'b'], ['3', 'a"b"c', 'd'], ['4', 'a', 'b']])

    def test_stray_quotes_in_quoted_fields(self):
        self.check('1,a,b\n2,"5" pipe",b\n3,"a "b" c\nd e",d\n4,a,b\n',
                   [['1', 'a', 'b'], 'stray_quote', 'stray_quote', ['4', 'a', 'b']])

    def test_an_unclosed_quote_swallows_nothing(self):
        self.check('1,"a,b\n2,"x",y\n3,"x",y\n4,a,"b"\n',
                   ['stray_quote', ['2', 'x', 'y'], ['3', 'x', 'y'], ['4', 'a', 'b']])

    def test_nul_bytes(self):
        self.check(b'1,a,b\n2,a\0,b\n3,a,b\n', [['1', 'a', 'b'], 'nul_byte', ['3', 'a', 'b']])

    def test_a_cut_off_last_row(self):
        self.check('1,a,b\n2,a,"cut\noff in a text', [['1', 'a', 'b'], 'cut_off'])

    def test_an_unclosed_quote_near_the_end(self):
        self.check('1,a,"b\n2,c,d\n', ['cut_off', ['2', 'c', 'd']])

    def test_blank_lines_and_a_last_line_without_end(self):
        self.check('\n1,a,b\r\n\r\n\n2,a,b\r3,a,b', [['1', 'a', 'b'], ['2', 'a', 'b'],
                                                     ['3', 'a', 'b']])

    def test_records_over_a_mebibyte(self):
        long = 'x' * (1024 * 1024 + 1)
        self.check(f'1,a,b\n2,a,{long}\n3,a,b\n4,a,"{long}"\n5,a,b\n',
                   [['1', 'a', 'b'], 'too_long', ['3', 'a', 'b'], 'too_long', ['5', 'a', 'b']])

    def test_a_quote_that_never_closes_in_a_large_file(self):
        rows = [[str(i), 'n', 'y' * 80] for i in range(20000)]
        text = '0,"open,z\n' + ''.join(','.join(r) + '\n' for r in rows)
        for threads in (1, 3):
            got = self.rows(self.put(self.HEAD + text), threads=threads)
            self.assertEqual(got[0][2], 'too_long')
            self.assertEqual([fields for _, _, _, fields in got[1:]], rows)

    def test_random_damage_loses_no_sound_line(self):
        """Lines with unique ids among damaged ones: each sound one comes out, or in a fault."""
        r = random.Random(5)
        for _ in range(150):
            lines = []
            for i in range(r.randrange(1, 40)):
                line = f'{i},name,"text {i}"' if r.random() < 0.5 else f'{i},name,text'
                if r.random() < 0.1:
                    at = r.randrange(len(line))
                    line = line[:at] + r.choice(['"', '""', ',', '\0', '"x']) + line[at:]
                lines.append(line)
            path = self.put(self.HEAD + '\n'.join(lines) + r.choice(['', '\n']))
            one = self.rows(path)
            self.assertEqual(one, self.rows(path, threads=2))
            self.assertLessEqual(len(one), len(lines))


class Sources(ReaderTest):

    TEXT = 'id,text\n1,plain\n2,"café – “quoted”"\n3,last\n'
    ROWS = [['1', 'plain'], ['2', 'café – “quoted”'], ['3', 'last']]

    def test_encodings(self):
        for encoding in ('utf-8', 'utf-8-sig', 'utf-16', 'utf-16-le', 'utf-16-be', 'cp1252'):
            path = self.put(self.TEXT.encode(encoding))
            self.assertEqual(self.fields(path), self.ROWS, encoding)
        self.assertEqual(self.fields(self.put(self.TEXT.encode('cp1252')),
                                     encoding='windows-1252'), self.ROWS)
        self.assertEqual(self.fields(self.put(self.TEXT.encode('utf-16-le')),
                                     encoding='utf-16'), self.ROWS)

    def test_compressed_files(self):
        big = 'id,text\n' + ''.join(f'{i},"line {i}\nof text"\n' for i in range(30000))
        rows = [[str(i), f'line {i}\nof text'] for i in range(30000)]
        packed = gzip.compress(big[:200000].encode()) + gzip.compress(big[200000:].encode())
        self.assertEqual(self.fields(self.put(packed, 'r.gz'), threads=2), rows)
        plain = self.put(big)
        subprocess.run(['zstd', '-q', '-f', plain], check=True)
        self.assertEqual(self.fields(plain + '.zst', threads=2), rows)
        with open(plain + '.zst', 'rb') as f:
            zst = f.read()
        for name, content in (('r.gz', packed), ('r.csv.zst', zst)):
            cut = self.dump(self.put(content[:-20], name))
            self.assertEqual(cut.returncode, 3)
            self.assertIn(b'cut off', cut.stderr)
            middle = len(content) // 2
            hurt = self.dump(self.put(content[:middle] + b'\xff' * 64 + content[middle + 64:], name))
            self.assertEqual(hurt.returncode, 3)
            self.assertRegex(hurt.stderr, b'damaged|cut off')

    def test_several_files_a_folder_and_standard_input(self):
        os.mkdir(self.path('d'))
        for name in ('b.csv', 'a.csv', '.hidden'):
            self.put(f'id,text\n1,{name}\n', f'd/{name}')
        got = self.rows(self.path('d'), self.put(self.TEXT), threads=2)
        self.assertEqual([(f, fields) for f, _, _, fields in got],
                         [(0, ['1', 'a.csv']), (1, ['1', 'b.csv']), *[(2, r) for r in self.ROWS]])
        self.assertEqual(self.fields('-', input=self.TEXT.encode()), self.ROWS)

    def test_an_sqlite_table(self):
        rows = [('1', 'plain'), ('2', 'a "b", c\nd'), ('3', None), (4, 5.5)]
        with sqlite3.connect(self.path('r.db')) as db:
            db.execute('CREATE TABLE t (id, text)')
            db.executemany('INSERT INTO t VALUES (?, ?)', rows)
            db.executemany('INSERT INTO t VALUES (?, ?)',
                           [(i, 'z' * (i % 500)) for i in range(5, 5000)])
        got = self.fields(self.path('r.db'), kind='sqlite', threads=2)
        self.assertEqual(got[:4], [['1', 'plain'], ['2', 'a "b", c\nd'], ['3', ''], ['4', '5.5']])
        self.assertEqual(got[4:], [[str(i), 'z' * (i % 500)] for i in range(5, 5000)])

    def test_empty_and_broken_files_are_clear_errors(self):
        for content, said in ((b'', b'empty'), (b'\n\n', b'empty'),
                              (b'x' * (CHUNK + 10), b'header line')):
            result = self.dump(self.put(content))
            self.assertEqual(result.returncode, 3)
            self.assertIn(said, result.stderr)
        self.assertEqual(self.fields(self.put('id,text\n')), [])
        self.assertEqual(self.fields(self.put('id,text')), [])

    def test_a_file_that_changes_while_it_is_read_is_an_error(self):
        for change in ('grow', 'cut'):
            path = self.put('id,text\n' + 'x,' + 'y' * 100 + '\n')
            with open(path, 'ab') as f:
                f.truncate(600 * 1024 * 1024)  # a hole: long enough to be caught reading
            child = subprocess.Popen([DUMP, '1', 'csv', 'auto', path], stdout=subprocess.DEVNULL,
                                     stderr=subprocess.PIPE)
            time.sleep(0.05)
            with open(path, 'ab') as f:
                if change == 'grow':
                    f.write(b'more')
                else:
                    f.truncate(400 * 1024 * 1024)
            said = child.stderr.read().decode()
            child.stderr.close()
            self.assertEqual(child.wait(), 3, change)
            self.assertIn('grew' if change == 'grow' else 'cut', said)


if __name__ == '__main__':
    unittest.main()
