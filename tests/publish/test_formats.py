#!/usr/bin/env python3
"""The files of an answer, opened as a reader would: spreadsheets by LibreOffice, metadata by its
specification, archives part by part."""

import csv
import datetime
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest
import xml.etree.ElementTree as ET
import zipfile

DEMO = os.environ['PUBLISH_DEMO']
HOSTILE = range(19)
# One CSV a sheet, values as they are, no quoting of text, formulas not written as formulas.
CSV_FILTER = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1'
TABLE = '{urn:oasis:names:tc:opendocument:xmlns:table:1.0}'
OFFICE = '{urn:oasis:names:tc:opendocument:xmlns:office:1.0}'
SHEET = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def demo(*arguments):
    folder = tempfile.mkdtemp(prefix='safecount-formats-')
    subprocess.run([DEMO, os.path.join(folder, 'a'), *map(str, arguments)], check=True)
    return os.path.join(folder, 'a')


def presentation(folder, table):
    """The rows of a presentation CSV without its notes."""
    with open(f'{folder}/tables/{table}.csv', encoding='utf-8-sig', newline='') as file:
        rows = list(csv.reader(file))
    return [row for row in rows if not row[0].startswith('Note:')]


def parts(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


class Sheets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = demo()
        cls.tables = [t['id'] for t in json.loads(read(f'{cls.folder}/answer.json'))['tables']]

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(os.path.dirname(cls.folder))

    def convert(self, name):
        out = tempfile.mkdtemp(prefix='safecount-soffice-')
        self.addCleanup(shutil.rmtree, out)
        environment = dict(os.environ, HOME=out)
        environment.pop('LD_PRELOAD', None)
        subprocess.run(['soffice', f'-env:UserInstallation=file://{out}/profile', '--headless',
                        '--convert-to', CSV_FILTER, '--outdir', out, f'{self.folder}/{name}'],
                       check=True, capture_output=True, timeout=240, env=environment)
        sheets = {}
        for file in os.listdir(out):
            if file.endswith('.csv'):
                with open(f'{out}/{file}', encoding='utf-8', newline='') as text:
                    sheets[file[len('tables-'):-len('.csv')]] = list(csv.reader(text))
        return sheets

    def check_conversion(self, name):
        if not shutil.which('soffice'):
            self.skipTest('LibreOffice is not installed')
        sheets = self.convert(name)
        self.assertEqual(set(sheets), {'Cover', 'Contents', 'Notes'} |
                         {f'Table_{i + 1}' for i in range(len(self.tables))})
        for i, table in enumerate(self.tables):
            want = presentation(self.folder, table)
            rows = sheets[f'Table_{i + 1}']
            start = rows.index(next(r for r in rows if r[:len(want[0])] == want[0]))
            got = [['' if cell == '[z]' else cell for cell in row[:len(want[0])]]
                   for row in rows[start:]]
            self.assertEqual(got, want, f'{name}, {table}')
            self.assertTrue(rows[0][0].startswith(f'Table {i + 1}: '))

    def test_ods_opens_in_libreoffice_and_is_our_csv_cell_for_cell(self):
        self.check_conversion('tables.ods')

    def test_xlsx_opens_in_libreoffice_and_is_our_csv_cell_for_cell(self):
        self.check_conversion('tables.xlsx')

    def test_ods_is_marked_up_as_the_guidance_asks(self):
        with zipfile.ZipFile(f'{self.folder}/tables.ods') as archive:
            first = archive.infolist()[0]
            self.assertEqual((first.filename, first.compress_type), ('mimetype', 0))
            self.assertIsNone(archive.testzip())
        content = ET.fromstring(parts(f'{self.folder}/tables.ods')['content.xml'])
        names = [t.get(TABLE + 'name') for t in content.iter(TABLE + 'table')]
        self.assertEqual(len(set(names)), len(names))
        self.assertEqual(names[:3], ['Cover', 'Contents', 'Notes'])
        ranges = {r.get(TABLE + 'target-range-address').split('.')[0]
                  for r in content.iter(TABLE + 'database-range')}
        self.assertEqual(ranges, set(names) - {'Cover'})
        for table in content.iter(TABLE + 'table'):
            headers = table.findall(TABLE + 'table-header-rows/' + TABLE + 'table-row')
            self.assertEqual(len(headers), 0 if table.get(TABLE + 'name') == 'Cover' else 1)
            for row in table.iter(TABLE + 'table-row'):
                self.assertGreater(len(row), 0, 'a blank row')
        for cell in content.iter(TABLE + 'table-cell'):
            self.assertIsNone(cell.get(TABLE + 'formula'))
            self.assertIsNone(cell.get(TABLE + 'number-columns-spanned'), 'a merged cell')
            self.assertTrue(''.join(cell.itertext()), 'an empty cell')
        meta = parts(f'{self.folder}/tables.ods')['meta.xml'].decode()
        for text in ('<dc:title>Sexual communication with a child', '<dc:language>en-GB<',
                     '<meta:initial-creator>Example Constabulary<'):
            self.assertIn(text, meta)

    def test_xlsx_is_marked_up_as_the_guidance_asks(self):
        xlsx = parts(f'{self.folder}/tables.xlsx')
        core = xlsx['docProps/core.xml'].decode()
        self.assertIn('<dc:title>Sexual communication with a child', core)
        self.assertIn('<dc:creator>Example Constabulary<', core)
        self.assertIn('en-GB', xlsx['docProps/custom.xml'].decode())
        sheets = [n for n in xlsx if n.startswith('xl/worksheets/sheet')]
        tables = [n for n in xlsx if n.startswith('xl/tables/')]
        self.assertEqual(len(tables), len(sheets) - 1)
        for name in sheets:
            sheet = ET.fromstring(xlsx[name])
            self.assertEqual(list(sheet.iter(SHEET + 'f')), [])
            self.assertEqual(list(sheet.iter(SHEET + 'mergeCell')), [])
            self.assertEqual(list(sheet.iter(SHEET + 'headerFooter')), [])
            for selection in sheet.iter(SHEET + 'selection'):
                self.assertEqual(selection.get('activeCell', 'A1'), 'A1')
            for column in sheet.iter(SHEET + 'col'):
                self.assertIsNone(column.get('hidden'))
        for name in tables:
            self.assertIsNone(ET.fromstring(xlsx[name]).find(SHEET + 'autoFilter'))

    def test_shorthand_is_explained_where_it_is_used(self):
        content = ET.fromstring(parts(f'{self.folder}/tables.ods')['content.xml'])
        for table in content.iter(TABLE + 'table'):
            cells = [''.join(c.itertext()) for c in table.iter(TABLE + 'table-cell')]
            for mark, words in (('[c]', '[c] means withheld'), ('[z]', '[z] means not')):
                if mark in cells:
                    self.assertTrue(any(words in c for c in cells), table.get(TABLE + 'name'))

    def test_no_user_host_or_path_is_in_any_file(self):
        secrets = [os.uname().nodename, os.getcwd(), self.folder, os.path.dirname(DEMO),
                   os.environ.get('HOME', '/root') + '/', '/proc/self']
        for where, _, names in os.walk(self.folder):
            for name in names:
                path = os.path.join(where, name)
                blobs = ([*parts(path).values()] if name.endswith(('.ods', '.xlsx'))
                         else [read(path)])
                for blob in blobs:
                    for secret in secrets:
                        self.assertNotIn(secret.encode(), blob, name)

    def test_a_withheld_figure_is_in_no_workbook(self):
        answer = json.loads(read(f'{self.folder}/answer.json'))
        for i, table in enumerate(answer['tables']):
            withheld = sum(c['value'] is None for c in table['cells'])
            self.assertTrue(withheld == 0 or any('[c]' in row
                            for row in presentation(self.folder, table['id'])))
        content = ET.fromstring(parts(f'{self.folder}/tables.ods')['content.xml'])
        for cell in content.iter(TABLE + 'table-cell'):
            value = cell.get(OFFICE + 'value')
            self.assertFalse(value is not None and 0 < int(value) < 5)

    def test_the_same_answer_gives_the_same_bytes_later(self):
        time.sleep(2.1)
        again = demo()
        self.addCleanup(shutil.rmtree, os.path.dirname(again))
        for where, _, names in os.walk(self.folder):
            for name in names:
                path = os.path.join(where, name)
                other = path.replace(self.folder, again)
                self.assertEqual(read(path), read(other), name)


class Metadata(unittest.TestCase):
    """Own readings of the specifications; others' validators follow below."""

    @classmethod
    def setUpClass(cls):
        cls.folder = demo()

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(os.path.dirname(cls.folder))

    def rows(self, name):
        with open(f'{self.folder}/{name}', encoding='utf-8', newline='') as file:
            return list(csv.reader(file))

    def test_data_package_describes_each_file(self):
        package = json.loads(read(f'{self.folder}/datapackage.json'))
        self.assertRegex(package['name'], r'^[-a-z0-9._/]+$')
        datetime.datetime.fromisoformat(package['created'].replace('Z', '+00:00'))
        self.assertGreater(len(package['keywords']), 0)
        for person in package['contributors']:
            self.assertTrue(person['title'])
        names = [r['name'] for r in package['resources']]
        self.assertEqual(len(set(names)), len(names))
        self.assertEqual(len(names), 6)
        for resource in package['resources']:
            self.check_resource(resource)

    def check_resource(self, resource):
        data = read(f"{self.folder}/{resource['path']}")
        self.assertFalse(resource['path'].startswith(('/', '..')))
        self.assertEqual(resource['bytes'], len(data))
        self.assertEqual(resource['hash'], 'sha256:' + hashlib.sha256(data).hexdigest())
        rows = self.rows(resource['path'])
        fields = resource['schema']['fields']
        self.assertEqual(rows[0], [f['name'] for f in fields])
        keys = [rows[0].index(k) for k in resource['schema']['primaryKey']]
        self.assertEqual(len({tuple(r[k] for k in keys) for r in rows[1:]}), len(rows) - 1)
        for row in rows[1:]:
            self.assertEqual(len(row), len(fields))
            for field, value in zip(fields, row):
                self.check_value(field, value, resource['schema']['missingValues'])

    def check_value(self, field, value, missing):
        constraints = field.get('constraints', {})
        if value in missing:
            self.assertFalse(constraints.get('required'), field['name'])
            return
        if field['type'] == 'integer':
            self.assertGreaterEqual(int(value), constraints['minimum'])
        else:
            self.assertEqual(field['type'], 'string')
        if 'enum' in constraints:
            self.assertIn(value, constraints['enum'])

    def test_csvw_describes_each_file(self):
        group = json.loads(read(f'{self.folder}/tables/csv-metadata.json'))
        self.assertEqual(group['@context'][0], 'http://www.w3.org/ns/csvw')
        self.assertRegex(group['@context'][1]['@language'], r'^[a-z]{2}(-[A-Z]{2})?$')
        allowed = {'@context', '@id', '@type', 'tables', 'notes', 'dialect', 'tableSchema'}
        self.assertTrue(all(k in allowed or k.startswith('dc:') for k in group))
        self.assertEqual(len(group['tables']), 6)
        for table in group['tables']:
            self.check_table(table)

    def check_table(self, table):
        rows = self.rows('tables/' + table['url'])
        columns = table['tableSchema']['columns']
        self.assertEqual(rows[0], [c['titles'] for c in columns])
        names = [c['name'] for c in columns]
        self.assertEqual(len(set(names)), len(names))
        for name in names:
            self.assertRegex(name, r'^([A-Za-z0-9]|%[0-9A-F]{2})([A-Za-z0-9_]|%[0-9A-F]{2})*$')
        keys = [names.index(k) for k in table['tableSchema']['primaryKey']]
        self.assertEqual(len({tuple(r[k] for k in keys) for r in rows[1:]}), len(rows) - 1)
        for row in rows[1:]:
            for column, value in zip(columns, row):
                kind = column['datatype']
                base = kind if isinstance(kind, str) else kind['base']
                if value == column.get('null', None):
                    continue
                self.assertFalse(column.get('required') and value == '')
                if base == 'integer':
                    self.assertGreaterEqual(int(value), kind['minimum'])
                elif isinstance(kind, dict):
                    self.assertRegex(value, f"^({kind['format']})$")

    def test_dataset_names_files_that_are_there(self):
        dataset = json.loads(read(f'{self.folder}/metadata.jsonld'))
        self.assertEqual(dataset['@type'], ['Dataset', 'dcat:Dataset'])
        self.assertEqual(dataset['temporalCoverage'], '2018-04-01/2021-03-31')
        for item in dataset['distribution']:
            path = f"{self.folder}/{item['contentUrl']}"
            self.assertEqual(os.path.getsize(path), item['dcat:byteSize'])
            self.assertEqual(item['dcat:downloadURL'], {'@id': item['contentUrl']})


class Validators(unittest.TestCase):
    """The Frictionless library reads the data package; ajv holds CSVW to a schema of the Recommendation."""

    def setUp(self):
        self.web = os.environ['SAFECOUNT_WEB']
        if not shutil.which('node') or not os.path.isdir(f'{self.web}/node_modules/datapackage'):
            self.skipTest('node or web/node_modules is not installed (scripts/setup)')

    def validate(self, *folders):
        here = os.path.dirname(os.path.abspath(__file__))
        result = subprocess.run(['node', f'{here}/validate.mjs', f'{here}/csvw.schema.json', *folders],
                                capture_output=True, text=True, timeout=240, check=False,
                                env=dict(os.environ, SAFECOUNT_WEB=self.web))
        self.assertEqual(result.returncode, 0, result.stderr[-2000:])
        return [json.loads(line) for line in result.stdout.splitlines()]

    def folder(self, *arguments):
        folder = demo(*arguments)
        self.addCleanup(shutil.rmtree, os.path.dirname(folder))
        return folder

    def test_both_descriptions_are_valid_and_every_row_is_as_described(self):
        folder = self.folder()
        [report] = self.validate(folder)
        self.assertEqual(report['problems'], [])
        rows = 0
        for name in os.listdir(f'{folder}/tables'):
            if name.endswith('.tidy.csv'):
                with open(f'{folder}/tables/{name}', encoding='utf-8', newline='') as file:
                    rows += sum(1 for _ in csv.DictReader(file))
        self.assertEqual(report['rows'], rows)

    def test_they_are_valid_with_hostile_text_too(self):
        empty = 16  # a category whose code is empty, which no request can have: "required" finds it
        for report in self.validate(*[self.folder(6, i) for i in HOSTILE if i != empty]):
            self.assertEqual(report['problems'], [])

    def test_what_is_wrong_is_found(self):
        """The validators are awake: each mistake, made by hand, is one."""
        def edit(name, change):
            folder = self.folder()
            before = read(f'{folder}/{name}').decode()
            after = change(before)
            self.assertNotEqual(before, after)
            with open(f'{folder}/{name}', 'w', encoding='utf-8', newline='') as file:
                file.write(after)
            return folder

        def column(**changed):
            def change(text):
                group = json.loads(text)
                group['tables'][0]['tableSchema']['columns'][0].update(changed)
                return json.dumps(group)
            return lambda: edit('tables/csv-metadata.json', change)

        def group(key, value):
            return lambda: edit('tables/csv-metadata.json', lambda t: json.dumps({**json.loads(t), key: value}))

        mistakes = [
            lambda: edit('tables/victim-age.tidy.csv', lambda t: t.replace('12-15', '12-51', 1)),
            lambda: edit('tables/victim-age.tidy.csv', lambda t: t.replace(',published', ',public', 1)),
            lambda: edit('tables/victim-age.tidy.csv', lambda t: t.replace('value', 'count', 1)),
            lambda: edit('datapackage.json', lambda t: t.replace('"integer"', '"number?"', 1)),
            lambda: edit('datapackage.json', lambda t: t.replace('"resources"', '"resource"', 1)),
            column(name='_year'), column(datatype={'base': 'integer', 'minLength': 2}),
            column(datatype='text'), column(titles=3), column(required='yes'), column(typo=1),
            group('@context', 'http://example.org/'), group('tables', []), group('colour', 'red'),
        ]
        for i, report in enumerate(self.validate(*[mistake() for mistake in mistakes])):
            self.assertNotEqual(report['problems'], [], i)


class Hostile(unittest.TestCase):
    def test_hostile_text_is_plain_text_in_every_workbook(self):
        for i in HOSTILE:
            folder = demo(6, i)
            ods = parts(f'{folder}/tables.ods')
            xlsx = parts(f'{folder}/tables.xlsx')
            for name, blob in [*ods.items(), *xlsx.items()]:
                if name.endswith(('.xml', '.rels')):
                    ET.fromstring(blob)
            for cell in ET.fromstring(ods['content.xml']).iter(TABLE + 'table-cell'):
                self.assertIsNone(cell.get(TABLE + 'formula'))
                self.assertIn(cell.get(OFFICE + 'value-type'), ('string', 'float'))
            for name, blob in xlsx.items():
                if name.startswith('xl/worksheets/sheet'):
                    self.assertEqual(list(ET.fromstring(blob).iter(SHEET + 'f')), [])
                self.assertNotIn(b'TargetMode="External"', blob)
            shutil.rmtree(os.path.dirname(folder))

    def test_libreoffice_shows_a_formula_as_text(self):
        if not shutil.which('soffice'):
            self.skipTest('LibreOffice is not installed')
        for name in ('tables.ods', 'tables.xlsx'):
            case = Sheets('test_ods_opens_in_libreoffice_and_is_our_csv_cell_for_cell')
            case.folder = demo(2, 6)
            sheets = case.convert(name)
            case.doCleanups()
            self.assertTrue(any('+1+1' in row for row in sheets['Table_1']))
            self.assertFalse(any('2' == cell for row in sheets['Table_1'] for cell in row[:2]))
            shutil.rmtree(os.path.dirname(case.folder))


if __name__ == '__main__':
    unittest.main()
