"""A Modbus server of somebody else's (pymodbus) with registers that a test knows.

modbus_server.py tcp|rtu|serial PORT    prints "ready" (serial: "ready PATH"), ends when standard input does.
serial: a pseudo terminal in front of the RTU server.
"""
import asyncio
import os
import sys
import threading
import tty

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server.async_io import ModbusTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

HOLDING = [0] * 400
# 0: 230.5 V × 10, 1: -40, 2-3: 3.5 as a float, 4-5: 100,000 low register first, 10: bits 0 and 3, 20: 1234 in BCD, 21: not BCD, 30: "no value"
HOLDING[0:6] = [2305, 0x10000 - 40, 0x4060, 0x0000, 100000 & 0xFFFF, 100000 >> 16]
HOLDING[10] = 0b1001
HOLDING[20:22] = [0x1234, 0x12A4]
HOLDING[30] = 0xFFFF
HOLDING[300] = 7


def block(values):
    return ModbusSequentialDataBlock(0, values)


def context():
    # Unit 1 has everything; unit 2 ends at register 49; nobody else answers.
    one = ModbusSlaveContext(di=block([True, False, True, True]), co=block([False, True] * 8), hr=block(HOLDING), ir=block([9, 8, 7]), zero_mode=True)
    two = ModbusSlaveContext(di=block([True]), co=block([False]), hr=block(HOLDING[:50]), ir=block([1]), zero_mode=True)
    return ModbusServerContext(slaves={1: one, 2: two}, single=False)


async def serve(mode, port):
    framer = ModbusSocketFramer if mode == "tcp" else ModbusRtuFramer
    server = ModbusTcpServer(context(), framer=framer, address=("127.0.0.1", port), allow_reuse_address=True, ignore_missing_slaves=True)
    serving = asyncio.create_task(server.serve_forever())
    await server.serving
    if mode == "serial":
        ours, theirs = os.openpty()
        tty.setraw(theirs)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        loop = asyncio.get_running_loop()
        loop.add_reader(ours, lambda: writer.write(os.read(ours, 1024)))

        async def back():
            while data := await reader.read(1024):
                os.write(ours, data)

        keep = asyncio.create_task(back())  # noqa: F841
        print("ready", os.ttyname(theirs), flush=True)
    else:
        print("ready", flush=True)
    loop = asyncio.get_running_loop()
    ended = loop.create_future()
    threading.Thread(target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(ended.set_result, None)), daemon=True).start()
    await ended
    os._exit(0)


asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
