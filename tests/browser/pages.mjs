/*
 * pages.mjs FOLDER [SCREENSHOTS] - walks through the log in FOLDER/site (and FOLDER/asking, which asks
 * for cookies) in chromium, and prints one line of JSON a check: {"check", "problems"}.
 * With SCREENSHOTS, pictures of each kind of page are written there instead, to be looked at.
 */
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { readFileSync, readdirSync, statSync, existsSync, mkdirSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';

const require = createRequire(path.join(process.env.SAFECOUNT_WEB, 'package.json'));
const { chromium } = require('playwright-core');
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const [folder, screenshots] = process.argv.slice(2);

const KINDS = {
  log: 'index.html',
  'log page 2': 'page-2/index.html',
  answer: 'answers/pub-1254/index.html',
  proved: 'answers/pub-1260/index.html',
  refusal: 'answers/pub-1251/index.html',
  'not held': 'answers/pub-1249/index.html',
  withdrawn: 'answers/pub-1247/index.html',
  corrected: 'answers/pub-1250/index.html',
  'earlier version': 'answers/pub-1250/version-1/index.html',
  topics: 'topics/index.html',
  topic: 'topics/roads/index.html',
  exemptions: 'exemptions/index.html',
  exemption: 'exemptions/12-1/index.html',
  years: 'periods/index.html',
  year: 'periods/2019/index.html',
  decisions: 'decisions/index.html',
  'taken back': 'decisions/answer-withdrawn/index.html',
  feeds: 'feeds/index.html',
  decision: 'decisions/refused-cost/index.html',
  'all answers': 'all/index.html',
  cookies: 'cookies/index.html',
  accessibility: 'accessibility/index.html',
  'staying safe': 'safe/index.html',
  about: 'about/index.html',
  'not found': '404.html',
};
const TYPES = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript' };

/* ---- a web server, and a browser that cannot leave it ---- */

function serve(root) {
  const server = createServer((request, response) => {
    const name = path.join(root, decodeURIComponent(request.url.split('?')[0]));
    if (!existsSync(name) || !statSync(name).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'content-type': TYPES[path.extname(name)] || 'application/octet-stream',
    }).end(readFileSync(name));
  });
  return new Promise((done) => {
    server.listen(0, '127.0.0.1', () => {
      done({ server, url: `http://127.0.0.1:${server.address().port}/` });
    });
  });
}

const site = await serve(path.join(folder, 'site'));
const asking = await serve(path.join(folder, 'asking'));
const welsh = await serve(path.join(folder, 'welsh'));
const browser = await chromium.launch({
  executablePath: execFileSync('sh', ['-c', 'command -v chromium']).toString().trim(),
  args: ['--no-sandbox', '--disable-gpu'],
});

/* A context whose requests elsewhere are answered here and noted. */
async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const notes = { outside: [], errors: [] };
  await context.route((url) => !url.href.startsWith('http://127.0.0.1'), (route) => {
    notes.outside.push(route.request().url());
    return route.fulfill({ contentType: 'text/html', body: '<title>Weather</title><p>Weather' });
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') notes.errors.push(message.text());
  });
  page.on('pageerror', (error) => notes.errors.push(String(error)));
  return { context, page, notes };
}

let failed = false;
async function check(name, run) {
  const problems = [];
  try {
    await run(problems);
  } catch (error) {
    problems.push(String(error).slice(0, 1000));
  }
  failed = failed || problems.length > 0;
  process.stdout.write(JSON.stringify({ check: name, problems }) + '\n');
}

function expect(problems, truth, words) {
  if (!truth) problems.push(words);
}

/* ---- every kind of page, in every mode ---- */

