// The built console in a real browser, over the mock service.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { HOSTILE, stations, unassignedElements } from '../mock/city.mjs';
import { openingScene } from '../mock/scenes.mjs';
import { canRun, closeBrowser, until, whyNot, withConsole } from './support/harness.mjs';

after(closeBrowser);
const options = { skip: canRun ? false : whyNot };
const inBrowser = (name, setup, body) => test(name, options, () => withConsole(setup, body));
const ids = (rows) => rows.evaluateAll((elements) => elements.map((element) => element.dataset.alarmId));
const count = (page, selector, number) => until(page, ([css, wanted]) => document.querySelectorAll(css).length === wanted, [selector, number]);
const ROW = '[data-testid="alarm-row"]';
/** Datastreams of the mock that its catalogue lacks. */
const UNASSIGNED = unassignedElements(() => '').length + 1;

inBrowser('The open alarms are listed, unacknowledged first, then by level, then newest', { scene: openingScene }, async ({ page, rows, alarms }) => {
  await count(page, ROW, 8);
  const expected = [alarms.river, alarms.market, alarms.patrol, alarms.hostile, alarms.manhole, alarms.rain, alarms.late, alarms.museum];
  assert.deepEqual(await ids(rows), expected.map(({ id }) => id));
  const first = rows.first();
  assert.deepEqual(await first.evaluate(({ dataset }) => [dataset.level, dataset.domain, dataset.acknowledged]), ['red', 'water', 'false']);
  const text = await first.innerText();
  for (const part of ['◆', 'Ⅰ', '红色', '九洲江合江水位站', '水位超限', '水利', '5.15 m', '5 m', '未确认', '未恢复']) assert.ok(text.includes(part), `${part} in ${text}`);
  await until(page, () => document.title.startsWith('(7) '));
});

inBrowser('An alarm raised at the service appears without a reload, and an alarm that changes moves', { scene: openingScene }, async ({ page, mock, rows, row, alarms }) => {
  await count(page, ROW, 8);
  await until(page, () => document.querySelector('[data-testid="connection"]').dataset.state === 'on');
  const raised = mock.raise('pump-2', 'orange');
  await row(raised).waitFor();
  mock.change(alarms.museum.id, 'level-changed', { level: 'red', acknowledged: false });
  // Red like the river's, and raised before it.
  await until(page, (id) => document.querySelectorAll('[data-testid="alarm-row"]')[1].dataset.alarmId === id, alarms.museum.id);
  mock.change(raised.id, 'acknowledged', { acknowledged: true, acknowledgedBy: 'x' });
  mock.change(raised.id, 'returned', { active: false });
  await row(raised).waitFor({ state: 'detached' });
  assert.equal(await rows.count(), 8);
  assert.equal(mock.requests.filter(({ url }) => url.startsWith('/api/v1/alarms/stream')).length, 1);
});

inBrowser('Filters by level, domain, state and text narrow the list', { scene: openingScene }, async ({ page, rows, alarms }) => {
  await count(page, ROW, 8);
  await page.locator('[data-filter-level="yellow"]').click();
  await count(page, ROW, 4);
  await page.getByTestId('filter-domain').selectOption('weather');
  await count(page, ROW, 2);
  await page.getByRole('button', { name: '清除筛选' }).click();
  await count(page, ROW, 8);
  await page.getByTestId('filter-state').selectOption('unacknowledged');
  await count(page, ROW, 7);
  await page.getByTestId('filter-state').selectOption('all');
  await count(page, ROW, 9);
  await page.getByTestId('filter-state').selectOption('active');
  await count(page, ROW, 7);
  await page.getByTestId('filter-text').fill('patrol-left');
  await count(page, ROW, 1);
  assert.deepEqual(await ids(rows), [alarms.patrol.id]);
});

inBrowser('The language switches without a reload and is remembered', { scene: openingScene }, async ({ page, mock, rows }) => {
  await count(page, ROW, 8);
  const pages = () => mock.requests.filter(({ url }) => url === '/').length;
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN');
  await page.getByTestId('lang-switch').click();
  await until(page, () => document.querySelector('[data-testid="alarm-row"]').innerText.includes('Jiuzhou River at Hejiang'));
  assert.ok((await rows.first().innerText()).includes('Water level high'));
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'en-GB');
  assert.equal(pages(), 1);
  await page.reload();
  await until(page, () => document.querySelector('[data-testid="alarm-row"]')?.innerText.includes('Water level high'));
  await page.getByTestId('lang-switch').click();
  await until(page, () => document.querySelector('[data-testid="alarm-row"]').innerText.includes('水位超限'));
});

