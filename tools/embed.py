#!/usr/bin/env python3
"""Writes a C file that holds the bytes of the files named: embed.py OUT.c FILE..."""

import os
import sys


def main():
    out, files = sys.argv[1], sys.argv[2:]
    lines = ['/* made by tools/embed.py from data/: do not edit */',
             '#include "codes/embedded.h"', '']
    entries = []
    for i, path in enumerate(files):
        with open(path, 'rb') as f:
            data = f.read()
        lines.append(f'static const unsigned char data_{i}[] = {{')
        for at in range(0, len(data), 20):
            lines.append('    ' + ' '.join(f'{b},' for b in data[at:at + 20]))
        lines.append('};')
        entries.append(f'    {{"{os.path.basename(path)}", data_{i}, sizeof data_{i}}},')
    lines += ['', 'const struct sc_embedded sc_embedded_files[] = {', *entries, '};',
              f'const size_t sc_embedded_n_files = {len(files)};', '']
    with open(out, 'w', encoding='ascii') as f:
        f.write('\n'.join(lines))


main()