async function axe(page) {
  await page.evaluate(axeSource);
  const result = await page.evaluate(() => self.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    rules: {
      /* The skip link stands before all landmarks, as GOV.UK's does. */
      region: { enabled: true },
    },
  }));
  return result.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) =>
    n.target.join(' ') + ' ' + (n.any[0] ? n.any[0].message : '')).join(' | ')}`);
}

async function look(problems, kind, mode, options, media, where = site) {
  const { context, page, notes } = await open(options);
  await page.goto(where.url + KINDS[kind]);
  if (media) await page.emulateMedia(media);
  for (const violation of await axe(page)) problems.push(`${kind}, ${mode}: ${violation}`);
  const width = await page.evaluate(() =>
    [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  if (!(media && media.media === 'print')) {
    expect(problems, width[0] <= width[1], `${kind}, ${mode}: scrolls sideways, ${width}`);
  }
  const stored = await page.evaluate(() =>
    [document.cookie, localStorage.length, sessionStorage.length].join(' '));
  expect(problems, stored === ' 0 0', `${kind}, ${mode}: something is stored: ${stored}`);
  expect(problems, notes.outside.length === 0, `${kind}, ${mode}: asks for ${notes.outside}`);
  expect(problems, notes.errors.length === 0, `${kind}, ${mode}: ${notes.errors}`);
  await context.close();
}

async function takePictures() {
  mkdirSync(screenshots, { recursive: true });
  for (const [kind, name] of Object.entries(KINDS)) {
    for (const width of [320, 390, 1280]) {
      const { context, page } = await open({ viewport: { width, height: 900 } });
      await page.goto(site.url + name);
      await page.screenshot({
        path: path.join(screenshots, `${kind.replace(/ /g, '-')}-${width}.png`), fullPage: true,
      });
      await context.close();
    }
  }
}

/* ---- leaving ---- */

const START = 'http://127.0.0.1';

/* Comes from another page, reads three pages of the log, then leaves by `how`. */
async function leaveBy(problems, name, how) {
  const { context, page, notes } = await open();
  await page.goto('https://start.example/');
  await page.goto(site.url + KINDS.log);
  await page.click('.menu a:nth-of-type(2)');
  await page.waitForURL('**/topics/index.html');
  await page.goto(site.url + KINDS.answer);
  const left = page.waitForURL('https://elsewhere.example/**');
  await how(page);
  await left;
  await page.waitForTimeout(600);
  await page.goBack({ waitUntil: 'load' }).catch(() => null);
  await page.waitForTimeout(300);
  expect(problems, !page.url().startsWith(START),
    `${name}: Back leads to ${page.url()}`);
  await page.goBack({ waitUntil: 'load' }).catch(() => null);
  await page.waitForTimeout(300);
  expect(problems, !page.url().startsWith(START), `${name}: Back twice leads to ${page.url()}`);
  await page.goForward({ waitUntil: 'load' }).catch(() => null);
  expect(problems, !page.url().startsWith(START), `${name}: Forward leads to ${page.url()}`);
  expect(problems, notes.errors.length === 0, `${name}: ${notes.errors}`);
  await context.close();
}

async function stays(problems, name, page, press) {
  await press(page);
  await page.waitForTimeout(250);
  expect(problems, page.url().startsWith(START), `${name}: left`);
  const blank = await page.evaluate(() => document.documentElement.classList.contains('leaving'));
  expect(problems, !blank, `${name}: blanked`);
}

if (screenshots) {
  await takePictures();
  await browser.close();
  process.exit(0);
}

await check('every kind of page is accessible and quiet at 1280 pixels', async (problems) => {
  for (const kind of Object.keys(KINDS)) await look(problems, kind, '1280', {});
});

await check('every kind of page is accessible and fits at 320 pixels', async (problems) => {
  for (const kind of Object.keys(KINDS)) {
    await look(problems, kind, '320', { viewport: { width: 320, height: 700 } });
  }
});

await check('every kind of page is accessible in dark, in forced colours and in print', async (problems) => {
  for (const kind of Object.keys(KINDS)) {
    for (const [width, height] of [[1280, 900], [320, 700]]) {
      const viewport = { width, height };
      await look(problems, kind, `dark, ${width}`, { colorScheme: 'dark', viewport });
      await look(problems, kind, `forced colours, ${width}`, { forcedColors: 'active', viewport });
    }
    await look(problems, kind, 'print', {}, { media: 'print' });
  }
});

await check('in Welsh every kind of page is accessible and answers say that they are English', async (problems) => {
  for (const kind of Object.keys(KINDS)) {
    await look(problems, kind, 'Welsh', { viewport: { width: 320, height: 700 } }, null, welsh);
  }
  const { context, page } = await open();
  await page.goto(welsh.url + KINDS.log);
  const english = () => page.locator('.card h3 a').evaluateAll((links) =>
    links.every((link) => link.lang === 'en-GB'));
  expect(problems, await english(), 'a title in the list');
  await page.fill('#q', 'cameras');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelectorAll('#pages nav').length === 0);
  await page.waitForTimeout(300);
  expect(problems, (await page.locator('.card').count()) > 0 && await english(), 'a title that was found');
  await context.close();
});

await check('html is valid', async (problems) => {
  const { HtmlValidate } = require('html-validate');
  const validator = new HtmlValidate({
    extends: ['html-validate:standard'],
    rules: {
      'require-sri': 'off', /* files of the same site */
      'long-title': 'off', /* titles are those of the requests */
      'no-trailing-whitespace': 'off',
      'heading-level': ['error', { minInitialRank: 'any' }],
      'prefer-native-element': 'off', /* role=region on scrolling tables */
      'text-content': 'off',
      'tel-non-breaking': 'off',
    },
  });
  for (const name of Object.values(KINDS)) {
    const report = await validator.validateFile(path.join(folder, 'site', name));
    for (const result of report.results) {
      for (const message of result.messages.slice(0, 4)) {
        problems.push(`${name}:${message.line}: ${message.ruleId}: ${message.message}`);
      }
    }
  }
});

await check('a keyboard reaches the content and the way out first', async (problems) => {
  const { context, page } = await open();
  await page.goto(site.url + KINDS.answer);
  const at = () => page.evaluate(() => document.activeElement.className || document.activeElement.id);
  await page.keyboard.press('Tab');
  expect(problems, (await at()) === 'skip', 'the first stop is not the skip link');
  await page.keyboard.press('Tab');
  expect(problems, (await at()) === 'exit', 'the second stop is not the way out');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  expect(problems, (await page.evaluate(() => location.hash)) === '#main', 'the skip link does not skip');
  const seen = new Set();
  for (let i = 0; i < 120; i++) {
    await page.keyboard.press('Tab');
    const place = await page.evaluate(() => {
      const element = document.activeElement;
      const box = element.getBoundingClientRect();
      const under = document.elementFromPoint(
        Math.max(0, box.left + Math.min(box.width, 40) / 2), box.top + Math.min(box.height, 30) / 2);
      return { text: (element.textContent || '').slice(0, 40) + element.tagName,
        covered: under && !element.contains(under) && under.className === 'exit' };
    });
    expect(problems, !place.covered, `covered by the way out: ${place.text}`);
    seen.add(place.text);
  }
  expect(problems, seen.size > 25, `only ${seen.size} stops`);
  await context.close();
});

await check('the button leaves and Back does not come back', (problems) =>
  leaveBy(problems, 'button', (page) => page.click('a.exit')));
await check('Escape leaves and Back does not come back', (problems) =>
  leaveBy(problems, 'Escape', (page) => page.keyboard.press('Escape')));
await check('Shift three times leaves and Back does not come back', (problems) =>
  leaveBy(problems, 'Shift', async (page) => {
    await page.keyboard.press('ShiftLeft');
    await page.keyboard.press('ShiftRight');
    await page.keyboard.press('ShiftLeft');
  }));

await check('without the Navigation API the page left is not come back to', async (problems) => {
  for (const how of ['Escape', 'button']) {
    const { context, page, notes } = await open();
    await page.addInitScript(() => {
      Object.defineProperty(window, 'navigation', { value: undefined });
    });
    await page.goto('https://start.example/');
    await page.goto(site.url + KINDS.log);
    await page.goto(site.url + KINDS.answer);
    await Promise.all([
      page.waitForURL('https://elsewhere.example/**'),
      how === 'Escape' ? page.keyboard.press('Escape') : page.click('a.exit'),
    ]);
    await page.goBack({ waitUntil: 'load' }).catch(() => null);
    await page.waitForTimeout(300);
    expect(problems, !page.url().includes(KINDS.answer), `${how}: Back leads to ${page.url()}`);
    expect(problems, page.url() === site.url + KINDS.log, `${how}: the list is ${page.url()}`);
    expect(problems, notes.errors.length === 0, String(notes.errors));
    await context.close();
  }
});

await check('the way out is always in reach', async (problems) => {
  for (const [width, height] of [[1280, 700], [320, 600]]) {
    for (const kind of ['log', 'answer', 'staying safe', 'not found']) {
      const { context, page } = await open({ viewport: { width, height } });
      await page.goto(site.url + KINDS[kind]);
      for (const part of [0, 0.3, 0.7, 1]) {
        const seen = await page.evaluate((where) => {
          window.scrollTo(0, where * document.documentElement.scrollHeight);
          const box = document.querySelector('a.exit').getBoundingClientRect();
          const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
          return box.top >= 0 && box.bottom <= window.innerHeight && box.height >= 24 &&
            top === document.querySelector('a.exit');
        }, part);
        expect(problems, seen, `${kind}, ${width} px, at ${part}: out of reach or covered`);
      }
      await context.close();
    }
  }
});

await check('with the script blocked the way out is a link', async (problems) => {
  const { context, page } = await open();
  await context.route('**/assets/*.js', (route) => route.abort());
  await page.goto(site.url + KINDS.answer);
  expect(problems, !(await page.evaluate(() => document.documentElement.classList.contains('js'))),
    'the script was not blocked');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL('https://elsewhere.example/**');
  await context.close();
});

await check('the page is blank before anything is loaded', async (problems) => {
  for (const how of ['Escape', 'click']) {
    const { context, page } = await open();
    await page.goto(site.url + KINDS.answer);
    const seen = await page.evaluate((way) => {
      if (way === 'click') {
        document.querySelector('a.exit').click();
      } else {
        document.dispatchEvent(new KeyboardEvent('keydown', { key: way, bubbles: true, cancelable: true }));
      }
      return [document.title, getComputedStyle(document.querySelector('main')).display].join();
    }, how);
    expect(problems, seen === 'Loading.,none', `${how}: still to be seen: ${seen}`);
    await context.close();
  }
});

await check('presses of Shift are said and other keys start again', async (problems) => {
  const { context, page } = await open();
  await page.goto(site.url + KINDS.answer);
  await page.keyboard.press('Shift');
  expect(problems, (await page.textContent('#exit-status')).includes('2 more'), 'first press is not said');
  await page.keyboard.press('Shift');
  expect(problems, (await page.textContent('#exit-status')).includes('1 more'), 'second press is not said');
  await stays(problems, 'a letter between', page, async () => {
    await page.keyboard.press('a');
    await page.keyboard.press('Shift');
  });
  await stays(problems, 'Shift as a modifier', page, async () => {
    for (const key of ['A', 'B', 'C', 'D']) await page.keyboard.press(`Shift+${key}`);
  });
  await context.close();
});

await check('Escape does not leave while it closes something', async (problems) => {
  const { context, page } = await open();
  await page.goto(site.url + KINDS.log);
  await stays(problems, 'a filled search field', page, async () => {
    await page.fill('#q', 'cameras');
    await page.keyboard.press('Escape');
  });
  await stays(problems, 'an open list', page, async () => {
    await page.focus('#topic');
    await page.keyboard.press('Escape');
  });
  await stays(problems, 'an input method', page, () => page.evaluate(() => {
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', isComposing: true, bubbles: true }));
  }));
  await stays(problems, 'a dialog', page, async () => {
    await page.evaluate(() => {
      const dialog = document.createElement('dialog');
      document.body.appendChild(dialog);
      dialog.showModal();
    });
    await page.keyboard.press('Escape');
  });
  await stays(problems, 'an input method that says no more than 229', page, () => page.evaluate(() => {
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', keyCode: 229, bubbles: true }));
  }));
  await stays(problems, 'a popover', page, async () => {
    await page.evaluate(() => {
      const popover = document.createElement('div');
      popover.popover = 'auto';
      popover.textContent = 'More';
      document.body.appendChild(popover);
      popover.showPopover();
    });
    await page.keyboard.press('Escape');
    expect(problems, (await page.locator(':popover-open').count()) === 0, 'the popover is still open');
  });
  await stays(problems, 'full screen', page, async () => {
    await page.evaluate(() => {
      Object.defineProperty(document, 'fullscreenElement', { value: document.body, configurable: true });
    });
    await page.keyboard.press('Escape');
    await page.evaluate(() => {
      delete document.fullscreenElement;
    });
  });
  await stays(problems, 'what a part of the page has dealt with', page, async () => {
    await page.evaluate(() => {
      document.body.addEventListener('keydown', (event) => event.preventDefault(), { once: true });
    });
    await page.keyboard.press('Escape');
  });
  /* all of it closed, the next press leaves */
  await page.keyboard.press('Escape');
  await page.waitForURL('https://elsewhere.example/**');
  await context.close();
});

await check('without script lists and the way out work', async (problems) => {
  const { context, page } = await open({ javaScriptEnabled: false });
  await page.goto(site.url + KINDS.log);
  expect(problems, !(await page.isVisible('#search')), 'a search that cannot work is shown');
  expect(problems, await page.isVisible('text=all answers on one page'), 'no word about browsing');
  await page.click('.browse >> text=All answers');
  await page.click('text=Incidents involving e-scooters');
  expect(problems, page.url().endsWith(KINDS.refusal), 'the list does not lead to the answer');
  await page.click('a.exit');
  await page.waitForURL('https://elsewhere.example/**');
  await context.close();
});

await check('searching and narrowing find answers', async (problems) => {
  const { context, page, notes } = await open();
  await page.goto(site.url + KINDS.log);
  await page.fill('#q', 'Scooters');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#state:has-text("1 answer found")');
  expect(problems, (await page.textContent('.card h3')).includes('e-scooters'), 'found something else');
  for (const [words, where, n] of [['stand', 'the request', '6 answers'], ['policing', 'a keyword', '6 answers'],
    ['not held', 'the decision', '1 answer'], ['1250', 'the number', '1 answer'],
    ['road pol', 'the beginnings of words', '6 answers'], ['CAMÉRAS 1241', 'other accents', '1 answer']]) {
    await page.fill('#q', words);
    await page.keyboard.press('Enter');
    await page.waitForSelector(`#state:has-text("${n} found")`, { timeout: 5000 }).catch(async () => {
      problems.push(`${where}: '${words}': ${await page.textContent('#state')}`);
    });
  }
  await page.fill('#q', 'snapchat zzz');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#state:has-text("Nothing was found")');
  await page.fill('#q', '');
  await page.check('#decision-not-held');
  await page.waitForSelector('#state:has-text("1 answer found")');
  await page.click('#clear');
  await page.waitForSelector('#state:has-text("newest first")');
  expect(problems, (await page.locator('.card').count()) === 5, 'clearing does not bring the list back');
  await page.selectOption('#topic', 'roads');
  await page.waitForSelector('#state:has-text("6 answers found")');
  await page.check('#files');
  await page.waitForSelector('#state:has-text("Nothing was found")');
  await page.selectOption('#topic', 'children');
  await page.waitForSelector('#state:has-text("1 answer found")');
  await page.click('.card a');
  const ods = await page.getAttribute('a[href$=".ods"]', 'href');
  const response = await page.request.get(new URL(ods, page.url()).href);
  expect(problems, (await response.body()).subarray(0, 2).toString() === 'PK', 'the ODS is not one');
  expect(problems, !page.url().includes('?'), 'what was searched is in the address');
  expect(problems, notes.outside.length === 0 && notes.errors.length === 0,
    `${notes.outside} ${notes.errors}`);
  await context.close();
});

