// Node-RED without its editor, on loopback. peer.sh gives ports and files by environment, and copies flows.json beside this file.
const { readFileSync } = require("node:fs");

const thresholds = new Map();
for (const rule of JSON.parse(readFileSync(process.env.PEER_RULES, "utf8"))) {
  thresholds.set(rule.gateway, [...(thresholds.get(rule.gateway) ?? []), rule]);
}

module.exports = {
  uiHost: "127.0.0.1",
  uiPort: Number(process.env.PEER_UI_PORT),
  httpAdminRoot: false,
  flowFile: "flows.json",
  credentialSecret: false,
  // What a function node may see of this process.
  functionGlobalContext: { thresholds },
  telemetry: { enabled: false },
  logging: { console: { level: "info", metrics: false, audit: false } },
};
