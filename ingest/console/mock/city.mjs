// A small made-up city for the mock service: one station or more for each domain, a patrol that moves, a fence, and hostile names, because
// whoever may edit a catalogue may type anything.
export const HOSTILE = '<img src=x onerror="window.hostile=1"><script>window.hostile=2</script>';

const names = (zh, en) => ({ zh, en });

export const domains = [
  { id: 'drainage', name: names('排水', 'Drainage') },
  { id: 'fire', name: names('消防', 'Fire') },
  { id: 'water', name: names('水利', 'Water conservancy') },
  { id: 'heritage', name: names('文物', 'Heritage') },
  { id: 'forest', name: names('森林防火', 'Forest fire') },
  { id: 'weather', name: names('气象', 'Weather') },
];

export const sites = {
  chikan: { id: 'chikan', name: names('赤坎区', 'Chikan District') },
  hedi: { id: 'hedi', name: names('鹤地水库', 'Hedi Reservoir') },
  hostile: { id: 'hostile', name: names(HOSTILE, HOSTILE) },
};

export const stations = [
  station('river-1', 'river', 'water', names('九洲江合江水位站', 'Jiuzhou River at Hejiang'), 110.262, 21.617, 'level', 'm', { blue: 2.5, yellow: 3, orange: 4, red: 5 }, sites.hedi),
  station('reservoir-1', 'reservoir', 'water', names('鹤地水库坝上', 'Hedi Reservoir, dam'), 110.299, 21.757, 'level', 'm', { yellow: 40, orange: 41, red: 42 }, sites.hedi),
  station('manhole-7', 'manhole', 'drainage', names('人民大道立交检查井', 'Renmin Avenue underpass manhole'), 110.405, 21.199, 'level', 'm', { yellow: 1.2, orange: 1.6, red: 2 }),
  station('pump-2', 'pump', 'drainage', names('霞山泵站前池', 'Xiashan pumping station, forebay'), 110.398, 21.187, 'level', 'm', { yellow: 2, orange: 2.5 }),
  station('hall-3', 'compartment', 'fire', names('批发市场三号厅', 'Wholesale market, hall 3'), 110.372, 21.268, 'temperature', 'Cel', { orange: 55, red: 65 }),
  station('museum-1', 'room', 'heritage', names('湛江博物馆书画库房', 'Zhanjiang Museum, painting store'), 110.391, 21.256, 'humidity', '%RH', { blue: 60, yellow: 65 }),
  station('forest-4', 'forest', 'forest', names('三岭山林区监测点', 'Sanling Hill forest post'), 110.318, 21.142, 'temperature', 'Cel', { yellow: 37, orange: 40 }),
  station('rain-1', 'rain', 'weather', names('赤坎雨量站', 'Chikan rain gauge'), 110.361, 21.276, 'rain', 'mm', { blue: 30, yellow: 50, orange: 80, red: 100 }, sites.chikan),
  station('rain-2', 'rain', 'weather', names(HOSTILE, HOSTILE), 110.52, 21.05, 'rain', 'mm', { yellow: 50 }, sites.hostile),
  ...Array.from({ length: 24 }, (_unused, i) => station(`river-${i + 10}`, 'river', 'water', names(`鉴江测站 ${i + 1}`, `Jian River gauge ${i + 1}`),
    110.62 + (i % 6) * 0.045, 21.3 + Math.floor(i / 6) * 0.06, 'level', 'm', { yellow: 3, orange: 4, red: 5 })),
];

export const assets = [{ id: 'patrol-1', kind: 'patrol', domain: 'forest', name: names('护林员一组', 'Ranger team 1') }];

export const zones = {
  type: 'FeatureCollection',
  features: [{
    type: 'Feature',
    properties: { id: 'patrol-area-1', kind: 'patrol-area', domain: 'forest', name: names('三岭山巡护区', 'Sanling Hill patrol area') },
    geometry: { type: 'Polygon', coordinates: [[[110.27, 21.1], [110.35, 21.1], [110.36, 21.17], [110.29, 21.19], [110.27, 21.1]]] },
  }],
};

function station(id, kind, domain, name, longitude, latitude, quantity, unit, limits, site = null) {
  return { id, kind, domain, site, name, longitude, latitude, gateway: `${domain}-gw-1`, datastream: `${domain}-gw-1/${id}-${quantity}`, quantity, unit, limits };
}

/** Stations of field protocols as the service heard them: one in order, one with everything that can be wrong, one that is away, one that nobody has registered. */
export function heardStations(time) {
  const whole = { domain: 'water', known: true, catalogueStations: ['river-1'], online: true, connections: 1, lastHeardAt: time(1), holes: [], lastProblem: null, unassigned: 0 };
  return [
    { ...whole, protocol: 'gb26875', station: '88', domain: 'fire', catalogueStations: ['hall-3'], online: false, connections: 0, lastHeardAt: time(190), frames: { good: 96, partlyBad: 0, refused: {} } },
    { ...whole, protocol: 'hj212', station: '010000A8900016F000169DC0', domain: 'drainage', known: false, catalogueStations: [], unassigned: 1, frames: { good: 12, partlyBad: 0, refused: {} } },
    { ...whole, protocol: 'sl651', station: '0012345678', frames: { good: 1440, partlyBad: 0, refused: {} } },
    { ...whole, protocol: 'sl651', station: '0030746200', connections: 2, unassigned: 3, frames: { good: 310, partlyBad: 4, refused: { crc_mismatch: 7, a_new_reason: 1 } },
      holes: [{ from: time(300), until: time(60) }, { from: time(50), until: time(20) }], lastProblem: { code: 'not_bcd', at: time(3), detail: '32, byte 41: 39' } },
  ];
}

export const heardProtocols = (time) => [
  { protocol: 'gb26875', domain: 'fire', connections: 0, stations: 1, unlistedFrames: 0, refused: {}, lastProblem: null },
  { protocol: 'hj212', domain: 'drainage', connections: 1, stations: 1, unlistedFrames: 0, refused: {}, lastProblem: null },
  { protocol: 'sl651', domain: 'water', connections: 4, stations: 2, unlistedFrames: 0, refused: { truncated: 2 }, lastProblem: { code: 'not_this_protocol', at: time(9), detail: '10.0.3.9:51022' } },
];

/** What some of them send and no catalogue names. */
export function unassignedElements(time) {
  const element = (gateway, name, unit, value, text = null) => ({
    id: `${gateway}/${name}`, gateway, name, station: null, asset: null, domain: null, quantity: null, unit, decimals: null, assigned: false, limits: null,
    latest: { observedAt: time(2), value, text, quality: 'good' },
  });
  return [
    element('0030746200', 'Z', 'm', 28.961), element('0030746200', 'x76', null, 7), element('0030746200', 'RGZS', null, null, `水尺读数正常。${'长'.repeat(400)}`),
    element('010000A8900016F000169DC0', HOSTILE, 'kg/m3', 0.04),
  ];
}

/** The patrol walks out of its area to the east, a little each minute. */
export function patrolAt(minutes) {
  const step = Math.max(0, Math.min(40, minutes));
  return { longitude: 110.33 + step * 0.0011, latitude: 21.15 + Math.sin(step / 5) * 0.006 };
}
