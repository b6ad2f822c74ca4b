// The parts that need no browser: order and filters, the store's coalescing, trends and their gaps, the server's clock, the map's picture.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { close, load } from './support/modules.mjs';
import { clipLine, clipRing } from '../build/clip.mjs';

// The language is chosen at the start, by the browser's; newer versions of Node have one of their own.
Object.defineProperty(globalThis, 'navigator', { value: { languages: ['zh-CN'] }, configurable: true });
after(close);

const { AlarmStore } = await load('/src/model/alarm-store.ts');
const { compareAlarms, viewOf, NO_FILTER } = await load('/src/model/alarm-view.ts');
const { ServerClock } = await load('/src/model/server-clock.ts');
const { isWindowed, seriesOf, seriesOfMeasure } = await load('/src/trend/trend-data.ts');
const { measureText } = await load('/src/text/measure.ts');
const { windowOf, everyText } = await load('/src/trend/trend-ranges.ts');
const { MESSAGES } = await load('/src/text/messages.ts');
const { pictureOf } = await load('/src/map/map-features.ts');
const { areaText, inOrder, OfficialWarnings, textOf } = await load('/src/model/official-warnings.ts');
const { catalogueEntry } = await load('/src/model/catalogue-entry.ts');
const { wantsAttention } = await load('/src/model/station-view.ts');
const { warningOutlines } = await load('/src/map/warning-features.ts');
const { gridOf } = await load('/src/map/map-grid.ts');
const { api, LISTED_MOST } = await load('/src/api/client.ts');
const format = await load('/src/text/format.ts');

const alarm = (change = {}) => ({
  id: 'a', rule: 'r', title: null, domain: 'water', scope: 's', station: null, asset: null, zone: null, longitude: null, latitude: null, level: 'yellow', peakLevel: 'yellow', active: true,
  acknowledged: false, raisedAt: '2026-06-15T08:00:00.000Z', onsetAt: '2026-06-15T08:00:00.000Z', updatedAt: '2026-06-15T08:00:00.000Z', retrospective: false, revision: 1, ...change,
});
const noText = () => '';

/** A store whose frames are drawn by hand. */
function storeByHand() {
  const frames = [];
  const store = new AlarmStore((callback) => frames.push(callback));
  return { store, frames, draw: () => { for (const frame of frames.splice(0)) frame(); } };
}

test('Unacknowledged alarms come first, then the worst level, then the newest', () => {
  const alarms = [
    alarm({ id: 'acknowledged-red', level: 'red', acknowledged: true }),
    alarm({ id: 'old-yellow', raisedAt: '2026-06-15T07:00:00.000Z' }),
    alarm({ id: 'new-yellow', raisedAt: '2026-06-15T07:00:00.5Z' }),
    alarm({ id: 'blue', level: 'blue' }),
    alarm({ id: 'orange', level: 'orange', raisedAt: '2026-06-15T01:00:00Z' }),
  ];
  assert.deepEqual(alarms.sort(compareAlarms).map(({ id }) => id), ['orange', 'new-yellow', 'old-yellow', 'blue', 'acknowledged-red']);
});

test('An alarm that has returned is listed under the worst level it had', () => {
  const rows = viewOf([alarm({ id: 'returned', active: false, level: 'none', peakLevel: 'red' }), alarm({ id: 'orange', level: 'orange' })], { ...NO_FILTER, level: 'red' }, null, noText);
  assert.deepEqual(rows.map(({ id }) => id), ['returned']);
});

test('Closed alarms are not among the open ones, unless the closed one is selected', () => {
  const alarms = [alarm({ id: 'closed', active: false, acknowledged: true }), alarm({ id: 'open' })];
  assert.deepEqual(viewOf(alarms, NO_FILTER, null, noText).map(({ id }) => id), ['open']);
  assert.deepEqual(viewOf(alarms, NO_FILTER, 'closed', noText).map(({ id }) => id), ['open', 'closed']);
});

test('Five hundred events between two frames are told to listeners once', () => {
  const { store, frames, draw } = storeByHand();
  const told = [];
  store.subscribe((raised) => told.push(raised.length));
  for (let i = 0; i < 500; i++) store.apply(alarm({ id: `a${i}` }));
  assert.equal(frames.length, 1);
  draw();
  assert.deepEqual(told, [500]);
});