inBrowser('A browser that speaks English is answered in English', { scene: openingScene, locale: 'en-US' }, async ({ page, rows }) => {
  await count(page, ROW, 8);
  assert.ok((await rows.first().innerText()).includes('Red'));
});

inBrowser('An alarm is acknowledged with name and note, and the name is remembered', { scene: openingScene }, async ({ page, mock, row, alarms }) => {
  await row(alarms.river).click();
  await page.getByTestId('ack-button').click();
  await page.getByRole('alert').filter({ hasText: '请先填写值班员' }).waitFor();
  assert.equal(mock.alarms.get(alarms.river.id).acknowledged, false);
  await page.getByTestId('ack-operator').fill('王值班');
  await page.getByTestId('ack-note').fill('已电话核实，河堤巡查组出发。');
  await page.getByTestId('ack-button').click();
  await page.getByTestId('acknowledged').waitFor();
  const { acknowledgedBy, note } = mock.alarms.get(alarms.river.id);
  assert.deepEqual([acknowledgedBy, note], ['王值班', '已电话核实，河堤巡查组出发。']);
  const shown = await page.getByTestId('detail').innerText();
  for (const part of ['王值班', '河堤巡查组出发', '已确认']) assert.ok(shown.includes(part), part);
  await until(page, (id) => document.querySelector(`[data-alarm-id="${id}"][data-testid="alarm-row"]`).dataset.acknowledged === 'true', alarms.river.id);
  await row(alarms.market).click();
  assert.equal(await page.getByTestId('ack-operator').inputValue(), '王值班');
  assert.equal(await page.getByTestId('ack-note').inputValue(), '');
});

inBrowser('A refused acknowledgement says why and can be repeated', { scene: openingScene, allowErrors: true }, async ({ page, mock, row, alarms }) => {
  mock.failNextAcknowledge = 1;
  await row(alarms.river).click();
  await page.getByTestId('ack-operator').fill('王值班');
  await page.getByTestId('ack-button').click();
  await page.getByRole('alert').filter({ hasText: 'the disk is full' }).waitFor();
  assert.equal(mock.alarms.get(alarms.river.id).acknowledged, false);
  await page.getByTestId('ack-button').click();
  await page.getByTestId('acknowledged').waitFor();
});

inBrowser('Whoever acknowledges second is told who was first', { scene: openingScene }, async ({ page, mock, row, alarms }) => {
  await row(alarms.river).click();
  await page.getByTestId('ack-operator').fill('王值班');
  // The other acknowledgement reaches the service, but not yet this page.
  mock.dropStreams();
  mock.refuseStreams = true;
  mock.change(alarms.river.id, 'acknowledged', { acknowledged: true, acknowledgedBy: '李值班', acknowledgedAt: mock.time() });
  await page.getByTestId('ack-button').click();
  await page.getByRole('status').filter({ hasText: '已由 李值班 先行确认' }).waitFor();
  assert.equal(mock.alarms.get(alarms.river.id).acknowledgedBy, '李值班');
});

inBrowser('The keyboard selects, acknowledges, searches, and opens the help', { scene: openingScene }, async ({ page, mock, alarms }) => {
  await count(page, ROW, 8);
  const selected = () => page.getByTestId('detail').getAttribute('data-alarm-id');
  await page.keyboard.press('j');
  assert.equal(await selected(), alarms.river.id);
  await page.keyboard.press('ArrowDown');
  assert.equal(await selected(), alarms.market.id);
  await page.keyboard.press('k');
  assert.equal(await selected(), alarms.river.id);
  await page.keyboard.press('a');
  await until(page, () => document.activeElement.dataset.testid === 'ack-operator');
  await page.keyboard.type('赵值班j');
  assert.equal(await selected(), alarms.river.id, 'keys typed into a field are text');
  await page.keyboard.press('Escape');
  await page.keyboard.press('a');
  await page.getByTestId('acknowledged').waitFor();
  assert.equal(mock.alarms.get(alarms.river.id).acknowledgedBy, '赵值班j');
  await page.keyboard.press('j');
  assert.equal(await selected(), alarms.market.id, 'the next one is the row that took its place');
  await page.keyboard.press('n');
  await until(page, () => document.activeElement.dataset.testid === 'ack-note');
  await page.keyboard.type('note');
  await page.keyboard.press('Control+Enter');
  await page.getByTestId('acknowledged').waitFor();
  assert.equal(mock.alarms.get(alarms.market.id).note, 'note');
  await page.keyboard.press('/');
  await until(page, () => document.activeElement.dataset.testid === 'filter-text');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('j');
  assert.equal(await selected(), alarms.market.id, 'the list stands still behind the help');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
});

