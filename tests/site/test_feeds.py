#!/usr/bin/env python3
"""Feeds and what else is there for machines, against their standards: Atom (RFC 4287, a RELAX NG
schema and the rules it cannot say), JSON Feed 1.1, the sitemap protocol."""

import json
import os
import re
import shutil
import subprocess
import unittest
import urllib.parse
import xml.etree.ElementTree as ET

from test_site import ATOM, SITE, SiteTest

SCHEMA = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'atom.rng')
RFC3339 = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)')
HOSTILE = '"]]> & <b>Cameras</b> ]]> \\"quoted\\" &amp; naïve Ŵy"'


def is_absolute(address):
    return urllib.parse.urlparse(address).scheme in ('http', 'https', 'mailto')


def json_feed_faults(feed):
    """What JSON Feed 1.1 does not allow in `feed`: a list of sentences."""
    known = {'version': str, 'title': str, 'home_page_url': str, 'feed_url': str, 'description': str,
             'user_comment': str, 'next_url': str, 'icon': str, 'favicon': str, 'authors': list,
             'language': str, 'expired': bool, 'hubs': list, 'items': list}
    item_known = {'id': str, 'url': str, 'external_url': str, 'title': str, 'content_html': str,
                  'content_text': str, 'summary': str, 'image': str, 'banner_image': str,
                  'date_published': str, 'date_modified': str, 'authors': list, 'tags': list,
                  'language': str, 'attachments': list}
    faults = []

    def types(what, value, allowed):
        for key in value:
            if key not in allowed and not key.startswith('_'):
                faults.append(f'{what}: {key} is not of the format')
            elif key in allowed and not isinstance(value[key], allowed[key]):
                faults.append(f'{what}: {key} is no {allowed[key].__name__}')

    types('feed', feed, known)
    if feed.get('version') != 'https://jsonfeed.org/version/1.1':
        faults.append('version')
    if not feed.get('title') or 'items' not in feed:
        faults.append('title and items are required')
    for author in feed.get('authors', []):
        if not any(author.get(key) for key in ('name', 'url', 'avatar')):
            faults.append('an author says nothing')
    for key in ('home_page_url', 'feed_url', 'next_url'):
        if key in feed and not is_absolute(feed[key]):
            faults.append(f'{key} is not absolute')
    seen = set()
    for item in feed.get('items', []):
        types('item', item, item_known)
        if not item.get('id') or item['id'] in seen:
            faults.append(f'id {item.get("id")!r} is missing or there twice')
        seen.add(item.get('id'))
        if not item.get('content_html') and not item.get('content_text'):
            faults.append(f'{item.get("id")}: no content')
        for key in ('date_published', 'date_modified'):
            if key in item and not RFC3339.fullmatch(item[key]):
                faults.append(f'{key} is {item[key]}')
        if not all(isinstance(tag, str) for tag in item.get('tags', [])):
            faults.append('a tag is no text')
    return faults


