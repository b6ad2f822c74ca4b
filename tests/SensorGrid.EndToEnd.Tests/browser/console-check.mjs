// Looks at the console of a running service as a dispatcher would, in a real browser:
//
//   node console-check.mjs URL OUTDIR [--domains drainage,fire,…] [--timeout SECONDS]
//
// waits until open alarms of all the domains are in the list and on the map (all this within the timeout), opens one whose trend has readings and limits, acknowledges it
// from the page, asks the service whether it knows, looks at the name of its site in both languages, opens one whose limits are for a sum or a
// rate, and takes pictures. Prints one line of JSON. Exit code 0 when all of it was seen, 1 with the reason when not, 2 when asked wrongly.
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const OPERATOR = '验收值班员';
const NOTE = '浏览器检查：已核实。';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { domains: { type: 'string', default: 'drainage,fire,water,heritage,forest' }, timeout: { type: 'string', default: '60' }, chromium: { type: 'string', default: '/usr/bin/chromium' } },
});
const [address, outDir] = positionals;
const seconds = Number(values.timeout);
if (address === undefined || outDir === undefined || !(seconds > 0)) {
  console.error('usage: console-check.mjs URL OUTDIR [--domains a,b,c] [--timeout SECONDS] [--chromium PATH]');
  process.exit(2);
}
const domains = values.domains.split(',').filter((domain) => domain !== '');
mkdirSync(outDir, { recursive: true });

// The browser driver is the console's own development dependency.
const { chromium } = createRequire(new URL('../../../ingest/console/package.json', import.meta.url))('playwright-core');

const started = performance.now();
const elapsed = () => Math.round(performance.now() - started);
const result = { ok: false, address, milliseconds: {}, screenshots: [] };
const outside = [];
const faults = [];
let step = 'starting the browser';
let browser;
let page;

const picture = async (name) => {
  const file = path.join(outDir, `${name}.png`);
  await page.screenshot({ path: file });
  result.screenshots.push(file);
};

const PATIENCE_MS = 30_000;

/** Waits in the page; `what` is the sentence of the failure. What the timeout of the command line bounds is said by `within`. */
async function until(what, condition, argument, within = PATIENCE_MS) {
  step = what;
  await page.waitForFunction(condition, argument, { timeout: Math.max(1, within), polling: 200 });
}

const ask = async (what) => (await fetch(new URL(`api/v1/${what}`, address))).json();

const left = () => seconds * 1_000 - elapsed();