const withRise = (mock) => ({ ...openingScene(mock), rise: mock.raise('river-20', 'orange', {
  rule: 'water.river-rise', unit: 'm/h', value: 1.4, limit: 1, detail: { measure: 'rate(1h)', limits: [{ level: 'orange', value: 1 }] },
}) });

inBrowser('The trend shows readings, a gap, every limit, and longer ranges', { scene: withRise }, async ({ page, row, alarms }) => {
  await row(alarms.river).click();
  const trend = page.getByTestId('trend');
  await until(page, () => Number(document.querySelector('[data-testid="trend"]')?.dataset.points) > 40);
  assert.equal(await trend.getAttribute('data-limits'), '4');
  const hour = Number(await trend.getAttribute('data-points'));
  assert.ok(await page.locator('.trend canvas').evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return data.some((value) => value !== 0);
  }), 'something is drawn');
  await page.locator('[data-range="day"]').last().click();
  await until(page, (before) => { const { points, range } = document.querySelector('[data-testid="trend"]').dataset; return range === 'day' && Number(points) > before; }, hour);
  assert.deepEqual(await trend.evaluate(({ dataset }) => [dataset.measure, dataset.measured]), ['last', '0'], 'readings are not drawn twice');
  // A patrol has no number to draw: its track is on the map.
  await row(alarms.patrol).click();
  await page.getByText('移动对象：轨迹见地图。').waitFor();
});

inBrowser('The limits of a sum or a rate are drawn with it, and the readings beside it', { scene: withRise }, async ({ page, mock, row, alarms }) => {
  const trend = page.getByTestId('trend');
  const measured = (id) => until(page, (alarm) => document.querySelector('[data-testid="detail"]')?.dataset.alarmId === alarm && Number(document.querySelector('[data-testid="trend"]')?.dataset.measured) > 40, id);
  await row(alarms.rain).click();
  await measured(alarms.rain.id);
  assert.deepEqual(await trend.evaluate(({ dataset }) => [dataset.measure, dataset.limits]), ['sum(3h)', '4']);
  assert.ok(Number(await trend.getAttribute('data-points')) > 40, 'the readings are there too');
  assert.match(await trend.innerText(), /趋势 3 小时累计 mm/);
  assert.match(await trend.innerText(), /亮线：3 小时累计，限值以此为准；暗线：读数。/);
  assert.match(await page.locator('.facts').innerText(), /比较量\s+3 小时累计/);
  // One scale: both are in millimetres. The highest limit is in sight, far above what fell in any minute.
  assert.equal(await page.locator('.trend .u-axis').count(), 2);
  await page.locator('[data-range="day"]').last().click();
  await until(page, () => { const { range, measured } = document.querySelector('[data-testid="trend"]').dataset; return range === 'day' && Number(measured) > 40; });
  assert.ok(mock.requests.some(({ url }) => url.startsWith(`/api/v1/alarms/${alarms.rain.id}/trend`) && url.includes('every=PT')));
  await page.getByTestId('lang-switch').click();
  await trend.filter({ hasText: 'Bright: sum over 3 h, which the limits are for. Faint: the readings.' }).waitFor();
  // A rate is in another unit than the readings: they get a scale of their own.
  await row(alarms.rise).click();
  await measured(alarms.rise.id);
  assert.deepEqual(await trend.evaluate(({ dataset }) => [dataset.measure, dataset.limits]), ['rate(1h)', '1']);
  assert.equal(await page.locator('.trend .u-axis').count(), 3);
  const box = await page.locator('.trend .u-over').boundingBox();
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2);
  await page.locator('.trend-foot').filter({ hasText: /\d m\/h · \d+\.\d+ m$/ }).waitFor();
});

inBrowser('The limits of what cannot be drawn are not drawn with something else', { scene: (mock) => ({ odd: mock.raise('river-20', 'orange', { unit: 'm/h', value: 1.4, limit: 1, detail: { measure: null } }) }) }, async ({ page, row, alarms }) => {
  await row(alarms.odd).click();
  await page.getByText('限值针对 m/h，不在此图中。').waitFor();
  assert.equal(await page.getByTestId('trend').getAttribute('data-limits'), '0');
});

inBrowser('Names from the catalogue are shown as text', { scene: openingScene }, async ({ page, row, alarms }) => {
  await row(alarms.hostile).click();
  await until(page, (name) => document.querySelector('.detail-title h2')?.textContent === name, HOSTILE);
  assert.equal(await row(alarms.hostile).locator('.cell-object .first').textContent(), HOSTILE);
  assert.equal(await page.locator('img, script:not([type="module"])').count(), 0);
  await page.goto(new URL('#/datastreams', page.url()).href);
  await page.getByText(HOSTILE, { exact: true }).waitFor();
  assert.equal(await page.evaluate(() => globalThis.hostile), undefined);
});

