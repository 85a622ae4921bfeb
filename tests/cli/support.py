"""What the whole-program tests share: running the built program in an empty folder of its own."""

import csv
import json
import os
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.environ['SAFECOUNT']
ROOT = os.environ.get('SAFECOUNT_SOURCE', os.getcwd())
SHARED = os.environ.get('SAFECOUNT_SHARED', os.path.join(ROOT, '..', 'shared'))
# Sanitizers make the program some ten times slower; sizes follow.
SLOW = os.environ.get('SAFECOUNT_SLOW') == '1'

REQUEST = '''\
reference: T-1
title: A test
extract: extract.yaml
period: {from: 2020-01-01, to: 2020-12-31, date: recorded, year: calendar}
questions:
  - id: "1"
    text: How many?
    tables:
      - {id: month, rows: [month], count: offences}
'''
EXTRACT = '''\
files: records.csv
row: offence
columns: {offence_id: id, recorded: date, outcome: outcome, narrative: mo}
'''
RECORDS = '''\
id,date,outcome,mo
1,2020-01-05,1,Contact by text message
2,2020-01-06,,Contact on Snapchat
3,2020-02-07,16,None
'''


class ProgramTest(unittest.TestCase):
    """Each case runs in an empty folder."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = self.folder.name

    def write(self, name, text):
        path = os.path.join(self.path, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as f:
            f.write(text if isinstance(text, bytes) else text.encode())
        return path

    def read(self, name):
        with open(os.path.join(self.path, name), 'rb') as f:
            return f.read().decode(errors='surrogateescape')  # workbooks are no text

    def run_program(self, *arguments, **options):
        options.setdefault('stdin', subprocess.DEVNULL)
        return subprocess.run([PROGRAM, *arguments], cwd=self.path, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False, **options)

    def ok(self, *arguments, **options):
        result = self.run_program(*arguments, **options)
        self.assertEqual(result.returncode, 0, result.stderr.decode()[-3000:])
        return result.stdout.decode()

    def fails(self, code, *arguments, **options):
        """Runs what must end with exit code `code`; gives what it said."""
        result = self.run_program(*arguments, **options)
        said = result.stderr.decode()
        self.assertEqual(result.returncode, code, said[-3000:])
        self.assertNotIn('ERROR: AddressSanitizer', said)
        return said

    def assert_schema(self, document, schema):
        """`document` is as docs/`schema` says. The package python3-jsonschema is the system's Python's,
        which need not be the one that runs the tests."""
        check = ('import json, sys\ntry:\n    import jsonschema\nexcept ImportError:\n'
                 '    sys.exit(77)\njsonschema.validate(json.load(sys.stdin), '
                 'json.load(open(sys.argv[1], encoding="utf-8")))\n')
        for python in (sys.executable, '/usr/bin/python3'):
            result = subprocess.run(
                [python, '-c', check, os.path.join(ROOT, 'docs', schema)], check=False,
                input=json.dumps(document).encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            if result.returncode != 77:
                self.assertEqual(result.returncode, 0, result.stderr.decode()[-2000:])
                return
        self.fail('python3-jsonschema is not installed: scripts/setup')

    def case(self, request=REQUEST, extract=EXTRACT, records=RECORDS):
        self.write('request.yaml', request)
        self.write('extract.yaml', extract)
        self.write('records.csv', records)

    def counts(self, *arguments):
        return json.loads(self.ok('count', *arguments, '--json'))


def cells(answer):
    """{(table, code, code, ...): value} of an answer's or a count's JSON."""
    return {(t['id'], *[c['at'][d] for d in t['dimensions']]): c['value']
            for t in answer['tables'] for c in t['cells']}


def accounting(answer):
    """All accounting figures in one dictionary."""
    a = answer['accounting']
    return {'read': a['read'], 'counted': a['counted'], **a['excluded'], **a['faulty']}


def read_csv(path, **options):
    with open(path, newline='', encoding='utf-8-sig') as f:
        return list(csv.DictReader(f, **options))
