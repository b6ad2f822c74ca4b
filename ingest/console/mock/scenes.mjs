// A morning's alarms, for people who work on the page and for its tests.
export function openingScene(mock) {
  const before = (minutes) => ({ raisedAt: mock.time(minutes), onsetAt: mock.time(minutes) });
  const alarms = {
    river: mock.raise('river-1', 'red', before(22)),
    market: mock.raise('hall-3', 'orange', before(4)),
    manhole: mock.raise('manhole-7', 'yellow', before(35)),
    museum: mock.raise('museum-1', 'blue', before(95)),
    patrol: mock.raisePatrol('orange', before(12)),
    rain: mock.raise('rain-1', 'yellow', { ...before(61), rule: 'weather.rain-3h', detail: { measure: 'sum(3h)' } }),
    hostile: mock.raise('rain-2', 'yellow', before(8)),
    late: mock.raise('river-12', 'yellow', { ...before(400), retrospective: true }),
    done: mock.raise('pump-2', 'yellow', before(150)),
  };
  mock.change(alarms.museum.id, 'acknowledged', { acknowledged: true, acknowledgedBy: '李值班', acknowledgedAt: mock.time(60), note: '已通知库房管理员开启除湿机。' });
  mock.change(alarms.rain.id, 'returned', { active: false, returnedAt: mock.time(6), clearedAt: mock.time(6) });
  mock.change(alarms.done.id, 'returned', { active: false, returnedAt: mock.time(90), clearedAt: mock.time(90) });
  mock.change(alarms.done.id, 'acknowledged', { acknowledged: true, acknowledgedBy: '李值班', acknowledgedAt: mock.time(80) });
  return alarms;
}