inBrowser('A flood of five hundred alarms leaves the page usable, with few rows in it, and the selected one in its place', { scene: openingScene }, async ({ page, mock, rows, row, alarms }) => {
  await count(page, ROW, 8);
  await row(alarms.market).click();
  const placeOf = () => row(alarms.market).evaluate((element) => Math.round(element.getBoundingClientRect().top));
  const before = await placeOf();
  await page.evaluate(() => {
    globalThis.renders = 0;
    globalThis.longest = 0;
    let last = performance.now();
    const frame = (now) => { globalThis.longest = Math.max(globalThis.longest, now - last); last = now; requestAnimationFrame(frame); };
    requestAnimationFrame(frame);
    new MutationObserver(() => { globalThis.renders++; }).observe(document.querySelector('[data-testid="alarm-list"]'), { attributes: true, attributeFilter: ['data-total'] });
  });
  // The first ones come singly, while the list is still shorter than its window.
  const levels = ['red', 'orange', 'yellow'];
  for (let i = 0; i < 3; i++) {
    mock.raise(stations[9 + i].id, levels[i]);
    await until(page, (total) => document.querySelector('[data-testid="alarm-list"]').dataset.total === total, String(9 + i));
    assert.equal(await placeOf(), before, `the selected row did not move for alarm ${i + 1}`);
  }
  for (let i = 3; i < 500; i++) mock.raise(stations[9 + (i % 24)].id, levels[i % 3]);
  await until(page, () => document.querySelector('[data-testid="alarm-list"]').dataset.total === '508');
  assert.ok(await rows.count() <= 200, `${await rows.count()} rows in the page`);
  assert.equal(await placeOf(), before, 'the selected row did not move');
  assert.ok(await page.evaluate(() => globalThis.renders) < 250, 'events were gathered into frames');
  assert.equal(await page.getByRole('button', { name: /上方有 \d+ 条新告警/ }).count(), 1);
  await page.getByRole('button', { name: /上方有 \d+ 条新告警/ }).click();
  await until(page, () => document.querySelector('[data-testid="alarm-list"]').scrollTop === 0);
  assert.equal(await rows.first().getAttribute('data-level'), 'red');
  // To the end: the last row is reached although only a few are ever in the page.
  await page.getByTestId('alarm-list').evaluate((list) => { list.scrollTop = list.scrollHeight; });
  await row(alarms.museum).waitFor();
  assert.ok(await rows.count() <= 200);
});

inBrowser('After a broken connection the page resumes from its position and misses nothing', { scene: openingScene, mockOptions: { heartbeatMs: 300 } }, async ({ page, mock, row }) => {
  await until(page, () => document.querySelector('[data-testid="connection"]').dataset.state === 'on');
  mock.refuseStreams = true;
  mock.dropStreams();
  const missed = mock.raise('pump-2', 'orange');
  await until(page, () => document.querySelector('[data-testid="connection"]').dataset.state !== 'on');
  mock.refuseStreams = false;
  await row(missed).waitFor();
  await page.getByRole('status').filter({ hasText: '已重新连接' }).waitFor();
  assert.equal(mock.requests.filter(({ url }) => url.startsWith('/api/v1/alarms?state=open')).length, 1, 'no second snapshot was needed');
});

inBrowser('When the service no longer has the missed events, the page takes a new snapshot', { scene: openingScene, mockOptions: { heartbeatMs: 300, keepEvents: 5 } }, async ({ page, mock, row, alarms }) => {
  await until(page, () => document.querySelector('[data-testid="connection"]').dataset.state === 'on');
  mock.refuseStreams = true;
  mock.dropStreams();
  await until(page, () => document.querySelector('[data-testid="connection"]').dataset.state !== 'on');
  mock.change(alarms.river.id, 'acknowledged', { acknowledged: true, acknowledgedBy: 'x' });
  mock.change(alarms.river.id, 'returned', { active: false });
  const raised = Array.from({ length: 8 }, () => mock.raise('pump-2', 'orange'));
  mock.refuseStreams = false;
  await row(raised[7]).waitFor();
  await row(raised[0]).waitFor();
  await row(alarms.river).waitFor({ state: 'detached' });
});

inBrowser('Two pages of one browser share one stream', { scene: openingScene }, async ({ page, context, mock, url }) => {
  await until(page, () => document.querySelector('[data-testid="connection"]').dataset.state === 'on');
  const second = await context.newPage();
  await second.goto(url);
  await until(second, () => document.querySelector('[data-testid="connection"]').dataset.state === 'on');
  const raised = mock.raise('pump-2', 'orange');
  for (const each of [page, second]) await each.locator(`[data-alarm-id="${raised.id}"]`).first().waitFor();
  assert.equal(mock.requests.filter(({ url: asked }) => asked.startsWith('/api/v1/alarms/stream')).length, 1);
});

