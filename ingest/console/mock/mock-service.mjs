// A small stand-in for the ingest service: the HTTP API the console uses, over made-up data. Deterministic: values follow from the
// datastream and the time. Tests drive it by its methods; it never invents an alarm by itself.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { assets, domains, heardProtocols, heardStations, patrolAt, stations, unassignedElements, zones } from './city.mjs';

const RANK = { none: 0, blue: 1, yellow: 2, orange: 3, red: 4 };
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json', '.svg': 'image/svg+xml', '.txt': 'text/plain; charset=utf-8' };
// The service's policy, letter for letter, so that a console that breaks it breaks here first.
const POLICY = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; img-src 'self' data: blob:; style-src 'self'; "
  + "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export class MockService {
  constructor({ root, start = '2026-06-15T08:00:00.000Z', simulated = false, speed = 1, heartbeatMs = 5_000, keepEvents = 10_000, pageSize = 1_000 }) {
    Object.assign(this, { root, simulated, speed, heartbeatMs, keepEvents, pageSize });
    this.start = Date.parse(start);
    this.origin = performance.now();
    this.position = 0;
    this.events = [];
    this.alarms = new Map();
    this.transitions = new Map();
    this.details = new Map();
    this.streams = new Set();
    this.warnings = new Map();
    this.warningRevision = 0;
    this.requests = [];
    this.failNextAcknowledge = 0;
    this.heartbeats = true;
    this.refuseStreams = false;
    this.problem = null;
    this.recovery = null;
    this.listens = true;
    this.server = createServer((request, response) => { this.answer(request, response).catch((error) => { response.writeHead(500).end(String(error)); }); });
  }

  async listen(port = 0) {
    await new Promise((resolve) => { this.server.listen(port, '127.0.0.1', resolve); });
    this.timer = setInterval(() => { if (this.heartbeats) for (const stream of this.streams) this.sendHeartbeat(stream); }, this.heartbeatMs);
    return `http://127.0.0.1:${this.server.address().port}/`;
  }

  async close() {
    clearInterval(this.timer);
    this.dropStreams();
    this.server.closeAllConnections();
    await new Promise((resolve) => { this.server.close(resolve); });
  }

  now() { return this.start + (performance.now() - this.origin) * this.speed; }
  time(minutesAgo = 0) { return new Date(this.now() - minutesAgo * 60_000).toISOString(); }

  /** Raises an alarm of a station's limit. `change` overrides any field; `detail` is what the alarm has besides: limits, measure. */
  raise(stationId, level, { detail = {}, ...change } = {}) {
    const place = stations.find((candidate) => candidate.id === stationId);
    const limit = place.limits[level] ?? null;
    const raisedAt = change.raisedAt ?? this.time(0);
    const alarm = {
      id: `alarm${String(this.alarms.size).padStart(15, '0')}`, rule: `${place.domain}.${place.quantity}`, ruleVersion: '3f9a1c0b77de', title: titleOf(place),
      domain: place.domain, scope: place.datastream, station: place.id, asset: null, zone: null, datastream: place.datastream, gateway: place.gateway,
      longitude: place.longitude, latitude: place.latitude, level, peakLevel: level, active: true, acknowledged: false, acknowledgedBy: null, acknowledgedAt: null, note: null,
      onsetAt: raisedAt, raisedAt, returnedAt: null, clearedAt: null, updatedAt: raisedAt, value: limit === null ? null : round(limit * 1.03), unit: place.unit, limit,
      retrospective: false, plan: `PLAN-${place.domain.slice(0, 1).toUpperCase()}-01`, revision: 1, receivedAt: raisedAt, evaluatedAt: raisedAt, ...change,
    };
    this.details.set(alarm.id, detail);
    this.record(alarm, 'raised', raisedAt);
    return alarm;
  }

  raisePatrol(level = 'orange', change = {}) {
    const at = this.time(0);
    return this.raise('forest-4', level, {
      rule: 'forest.patrol-left', title: { zh: '护林员离开巡护区', en: 'Patrol left its area' }, scope: 'patrol-1|patrol-area-1', station: null, asset: 'patrol-1', zone: 'patrol-area-1',
      datastream: 'forest-gw-1/patrol-1-position', value: null, unit: null, limit: null, raisedAt: at, detail: { limits: [], measure: null }, ...change,
    });
  }

  /** Changes an alarm and tells the streams. */
  change(id, kind, change) {
    const alarm = { ...this.alarms.get(id), ...change };
    alarm.revision++;
    alarm.updatedAt = this.time();
    if (RANK[alarm.level] > RANK[alarm.peakLevel]) alarm.peakLevel = alarm.level;
    this.record(alarm, kind, alarm.updatedAt);
    return alarm;
  }

  record(alarm, kind, at) {
    this.alarms.set(alarm.id, alarm);
    const position = ++this.position;
    const steps = this.transitions.get(alarm.id) ?? [];
    steps.push({ position, kind, at, recordedAt: this.time(), level: alarm.level, value: alarm.value, by: kind === 'acknowledged' ? alarm.acknowledgedBy : null, note: kind === 'acknowledged' ? alarm.note : null });
    this.transitions.set(alarm.id, steps);
    this.events.push({ position, alarm });
    if (this.events.length > this.keepEvents) this.events.shift();
    for (const stream of this.streams) sendAlarm(stream, position, alarm);
  }

  /** An official warning that comes in; `change` overrides any field. Quietly: the streams are not told, as if the event had been lost. */
  issue(change = {}, { quietly = false } = {}) {
    const number = ++this.warningRevision;
    const area = { polygons: [[[110.2, 21.1], [110.6, 21.1], [110.6, 21.5], [110.2, 21.5], [110.2, 21.1]]], circles: [], geocodes: [] };
    const warning = {
      id: `warning${number}`, identifier: `DRILL-${number}`, sender: 'drill@weather.example', sent: this.time(10), issuer: '演练气象台', status: 'exercise', messageType: 'alert', scope: 'public',
      state: 'in-force', event: '暴雨', colour: 'orange', colourStated: true, severity: 'severe', urgency: 'expected', certainty: 'likely', categories: ['met'],
      effective: this.time(10), onset: null, expires: this.time(-120), note: null, references: [], endedAt: null, endedBy: null, receivedAt: this.time(9), receivedFrom: '李值班', sequence: number,
      texts: [
        { language: 'zh-CN', event: '暴雨', issuer: '演练气象台', headline: '演练：暴雨橙色预警信号', description: '假定三小时内雨量将达 50 毫米以上。', instruction: '检查排水泵站。', audience: null, web: null, contact: null },
        { language: 'en-US', event: 'Rainstorm', issuer: 'Drill weather office', headline: 'Drill: orange rainstorm signal', description: 'More than 50 mm of rain is assumed within three hours.', instruction: 'Check the pumping stations.', audience: null, web: null, contact: null },
      ],
      areas: [{ language: 'zh-CN', description: '市区', ...area }, { language: 'en-US', description: 'The city', ...area }], ...change,
    };
    this.warnings.set(warning.id, warning);
    if (!quietly) this.tellWarnings();
    return warning;
  }

  /** A warning that is over. */
  endWarning(id) {
    this.warnings.delete(id);
    this.warningRevision++;
    this.tellWarnings();
  }

  tellWarnings() { for (const stream of this.streams) stream.write(`event: warnings\ndata: {"revision":${this.warningRevision}}\n\n`); }

  warningPage() { return { revision: this.warningRevision, count: this.warnings.size, warnings: [...this.warnings.values()].reverse() }; }

  dropStreams() {
    for (const stream of this.streams) stream.end();
    this.streams.clear();
  }

  sendHeartbeat(stream) { stream.write(`event: heartbeat\ndata: ${JSON.stringify({ now: this.time(), position: this.position, warnings: this.warningRevision })}\n\n`); }

  async answer(request, response) {
    const url = new URL(request.url, 'http://mock');
    this.requests.push({ method: request.method, url: request.url, host: request.headers.host });
    response.setHeader('Content-Security-Policy', POLICY);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    if (!url.pathname.startsWith('/api/v1/')) return this.sendFile(url.pathname, response);
    response.setHeader('Cache-Control', 'no-store');
    if (this.recovery !== null) return problem(response, 503, 'recovering', 'The service is starting.', { recovery: this.recovery });
    const parts = url.pathname.slice('/api/v1/'.length).split('/').map(decodeURIComponent);
    if (parts[0] === 'alarms' && parts[1] === 'stream') return this.openStream(request, url, response);
    if (parts[0] === 'alarms' && parts[2] === 'acknowledge') return this.acknowledge(request, parts[1], response);
    const body = this.read(parts, url.searchParams);
    return body === null ? problem(response, 404, 'not_found', `There is nothing at ${url.pathname}.`) : json(response, 200, body);
  }

  read([kind, id, part], query) {
    switch (kind) {
      case 'status': return { now: this.time(), clock: { simulated: this.simulated, speed: this.speed }, catalogueVersion: 'c0ffee123456', rulesVersion: '3f9a1c0b77de', problem: this.problem, log: { first: 1, durable: this.position, heldBecause: null }, sources: [], counts: { readings: 0, rejected: 0, late: 0 } };
      case 'warnings': return this.warningPage();
      case 'domains': return { domains };
      case 'zones': return zones;
      case 'stations': return id === 'heard' ? this.heard(query) : this.listed('stations', stations.map((place) => this.stationOf(place)), query);
      case 'assets': return this.listed('assets', assets.map((asset) => ({ ...asset, position: { ...patrolAt(this.minutes()), observedAt: this.time() }, level: 'none' })), query);
      case 'gateways': return this.listed('gateways', this.gateways(), query);
      case 'datastreams': return this.listed('datastreams', this.datastreams().filter(({ gateway, assigned }) => gateway === (query.get('gateway') ?? gateway) && String(assigned) === (query.get('assigned') ?? String(assigned))), query);
      case 'readings': return this.readings(query);
      case 'alarms': return id === undefined ? this.page(query) : part === 'trend' ? this.trend(id, query) : this.detail(id);
      default: return null;
    }
  }

  /** One page of a list: `pageSize` things after the one whose id `after` is. */
  listed(name, things, query) {
    const from = things.findIndex(({ id }) => id === query.get('after')) + 1;
    const page = things.slice(from, from + this.pageSize);
    return { [name]: page, next: from + page.length < things.length ? page.at(-1).id : null };
  }

  heard(query) {
    if (!this.listens) return { protocols: [], stations: [], next: null };
    const time = (minutes) => this.time(minutes);
    const all = heardStations(time).map((station) => ({ id: `${station.protocol}/${station.station}`, ...station }));
    return { protocols: heardProtocols(time), ...this.listed('stations', all, query) };
  }

  minutes() { return (this.now() - this.start) / 60_000 + 20; }

  stationOf({ gateway, datastream, quantity, unit, limits, ...place }) {
    const here = [...this.alarms.values()].filter((alarm) => alarm.station === place.id && alarm.active);
    const rank = Math.max(0, ...here.map((alarm) => RANK[alarm.level]));
    return { ...place, gateways: [gateway], datastreams: [datastream], level: Object.keys(RANK)[rank], activeAlarms: here.length };
  }

  gateways() {
    const known = domains.map(({ id }, i) => ({ id: `${id}-gw-1`, domain: id, online: i !== 3, lastReceivedAt: this.time(i), accepted: 1_000 * (i + 1), rejected: i === 1 ? { json: 3, a_new_reason: 1 } : {}, known: true }));
    return [...known, { id: 'stranger-9', domain: 'water', online: null, lastReceivedAt: this.time(7), accepted: 12, rejected: {}, known: false }];
  }

  datastreams() {
    const at = Math.floor(this.now() / 60_000) * 60_000;
    const known = stations.map((place) => ({
      id: place.datastream, gateway: place.gateway, name: `${place.id}-${place.quantity}`, station: place.id, asset: null, domain: place.domain, quantity: place.quantity, unit: place.unit,
      decimals: 2, assigned: true, limits: place.limits, latest: { observedAt: new Date(at).toISOString(), value: valueAt(place, at, null), text: null, quality: 'good' },
    }));
    return [...known, ...unassignedElements((minutes) => this.time(minutes)), { id: 'stranger-9/voltage', gateway: 'stranger-9', name: 'voltage', station: null, asset: null, domain: null, quantity: null, unit: 'V', decimals: null, assigned: false, limits: null, latest: { observedAt: this.time(7), value: 12.4, text: null, quality: 'good' } }];
  }

  readings(query) {
    const datastream = query.get('datastream');
    const from = Date.parse(query.get('from'));
    const to = Math.min(Date.parse(query.get('to')), this.now());
    const every = query.get('every');
    if (datastream === 'forest-gw-1/patrol-1-position') {
      const readings = times(from, to, 60_000).map((at) => ({ at: new Date(at).toISOString(), ...patrolAt((at - this.start) / 60_000 + 20), quality: 'good' }));
      return { datastream, unit: null, every: null, readings, truncated: false };
    }
    const place = stations.find((candidate) => candidate.datastream === datastream);
    if (place === undefined) return { datastream, unit: null, every: null, readings: [], truncated: false };
    const raised = [...this.alarms.values()].find((alarm) => alarm.datastream === datastream);
    // One reading each minute: three hours of them make the limit of a sum.
    const share = raised !== undefined && this.details.get(raised.id).measure?.startsWith('sum') ? 180 : 1;
    const around = raised === undefined ? null : { at: Date.parse(raised.raisedAt), value: raised.limit === null ? null : raised.limit / share };
    if (every === null) {
      // Ten minutes in the middle of the hour before were never sent: the chart must show a gap.
      const kept = times(from, to, 60_000).filter((at) => around === null || at < around.at - 35 * 60_000 || at > around.at - 25 * 60_000);
      return { datastream, unit: place.unit, every: null, readings: kept.map((at) => ({ at: new Date(at).toISOString(), value: valueAt(place, at, around), quality: 'good' })), truncated: false };
    }
    const step = durationOf(every);
    const buckets = times(from, to, step).map((at) => { const avg = valueAt(place, at, around); return { at: new Date(at).toISOString(), min: round(avg * 0.97), max: round(avg * 1.03), avg, count: step / 60_000, last: avg }; });
    return { datastream, unit: place.unit, every, buckets, truncated: false };
  }

  page(query) {
    const state = query.get('state') ?? 'open';
    const matching = [...this.alarms.values()].filter((alarm) => (state === 'all' || (state === 'active' && alarm.active) || (state === 'unacknowledged' && !alarm.acknowledged) || (state === 'open' && (alarm.active || !alarm.acknowledged)))
      && (!query.get('domain') || alarm.domain === query.get('domain')) && (!query.get('level') || alarm.level === query.get('level')));
    matching.sort((a, b) => Number(a.acknowledged) - Number(b.acknowledged) || RANK[b.level] - RANK[a.level] || (a.raisedAt < b.raisedAt ? 1 : -1));
    const open = [...this.alarms.values()].filter((alarm) => alarm.active || !alarm.acknowledged);
    const counts = { red: 0, orange: 0, yellow: 0, blue: 0, open: open.length, unacknowledged: open.filter((alarm) => !alarm.acknowledged).length };
    for (const alarm of open) if (alarm.active) counts[alarm.level]++;
    return { position: this.position, counts, alarms: matching.slice(0, Number(query.get('limit') ?? 1_000)) };
  }

  detail(id) {
    const alarm = this.alarms.get(id);
    if (alarm === undefined) return null;
    const place = stations.find((candidate) => candidate.datastream === alarm.datastream);
    const limits = Object.entries(place?.limits ?? {}).map(([level, value]) => ({ level, value }));
    return { ...alarm, limits, direction: limits.length === 0 ? null : 'above', measure: 'last', transitions: this.transitions.get(id), ...this.details.get(id) };
  }

  /** sum(…) and rate(…) over the same readings, as the service computes them: the window (t - w, t]. */
  trend(id, query) {
    const { datastream, unit } = this.alarms.get(id) ?? {};
    const { measure } = this.details.get(id) ?? {};
    const [, name, hours] = /^(sum|rate)\((\d+)h\)$/.exec(measure ?? '') ?? [];
    if (name === undefined) return null;
    const window = Number(hours) * 3_600_000;
    const from = Date.parse(query.get('from'));
    const { readings } = this.readings(new URLSearchParams({ datastream, from: new Date(from - window).toISOString(), to: query.get('to') }));
    const rows = readings.map(({ at, value }) => ({ time: Date.parse(at), value }));
    const points = rows.filter(({ time }) => time >= from).map(({ time, value }) => {
      const inside = rows.filter((row) => row.time > time - window && row.time <= time);
      const first = rows.findLast((row) => row.time <= time - window) ?? inside[0];
      return { at: new Date(time).toISOString(), value: round(name === 'sum' ? inside.reduce((sum, row) => sum + row.value, 0) : ((value - first.value) * 3_600_000) / Math.max(1, time - first.time)) };
    });
    const every = query.get('every');
    if (every === null) return { alarm: id, datastream, measure, unit, every, points, truncated: false, unreadableFiles: 0 };
    const step = durationOf(every);
    const buckets = times(Math.floor(from / step) * step, Date.parse(query.get('to')), step).flatMap((start) => {
      const values = points.filter(({ at }) => Date.parse(at) >= start && Date.parse(at) < start + step).map((point) => point.value);
      return values.length === 0 ? [] : [{ at: new Date(start).toISOString(), min: Math.min(...values), max: Math.max(...values), avg: values.reduce((a, b) => a + b, 0) / values.length, count: values.length, last: values.at(-1) }];
    });
    return { alarm: id, datastream, measure, unit, every, buckets, truncated: false, unreadableFiles: 0 };
  }

  openStream(request, url, response) {
    if (this.refuseStreams) return problem(response, 503, 'starting', 'The service is starting.');
    const after = Number(request.headers['last-event-id'] ?? url.searchParams.get('after') ?? this.position);
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const oldest = this.events[0]?.position ?? this.position + 1;
    if (after < oldest - 1) { response.end(`event: resync\nid: ${this.position}\ndata: {"position":${this.position}}\n\n`); return undefined; }
    for (const { position, alarm } of this.events) if (position > after) sendAlarm(response, position, alarm);
    this.sendHeartbeat(response);
    this.streams.add(response);
    request.on('close', () => this.streams.delete(response));
    return undefined;
  }

  async acknowledge(request, id, response) {
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return problem(response, 403, 'cross_origin', 'A page of another origin sent this request.');
    if (request.headers['content-type'] !== 'application/json') return problem(response, 415, 'not_json', 'Send the body as application/json.');
    let text = '';
    for await (const part of request) text += part;
    const { operator, note } = JSON.parse(text);
    if (this.failNextAcknowledge > 0) { this.failNextAcknowledge--; return problem(response, 503, 'log_unavailable', 'The log cannot be written: the disk is full.'); }
    const alarm = this.alarms.get(id);
    if (alarm === undefined) return problem(response, 404, 'alarm_not_found', `There is no alarm ${id}.`);
    if (typeof operator !== 'string' || operator.trim() === '') return problem(response, 400, 'operator_missing', 'Give the operator who acknowledges.');
    if (alarm.acknowledged) return json(response, 200, alarm);
    return json(response, 200, this.change(id, 'acknowledged', { acknowledged: true, acknowledgedBy: operator, acknowledgedAt: this.time(), note: note ?? null }));
  }

  async sendFile(pathname, response) {
    const file = path.join(this.root, pathname === '/' ? 'index.html' : path.normalize(decodeURIComponent(pathname)));
    if (!file.startsWith(this.root)) return problem(response, 404, 'not_found', 'No such file.');
    const bytes = await readFile(file).catch(() => null);
    if (bytes === null) return problem(response, 404, 'not_found', `No such file: ${pathname}`);
    response.writeHead(200, { 'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream' });
    response.end(bytes);
    return undefined;
  }
}