class Feeds(SiteTest):
    def setUp(self):
        super().setUp()
        for pub in range(1200, 1204):
            self.add(f'{{folder: {self.refuse(pub)}, published: 2021-09-0{pub - 1198}}}')
        self.add(f'{{folder: {self.refuse(1210, keywords=HOSTILE, title=HOSTILE)}, published: 2021-09-11, '
                 'topics: [children]}')
        self.add(f'{{folder: {self.refuse(1211)}, published: 2021-09-12, '
                 'withdrawn: {on: 2021-09-20, reason: "Counted <twice> & more"}}')

    def feeds(self):
        for where, _, names in os.walk(self.file('out')):
            for name in names:
                if name in ('feed.atom', 'feed.json'):
                    yield os.path.relpath(os.path.join(where, name), self.file('out'))

    def check_atom(self, name, whole):
        if shutil.which('xmllint'):
            result = subprocess.run(['xmllint', '--noout', '--relaxng', SCHEMA, self.file('out', name)],
                                    capture_output=True, text=True)
            self.assertEqual(result.returncode, 0, result.stderr)
        feed = ET.fromstring(self.read('out', name))
        ids = [e.find(ATOM + 'id').text for e in feed.findall(ATOM + 'entry')]
        self.assertEqual(len(ids), len(set(ids)))
        links = {link.get('rel'): link for link in feed.findall(ATOM + 'link')}
        if whole:
            self.assertEqual(links['self'].get('href'), 'https://foi.example.org/' + name)
            self.assertEqual(links['alternate'].get('href'),
                             'https://foi.example.org/' + name[:-len('feed.atom')])
            self.assertEqual(feed.find(ATOM + 'id').text, links['alternate'].get('href'))
        for entry in feed.findall(ATOM + 'entry'):
            link, = entry.findall(ATOM + 'link')
            self.assertEqual(link.get('rel'), 'alternate')
            self.assertEqual(is_absolute(link.get('href')), whole)
            if not whole:
                where = os.path.join(os.path.dirname(name), link.get('href'))
                self.assertTrue(os.path.exists(self.file('out', where)), where)
            self.assertLessEqual(entry.find(ATOM + 'published').text, entry.find(ATOM + 'updated').text)
            self.assertLessEqual(entry.find(ATOM + 'updated').text, feed.find(ATOM + 'updated').text)
        return len(ids)

    def test_every_feed_is_valid(self):
        for whole, head in ((True, SITE), (False, SITE.replace('url: https://foi.example.org/\n', ''))):
            shutil.rmtree(self.file('out'), ignore_errors=True)
            self.build(head=head)
            counts = {}
            for name in self.feeds():
                if name.endswith('.atom'):
                    counts[name] = self.check_atom(name, whole)
                else:
                    feed = json.loads(self.read('out', name))
                    self.assertEqual(json_feed_faults(feed), [], name)
                    counts[name] = len(feed['items'])
            self.assertEqual(counts, {f'{folder}feed.{form}': n for form in ('atom', 'json') for folder, n in
                                      (('', 6), ('topics/roads/', 5), ('topics/children/', 1))})

    def test_the_checks_find_what_is_wrong(self):
        self.build()
        text = self.page('feed.atom')
        for wrong in (text.replace('<updated>', '<!-- <updated>', 1).replace('</updated>', '</updated> -->', 1),
                      re.sub(r'<id>[^<]*</id>', '<id></id>', text, count=1),
                      text.replace('T00:00:00Z</updated>', '</updated>', 1),
                      text.replace('<author>', '<writer>').replace('</author>', '</writer>')):
            with open(self.file('wrong.atom'), 'w') as f:
                f.write(wrong)
            self.assertNotEqual(wrong, text)
            if shutil.which('xmllint'):
                self.assertNotEqual(subprocess.run(
                    ['xmllint', '--noout', '--relaxng', SCHEMA, self.file('wrong.atom')],
                    capture_output=True).returncode, 0)
        feed = json.loads(self.read('out', 'feed.json'))
        feed['items'][0]['date_published'] = '2021-09-01'
        feed['items'][1]['id'] = feed['items'][2]['id']
        feed['extra'] = 1
        self.assertEqual(len(json_feed_faults(feed)), 3)

    def test_a_topic_s_page_leads_to_its_feed_and_readers_find_it(self):
        self.build()
        page = self.page('topics', 'roads', 'index.html')
        for form, media in (('atom', 'application/atom+xml'), ('json', 'application/feed+json')):
            self.assertIn(f'<link rel="alternate" type="{media}" title="Topic: Road policing" '
                          f'href="feed.{form}">', page)
            self.assertIn(f'<a href="feed.{form}">', page)
        feed = ET.fromstring(self.read('out', 'topics', 'roads', 'feed.atom'))
        self.assertEqual(feed.find(ATOM + 'title').text,
                         'Road policing, Disclosure log, Example Constabulary')
        explained = self.page('feeds', 'index.html')
        for name in self.feeds():
            self.assertIn(f'href="../{name}"', explained)

    def test_hostile_titles_come_through_whole(self):
        self.build()
        title = json.loads(HOSTILE)
        items = json.loads(self.read('out', 'topics', 'children', 'feed.json'))['items']
        self.assertEqual(items[0]['title'], title)
        entry = ET.fromstring(self.read('out', 'topics', 'children', 'feed.atom')).find(ATOM + 'entry')
        self.assertEqual(entry.find(ATOM + 'title').text, title)

    def test_the_sitemap_names_every_answer_once(self):
        self.build()
        root = ET.fromstring(self.read('out', 'sitemap.xml'))
        space = '{http://www.sitemaps.org/schemas/sitemap/0.9}'
        self.assertEqual(root.tag, space + 'urlset')
        places = [url.find(space + 'loc').text for url in root]
        self.assertEqual(len(places), len(set(places)))
        self.assertTrue(all(is_absolute(place) for place in places))
        self.assertEqual(sum('/answers/' in place for place in places), 6)
        for url in root:
            last = url.find(space + 'lastmod')
            self.assertTrue(last is None or re.fullmatch(r'\d{4}-\d\d-\d\d', last.text))


if __name__ == '__main__':
    unittest.main()
