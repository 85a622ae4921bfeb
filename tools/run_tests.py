#!/usr/bin/env python3
"""Runs the tests of both builds and the checks of the source, and counts the cases.

Prints a line for each test that failed or was skipped, its output when it failed, and at the end
"N passed, N failed" with ", N skipped" when any was.
"""

import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import time

PASSED, FAILED, SKIPPED = 'passed', 'failed', 'skipped'


def run(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors='replace', check=False, **options)


class Count:
    """Cases by what became of them."""

    def __init__(self):
        self.cases = {PASSED: 0, FAILED: 0, SKIPPED: 0}

    def add(self, name, result, n=1, why=''):
        self.cases[result] += n
        if result != PASSED:
            print(f'{result.upper()}: {name}{": " + why if why else ""}', flush=True)


def cmocka_cases(output):
    """(passed, failed, skipped) as cmocka prints them, or None."""
    ok = len(re.findall(r'^\[ +OK +\]', output, re.M))
    failed = len(re.findall(r'^\[ +(?:FAILED|ERROR) +\] \S+$', output, re.M))
    skipped = len(re.findall(r'^\[ +SKIPPED +\] \S+$', output, re.M))
    return (ok, failed, skipped) if ok + failed + skipped else None


def unittest_cases(output):
    """The same for a Python test program."""
    ran = re.search(r'^Ran (\d+) tests?', output, re.M)
    if not ran:
        return None
    last = output.rsplit('\n', 3)[-2:]
    text = ' '.join(last)
    bad = sum(int(n) for n in re.findall(r'(?:failures|errors)=(\d+)', text))
    skipped = sum(int(n) for n in re.findall(r'skipped=(\d+)', text))
    return int(ran.group(1)) - bad - skipped, bad, skipped


def meson_tests(count, build, suite_name, wanted):
    command = ['meson', 'test', '-C', build, '--no-rebuild', '--num-processes', '2',
               '--timeout-multiplier', '5', '--logbase', 'testlog']
    listed = run(['meson', 'test', '-C', build, '--no-rebuild', '--list']).stdout
    names = [line.split(' / ')[-1].strip() for line in listed.splitlines()
             if ' / ' in line or re.match(r'^[\w:.-]+$', line)]
    if wanted:
        names = [n for n in names if any(w in n for w in wanted)]
        if not names:
            return
        command += names
    if suite_name == 'release':  # what depends on speed of code, not on its soundness
        command += ['--suite', 'release']
    result = run(command)
    log = os.path.join(build, 'meson-logs', 'testlog.json')
    if not os.path.exists(log):
        if 'No tests' not in result.stdout and 'No suitable tests' not in result.stdout:
            count.add(f'{suite_name}: meson test', FAILED, why=result.stdout[-2000:])
        return
    with open(log, encoding='utf-8') as lines:
        for line in lines:
            test = json.loads(line)
            name = f"{suite_name}: {test['name'].split(' / ')[-1]}"
            output = test.get('stdout', '') + '\n' + test.get('stderr', '')
            cases = cmocka_cases(output) or unittest_cases(output)
            if test['returncode'] == 77 or test['result'] == 'SKIP':
                count.add(name, SKIPPED, why=output.strip()[-200:])
            elif test['returncode'] == 0 and cases:
                count.add(name, PASSED, cases[0])
                if cases[2]:
                    count.add(name, SKIPPED, cases[2])
            elif test['returncode'] == 0:
                count.add(name, PASSED)
            else:
                count.add(name, FAILED, max(1, cases[1] if cases else 1), output[-6000:])
                if cases and cases[0]:
                    count.add(name, PASSED, cases[0])
    os.remove(log)


def sources():
    try:
        listed = run(['git', 'ls-files', '*.c', '*.h']).stdout.split()
    except FileNotFoundError:  # git need not be there
        listed = []
    if not listed:
        for folder in ('include', 'src', 'tests', 'fuzz', 'bench'):
            for path, _, files in os.walk(folder):
                listed += [os.path.join(path, f) for f in files if f.endswith(('.c', '.h'))]
    return listed


# The style is that of these tools in Debian 12; other versions have other opinions.
CLANG = 14


def other_clang(tool):
    """Why a tool's verdict does not count here, or ''."""
    version = re.search(r'version (\d+)', run([tool, '--version']).stdout)
    found = int(version.group(1)) if version else 0
    return '' if found == CLANG else f'{tool} is version {found}, the style is that of {CLANG}'


def check_format(count):
    why = other_clang('clang-format')
    if why:
        count.add('clang-format', SKIPPED, why=why)
        return
    result = run(['clang-format', '--dry-run', '-Werror', *sources()])
    count.add('clang-format', FAILED if result.returncode else PASSED, why=result.stdout[:3000])


def check_tidy(count, build):
    files = [f for f in sources() if f.endswith('.c') and f.startswith('src/')]
    why = other_clang('clang-tidy')
    if why:
        count.add('clang-tidy', SKIPPED, why=why)
        return

    def one(path):
        return path, run(['clang-tidy', '--quiet', '-p', build, path])

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for path, result in pool.map(one, files):
            bad = result.returncode != 0
            count.add(f'clang-tidy {path}', FAILED if bad else PASSED,
                      why=result.stdout[:3000] if bad else '')


def check_headers(count):
    folder = 'include/safecount'
    for name in sorted(os.listdir(folder)):
        if not name.endswith('.h'):
            continue
        for compiler, standard, language in (('cc', 'c17', 'c'), ('c++', 'c++17', 'c++')):
            result = run([compiler, f'-std={standard}', '-Wall', '-Wextra', '-Wpedantic', '-Werror',
                          '-fsyntax-only', '-Iinclude', '-x', language, f'{folder}/{name}'])
            bad = result.returncode != 0 and '#pragma once' not in result.stdout
            count.add(f'header {name} as {language}', FAILED if bad else PASSED,
                      why=result.stdout[:2000] if bad else '')


def check_install(count, build):
    """A program built against the installed library, shared and static, runs."""
    result = run(['tests/install/check', build])
    count.add('install', FAILED if result.returncode else PASSED,
              why=result.stdout[-3000:] if result.returncode else '')


def check_scripts(count):
    for script in ('demo', 'test', 'scripts/setup', '.ci/run', 'bench/whole-job/run', 'bench/text/run', 'bench/npm',
                   'tests/install/check'):
        result = run(['bash', '-n', script])
        count.add(f'bash -n {script}', FAILED if result.returncode else PASSED, why=result.stdout)


def check_layers(count):
    result = run([sys.executable, 'tools/check_layers.py'])
    count.add('layers', FAILED if result.returncode else PASSED, why=result.stdout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--sanitized', required=True)
    parser.add_argument('--release', required=True)
    parser.add_argument('names', nargs='*')
    arguments = parser.parse_args()
    count = Count()
    start = time.monotonic()
    meson_tests(count, arguments.sanitized, 'sanitized', arguments.names)
    meson_tests(count, arguments.release, 'release', arguments.names)
    if not arguments.names:
        check_format(count)
        check_headers(count)
        check_layers(count)
        check_scripts(count)
        check_install(count, arguments.release)
        check_tidy(count, arguments.release)
    print(f'({time.monotonic() - start:.0f} s)')
    line = f"{count.cases[PASSED]} passed, {count.cases[FAILED]} failed"
    if count.cases[SKIPPED]:
        line += f", {count.cases[SKIPPED]} skipped"
    print(line)
    return 1 if count.cases[FAILED] or not count.cases[PASSED] else 0


sys.exit(main())