await check('cookies are asked for and kept only after yes', async (problems) => {
  for (const choice of ['accept', 'reject']) {
    const { context, page } = await open();
    await page.goto(asking.url + 'index.html');
    expect(problems, await page.isVisible('#cookie-ask'), 'no banner');
    expect(problems, (await page.evaluate(() => localStorage.length)) === 0, 'stored before a choice');
    expect(problems, !(await page.evaluate(() => self.counted)), 'counted before a choice');
    for (const violation of await axe(page)) problems.push(`banner: ${violation}`);
    await page.click(`#cookie-${choice}`);
    expect(problems, await page.isVisible(`#cookies-${choice}ed`), `${choice}: no message`);
    await page.waitForTimeout(200);
    expect(problems, Boolean(await page.evaluate(() => self.counted)) === (choice === 'accept'),
      `${choice}: counted wrongly`);
    await page.click(`#cookies-${choice}ed .cookie-hide`);
    expect(problems, !(await page.isVisible('#cookie-banner')), 'the message cannot be hidden');
    await page.goto(asking.url + 'cookies/index.html');
    expect(problems, await page.isChecked(choice === 'accept' ? '#cookies-yes' : '#cookies-no'),
      `${choice}: the page does not show the choice`);
    await page.check(choice === 'accept' ? '#cookies-no' : '#cookies-yes');
    await page.click('#cookie-form button');
    expect(problems, (await page.textContent('#cookie-said')).includes(
      choice === 'accept' ? 'rejected' : 'accepted'), 'changing the choice is not confirmed');
    await context.close();
  }
});

