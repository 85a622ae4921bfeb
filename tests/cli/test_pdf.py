"""An answer as a PDF: tagged, with title and language, nothing of this machine in it, and the gate before it."""

import os
import random
import re
import shutil
import socket
import subprocess
import tempfile
import unittest

from support import PROGRAM, ROOT, ProgramTest

REQUEST = '''\
reference: "771"
publication: PUB 771
title: Calls about <b>noise</b> & music
organisation: Example Council
as_at: 2021-02-03
answered: 2021-02-10
extract: extract.yaml
period: {from: 2019-01-01, to: 2020-12-31, date: recorded, year: calendar}
questions:
  - id: "1"
    text: Outcomes by year.
    tables:
      - {id: outcome, rows: [year], columns: [outcome], count: offences}
decisions:
  - {question: all, decision: full}
'''


def browser():
    return any(map(shutil.which, ('chromium', 'chromium-browser', 'google-chrome',
                                  'google-chrome-stable')))


class Pdf(ProgramTest):

    def answer(self):
        draw = random.Random(771)
        rows = [f'{i},{draw.choice((2019, 2020))}-{draw.randint(1, 12):02}-11,{draw.choice("1 1 1 16 16 18 14 2".split())},x'
                for i in range(260)]
        self.case(request=REQUEST, records='id,date,outcome,mo\n' + '\n'.join(rows) + '\n')
        self.ok('answer', 'request.yaml', '-o', 'out', '--quiet')

    def needs(self, *programs):
        if not browser():
            self.skipTest('no browser is installed')
        for program in programs:
            if not shutil.which(program):
                self.skipTest(f'{program} is not installed')

    def tool(self, *command):
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              check=True, cwd=self.path).stdout.decode()

    def bytes_of(self, name):
        with open(os.path.join(self.path, name), 'rb') as file:
            return file.read()

    def test_it_is_tagged_and_says_what_the_page_says(self):
        self.needs('pdfinfo', 'pdftotext')
        self.answer()
        self.ok('pdf', 'out')
        info = self.tool('pdfinfo', 'out/answer.pdf')
        self.assertRegex(info, r'Tagged: +yes')
        self.assertRegex(info, r'Title: +Calls about <b>noise</b> & music - PUB 771')
        self.assertRegex(info, r'Creator: +safecount')
        self.assertRegex(info, r'Page size: .*\(A4\)')
        self.assertRegex(info, r'JavaScript: +no')
        self.assertIn(b'/Lang (en-GB)', self.bytes_of('out/answer.pdf'))
        structure = self.tool('pdfinfo', '-struct-text', 'out/answer.pdf')
        for tag in ('H1', 'H2', 'Table', 'TH', 'TD', 'Caption'):
            self.assertRegex(structure, rf'\n\s+{tag}\b')
        self.assertEqual(len(re.findall(r'\n\s+H1\b', structure)), 1)
        text = ' '.join(self.tool('pdftotext', 'out/answer.pdf', '-').split())
        for words in ('Calls about <b>noise</b> & music', 'The answer in short', 'Outcomes by year.',
                      'How we counted', 'If you are not content'):
            self.assertIn(words, text)
        self.assertNotIn('Leave this site', text)
        page = self.read('out/index.html')
        self.assertRegex(page, r'href="answer\.pdf">This page, PDF</a> <span>\d+&nbsp;KB')

    def test_nothing_of_this_machine_is_in_it(self):
        self.needs('pdftotext', 'pdfinfo')
        self.answer()
        self.ok('pdf', 'out')
        text = self.tool('pdftotext', 'out/answer.pdf', '-') + self.tool('pdfinfo', 'out/answer.pdf')
        blob = self.bytes_of('out/answer.pdf')
        host = socket.gethostname()
        for secret in (self.path, os.path.basename(self.path), 'file:', 'safecount-pdf-', 'index.html',
                       *([host] if len(host) > 3 else [])):
            self.assertNotIn(secret.encode(), blob)
            self.assertNotIn(secret, text)
        self.assertEqual([n for n in os.listdir(self.path) if 'safecount' in n], [])

    def test_dates_are_the_answers_and_the_bytes_are_the_same_again(self):
        self.needs('pdfinfo')
        self.answer()
        self.ok('pdf', 'out')
        first = self.bytes_of('out/answer.pdf')
        self.assertIn(b"/CreationDate (D:20210210000000", first)
        self.ok('pdf', 'out')
        self.assertEqual(self.bytes_of('out/answer.pdf'), first)
        self.ok('pdf', 'out', '-o', 'elsewhere.pdf')
        self.assertEqual(self.bytes_of('elsewhere.pdf'), first)

    def test_it_works_without_a_network(self):
        self.needs('unshare')
        if os.geteuid() != 0:
            self.skipTest('only root can take the network away')
        self.answer()
        probe = subprocess.run(['unshare', '-n', 'true'], stderr=subprocess.DEVNULL, check=False)
        if probe.returncode:
            self.skipTest('network namespaces are not allowed here')
        subprocess.run(['unshare', '-n', PROGRAM, 'pdf', 'out', '--quiet'], cwd=self.path, check=True)
        self.assertTrue(self.bytes_of('out/answer.pdf').startswith(b'%PDF-'))

    def test_answer_makes_it_at_once_when_asked_to(self):
        self.needs()
        self.answer()
        self.ok('answer', 'request.yaml', '-o', 'again', '--pdf')
        self.assertTrue(self.bytes_of('again/answer.pdf').startswith(b'%PDF-'))
        self.ok('answer', os.path.join(ROOT, 'examples/log/refused-cost.yaml'), '-o', 'refused', '--pdf')
        self.assertIn('answer.pdf', self.read('refused/index.html'))
        # the folder is still an answer's: the checks and a new answer take it as it is
        self.ok('verify-certificate', 'again')
        self.ok('answer', 'request.yaml', '-o', 'again')
        self.assertNotIn('answer.pdf', os.listdir(os.path.join(self.path, 'again')))

    def test_an_answer_that_is_not_publishable_is_refused(self):
        self.answer()
        text = self.read('out/answer.json').replace('"publishable": true', '"publishable": false', 1)
        self.write('out/answer.json', text)
        said = self.fails(5, 'pdf', 'out')
        self.assertIn('not publishable', said)
        self.assertNotIn('answer.pdf', os.listdir(os.path.join(self.path, 'out')))

    def test_an_answer_without_its_certificate_is_refused(self):
        self.answer()
        os.remove(os.path.join(self.path, 'out/certificate.json'))
        self.assertIn('without a proof', self.fails(5, 'pdf', 'out'))

    def test_a_folder_of_a_built_site_keeps_its_page(self):
        self.needs()
        self.answer()
        self.write('site.yaml', 'organisation: Example\nanswers:\n  - {folder: out, published: 2021-02-12}\n')
        built = self.run_program('site', 'build', 'site.yaml', '-o', 'site', '--quiet')
        if b'GOV.UK Frontend' in built.stderr:
            self.skipTest('web/node_modules is not installed (scripts/setup)')
        page = self.read('site/answers/pub-771/index.html')
        self.assertIn('--output', self.fails(3, 'pdf', 'site/answers/pub-771'))
        self.ok('pdf', 'site/answers/pub-771', '-o', 'copy.pdf')
        self.ok('pdf', 'out', '-o', 'own.pdf')
        self.assertEqual(self.bytes_of('copy.pdf'), self.bytes_of('own.pdf'))
        self.assertEqual(self.read('site/answers/pub-771/index.html'), page)

    def test_without_a_browser_it_says_so_and_what_to_do(self):
        self.answer()
        with tempfile.TemporaryDirectory() as empty:
            said = self.fails(1, 'pdf', 'out', env=dict(os.environ, PATH=empty))
        self.assertIn('no browser to print with', said)
        self.assertIn('by hand', said)
        self.assertNotIn('answer.pdf', os.listdir(os.path.join(self.path, 'out')))

    def test_a_browser_that_writes_nothing_or_something_else_is_an_error(self):
        self.answer()
        for script, words in (('exit 3', 'ended without a PDF'), ('exit 0', 'ended without a PDF'),
                              ('for a; do case $a in --print-to-pdf=*) echo hello >"${a#*=}";; esac; done',
                               'no PDF'),
                              ('for a; do case $a in --print-to-pdf=*) printf "%%PDF-1.4 untagged" '
                               '>"${a#*=}";; esac; done', 'not tagged')):
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, 'chromium')
                with open(path, 'w', encoding='utf-8') as file:
                    file.write(f'#!/bin/sh\n{script}\n')
                os.chmod(path, 0o755)
                result = self.run_program('pdf', 'out', env=dict(os.environ, PATH=f'{folder}:/usr/bin:/bin'))
                self.assertNotEqual(result.returncode, 0)
                self.assertIn(words, result.stderr.decode())
        self.assertEqual([n for n in os.listdir(self.path) if 'safecount' in n], [])
        self.assertNotIn('answer.pdf', os.listdir(os.path.join(self.path, 'out')))


if __name__ == '__main__':
    unittest.main()
