"""What the tests of `protect` share: a small table, and running it to a report."""

import json
import os

from support import SHARED, ProgramTest, read_csv

TABLES = os.path.join(SHARED, 'data', 'tables')
TABLE = ('month,method,count\n'
         'm1,email,3\nm1,phone,9\nm1,web,12\n'
         'm2,email,8\nm2,phone,7\nm2,web,0\n'
         'm3,email,20\nm3,phone,1\nm3,web,6\n')


class ProtectTest(ProgramTest):

    def rows(self, name='out.csv'):
        return read_csv(os.path.join(self.path, name))

    def protected(self, *arguments, code=0):
        """Protects into out.csv; gives the report."""
        result = self.run_program('protect', *arguments, '-o', 'out.csv', '--json')
        self.assertEqual(result.returncode, code, result.stderr)
        return json.loads(result.stdout)

    def shared_table(self, name):
        """A table of the shared data with its hierarchy, as arguments."""
        table = os.path.join(TABLES, name + '.csv')
        if not os.path.exists(table):
            self.skipTest('shared data are not here')
        return table, '--hierarchy', table.replace('.csv', '.hierarchy.csv')