test('An event that comes again, or late, changes nothing', () => {
  const { store, draw } = storeByHand();
  store.apply(alarm({ revision: 3, acknowledged: true }));
  draw();
  const { version } = store;
  store.apply(alarm({ revision: 3 }));
  store.apply(alarm({ revision: 2 }));
  assert.equal(store.version, version);
  assert.equal(store.get('a').acknowledged, true);
});

test('A new snapshot drops open alarms that were closed out of sight, and keeps newer ones than its own', () => {
  const { store } = storeByHand();
  store.apply(alarm({ id: 'gone' }));
  store.apply(alarm({ id: 'newer', revision: 5, level: 'red' }));
  store.replaceOpen([alarm({ id: 'newer', revision: 4 }), alarm({ id: 'fresh' })]);
  assert.deepEqual([...store.all()].map(({ id, level }) => `${id} ${level}`).sort(), ['fresh yellow', 'newer red']);
});

test('A retrospective alarm, and one already known, are no news', () => {
  const { store, draw } = storeByHand();
  let raised = [];
  store.subscribe((alarms) => { raised = alarms.map(({ id }) => id); });
  store.apply(alarm({ id: 'late', retrospective: true }));
  store.apply(alarm({ id: 'new' }));
  draw();
  assert.deepEqual(raised, ['new']);
  store.apply(alarm({ id: 'new', revision: 2, level: 'blue' }));
  draw();
  assert.deepEqual(raised, []);
  store.apply(alarm({ id: 'new', revision: 3, level: 'red' }));
  draw();
  assert.deepEqual(raised, ['new']);
});

test('At most two thousand closed alarms are kept, the longest closed go first', () => {
  const { store, draw } = storeByHand();
  for (let i = 0; i < 2_100; i++) store.apply(alarm({ id: `a${i}`, active: false, acknowledged: true, updatedAt: new Date(1_000 * i).toISOString() }));
  store.apply(alarm({ id: 'open' }));
  draw();
  assert.equal(store.size, 2_001);
  assert.equal(store.get('a99'), undefined);
  assert.notEqual(store.get('a100'), undefined);
});

test('The clock runs at the simulated speed from the last time it was told', () => {
  let local = 0;
  const clock = new ServerClock(() => local, 0);
  clock.setSpeed(true, 60);
  clock.set('2015-12-26T00:00:00Z');
  local = 1_000;
  assert.equal(new Date(clock.now()).toISOString(), '2015-12-26T00:01:00.000Z');
});

test('Silence in the readings becomes a gap in the line', () => {
  const at = (minute) => new Date(minute * 60_000).toISOString();
  const readings = [0, 1, 2, 3, 20, 21].map((minute) => ({ at: at(minute), value: minute, quality: 'good' }));
  const series = seriesOf({ datastream: 'd', unit: 'm', every: null, readings }, null);
  assert.deepEqual(series.values, [0, 1, 2, 3, null, 20, 21]);
  assert.equal(series.points, 6);
  assert.deepEqual([series.min, series.max], [0, 21]);
});

test('Missing and bad readings are no values', () => {
  const readings = [{ at: '2026-01-01T00:00:00Z', value: 1, quality: 'good' }, { at: '2026-01-01T00:01:00Z', value: -9999, quality: 'missing' }, { at: '2026-01-01T00:02:00Z', value: 99, quality: 'bad' }];
  const series = seriesOf({ datastream: 'd', unit: 'm', every: null, readings }, null);
  assert.deepEqual(series.values, [1, null, null]);
  assert.equal(series.points, 1);
});

test('A missing bucket becomes a gap', () => {
  const bucket = (hour) => ({ at: new Date(hour * 3_600_000).toISOString(), min: 1, max: 3, avg: 2, count: 4, last: 2 });
  const series = seriesOf({ datastream: 'd', unit: 'm', every: 'PT1H', buckets: [bucket(0), bucket(1), bucket(4)] }, 3_600);
  assert.deepEqual(series.values, [2, 2, null, 2]);
  assert.deepEqual(series.times, [1_800, 5_400, 9_000, 16_200]);
});