inBrowser('Silence of the service is shown as stale data, until it speaks again', { scene: openingScene, mockOptions: { heartbeatMs: 300 } }, async ({ page, mock }) => {
  await until(page, () => document.querySelector('[data-testid="connection"]').dataset.state === 'on');
  assert.equal(await page.getByTestId('stale-banner').count(), 0);
  mock.heartbeats = false;
  await page.getByTestId('stale-banner').waitFor();
  mock.heartbeats = true;
  await page.getByTestId('stale-banner').waitFor({ state: 'detached' });
});

const catchingUp = (percent) => ({ stage: 'catching-up', percent, records: { alarms: { done: percent, of: 100 }, store: { done: percent, of: 100 } } });

inBrowser('A service that is starting is shown as one that recovers, with how far it is, and not as an error', { scene: (mock) => { mock.recovery = { stage: 'opening', percent: null, records: {} }; return openingScene(mock); } }, async ({ page, mock }) => {
  const banner = page.getByTestId('recovery-banner');
  await banner.filter({ hasText: '服务正在启动（打开数据）' }).waitFor();
  mock.recovery = catchingUp(48);
  await banner.filter({ hasText: '服务正在恢复，48 %（重读日志）' }).waitFor();
  await page.getByTestId('lang-switch').click();
  await banner.filter({ hasText: 'recovering, 48 % (reading the log)' }).waitFor();
  for (const hash of ['#/stations', '#/gateways', '#/datastreams', '#/alarms']) {
    const asked = mock.requests.length;
    await page.goto(new URL(hash, page.url()).href);
    // Several questions later the answers to the first ones are on the page.
    while (mock.requests.length < asked + 8) await page.waitForTimeout(50);
    assert.equal(await page.locator('.banners [role="alert"], .page .failure').count(), 0, `no error on ${hash}`);
    assert.equal(await page.getByRole('status').filter({ hasText: 'could not be loaded' }).count(), 0);
  }
  mock.recovery = null;
  await count(page, ROW, 8);
  await banner.waitFor({ state: 'detached' });
  await until(page, () => document.querySelector('[data-testid="connection"]').dataset.state === 'on');
});

inBrowser('A service that is started again under an open page is followed until it is ready, and nothing is missed', { scene: openingScene, mockOptions: { heartbeatMs: 300 } }, async ({ page, mock, row }) => {
  await until(page, () => document.querySelector('[data-testid="connection"]').dataset.state === 'on');
  mock.recovery = catchingUp(7);
  mock.dropStreams();
  await page.getByTestId('recovery-banner').filter({ hasText: '7 %' }).waitFor();
  const missed = mock.raise('pump-2', 'orange');
  // Silent for longer than the page allows, but not silently so: it is not called stale.
  await until(page, () => document.querySelector('[data-testid="connection"]').dataset.state === 'off');
  assert.equal(await page.getByTestId('stale-banner').count(), 0);
  mock.recovery = catchingUp(93);
  await page.getByTestId('recovery-banner').filter({ hasText: '93 %' }).waitFor();
  mock.recovery = null;
  await row(missed).waitFor();
  await page.getByTestId('recovery-banner').waitFor({ state: 'detached' });
});

inBrowser('A simulated clock and a problem of the service are said on top', { scene: (mock) => { mock.problem = 'The disk is full.'; return openingScene(mock); }, mockOptions: { simulated: true, speed: 60 } }, async ({ page }) => {
  await page.getByTestId('simulated-banner').filter({ hasText: '60 倍速' }).waitFor();
  await page.getByTestId('problem-banner').filter({ hasText: 'The disk is full.' }).waitFor();
  // The clock shown is the service's, in its year and at its speed, not this computer's.
  await until(page, () => document.querySelector('.clock').innerText.includes('2026-06-15'));
});