function titleOf({ quantity }) {
  switch (quantity) {
    case 'level': return { zh: '水位超限', en: 'Water level high' };
    case 'temperature': return { zh: '温度过高', en: 'Temperature high' };
    case 'humidity': return { zh: '相对湿度过高', en: 'Humidity high' };
    default: return { zh: '累计雨量超限', en: 'Rainfall high' };
  }
}

// Rises through the limit just when the alarm was raised; without an alarm it stays well below.
function valueAt(place, at, around) {
  const lowest = Math.min(...Object.values(place.limits));
  const ripple = Math.sin(at / 420_000) * 0.01;
  if (around === null || around.value === null) return round(lowest * (0.72 + ripple));
  const minutes = (at - around.at) / 60_000;
  return round(around.value * (1 + Math.tanh(minutes / 45) * 0.28 + ripple));
}

function times(from, to, step) {
  const found = [];
  for (let at = Math.ceil(from / step) * step; at <= to && found.length < 20_000; at += step) found.push(at);
  return found;
}

function durationOf(text) {
  const match = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(text);
  return ((Number(match?.[1] ?? 0) * 60 + Number(match?.[2] ?? 0)) * 60 + Number(match?.[3] ?? 0)) * 1_000;
}

const round = (value) => Math.round(value * 1_000) / 1_000;
const sendAlarm = (stream, position, alarm) => stream.write(`event: alarm\nid: ${position}\ndata: ${JSON.stringify(alarm)}\n\n`);
const json = (response, status, body) => { response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body)); };
const problem = (response, status, code, detail, more = {}) => { response.writeHead(status, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify({ title: code, status, code, detail, ...more })); };
