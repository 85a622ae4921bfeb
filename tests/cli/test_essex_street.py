"""Real recorded crime: every cell against a count that the sqlite3 shell makes."""

import os
import shutil
import subprocess
import unittest

from support import ROOT, ProgramTest, accounting, cells

EXAMPLE = os.path.join(ROOT, 'examples', 'essex-street')


@unittest.skipUnless(shutil.which('sqlite3') and shutil.which('zstd'), 'needs sqlite3 and zstd')
class StreetCrime(ProgramTest):

    def sqlite(self, sql):
        """Runs `sql` over all five files as one table `crime`."""
        script = []
        for name in sorted(os.listdir(EXAMPLE)):
            if name.endswith('.zst'):
                plain = os.path.join(self.path, name.removesuffix('.zst'))
                subprocess.run(['zstd', '-qdf', os.path.join(EXAMPLE, name), '-o', plain], check=True)
                skip = ' --skip 1' if script else ''
                script.append(f'.import --csv{skip} {plain} crime')
        script += ['.mode list', '.separator |', sql]
        result = subprocess.run(['sqlite3', ':memory:'], input='\n'.join(script), text=True,
                                stdout=subprocess.PIPE, check=True)
        return [line.split('|') for line in result.stdout.splitlines()]

    def test_every_cell_is_what_sqlite_counts(self):
        request = os.path.join(EXAMPLE, 'request.yaml')
        answer = self.counts(request)
        self.assertEqual(accounting(answer)['read'], 84233)
        self.assertEqual(accounting(answer)['counted'], 84233)
        expected = {}
        rows = self.sqlite('''SELECT Month, "Crime type", "Last outcome category", count(*)
                              FROM crime GROUP BY 1, 2, 3;''')
        for month, crime, outcome, n in rows:
            outcome = outcome or 'unknown'
            for m in (month, 'Total'):
                for c in (crime, 'Total'):
                    for o in (outcome, 'Total'):
                        key = ('month-type-outcome', m, c, o)
                        expected[key] = expected.get(key, 0) + int(n)
        got = {k: v for k, v in cells(answer).items() if k[0] == 'month-type-outcome' and v}
        self.assertEqual(len(got), len(expected))
        self.assertEqual(got, expected)


if __name__ == '__main__':
    unittest.main()
