/*
 * demo.mjs SITE - what a new user does with the log that ./demo has built: opens it, finds an answer
 * by searching, downloads its ODS, leaves by Escape. Once from a web server and once from the disk.
 * Then the weight of every page. Prints one line of JSON a check: {"check", "problems"}.
 */
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { readFileSync, readdirSync, statSync, existsSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import path from 'node:path';

const require = createRequire(path.join(process.env.SAFECOUNT_WEB, 'package.json'));
const { chromium } = require('playwright-core');
const root = process.argv[2];
const MOST = 80 * 1024; /* bytes of a page with all that it loads, compressed */
const TYPES = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript' };
let served = 0;

const server = createServer((request, response) => {
  const name = path.join(root, decodeURIComponent(request.url.split('?')[0]));
  if (!existsSync(name) || !statSync(name).isFile()) {
    response.writeHead(404).end();
    return;
  }
  const bytes = gzipSync(readFileSync(name), { level: 9 });
  served += bytes.length;
  response.writeHead(200, {
    'content-type': TYPES[path.extname(name)] || 'application/octet-stream',
    'content-encoding': 'gzip',
    'cache-control': 'no-store',
  }).end(bytes);
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const browser = await chromium.launch({
  executablePath: execFileSync('sh', ['-c', 'command -v chromium']).toString().trim(),
  args: ['--no-sandbox', '--disable-gpu'],
});

let failed = false;
async function check(name, run) {
  const problems = [];
  try {
    await run((truth, words) => {
      if (!truth) problems.push(words);
    });
  } catch (error) {
    problems.push(String(error).slice(0, 1000));
  }
  failed = failed || problems.length > 0;
  process.stdout.write(JSON.stringify({ check: name, problems }) + '\n');
}

/* A context that cannot leave this machine: other sites are answered here. */
async function open(base) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const outside = [];
  const errors = [];
  await context.route((url) => !url.href.startsWith(base), (route) => {
    outside.push(route.request().url());
    return route.fulfill({ contentType: 'text/html', body: '<title>Weather</title><p>Weather' });
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  return { context, page, outside, errors };
}

async function journey(base, expect) {
  const { context, page, outside, errors } = await open(base);
  await page.goto('https://start.example/');
  await page.goto(base + 'index.html');

  const cards = await page.locator('.card').evaluateAll((items) => items.map((item) => ({
    title: item.querySelector('h3').textContent,
    tags: Array.from(item.querySelectorAll('.tag'), (tag) => tag.textContent.trim()),
  })));
  const has = (title, tag) => cards.some((card) =>
    card.title.includes(title) && card.tags.some((text) => text.startsWith(tag)));
  expect(new Set(cards.map((card) => card.title)).size >= 6, `only ${cards.length} answers`);
  expect(has('Sexual communication with a child', 'Part disclosure'), 'no worked request');
  expect(has('Recorded crime', 'Part disclosure'), 'no street crime');
  expect(has('e-scooters', 'Refused: cost limit'), 'no refusal on cost');
  expect(has('Body-worn video', 'Information not held'), 'no answer of what is not held');
  expect(has('Drug-driving', 'Withdrawn'), 'no withdrawn answer');
  expect(has('101', 'Corrected 1 October 2021'), 'no corrected answer');

  await page.fill('#q', 'communication child');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#state:has-text("1 answer found")');
  await page.click('.card h3 a');
  await page.waitForSelector('h1:has-text("Sexual communication with a child")');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.click('a[href="tables.ods"] >> nth=0'),
  ]);
  expect(download.suggestedFilename() === 'tables.ods', `downloaded ${download.suggestedFilename()}`);
  const bytes = readFileSync(await download.path());
  expect(bytes.subarray(0, 2).toString() === 'PK' &&
    bytes.includes('mimetypeapplication/vnd.oasis.opendocument.spreadsheet'), 'no ODS');
  expect(bytes.equals(readFileSync(path.join(root, 'answers/pub-1254/tables.ods'))), 'another file');

  await page.keyboard.press('Escape');
  await page.waitForURL('https://www.bbc.co.uk/weather');
  await page.waitForTimeout(500);
  expect(outside.filter((url) => !url.startsWith('https://start.example/')).length === 1,
    `asked for ${outside}`);
  for (let i = 0; i < 3; i++) {
    await page.goBack({ waitUntil: 'load', timeout: 3000 }).catch(() => null);
    await page.waitForURL((url) => !url.href.startsWith(base), { timeout: 5000 }).catch(() => null);
    expect(!page.url().startsWith(base), `Back leads to ${page.url()}`);
  }
  expect(errors.length === 0, String(errors));
  await context.close();
}

await check('a new user finds an answer downloads its ODS and leaves by Escape', (expect) =>
  journey(`http://127.0.0.1:${server.address().port}/`, expect));

await check('the same from the disk as the demonstration says', (expect) =>
  journey('file://' + root + '/', expect));

await check('every page with all that it loads is under 80 kB compressed', async (expect) => {
  const base = `http://127.0.0.1:${server.address().port}/`;
  const { context, page } = await open(base);
  let most = ['', 0];
  const pages = readdirSync(root, { recursive: true }).filter((name) => name.endsWith('.html') &&
    !name.startsWith('leave'));
  for (const name of pages) {
    served = 0;
    await page.goto(base + name, { waitUntil: 'networkidle' });
    expect(served > 0 && served < MOST, `${name}: ${served} bytes`);
    most = served > most[1] ? [name, served] : most;
  }
  expect(pages.length > 30, `only ${pages.length} pages`);
  /* and the first one with what searching in it loads */
  served = 0;
  await page.goto(base + 'index.html');
  await page.fill('#q', 'records of cameras');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#state:has-text("found")');
  await page.waitForTimeout(300);
  expect(served < MOST, `searching: ${served} bytes`);
  process.stderr.write(`heaviest: ${most[0]}, ${most[1]} bytes; searching ${served}\n`);
  await context.close();
});

await browser.close();
server.close();
process.exit(failed ? 1 : 0);
