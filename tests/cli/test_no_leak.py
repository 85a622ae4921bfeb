"""No output of any command carries a narrative, an identifier or an exact age of one person.

Unique strings are planted in every text field of an extract with every kind of fault; then
everything that every command writes or prints is searched for them.
"""

import os
import subprocess
import unittest
import zipfile

from support import PROGRAM, ProgramTest

HEADER = ('Crime Ref,HO Code,Date Recorded,Date Committed From,Crime Status,Outcome,Victim ID,'
          'Victim Age,Victim Sex,Suspect ID,Suspect Age,MO,Officer,Beat\n')
SOURCE = '''\
files: records.csv
row: link
columns:
  offence_id: Crime Ref
  offence_code: HO Code
  recorded: Date Recorded
  committed_from: Date Committed From
  removed: Crime Status
  outcome: Outcome
  victim_id: Victim ID
  victim_age: Victim Age
  victim_sex: Victim Sex
  suspect_id: Suspect ID
  suspect_age: Suspect Age
  narrative: MO
  beat: Beat
removed: [No Crime]
date_format: dd/mm/yyyy
'''
REQUEST = '''\
reference: LEAK-1
title: Leaks
extract: extract.yaml
period: {from: 2020-01-01, to: 2020-12-31, date: recorded, year: calendar}
offences: ["71/17"]
questions:
  - id: "1"
    text: Everything
    tables:
      - {id: a, rows: [year, month], columns: [method], dictionary: d.yaml, count: offences}
      - {id: b, rows: [year], columns: [victim_age], bands: nspcc-foi, count: victims}
      - {id: c, rows: [beat], columns: [outcome], count: offences}
      - {id: d, rows: [victim_sex], columns: [suspect_age], bands: moj, count: suspects}
'''
DICTIONARY = '''\
categories:
  - {id: kik, label: Kik, terms: [kik]}
'''
SECRET = 'Zqx'  # every planted string begins so


def row(i, **changed):
    fields = {'ref': f'Zqxref{i}', 'code': '71/17', 'date': f'{i % 28 + 1:02}/03/2020',
              'from': '01/01/2016', 'status': 'Recorded', 'outcome': '1',
              'victim': f'Zqxvictim{i}', 'age': str(i % 18), 'sex': 'F',
              'suspect': f'Zqxsuspect{i}', 'sage': '44', 'mo': f'Zqxnarrative{i} by kik',
              'officer': f'Zqxofficer{i}', 'beat': 'North'}
    fields.update(changed)
    return ','.join(fields.values())


class NoLeak(ProgramTest):

    def plant(self):
        rows = [row(i) for i in range(40)]
        rows += [
            row(50, date='Zqxdate'), row(51, age='Zqxage'), row(52, code='Zqxcode'),
            row(53, outcome='Zqxoutcome'), row(54, status='Zqxstatus'), row(55, sage='Zqxsage'),
            row(56) + ',Zqxextra', row(57, mo='Zqx"stray"quote'), row(58, ref=''),
            row(59, mo='Zqx\0nul'), row(60, mo='"Zqx' + 'long' * 300000 + '"'),
            row(61, mo='"Zqxnever closed'),
        ]
        self.write('records.csv', HEADER + '\r\n'.join(rows))
        self.write('extract.yaml', SOURCE)
        self.write('request.yaml', REQUEST)
        self.write('d.yaml', DICTIONARY)

    def outputs(self, *arguments):
        """All bytes that a run prints and writes."""
        before = set(os.listdir(self.path))
        result = self.run_program(*arguments)
        out = [(' '.join(arguments) + ' stdout', result.stdout),
               (' '.join(arguments) + ' stderr', result.stderr)]
        for path, _, files in os.walk(self.path):
            for name in files:
                full = os.path.join(path, name)
                if os.path.relpath(full, self.path).split(os.sep)[0] not in before:
                    with open(full, 'rb') as f:
                        out.append((full, f.read()))
                    if zipfile.is_zipfile(full):  # a workbook: what is in it, unpacked
                        with zipfile.ZipFile(full) as archive:
                            out += [(f'{full}: {part}', archive.read(part))
                                    for part in archive.namelist()]
        return result.returncode, out

    def test_nothing_planted_comes_out(self):
        self.plant()
        searched = 0
        for arguments, codes in (
                (['answer', 'request.yaml', '-o', 'out', '--verbose'], (0,)),
                (['answer', 'request.yaml', '-o', 'out2', '--json'], (0,)),
                (['answer', 'request.yaml', '--strict', '-o', 'out3'], (3,)),
                (['count', 'request.yaml'], (0,)),
                (['count', 'request.yaml', '--json'], (0,)),
                (['count', 'request.yaml', '--verbose'], (0,)),
                (['classify', 'extract.yaml', '--dictionary', 'd.yaml'], (0,)),
                (['classify', 'extract.yaml', '--dictionary', 'd.yaml', '--json'], (0,)),
                (['dictionary', 'suggest', 'extract.yaml', '--dictionary', 'd.yaml'], (0,)),
                (['dictionary', 'suggest', 'extract.yaml', '--dictionary', 'd.yaml', '--json',
                  '--min-records', '5'], (0,)),
                (['dictionary', 'diff', 'd.yaml', 'd.yaml', 'extract.yaml'], (0,)),
                (['describe', 'records.csv'], (0,)),
                (['describe', 'records.csv', '-o', 'described.yaml'], (0,))):
            code, out = self.outputs(*arguments)
            self.assertIn(code, codes, (arguments, out[1][1][-2000:]))
            for name, content in out:
                self.assertNotIn(SECRET.lower().encode(), content.lower(), name)
                self.assertNotIn(b'longlong', content, name)
                searched += 1
        self.assertGreater(searched, 30)

    def test_columns_that_hold_names_or_texts_are_refused_without_quoting(self):
        for dimension in ('Officer', 'MO', 'Crime Ref', 'Victim ID', 'Victim Age', 'narrative'):
            self.plant()
            self.write('request.yaml', REQUEST.replace('rows: [beat]', f'rows: ["{dimension}"]'))
            code, out = self.outputs('answer', 'request.yaml', '-o', 'refused')
            self.assertEqual(code, 3, dimension)
            for name, content in out:
                self.assertNotIn(SECRET.lower().encode(), content.lower(), (dimension, name))

    def test_a_wrong_file_given_as_yaml_is_not_quoted(self):
        self.plant()
        result = subprocess.run([PROGRAM, 'answer', 'records.csv'], cwd=self.path,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        self.assertNotEqual(result.returncode, 0)
        self.assertNotIn(b'zqx', (result.stdout + result.stderr).lower())


if __name__ == '__main__':
    unittest.main()