inBrowser('The map shows every station and the level of each place', { scene: openingScene, map: true }, async ({ page, mock, row, alarms }) => {
  const map = page.getByTestId('map');
  await until(page, () => document.querySelector('[data-testid="map"]')?.dataset.ready === 'true');
  await until(page, () => JSON.parse(document.querySelector('[data-testid="map"]').dataset.levels).red === 1);
  assert.equal(await map.getAttribute('data-stations'), String(stations.length));
  assert.deepEqual(JSON.parse(await map.getAttribute('data-levels')), { none: stations.length + 1 - 8, blue: 1, yellow: 4, orange: 2, red: 1 });
  assert.deepEqual(Object.keys(JSON.parse(await map.getAttribute('data-domains'))).sort(), ['drainage', 'fire', 'forest', 'heritage', 'water', 'weather']);
  mock.change(alarms.manhole.id, 'level-changed', { level: 'red' });
  await until(page, () => JSON.parse(document.querySelector('[data-testid="map"]').dataset.levels).red === 2);
  // To a red station by key, then a click on the middle of the map: the alarm of that place is selected.
  await row(alarms.river).click();
  await page.keyboard.press('m');
  await until(page, (center) => document.querySelector('[data-testid="map"]').dataset.center === center, '110.262,21.617');
  await page.keyboard.press('Escape');
  assert.equal(await page.getByTestId('detail').getAttribute('data-alarm-id'), '');
  const box = await page.locator('.map-canvas').boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await until(page, (id) => document.querySelector('[data-testid="detail"]').dataset.alarmId === id, alarms.river.id);
});

inBrowser('A base map that cannot be read at first is asked for again, and alarms are on the map meanwhile', { scene: openingScene, map: true, path: '#/gateways' }, async ({ page, context }) => {
  let asked = 0;
  await context.route('**/base/land.json', (route) => (asked++ === 0 ? route.abort() : route.continue()));
  await page.goto(new URL('#/alarms', page.url()).href);
  await until(page, () => document.querySelector('[data-testid="map"]')?.dataset.ready === 'true');
  await until(page, () => JSON.parse(document.querySelector('[data-testid="map"]').dataset.levels).red === 1);
  assert.equal(await page.getByRole('alert').count(), 0);
  if (asked < 2) await page.waitForRequest('**/base/land.json');
});

inBrowser('Lists are followed from page to page, whatever the service puts on one', { scene: openingScene, mockOptions: { pageSize: 7 }, path: '#/gateways' }, async ({ page, mock, row, alarms }) => {
  await count(page, '[data-gateway-id]', 7);
  await page.goto(new URL('#/datastreams', page.url()).href);
  await count(page, '[data-datastream-id]', stations.length + UNASSIGNED);
  await page.goto(new URL('#/alarms', page.url()).href);
  // A station of the last page has its name.
  const last = mock.raise(stations.at(-1).id, 'red');
  await row(last).filter({ hasText: '鉴江测站 24' }).waitFor();
  await row(alarms.river).filter({ hasText: '九洲江合江水位站' }).waitFor();
  for (const list of ['stations', 'datastreams']) {
    const asked = mock.requests.filter(({ url }) => url.startsWith(`/api/v1/${list}`)).map(({ url }) => new URL(url, 'http://mock').searchParams.get('after'));
    assert.ok(new Set(asked).size >= Math.ceil(stations.length / 7), `${list}: ${asked}`);
  }
});

inBrowser('The area of an alarm is its site by name, in the language of the page', { scene: openingScene }, async ({ page, row, alarms }) => {
  const area = (alarm) => row(alarm).locator('.cell-area .second');
  await area(alarms.river).filter({ hasText: '鹤地水库' }).waitFor();
  assert.equal(await area(alarms.rain).textContent(), '赤坎区');
  assert.equal(await area(alarms.market).textContent(), '', 'a station without a site has none');
  assert.equal(await area(alarms.hostile).textContent(), HOSTILE, 'a name is text');
  await row(alarms.river).click();
  await page.locator('.facts').filter({ hasText: '鹤地水库' }).waitFor();
  await page.getByTestId('filter-text').fill('赤坎区');
  await count(page, ROW, 2); // the one found, and the selected one
  await page.getByTestId('filter-text').fill('');
  await page.getByTestId('lang-switch').click();
  await area(alarms.river).filter({ hasText: 'Hedi Reservoir' }).waitFor();
  assert.equal(await area(alarms.rain).textContent(), 'Chikan District');
});

inBrowser('The gateways page shows who speaks and what was refused, and why', { scene: openingScene, path: '#/gateways' }, async ({ page }) => {
  await page.getByTestId('gateways').waitFor();
  assert.equal(await page.locator('[data-gateway-id]').count(), 7);
  const fire = await page.locator('[data-gateway-id="fire-gw-1"]').innerText();
  assert.match(fire, /不是 JSON × 3/);
  assert.match(fire, /a_new_reason × 1/, 'a reason the console has no word for is shown as it is');
  assert.match(await page.locator('[data-gateway-id]').first().innerText(), /heritage-gw-1[\s\S]*离线/);
  assert.match(await page.locator('[data-gateway-id="stranger-9"]').innerText(), /未登记/);
});

