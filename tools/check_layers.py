#!/usr/bin/env python3
"""Checks that no source file includes a header its folder may not use (docs/ARCHITECTURE.md)."""

import os
import re
import sys

# What each folder of src/ may include, besides itself, the C library and <safecount/...>.
MAY_USE = {
    'base': set(),
    'codes': {'base'},
    'config': {'base', 'codes'},
    'extract': {'base', 'codes', 'config'},
    'classify': {'base', 'config'},
    'cube': {'base', 'codes', 'config', 'extract', 'classify'},
    'solver': {'base'},
    'system': {'base', 'solver'},
    'audit': {'base', 'system', 'solver'},
    'verify': {'base'},
    'register': {'base'},
    'review': {'base', 'codes', 'config', 'extract', 'classify', 'cube', 'register'},
    'protect': {'base', 'system', 'solver', 'audit'},
    'publish': {'base', 'cube', 'codes', 'config'},
    'answer': {'base', 'codes', 'config', 'extract', 'classify', 'cube', 'publish', 'audit',
               'protect', 'system', 'register', 'review'},
    'site': {'base', 'codes', 'config', 'publish', 'register', 'verify'},
    'synth': {'base', 'codes'},
    'cli': {'base', 'codes', 'config', 'extract', 'classify', 'cube', 'publish', 'answer', 'synth',
            'audit', 'protect', 'verify', 'system', 'solver', 'register', 'review', 'site'},
}


def main():
    bad = 0
    for path, _, files in os.walk('src'):
        for name in files:
            if not name.endswith(('.c', '.h')):
                continue
            full = os.path.join(path, name)
            folder = full.split(os.sep)[1]
            if folder not in MAY_USE:
                print(f'{full}: the folder {folder} is not in tools/check_layers.py')
                bad += 1
                continue
            for line in open(full, encoding='utf-8'):
                found = re.match(r'#include "([\w]+)/', line)
                if not found or found.group(1) in ('safecount', folder):
                    continue
                if found.group(1) not in MAY_USE[folder]:
                    print(f'{full}: {folder} may not use {found.group(1)}')
                    bad += 1
    return 1 if bad else 0


sys.exit(main())
