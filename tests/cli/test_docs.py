"""The examples in the documents load as they stand."""

import os
import re
import unittest

from support import ROOT, ProgramTest, accounting, read_csv


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

    def test_each_example_of_the_dictionary_language_finds_what_it_says(self):
        with open(os.path.join(ROOT, 'docs', 'dictionary.md'), encoding='utf-8') as f:
            examples = re.findall(r'```yaml\n# example\n(.*?)```\n```text\n(.*?)```', f.read(), re.S)
        self.assertGreaterEqual(len(examples), 9)
        self.write('extract.yaml', 'files: records.csv\nrow: offence\n'
                                   'columns: {recorded: date, narrative: mo}\n')
        for yaml, text in examples:
            lines = [re.split(r' +-> ', line) for line in text.splitlines()]
            self.write('d.yaml', yaml)
            self.write('records.csv', 'date,mo\n' + ''.join(
                f'2020-01-01,"{narrative}"\n' for narrative, _ in lines))
            self.ok('classify', 'extract.yaml', '--dictionary', 'd.yaml', '--labels', 'labels.csv')
            labels = read_csv(os.path.join(self.path, 'labels.csv'))
            found = [(narrative, self.in_words(label))
                     for (narrative, _), label in zip(lines, labels)]
            self.assertEqual(found, [tuple(line) for line in lines], yaml)

    @staticmethod
    def in_words(label):
        """One line of labels as the document writes it."""
        variants = label['variant'].split(';')
        said = ' '.join(c + (' (variant)' if c in variants else '')
                        for c in label['categories'].split(';') if c) or 'none'
        return said + (f"; near-miss: {label['near']}" if label['near'] else '')


if __name__ == '__main__':
    unittest.main()