inBrowser('The datastreams page finds those that nobody has registered', { scene: openingScene, path: '#/datastreams' }, async ({ page }) => {
  await page.getByTestId('datastreams').waitFor();
  await page.getByLabel('只看未登记').check();
  await count(page, '[data-datastream-id]', UNASSIGNED);
  assert.match(await page.locator('[data-datastream-id="stranger-9/voltage"]').innerText(), /12\.4 V/);
});

inBrowser('A reading that is a text is shown with its beginning', { scene: openingScene, path: '#/datastreams' }, async ({ page }) => {
  const shown = await page.locator('[data-datastream-id="0030746200/RGZS"] td.text').innerText();
  assert.match(shown, /^“水尺读数正常。长+…”$/);
  assert.equal(shown.length, 83, 'eighty signs, the rest left out');
});

const HEARD = '[data-station]';

inBrowser('The stations page shows who is heard, how well, and what is missing', { scene: openingScene, path: '#/stations' }, async ({ page }) => {
  await count(page, HEARD, 4);
  // Away, then what wants attention, then the others.
  assert.deepEqual(await page.locator(HEARD).evaluateAll((rows) => rows.map(({ dataset }) => dataset.station)),
    ['gb26875/88', 'hj212/010000A8900016F000169DC0', 'sl651/0030746200', 'sl651/0012345678']);
  assert.match(await page.locator('[data-station="gb26875/88"]').innerText(), /GB\/T 26875\.3[\s\S]*离线[\s\S]*批发市场三号厅/);
  const worst = await page.locator('[data-station="sl651/0030746200"]').innerText();
  for (const part of ['在线', '2 条连接', '九洲江合江水位站', '310', '校验不符 × 7', 'a_new_reason × 1', '2 段缺测，正在召测', '不是 BCD 数字', '32, byte 41: 39', '3 个，怎么办']) assert.ok(worst.includes(part), `${part} in ${worst}`);
  assert.match(await page.locator('[data-station^="hj212"]').innerText(), /未登记[\s\S]*目录中没有此网关/);
  assert.match(await page.locator('[data-protocol="sl651"]').innerText(), /帧不完整 × 2[\s\S]*对端说的不是此协议[\s\S]*10\.0\.3\.9:51022/);
  await page.getByLabel('只看待处理').check();
  await count(page, HEARD, 3);
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await page.keyboard.type('hj 212');
  await count(page, HEARD, 1);
  await page.getByTestId('lang-switch').click();
  await page.getByText('4 stations heard since the service started, 1 offline').waitFor();
});

inBrowser('Unassigned elements come with the entry to write into the catalogue', { scene: openingScene, path: '#/stations' }, async ({ page, mock }) => {
  await page.locator('[data-station="sl651/0030746200"] button').click();
  await count(page, '[data-element]', 3);
  assert.match(await page.locator('[data-element="0030746200/Z"]').innerText(), /28\.961 m/);
  const entry = page.getByTestId('catalogue-entry');
  const text = await entry.innerText();
  assert.ok(text.startsWith('datastreams:'), 'its gateway is in the catalogue');
  for (const line of ['  - gateway: "0030746200"', '    name: "Z"', '    station: "river-1"', '    unit: "m"']) assert.ok(text.split('\n').includes(line), line);
  // What stands open stays open while the page asks again.
  const asked = () => mock.requests.filter(({ url }) => url.includes('assigned=false')).length;
  const before = asked();
  while (asked() < before + 1) await page.waitForTimeout(50);
  await count(page, '[data-element]', 3);
  await page.locator('[data-station^="hj212"] button').click();
  await page.locator('[data-element]').filter({ hasText: HOSTILE }).waitFor();
  await count(page, '[data-element]', 1);
  const other = await entry.innerText();
  assert.ok(other.startsWith('gateways:\n  - { id: "010000A8900016F000169DC0", domain: "drainage" }\ndatastreams:'), other);
  assert.ok(other.includes(`name: ${JSON.stringify(HOSTILE)}`), 'a name is text');
  assert.equal(await page.evaluate(() => globalThis.hostile), undefined);
  await page.locator('[data-station^="hj212"] button').click();
  await count(page, '[data-testid="unassigned"]', 0);
});

inBrowser('Without a field protocol the stations page says which setting turns one on', { scene: (mock) => { mock.listens = false; return openingScene(mock); }, path: '#/stations' }, async ({ page }) => {
  await page.getByTestId('stations-off').filter({ hasText: 'FieldProtocols' }).waitFor();
});

inBrowser('On a phone the panes take turns and nothing is wider than the screen', { scene: openingScene, viewport: { width: 360, height: 740 } }, async ({ page, row, alarms }) => {
  await row(alarms.river).click();
  await page.getByTestId('ack-button').waitFor();
  assert.equal(await page.getByTestId('alarm-list').isVisible(), false);
  await page.locator('[data-pane="list"]').click();
  assert.equal(await page.getByTestId('alarm-list').isVisible(), true);
  for (const hash of ['#/alarms', '#/stations', '#/gateways', '#/datastreams']) {
    await page.goto(new URL(hash, page.url()).href);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), hash);
  }
});