async function look() {
  browser = await chromium.launch({ executablePath: values.chromium, args: FLAGS });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' });
  context.on('request', (request) => { if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== new URL(address).origin) outside.push(request.url()); });
  page = await context.newPage();
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.addInitScript(() => {
    globalThis.violations = [];
    document.addEventListener('securitypolicyviolation', (event) => globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  step = `opening ${address}`;
  await page.goto(address, { timeout: seconds * 1_000 });

  await until(`alarms of all domains in the list (${domains.join(', ')})`, (wanted) => {
    // Rows out of sight are not in the page, so the counts in the domain filter are what says it of all.
    const options = [...document.querySelectorAll('[data-testid="filter-domain"] option')];
    return wanted.every((domain) => options.some((option) => option.value === domain && /\([1-9]\d*\)$/.test(option.textContent)));
  }, domains, left());
  result.milliseconds.list = elapsed();
  await until('the map drawn, with alarms of all domains on it', (wanted) => {
    const map = document.querySelector('[data-testid="map"]');
    const shown = JSON.parse(map?.dataset.domains || '{}');
    return map?.dataset.ready === 'true' && wanted.every((domain) => shown[domain] > 0);
  }, domains, left());
  result.milliseconds.map = elapsed();
  result.map = await page.getByTestId('map').evaluate(({ dataset }) => ({ stations: Number(dataset.stations), levels: JSON.parse(dataset.levels), domains: JSON.parse(dataset.domains) }));
  await until('the live stream', () => document.querySelector('[data-testid="connection"]')?.dataset.state === 'on');

  result.alarm = await openOneWithTrend();
  result.milliseconds.trend = elapsed();
  await page.waitForTimeout(1_500); // the map marks the selected alarm within a second; only the picture needs it
  await picture('console-zh');

  step = 'acknowledging from the page';
  await page.getByTestId('ack-operator').fill(OPERATOR);
  await page.getByTestId('ack-note').fill(NOTE);
  await page.getByTestId('ack-button').click();
  await until('the acknowledgement on the page', (operator) => document.querySelector('[data-testid="acknowledged"]')?.textContent.includes(operator), OPERATOR);
  result.milliseconds.acknowledged = elapsed();
  step = 'the acknowledgement at the service';
  const kept = await ask(`alarms/${encodeURIComponent(result.alarm.id)}`);
  if (kept.acknowledgedBy !== OPERATOR || kept.note !== NOTE) throw new Error(`the service says acknowledgedBy ${JSON.stringify(kept.acknowledgedBy)}, note ${JSON.stringify(kept.note)}`);
  await picture('console-acknowledged-zh');
  const site = (await ask('stations')).stations.find(({ id }) => id === kept.station)?.site?.name;
  if (site === undefined) throw new Error(`station ${kept.station} of alarm ${kept.id} has no site with a name`);
  result.site = site;
  await until(`the site by its Chinese name (${site.zh})`, (name) => document.querySelector('.facts').innerText.includes(name), site.zh);

  await page.getByTestId('lang-switch').click();
  await until('the page in English', () => document.documentElement.lang.startsWith('en') && document.querySelector('[data-testid="detail"]').textContent.includes('Acknowledged by'));
  await page.waitForTimeout(1_500); // the map's names follow within a second
  await until(`the site by its English name (${site.en})`, (name) => document.querySelector('.facts').innerText.includes(name), site.en);
  await picture('console-en');

  await page.getByTestId('lang-switch').click();
  result.measured = await openOneMeasured();
  result.milliseconds.measured = elapsed();
  await page.waitForTimeout(1_500);
  await picture('console-measure-zh');

  step = 'what must not happen';
  const violations = await page.evaluate(() => globalThis.violations);
  if (outside.length > 0) throw new Error(`the page asked another origin: ${outside.join(', ')}`);
  if (violations.length > 0) throw new Error(`the page broke its content security policy: ${violations.join(', ')}`);
  if (faults.length > 0) throw new Error(`the page threw: ${faults.join(' | ')}`);
}

/** Goes down the unacknowledged alarms until one has a trend with readings and limits: a patrol, or a silent gateway, has none to show. */
async function openOneWithTrend() {
  await page.getByTestId('filter-state').selectOption('unacknowledged');
  const tried = new Set();
  const end = elapsed() + PATIENCE_MS;
  while (elapsed() < end) {
    step = `an unacknowledged alarm with a trend and limits (tried ${tried.size})`;
    const ids = await page.getByTestId('alarm-row').evaluateAll((rows) => rows.filter((row) => row.dataset.acknowledged === 'false').map((row) => row.dataset.alarmId));
    const id = ids.find((candidate) => !tried.has(candidate));
    if (id === undefined) { tried.clear(); await page.waitForTimeout(1_000); continue; }
    tried.add(id);
    const row = page.locator(`[data-testid="alarm-row"][data-alarm-id="${id}"]`);
    await row.click({ timeout: 5_000 }).catch(() => undefined); // it may have just left the list
    const trend = await page.waitForFunction((alarm) => {
      const found = document.querySelector('[data-testid="trend"]')?.dataset;
      return document.querySelector('[data-testid="detail"]')?.dataset.alarmId === alarm && Number(found?.points) > 1 && Number(found?.limits) > 0
        ? { points: Number(found.points), limits: Number(found.limits) } : false;
    }, id, { timeout: 4_000, polling: 100 }).then((handle) => handle.jsonValue(), () => null);
    if (trend !== null) return { id, ...await row.evaluate(({ dataset }) => ({ level: dataset.level, domain: dataset.domain })), ...trend };
  }
  throw new Error('no alarm had a trend with readings and limits');
}

/** Goes through the open alarms whose limits are for a sum, a mean or a rate, until one has it drawn with its limits. */
async function openOneMeasured() {
  const end = elapsed() + PATIENCE_MS;
  let tried = 0;
  while (elapsed() < end) {
    for (const { id } of (await ask('alarms?state=open')).alarms) {
      const { measure } = await ask(`alarms/${encodeURIComponent(id)}`);
      if (measure === null || measure === 'last' || elapsed() > end) continue;
      step = `an alarm with the measure of its rule and its limits (tried ${++tried}, now ${measure})`;
      await page.evaluate((alarm) => { location.hash = `#/alarms/${alarm}`; }, id);
      const seen = await page.waitForFunction((alarm) => {
        const trend = document.querySelector('[data-testid="trend"]')?.dataset;
        return document.querySelector('[data-testid="detail"]')?.dataset.alarmId === alarm && Number(trend?.measured) > 1 && Number(trend?.limits) > 0
          ? { points: Number(trend.measured), readings: Number(trend.points), limits: Number(trend.limits) } : false;
      }, id, { timeout: 4_000, polling: 100 }).then((handle) => handle.jsonValue(), () => null);
      if (seen !== null) return { id, measure, ...seen };
    }
    await page.waitForTimeout(1_000);
  }
  throw new Error('no alarm had its measure drawn with its limits');
}

try {
  await look();
  result.ok = true;
} catch (error) {
  result.reason = `${step}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
  result.page = await page?.evaluate(() => ({
    list: document.querySelector('[data-testid="alarm-list"]')?.dataset.total, domains: [...document.querySelectorAll('[data-testid="filter-domain"] option')].map((option) => option.textContent.trim()),
    map: { ...document.querySelector('[data-testid="map"]')?.dataset }, connection: document.querySelector('[data-testid="connection"]')?.dataset.state,
  })).catch(() => null);
  if (page !== undefined) await picture('console-failed').catch(() => undefined);
} finally {
  await browser?.close();
}
console.log(JSON.stringify(result));
process.exitCode = result.ok ? 0 : 1;