await check('a browser that keeps nothing gets the failed message', async (problems) => {
  const { context, page } = await open();
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new Error('full');
    };
  });
  await page.goto(asking.url + 'index.html');
  await page.click('#cookie-accept');
  expect(problems, await page.isVisible('#cookies-failed'), 'no failed message');
  expect(problems, !(await page.evaluate(() => self.counted)), 'counted all the same');
  await context.close();
});

await check('customising cookies is led to and holds on the pages that follow', async (problems) => {
  const { context, page, notes } = await open();
  await page.goto(asking.url + 'index.html');
  await page.click('#cookie-banner a:has-text("Customise cookies")');
  await page.waitForURL('**/cookies/index.html');
  expect(problems, !(await page.isVisible('#cookie-banner')), 'the page that asks has the banner too');
  expect(problems, !(await page.isChecked('#cookies-yes')) && !(await page.isChecked('#cookies-no')),
    'chosen before a choice');
  await page.click('#cookie-form button');
  expect(problems, (await page.evaluate(() => localStorage.length)) === 0, 'saved without a choice');
  await page.check('#cookies-yes');
  await page.click('#cookie-form button');
  await page.waitForSelector('#cookie-said:has-text("accepted")');
  for (const violation of await axe(page)) problems.push(`said: ${violation}`);
  await page.goto(asking.url + KINDS.answer);
  await page.waitForFunction(() => self.counted === true);
  expect(problems, !(await page.isVisible('#cookie-banner')), 'asked again after yes');
  await page.goto(asking.url + 'cookies/index.html');
  await page.check('#cookies-no');
  await page.click('#cookie-form button');
  await page.waitForSelector('#cookie-said:has-text("rejected")');
  await page.goto(asking.url + KINDS.answer);
  await page.waitForTimeout(300);
  expect(problems, !(await page.evaluate(() => self.counted === true)), 'counted after no');
  expect(problems, !(await page.isVisible('#cookie-banner')), 'asked again after no');
  expect(problems, (await page.evaluate(() => Object.keys(localStorage).join())) === 'cookie-choice' &&
    (await page.evaluate(() => document.cookie)) === '', 'more is kept than the choice');
  expect(problems, notes.outside.length === 0 && notes.errors.length === 0,
    `${notes.outside} ${notes.errors}`);
  await context.close();
});