test('A measure holds from point to point and stops only where it says that it has no value', () => {
  const at = (minute) => new Date(minute * 60_000).toISOString();
  const points = [[0, 1], [1, 2], [2, 3], [200, 4], [201, null], [260, 0]].map(([minute, value]) => ({ at: at(minute), value }));
  const series = seriesOfMeasure({ measure: 'sum(1h)', unit: 'mm', points }, null);
  assert.deepEqual(series.values, [1, 2, 3, 4, null, 0]);
  assert.deepEqual(series.times, [0, 60, 120, 12_000, 12_060, 15_600]);
  assert.deepEqual([series.points, series.min, series.max], [5, 0, 4]);
  const bucket = (hour) => ({ at: new Date(hour * 3_600_000).toISOString(), min: 1, max: 3, avg: 2, count: 4, last: 2 });
  assert.deepEqual(seriesOfMeasure({ measure: 'sum(1h)', unit: 'mm', buckets: [bucket(0), bucket(9)] }, 3_600).values, [2, 2]);
});

test('Limits are for something else than single readings when the rule compares a window', () => {
  assert.deepEqual([null, 'last', 'sum(3h)', 'min(1h)', 'rate(1min, 1min)'].map(isWindowed), [false, false, true, true, true]);
});

test('A measure is said in words, and one of an unknown form as it is written', () => {
  assert.deepEqual(['sum(3h)', 'avg(10min)', 'max(2d)', 'rate(90s, 1min)', 'median(1h)'].map(measureText), ['3 小时累计', '10 分平均', '2 天最大', '90 秒变化率', 'median(1h)']);
});

test('The first trend is sixty minutes before to fifteen after the raise, in full', () => {
  const raised = Date.parse('2026-06-15T08:00:00Z');
  assert.deepEqual(windowOf('hour', alarm({ onsetAt: '2026-06-15T07:59:00Z' }), raised), { from: raised - 3_600_000, to: raised + 900_000, everySeconds: null });
});

test('A week is asked for in buckets that a chart can show', () => {
  const { from, to, everySeconds } = windowOf('week', alarm(), 0);
  assert.equal(everySeconds, 900);
  assert.ok((to - from) / 1_000 / everySeconds <= 720);
  assert.deepEqual([900, 3_600, 10].map(everyText), ['PT15M', 'PT1H', 'PT10S']);
});

test('Both languages have the same messages with the same arguments', () => {
  assert.deepEqual(Object.keys(MESSAGES.en).sort(), Object.keys(MESSAGES.zh).sort());
  const argumentsOf = (text) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();
  for (const [id, text] of Object.entries(MESSAGES.zh)) {
    assert.ok(text.trim() !== '' && MESSAGES.en[id].trim() !== '', id);
    assert.deepEqual(argumentsOf(MESSAGES.en[id]), argumentsOf(text), id);
  }
});

test('Numbers keep the decimals of their gauge, units are written as people do', () => {
  assert.equal(format.valueText(3, 'm', 2), '3.00 m');
  assert.equal(format.valueText(21.5, 'Cel'), '21.5 °C');
  assert.equal(format.valueText(8.724, 'Cel/min'), '8.724 °C/min');
  assert.equal(format.valueText(null, 'm'), '–');
  assert.equal(format.spanText(3_600_000 * 25), '1 天 1 小时');
});

/** Answers requests with pages of so many things each, `things` in all. */
function serve(things, pageSize) {
  const asked = [];
  globalThis.document = { baseURI: 'http://service/' };
  globalThis.fetch = async (url) => {
    const after = new URL(url).searchParams.get('after');
    asked.push(after);
    const from = Number(after ?? 0);
    const items = Array.from({ length: Math.min(pageSize, things - from) }, (_unused, i) => ({ id: String(from + i) }));
    return { ok: true, json: async () => ({ stations: items, next: from + items.length < things ? String(from + items.length) : null }) };
  };
  return asked;
}

test('A list is followed to its end', async () => {
  const asked = serve(25, 10);
  const { items, cut } = await api.stations();
  assert.deepEqual(items.map(({ id }) => Number(id)), Array.from({ length: 25 }, (_unused, i) => i));
  assert.equal(cut, false);
  assert.deepEqual(asked, [null, '10', '20']);
});

test('A list longer than the console takes is cut there, and says so', async () => {
  const asked = serve(LISTED_MOST * 10, 1_000);
  const { items, cut } = await api.stations();
  assert.equal(items.length, LISTED_MOST);
  assert.equal(cut, true);
  assert.equal(asked.length, LISTED_MOST / 1_000);
  serve(LISTED_MOST, 1_000);
  assert.equal((await api.stations()).cut, false, 'one of just that length is not cut');
});