inBrowser('Official warnings stand above the alarms, apart from them and in no count of them', { scene: openingScene }, async ({ page, mock, rows }) => {
  await count(page, ROW, 8);
  const counts = () => page.locator('.top-counts').innerText();
  // The title follows the list, not always within the same frame.
  await until(page, () => document.title.startsWith('(7)'));
  const before = [await counts(), await page.title()];
  assert.equal(await page.getByTestId('warnings').count(), 0);
  await until(page, () => document.querySelector('[data-testid="connection"]').dataset.state === 'on');
  const drill = mock.issue();
  const item = page.getByTestId('warning').first();
  await item.waitFor();
  const text = await item.innerText();
  for (const part of ['演练', '橙色', '暴雨', '演练气象台', '市区', '至 ']) assert.ok(text.includes(part), `${part} in ${text}`);
  assert.equal(await rows.count(), 8);
  assert.deepEqual([await counts(), await page.title()], before);
  assert.ok((await page.getByTestId('live-polite').innerText()).includes('演练气象台'));
  await item.click();
  assert.ok((await page.getByTestId('warning-whole').innerText()).includes('检查排水泵站。'));
  assert.equal(await item.getAttribute('aria-expanded'), 'true');
  await page.getByTestId('lang-switch').click();
  await until(page, () => document.querySelector('[data-testid="warning"]').innerText.includes('Rainstorm'));
  for (const part of ['Exercise', 'Orange', 'Drill weather office', 'The city', 'until ']) assert.ok((await item.innerText()).includes(part), part);
  mock.issue({ status: 'actual', colour: 'white', expires: null, texts: [{ language: 'en', event: 'Typhoon', issuer: 'Office', headline: null, description: '<b>bold</b>', instruction: null, web: null, contact: null }] });
  await count(page, '[data-testid="warning"]', 2);
  assert.equal(await item.getAttribute('data-status'), 'actual');
  assert.ok((await item.innerText()).includes('until further notice'));
  await item.click();
  assert.ok((await page.getByTestId('warning-whole').innerText()).includes('<b>bold</b>'));
  mock.endWarning(drill.id);
  await count(page, '[data-testid="warning"]', 1);
});

inBrowser('A warning whose event was lost is there with the next heartbeat', { scene: openingScene, mockOptions: { heartbeatMs: 500 } }, async ({ page, mock }) => {
  await until(page, () => document.querySelector('[data-testid="connection"]').dataset.state === 'on');
  mock.issue({}, { quietly: true });
  await page.getByTestId('warning').waitFor();
});

inBrowser('The areas of official warnings are outlined on the map', { scene: (mock) => { mock.issue(); return openingScene(mock); }, map: true }, async ({ page }) => {
  await until(page, () => document.querySelector('[data-testid="map"]').dataset.warnings === '1');
  assert.equal(await page.evaluate(() => JSON.parse(document.querySelector('[data-testid="map"]').dataset.levels).orange), 2, 'places in alarm are counted as before');
});

for (const [name, setup] of [['in Chinese', {}], ['in English on a phone', { locale: 'en-GB', viewport: { width: 390, height: 844 } }]]) {
  inBrowser(`No serious accessibility fault, ${name}`, { scene: (mock) => { for (const colour of ['red', 'orange', 'yellow', 'blue', 'white', 'none']) mock.issue({ colour }); return openingScene(mock); }, ...setup }, async ({ page, row, alarms }) => {
    const axe = await readFile(fileURLToPath(new URL('../node_modules/axe-core/axe.min.js', import.meta.url)), 'utf8');
    // The test's own tool may run as script; the page's policy is for the page.
    const faults = async () => {
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
      return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    };
    await page.getByTestId('warning').first().click();
    await page.getByTestId('warning-whole').waitFor();
    assert.deepEqual(await faults(), []);
    await row(alarms.river).click();
    await until(page, () => Number(document.querySelector('[data-testid="trend"]')?.dataset.points) > 40);
    assert.deepEqual(await faults(), []);
    for (const hash of ['#/stations', '#/gateways', '#/datastreams']) {
      await page.goto(new URL(hash, page.url()).href);
      await page.locator('table').waitFor();
      if (hash === '#/stations') {
        await page.locator('[data-station="sl651/0030746200"] button').click();
        await page.getByTestId('catalogue-entry').waitFor();
      }
      assert.deepEqual(await faults(), [], hash);
    }
  });
}
