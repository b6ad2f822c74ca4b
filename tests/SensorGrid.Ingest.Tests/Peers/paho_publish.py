"""Publishes as a gateway with Eclipse Paho and prints what came back, one line each.

usage: paho_publish.py HOST PORT VERSION(4|5) CLIENT_ID QOS COUNT TOPIC [PAYLOAD]
Without PAYLOAD each message is a SenML pack whose value is its number. All messages are in flight together.
"""
import sys
import threading

import paho.mqtt.client as mqtt

host, port, version, client_id, qos, count, topic = sys.argv[1:8]
payload = sys.argv[8] if len(sys.argv) > 8 else None
version, qos, count = int(version), int(qos), int(count)

acknowledged = set()
connected = threading.Event()
done = threading.Event()
gone = threading.Event()


def on_connect(client, userdata, flags, reason, properties=None):
    print("connack", int(reason) if version == 4 else reason.value, flush=True)
    connected.set()


def on_publish(client, userdata, mid):
    acknowledged.add(mid)
    if len(acknowledged) == count:
        done.set()


def on_disconnect(client, userdata, reason, properties=None):
    gone.set()
    done.set()


if version == 5:
    client = mqtt.Client(client_id=client_id, protocol=mqtt.MQTTv5)
else:
    client = mqtt.Client(client_id=client_id, protocol=mqtt.MQTTv311, clean_session=True, reconnect_on_failure=False)
client.on_connect = on_connect
client.on_publish = on_publish
client.on_disconnect = on_disconnect
client.max_inflight_messages_set(50)
client.connect(host, int(port), keepalive=30)
client.loop_start()
if not connected.wait(30):
    sys.exit("no CONNACK")
for number in range(count):
    body = payload if payload is not None else '[{"n":"stage","u":"m","t":%d,"v":%d}]' % (1450000000 + number, number)
    client.publish(topic, body, qos=qos)
if not done.wait(60):
    sys.exit("%d of %d acknowledged" % (len(acknowledged), count))
print("acknowledged", len(acknowledged), flush=True)
print("disconnected" if gone.is_set() else "connected", flush=True)
client.loop_stop()
if not gone.is_set():
    client.disconnect()
