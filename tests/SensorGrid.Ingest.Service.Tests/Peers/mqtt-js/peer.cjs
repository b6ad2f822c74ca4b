// MQTT.js as a gateway or as a subscriber. Speaks JSON lines on stdout; ends with 0 when it has done what it was asked for.
//
//   node peer.cjs MODULES publish   URL VERSION CLIENT QOS TOPIC PAYLOAD
//   node peer.cjs MODULES subscribe URL VERSION CLIENT FILTER COUNT [USER PASSWORD]
const { createRequire } = require('node:module');
const [modules, verb, url, version, clientId, ...rest] = process.argv.slice(2);
const mqtt = createRequire(`${modules}/`)('mqtt');
const [user, password] = verb === 'subscribe' ? rest.slice(2) : [];

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const client = mqtt.connect(url, {
  protocolVersion: Number(version), clientId, clean: true, reconnectPeriod: 0, username: user, password,
});
const fail = (error) => { say({ error: error.message, code: error.code }); client.end(true, () => process.exit(1)); };

client.on('error', fail);
client.on('close', () => { if (!done) { say({ error: 'closed' }); process.exit(1); } });
let done = false;
const end = () => { done = true; client.end(false, () => process.exit(0)); };

client.on('connect', () => {
  if (verb === 'publish') {
    const [qos, topic, payload] = rest;
    client.publish(topic, payload, { qos: Number(qos) }, (error, packet) => {
      if (error) return fail(error);
      say({ published: topic, reason: packet?.reasonCode ?? 0 });
      end();
    });
    return;
  }
  const [filter, count] = rest;
  let seen = 0;
  client.on('message', (topic, payload, packet) => {
    say({ topic, payload: payload.toString(), retain: packet.retain, qos: packet.qos, contentType: packet.properties?.contentType, user: packet.properties?.userProperties?.position });
    if (++seen === Number(count)) end();
  });
  client.subscribe(filter, { qos: 1 }, (error, granted) => {
    if (error) return fail(error);
    say({ subscribed: granted.map((one) => one.qos) });
  });
});
