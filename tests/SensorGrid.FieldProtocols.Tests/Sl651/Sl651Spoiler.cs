using System.Buffers.Binary;
using System.Globalization;

namespace SensorGrid.FieldProtocols.Tests.Sl651;

/// <summary>Spoils published frames; two of three get their length and CRC put right again, so that the damage reaches the readers of bodies.</summary>
internal sealed class Sl651Spoiler(Random random)
{
    private static readonly byte[][] Inputs = [.. Sl651Vector.All.Select(vector => vector.Bytes)];
    private static readonly byte[] Telling = [0x00, 0x01, 0x02, 0x03, 0x04, 0x16, 0x17, 0x18, 0x20, 0x45, 0x7E, 0xAA, 0xF0, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xFD, 0xFF];

    public byte[] Next()
    {
        var bytes = Inputs[random.Next(Inputs.Length)].ToList();
        int damages = random.Next(0, 5);
        for (int i = 0; i < damages && bytes.Count > 1; i++)
            Damage(bytes);
        byte[] spoiled = [.. bytes];
        if (random.Next(3) > 0)
            Repair(spoiled);
        return random.Next(10) == 0 ? [.. spoiled, .. Inputs[random.Next(Inputs.Length)]] : spoiled;
    }

    private void Damage(List<byte> bytes)
    {
        int at = random.Next(bytes.Count);
        switch (random.Next(8))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes[at] = Telling[random.Next(Telling.Length)];
                break;
            case 3:
                bytes.RemoveRange(at, Math.Min(random.Next(1, 8), bytes.Count - at));
                break;
            case 4:
                bytes.Insert(at, Telling[random.Next(Telling.Length)]);
                break;
            case 5:
                // A piece of another frame.
                byte[] other = Inputs[random.Next(Inputs.Length)];
                int from = random.Next(other.Length);
                bytes.InsertRange(at, other[from..Math.Min(other.Length, from + random.Next(1, 40))]);
                break;
            case 6 when bytes.Count > 11:
                // Another function: the same bytes in another layout.
                bytes[10] = (byte)random.Next(0x2F, 0x53);
                break;
            default:
                bytes.AddRange(bytes.GetRange(at, Math.Min(random.Next(1, 20), bytes.Count - at)));
                break;
        }
    }

    private static void Repair(byte[] frame)
    {
        if (frame.Length > 17 && frame[0] == 0x7E)
        {
            frame[1] = 0x7E;
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(11), (ushort)((frame[11] & 0x80) << 8 | Math.Min(frame.Length - 17, 4095)));
            if (frame[13] != 0x16)
                frame[13] = 0x02;
            frame[^3] = 0x03;
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(frame.Length - 2), Crc16.Of(frame.AsSpan(0, frame.Length - 2)));
        }
        else if (frame.Length > 30 && frame[0] == 0x01)
        {
            Math.Min(frame.Length - 29, 4095).TryFormat(frame.AsSpan(20), out _, "X3", CultureInfo.InvariantCulture);
            frame[23] = 0x02;
            frame[^5] = 0x03;
            Crc16.Of(frame.AsSpan(0, frame.Length - 4)).TryFormat(frame.AsSpan(frame.Length - 4), out _, "X4", CultureInfo.InvariantCulture);
        }
    }
}
