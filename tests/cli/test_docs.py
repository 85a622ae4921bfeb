"""The examples in the documents load as they stand."""

import os
import re
import unittest

from support import ROOT, ProgramTest, accounting


def example(document):
    with open(os.path.join(ROOT, 'docs', document), encoding='utf-8') as f:
        return re.search(r'```yaml\n(# \S+\.yaml\n.*?)```', f.read(), re.S).group(1)


class Documents(ProgramTest):

    def test_the_examples_answer_together(self):
        self.write('request.yaml', example('request.md'))
        self.write('extract.yaml', example('extract.md'))
        self.write('policy.yaml', example('policy.md'))
        self.write('platforms.yaml', example('dictionary.md'))
        head = ('Crime Ref,HO Code,Date Recorded,From,Crime Status,Outcome,Victim ID,Age,Gender,'
                'Suspect ID,Age,Gender,MO,LPA\n')
        row = '1,71/17,05/06/2019,2019-06-01 10:00,Recorded,1,V1,12,F,S1,30,M,on snap chat,North\n'
        self.write('2018.csv', head + row)
        self.write('2019.csv.gz', head + row.replace('1,71/17', '2,07117').replace('V1', 'V2'))
        self.assertEqual(accounting(self.counts('request.yaml'))['counted'], 2)
        self.ok('answer', 'request.yaml', '-o', 'out')


if __name__ == '__main__':
    unittest.main()
