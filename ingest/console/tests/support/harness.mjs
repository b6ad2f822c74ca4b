// A browser, a mock service and the built console, for one test. Whatever the test does, it fails when the page asked another origin for
// anything, broke the content security policy, or threw.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { MockService } from '../../mock/mock-service.mjs';

export const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
/** Generous: the map is drawn without a graphics card, on a machine that may be busy. Nothing waits this long when all is well. */
export const PATIENCE_MS = 90_000;

export const canRun = existsSync(CHROMIUM) && existsSync(`${dist}/index.html`);
export const whyNot = !existsSync(CHROMIUM) ? `there is no browser at ${CHROMIUM} (set CHROMIUM)` : 'the console is not built (npm run build)';

let browser;
export async function closeBrowser() { await browser?.close(); browser = undefined; }

export async function withConsole(options, body) {
  const { scene = () => undefined, map = false, locale = 'zh-CN', viewport = { width: 1440, height: 900 }, mockOptions = {}, allowErrors = false, path = '' } = options;
  browser ??= await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  const mock = new MockService({ root: dist, ...mockOptions });
  const alarms = scene(mock);
  const url = await mock.listen();
  const context = await browser.newContext({ viewport, locale, timezoneId: 'Asia/Shanghai' });
  context.setDefaultTimeout(PATIENCE_MS);
  const problems = [];
  const outside = [];
  context.on('request', (request) => { if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(url)) outside.push(request.url()); });
  await context.addInitScript(() => {
    globalThis.violations = [];
    document.addEventListener('securitypolicyviolation', (event) => globalThis.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  // Drawing the map takes most of a test's time; those that do not need it say so and get the list alone.
  if (!map) await context.route('**/alarm-map-*.js', (route) => route.abort());
  const page = await context.newPage();
  page.on('pageerror', (error) => problems.push(error.stack ?? String(error)));
  page.on('console', (message) => { if (message.type() === 'error' && !/alarm-map|Failed to load resource/.test(message.text())) problems.push(message.text()); });
  try {
    await page.goto(url + path);
    await body({ page, mock, url, context, alarms, rows: page.getByTestId('alarm-row'), row: (alarm) => page.locator(`[data-alarm-id="${alarm.id}"][data-testid="alarm-row"]`) });
    assert.deepEqual(outside, [], 'the page asked another origin');
    assert.deepEqual(await page.evaluate(() => globalThis.violations), [], 'the page broke its content security policy');
    if (!allowErrors) assert.deepEqual(problems, [], 'the page reported errors');
  } finally {
    await context.close();
    await mock.close();
  }
}

export const until = (page, condition, argument) => page.waitForFunction(condition, argument, { timeout: PATIENCE_MS });