test('The map shows each place with its worst open alarm, and counts places by level and domain', () => {
  const station = (id) => ({ id, kind: 'river', domain: 'water', site: null, name: { zh: id, en: id }, longitude: 110, latitude: 21, level: 'none', activeAlarms: 0 });
  const city = { stations: new Map([['s1', station('s1')], ['s2', station('s2')]]), assets: new Map(), zones: { features: [] }, zone: () => undefined, objectName: () => 'x' };
  const picture = pictureOf(city, [alarm({ id: '1', station: 's1' }), alarm({ id: '2', station: 's1', level: 'red' }), alarm({ id: '3', station: 's1', active: false, acknowledged: true, level: 'red' })], undefined, []);
  assert.deepEqual(picture.levels, { none: 1, blue: 0, yellow: 0, orange: 0, red: 1 });
  assert.deepEqual(picture.domains, { water: 2 });
  assert.equal(picture.stations.features[0].properties.alarms, 2);
});

const warning = (change = {}) => ({
  id: 'w', sent: '2026-06-15T08:00:00.000Z', status: 'actual', colour: 'orange', event: '暴雨',
  texts: [{ language: 'en-US', event: 'Rainstorm', issuer: 'Office' }, { language: 'zh-CN', event: '暴雨', issuer: '气象台' }],
  areas: [{ language: 'zh-CN', description: '市区', polygons: [[[110, 21], [111, 21], [111, 22], [110, 21]]], circles: [] }, { language: 'en-US', description: 'The city', polygons: [[[110, 21], [111, 21], [111, 22], [110, 21]]], circles: [] }],
  ...change,
});

test('Official warnings come with those that are meant first, then the worst colour, then the newest', () => {
  const given = [
    warning({ id: 'drill', status: 'exercise', colour: 'red' }), warning({ id: 'white', colour: 'white' }), warning({ id: 'old' }),
    warning({ id: 'new', sent: '2026-06-15T09:00:00.000Z' }), warning({ id: 'red', colour: 'red' }), warning({ id: 'none', colour: 'none' }),
  ];
  assert.deepEqual(inOrder(given).map(({ id }) => id), ['red', 'new', 'old', 'white', 'none', 'drill']);
});

test('A warning is told in the language of the page, or in the one it has', () => {
  assert.equal(textOf(warning(), 'zh').event, '暴雨');
  assert.equal(areaText(warning(), 'zh'), '市区');
  assert.equal(areaText(warning(), 'en'), 'The city');
  const german = warning({ texts: [{ language: 'de', event: 'Starkregen' }], areas: [{ language: 'de', description: 'Stadt', polygons: [], circles: [] }] });
  assert.equal(textOf(german, 'en').event, 'Starkregen');
  assert.equal(areaText(german, 'en'), 'Stadt');
  assert.equal(textOf(warning({ texts: [] }), 'zh'), undefined);
});

test('The outline of a warning is drawn once, however many languages name its area, and a circle as a ring of its radius', () => {
  const circle = warning({ id: 'c', status: 'exercise', areas: [{ language: 'zh-CN', description: '海', polygons: [], circles: [{ longitude: 110, latitude: 60, radiusKilometres: 111.195 }] }] });
  const { features } = warningOutlines([warning(), circle], 'c');
  assert.equal(features.length, 2);
  assert.deepEqual(features[0].properties, { colour: 'orange', label: '暴雨 橙色', open: false });
  assert.deepEqual(features[1].properties, { colour: 'orange', label: '暴雨 橙色 · 演练', open: true });
  const ring = features[1].geometry.coordinates;
  assert.deepEqual(ring[0], ring.at(-1));
  // One degree of latitude; at 60° north a degree of longitude is half as long.
  assert.ok(Math.abs(Math.max(...ring.map(([, y]) => y)) - 61) < 1e-9);
  assert.ok(Math.abs(Math.max(...ring.map(([x]) => x)) - 112) < 1e-6);
});

