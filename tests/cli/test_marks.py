"""Two marks and hidden zeros from outside: what is withheld, what marks mean, what is refused."""

import csv
import json
import os
import unittest

from support import ProgramTest

# One small count; in the row and column of it nothing else is small.
TABLE = ('month,age,count\nm1,a,3\nm1,b,9\nm1,c,12\nm2,a,8\nm2,b,7\nm2,c,20\nm3,a,30\nm3,b,0\n'
         'm3,c,50\n')
# 6 = 1 + 5 is all that can be withheld: with two marks 1 to 4 and 5 or more have one answer.
TIGHT = 'age,count\na,1\nb,5\nTotal,6\n'
TWO = ('--marker', '<5', '--secondary-marker', '*')


class Marks(ProgramTest):

    def write(self, name, text):
        with open(os.path.join(self.path, name), 'w', encoding='utf-8') as file:
            file.write(text)

    def protect(self, code, table, *arguments):
        self.write('t.csv', table)
        result = self.run_program('protect', 't.csv', '-o', 'out.csv', *arguments)
        self.assertEqual(result.returncode, code, result.stderr)
        with open(os.path.join(self.path, 'out.csv'), encoding='utf-8') as file:
            rows = list(csv.DictReader(file))
        self.words = result.stdout.decode()
        return {(row['month'], row['age']) if 'month' in row else row['age']: row['count']
                for row in rows}

    def ok(self, *arguments):
        result = self.run_program(*arguments)
        self.assertEqual(result.returncode, 0, (arguments, result.stderr))
        return result.stdout.decode()

    def test_small_counts_and_others_get_marks_of_their_own(self):
        shown = self.protect(0, TABLE, *TWO, '--certificate', 'c.json')
        hidden = {key: mark for key, mark in shown.items() if not mark.isdigit()}
        self.assertEqual(hidden.pop(('m1', 'a')), '<5')
        self.assertGreaterEqual(len(hidden), 3)
        self.assertEqual(set(hidden.values()), {'*'})
        self.assertEqual(shown['m3', 'b'], '0')
        self.assertIn("'<5' stands for 1 to 4, '*' for 5 or more.", self.words)
        self.assertIn('The audit says: safe.', self.words)
        words = self.ok('verify-certificate', 'out.csv', 'c.json')
        self.assertIn("'<5' stands for 1 to 4 and '*' stands for 5 or more", words)
        self.ok('check', 'out.csv', '--mark', '<5=1..4', '--mark', '*=5..')

    def test_where_two_marks_give_too_much_away_it_says_so(self):
        shown = self.protect(0, TIGHT, *TWO)
        self.assertEqual(shown, {'a': '<5', 'b': '5', 'Total': '*'})
        self.write('old.csv', 'age,count\nTotal,6\n')  # now the total is known for good
        shown = self.protect(0, TIGHT, '--marker', '[c]', '--with', 'old.csv')
        self.assertEqual(shown, {'a': '[c]', 'b': '[c]', 'Total': '6'})
        self.protect(5, TIGHT, *TWO, '--with', 'old.csv')
        self.assertIn('Two marks let 1 figure be worked out: use one mark.', self.words)

    def test_zeros_are_hidden_as_small_counts_are(self):
        shown = self.protect(0, TABLE, '--zeros', 'hidden', '--certificate', 'c.json')
        self.assertEqual((shown['m1', 'a'], shown['m3', 'b']), ('', ''))
        self.assertNotIn('0', shown.values())
        with open(os.path.join(self.path, 'c.json'), encoding='utf-8') as file:
            self.assertEqual(json.load(file)['hidden_at_least'], 0)
        self.ok('verify-certificate', 'out.csv', 'c.json')
        self.ok('check', 'out.csv', '--zeros', 'hidden')
        shown = self.protect(0, TABLE, '--zeros', 'hidden', *TWO, '--certificate', 'c.json')
        self.assertEqual((shown['m1', 'a'], shown['m3', 'b']), ('<5', '<5'))
        self.assertIn("'<5' stands for 0 to 4", self.words)
        words = self.ok('verify-certificate', 'out.csv', 'c.json')
        self.assertIn("'<5' stands for 0 to 4 and '*' stands for 5 or more", words)

    def test_marks_that_say_something_else_are_refused(self):
        self.write('t.csv', TABLE)
        for words, *arguments in (
                ('how large', '--marker', '<5'), ('how large', '--marker', '12'),
                ('expected --marker', '--secondary-marker', '*'),
                ('both marks', '--marker', '*', '--secondary-marker', '*'),
                ('readers take for 1 to 4', '--marker', '<6', '--secondary-marker', '*'),
                ('readers take for 0 to 4', '--marker', '1-4', '--secondary-marker', '*', '--zeros',
                 'hidden'),
                ('something else', '--marker', '[c]', '--secondary-marker', '<9'),
                ('one number alone', '--threshold', '2', '--marker', '[c]', '--secondary-marker',
                 '*'),
                ('not with --method round', '--method', 'round', '--zeros', 'hidden')):
            result = self.run_program('protect', 't.csv', *arguments)
            self.assertEqual(result.returncode, 2, arguments)
            self.assertIn(words, result.stderr.decode())

    def test_an_earlier_mark_still_counts(self):
        # last year's table says of m1,a that it is at most 9; two marks then leave 5 to 9
        self.write('old.csv', 'month,age,count\nm1,a,<10\nm1,b,*\nm1,c,12\n')
        self.write('t.csv', TABLE.replace('m1,a,3', 'm1,a,6'))
        result = self.run_program('protect', 't.csv', '--with', 'old.csv', *TWO, '-o', 'out.csv')
        self.assertEqual(result.returncode, 0, result.stderr)
        result = self.run_program('check', 'out.csv', '--with', 'old.csv', '--mark', '<5=1..4',
                                  '--mark', '*=5..', '--mark', '<10=1..9')
        self.assertEqual(result.returncode, 0, result.stdout)


if __name__ == '__main__':
    unittest.main()
