// Eclipse Tahu's sparkplug-client as an edge node with one device. Speaks JSON lines on stdout.
//
//   node peer.cjs MODULES URL EDGE leave|vanish
//
// Is born, sends data by alias and once compressed, then an alias that no birth gave; is born again when it is asked for that, and sends data under the
// new meaning of its aliases. It then leaves in good order with its death published, or vanishes so that the broker publishes its will.
const { createRequire } = require('node:module');
const [modules, serverUrl, edgeNode, ending] = process.argv.slice(2);
const sparkplug = createRequire(`${modules}/`)('sparkplug-client');

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const device = 'manhole-7';
const began = Date.now() - 60_000;
let second = 0;
const next = () => began + 1000 * second++;
const metric = (name, alias, value, type = 'Double') => ({ name, alias, value, type });

const client = sparkplug.newClient({
  serverUrl, username: '', password: '', groupId: 'drainage', edgeNode, clientId: edgeNode, version: 'spBv1.0', publishDeath: ending === 'leave',
  mqttOptions: { username: undefined, password: undefined, reconnectPeriod: 0 },
});
let births = 0;

function beBorn() {
  births++;
  // The second time the aliases are the other way round, and every value is ten more.
  const more = (births - 1) * 10;
  client.publishNodeBirth({
    timestamp: next(),
    metrics: [metric('voltage', births === 1 ? 1 : 2, 1.5 + more), { name: 'Node Control/Rebirth', value: false, type: 'Boolean' }],
  });
  client.publishDeviceBirth(device, {
    timestamp: next(), metrics: [metric('Level', births === 1 ? 2 : 1, 2.5 + more), metric('open', 3, false, 'Boolean'), metric('state', 4, '正常', 'String')],
  });
  say({ born: births });
}

client.on('error', (error) => { say({ error: error.message }); process.exit(1); });
client.on('birth', () => {
  beBorn();
  client.publishNodeData({ timestamp: next(), metrics: [metric(undefined, 1, 3.5)] });
  client.publishDeviceData(device, { timestamp: next(), metrics: [metric(undefined, 2, 4.5), metric(undefined, 3, true, 'Boolean'), metric(undefined, 4, '满', 'String')] });
  client.publishDeviceData(device, { timestamp: next(), metrics: [metric(undefined, 2, 5.5)] }, { compress: true, algorithm: 'GZIP' });
  client.publishNodeData({ timestamp: next(), metrics: [metric(undefined, 99, 6.5)] });
});
client.on('ncmd', (command) => {
  const asked = command.metrics.find((one) => one.name === 'Node Control/Rebirth');
  say({ asked: asked?.value, type: asked?.type });
  if (asked?.value !== true || births > 1) return;
  beBorn();
  client.publishNodeData({ timestamp: next(), metrics: [metric(undefined, 2, 13.5)] });
  client.publishDeviceData(device, { timestamp: next(), metrics: [metric(undefined, 1, 14.5)] });
  say({ sent: second });
});
// Whoever started it closes its input when all has arrived.
process.stdin.resume();
process.stdin.once('end', () => {
  if (ending === 'vanish') process.exit(0);
  client.on('close', () => process.exit(0));
  client.stop();
});
