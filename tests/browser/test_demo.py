#!/usr/bin/env python3
"""The demonstration, as a new user runs it: ./demo itself (with the program that was built), then its
disclosure log in a browser. Each check of demo.mjs is one test here."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest

from test_browser import missing

PROGRAM = os.environ['SAFECOUNT']
WEB = os.environ['SAFECOUNT_WEB']
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.join(HERE, '..', '..')


class Demo(unittest.TestCase):
    """Filled below: one method for each check that demo.mjs reports."""

    maxDiff = None


def copy(folder):
    """What ./demo needs, without what an earlier run left."""
    for name in ('examples', 'data'):
        shutil.copytree(os.path.join(TOP, name), os.path.join(folder, name),
                        ignore=shutil.ignore_patterns('extract.csv', 'truth.csv', 'vaers'))
    shutil.copy(os.path.join(TOP, 'demo'), folder)


def add(name, problems):
    setattr(Demo, 'test_' + name.replace(' ', '_'), lambda self: self.assertEqual(problems, []))


def run():
    folder = tempfile.mkdtemp(prefix='safecount-demo-')
    try:
        copy(folder)
        demo = subprocess.run([os.path.join(folder, 'demo')], capture_output=True, text=True, timeout=400,
                              env=dict(os.environ, SAFECOUNT=PROGRAM))
        add('the demonstration runs to its end', [] if demo.returncode == 0 else
            [demo.stdout[-2000:] + demo.stderr[-2000:]])
        add('it finds nothing wrong with its own log', [] if 'Nothing found' in demo.stderr else
            [demo.stderr[-2000:]])
        reason = missing()
        if demo.returncode or reason:
            Demo.test_pages = lambda self: self.skipTest(reason or 'there is no log')
            return
        result = subprocess.run(['node', os.path.join(HERE, 'demo.mjs'), os.path.join(folder, 'out', 'site')],
                                capture_output=True, text=True, timeout=400,
                                env=dict(os.environ, SAFECOUNT_WEB=WEB))
    finally:
        shutil.rmtree(folder)
    lines = [json.loads(line) for line in result.stdout.splitlines() if line.startswith('{')]
    for line in lines:
        add(line['check'], line['problems'])
    add('the walk went to its end', [] if len(lines) == 3 else [result.stderr[-3000:]])
    if result.returncode == 0:
        print(result.stderr.strip())


if __name__ == '__main__':
    run()
    unittest.main()
