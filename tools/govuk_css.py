#!/usr/bin/env python3
"""Takes out of govuk-frontend.min.css what is for GOV.UK alone: govuk_css.py IN OUT.

The typeface GDS Transport is licensed for use on gov.uk only; its two @font-face rules and its name
go, and so do the rules that load the royal crest, so that the style sheet loads nothing."""

import re
import sys


def main():
    source, target = sys.argv[1:]
    with open(source, encoding='utf-8') as f:
        css = f.read()
    css = re.sub(r'@font-face\{[^}]*\}', '', css)
    css = css.replace('"GDS Transport",', '').replace('GDS Transport,', '')
    css = re.sub(r'[^{}]*\{[^{}]*url\(/assets/[^{}]*\}', '', css)  # the crest of the footer
    css = re.sub(r'/\*# sourceMappingURL=.*?\*/', '', css)
    for left in ('GDS Transport', '@font-face', 'url(/'):
        if left in css:
            sys.exit(f'{source}: {left} is still there: this is not the version that was pinned')
    with open(target, 'w', encoding='utf-8') as f:
        f.write('/* GOV.UK Frontend, MIT licence, Copyright (c) Crown Copyright (Government Digital '
                'Service). */\n' + css.strip() + '\n')


main()