await check('storage that fails in any way gets the failed message', async (problems) => {
  const ways = {
    'writing fails': () => {
      Storage.prototype.setItem = () => {
        throw new Error('full');
      };
    },
    'there is none': () => {
      Object.defineProperty(window, 'localStorage', {
        get: () => {
          throw new DOMException('denied', 'SecurityError');
        },
      });
    },
    'nothing is kept': () => {
      Storage.prototype.setItem = () => undefined;
    },
  };
  for (const [name, way] of Object.entries(ways)) {
    const { context, page, notes } = await open();
    await page.addInitScript(way);
    await page.goto(asking.url + 'cookies/index.html');
    await page.check('#cookies-yes');
    await page.click('#cookie-form button');
    expect(problems, (await page.textContent('#cookie-said')).includes('could not be saved'),
      `${name}: no failed message on the page`);
    expect(problems, !(await page.evaluate(() => self.counted)), `${name}: counted all the same`);
    await page.goto(asking.url + 'index.html');
    await page.click('#cookie-reject');
    expect(problems, await page.isVisible('#cookies-failed'), `${name}: no failed message`);
    expect(problems, notes.errors.length === 0, `${name}: ${notes.errors}`);
    await context.close();
  }
});

await check('the list can be had in another order', async (problems) => {
  const { context, page } = await open();
  await page.goto(site.url + KINDS.log);
  const first = () => page.textContent('.card h3');
  const newest = await first();
  await page.selectOption('#sort', 'oldest');
  await page.waitForSelector('#state:has-text("8 answers found")');
  expect(problems, (await first()).includes('Cameras on road 1240'), `oldest is ${await first()}`);
  await page.selectOption('#sort', 'newest');
  await page.waitForSelector('#state:has-text("newest first")');
  expect(problems, (await first()) === newest, 'newest does not bring the list back');
  await page.click('#clear');
  await page.fill('#q', 'cameras');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#state:has-text("found")');
  expect(problems, (await page.inputValue('#sort')) === 'best', 'a search is not best first');
  await page.check('#decision-answer-withdrawn');
  await page.waitForSelector('#state:has-text("Nothing was found"), #state:has-text("1 answer found")');
  await page.click('#clear');
  await page.check('#decision-answer-withdrawn');
  await page.waitForSelector('#state:has-text("1 answer found")');
  expect(problems, (await page.textContent('.card p')).startsWith('Withdrawn on 20 September 2021: Counted twice'),
    'what is found does not say when and why it was withdrawn');
  await context.close();
});

await check('printed it is a tagged PDF', async (problems) => {
  const { context, page } = await open();
  await page.goto(site.url + KINDS.answer);
  const pdf = (await page.pdf({ tagged: true })).toString('latin1');
  expect(problems, pdf.includes('/StructTreeRoot') && pdf.includes('/Lang (en-GB)'), 'not tagged');
  await context.close();
});

await check('a page opened from the disk works too', async (problems) => {
  const { context, page, notes } = await open();
  await context.unroute(() => true).catch(() => null);
  await context.unrouteAll();
  await page.goto('file://' + path.join(folder, 'site', KINDS.log));
  await page.fill('#q', 'scooters');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#state:has-text("1 answer found")');
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.click('.card a')]);
  const styled = await page.evaluate(() => getComputedStyle(document.querySelector('.bar')).backgroundColor);
  expect(problems, styled !== 'rgba(0, 0, 0, 0)', 'without its style');
  expect(problems, notes.errors.length === 0, String(notes.errors));
  await context.close();
});

await browser.close();
site.server.close();
asking.server.close();
welsh.server.close();
process.exit(failed ? 1 : 0);