test('Warnings are asked for when the revision is another one, and again after a failure', async () => {
  let revision = 4;
  let fails = false;
  let asked = 0;
  globalThis.fetch = async () => { asked++; if (fails) throw new Error('away'); return { ok: true, json: async () => ({ revision, count: 1, warnings: [warning({ id: `w${revision}` })] }) }; };
  const heard = [];
  const warnings = new OfficialWarnings(() => undefined);
  warnings.onNew = (added) => heard.push(...added.map(({ id }) => id));
  const settled = () => new Promise((resolve) => { setTimeout(resolve, 0); });
  await warnings.refresh();
  warnings.heard(4);
  warnings.heard(undefined);
  await settled();
  assert.deepEqual([asked, heard], [1, []], 'what is there at the start is no news');
  warnings.toggle('w4');
  fails = true;
  revision = 5;
  warnings.heard(5);
  await settled();
  assert.notEqual(warnings.failure, '');
  assert.deepEqual(warnings.list.map(({ id }) => id), ['w4'], 'what is known stays');
  fails = false;
  warnings.heard(5);
  await settled();
  assert.deepEqual([warnings.failure, warnings.list[0].id, warnings.openId, heard], ['', 'w5', null, ['w5']]);
});

test('The grid has a handful of lines across whatever is in sight', () => {
  for (const width of [0.01, 0.3, 4, 90, 360]) {
    const lines = gridOf({ west: 100, east: 100 + width, south: 10, north: 10 + width / 3 }).features;
    assert.ok(lines.length >= 4 && lines.length <= 24, `${width} degrees: ${lines.length} lines`);
  }
});

test('A ring is cut at the cell, a ring outside is nothing, a line keeps the stretches that touch', () => {
  const square = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]];
  const cut = clipRing(square, [2, 2, 10, 10]);
  assert.deepEqual([...new Set(cut.map(String))].sort(), ['2,2', '2,4', '4,2', '4,4']);
  assert.equal(clipRing(square, [5, 5, 6, 6]), null);
  assert.deepEqual(clipLine([[0, 0], [1, 0], [2, 0], [3, 0]], [0, -1, 0.5, 1]), [[[0, 0], [1, 0]]]);
});

const heardStation = (change = {}) => ({
  protocol: 'sl651', station: '0012345678', domain: 'water', known: true, catalogueStations: ['bridge'], online: true, connections: 1, lastHeardAt: null,
  frames: { good: 1, partlyBad: 0, refused: {} }, holes: [], lastProblem: null, unassigned: 0, ...change,
});
const hints = { station: 'where', quantity: 'what' };

test('An entry for the catalogue names what is known and leaves open what only a person knows', () => {
  assert.equal(catalogueEntry(heardStation({ known: false, catalogueStations: [] }), [{ name: 'Z', unit: 'm' }, { name: 'a"b', unit: null }], hints), [
    'gateways:', '  - { id: "0012345678", domain: "water" }', 'datastreams:',
    '  - gateway: "0012345678"', '    name: "Z"', '    station:     # where', '    quantity:    # what', '    unit: "m"',
    '  - gateway: "0012345678"', '    name: "a\\"b"', '    station:     # where', '    quantity:    # what'].join('\n'));
  assert.equal(catalogueEntry(heardStation(), [{ name: 'Z', unit: null }], hints), ['datastreams:', '  - gateway: "0012345678"', '    name: "Z"', '    station: "bridge"', '    quantity:    # what'].join('\n'));
});

test('A station wants attention for each of its reasons, and not without one', () => {
  assert.equal(wantsAttention(heardStation()), false);
  for (const change of [{ online: false }, { known: false }, { unassigned: 1 }, { holes: [{}] }, { frames: { good: 1, partlyBad: 1, refused: {} } }, { frames: { good: 1, partlyBad: 0, refused: { truncated: 1 } } }])
    assert.equal(wantsAttention(heardStation(change)), true, JSON.stringify(change));
});

test('A text is cut after eighty signs, not within one', () => {
  assert.equal(format.cutText('阀门半开'), '阀门半开');
  assert.equal(format.cutText('x'.repeat(80)), 'x'.repeat(80));
  assert.equal(format.cutText('😀'.repeat(81)), `${'😀'.repeat(80)}…`);
  assert.equal(format.latestText({ value: null, text: null }, 'm', 2), '–');
  assert.equal(format.latestText({ value: 1.5, text: null }, 'm', 2), '1.50 m');
});
