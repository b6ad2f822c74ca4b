#!/usr/bin/python3
"""What a user would write in an afternoon: MQTT in, thresholds, line protocol to VictoriaMetrics in batches, alarms out by MQTT.

    subscriber.py MQTT_PORT STORE_URL RULES_FILE

Prints "ready" once it is subscribed. A message is acknowledged when it is in the batch, before it is stored. A store that refuses a batch
ends the program: a measured run must not lose in silence.
"""
import http.client
import json
import os
import queue
import sys
import threading
import time
import traceback
import urllib.parse

import paho.mqtt.client as mqtt

MOST_LINES = 10_000
LONGEST_WAIT_SECONDS = 0.1
# When it is full, the network loop waits, and the broker's queue grows instead.
MOST_WAITING_MESSAGES = 20_000


def read_rules(path):
    rules = {}
    with open(path, encoding="utf-8") as file:
        for rule in json.load(file):
            rules.setdefault(rule["gateway"], []).append((rule["rule"], rule["limit"]))
    return rules


class Watch:
    """Compares each reading with the thresholds of its gateway; says what changed."""

    def __init__(self, rules):
        self.rules = rules
        self.active = {}

    def changes(self, gateway, datastream, value):
        for rule, limit in self.rules.get(gateway, ()):
            key = (rule, gateway, datastream)
            over = value >= limit
            if over != self.active.get(key, False):
                self.active[key] = over
                yield rule, {"rule": rule, "gateway": gateway, "datastream": datastream, "active": over, "value": value}


def write_batches(waiting, store):
    address = urllib.parse.urlsplit(store)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
    while True:
        lines = waiting.get()
        until = time.monotonic() + LONGEST_WAIT_SECONDS
        try:
            while len(lines) < MOST_LINES:
                lines.extend(waiting.get(timeout=max(0, until - time.monotonic())))
        except queue.Empty:
            pass  # Nothing more in time: what there is goes out.
        connection.request("POST", "/write?precision=ms", "\n".join(lines))
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"the store answered {answer.status}: {text[:200]!r}")


def run_or_end(action, *arguments):
    try:
        action(*arguments)
    except Exception:
        traceback.print_exc()
        os._exit(1)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    port, store, rules = int(sys.argv[1]), sys.argv[2], read_rules(sys.argv[3])
    watch = Watch(rules)
    waiting = queue.Queue(MOST_WAITING_MESSAGES)
    client = mqtt.Client("peer-python")

    def on_connect(client, userdata, flags, code):
        if code != 0:
            raise RuntimeError(f"the broker refused the connection: {mqtt.connack_string(code)}")
        client.subscribe("sensorgrid/v1/+/+/readings", qos=1)

    def on_message(client, userdata, message):
        gateway = message.topic.split("/")[3]
        lines, base = [], 0
        for record in json.loads(message.payload):
            base = record.get("bt", base)
            seconds, datastream, value = base + record.get("t", 0), record["n"], record["v"]
            lines.append(f"level,gateway={gateway},datastream={datastream} value={value} {round(seconds * 1000)}")
            for rule, change in watch.changes(gateway, datastream, value):
                client.publish("alarms/" + rule, json.dumps(change), qos=1)
        waiting.put(lines)

    client.on_connect = on_connect
    client.on_subscribe = lambda *_: print("ready", flush=True)
    client.on_message = on_message
    threading.Thread(target=run_or_end, args=(write_batches, waiting, store), daemon=True).start()
    client.connect("127.0.0.1", port)
    client.loop_forever()


if __name__ == "__main__":
    run_or_end(main)
