using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using BenchmarkDotNet.Attributes;
using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Gb26875;

namespace SensorGrid.Benches;

/// <summary>One packet of GB/T 26875.3 from the stream's bytes to readings, against what a plain service does: a list of named values, names put
/// together and texts made for each packet.</summary>
[MemoryDiagnoser]
public class Gb26875DecodeBenchmarks
{
    private static readonly long ReceivedAt = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;
    private static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;
    private readonly Gb26875FrameScanner scanner = new();
    private readonly Gb26875FrameReader reader = new();
    private readonly FieldFrame frame = new();
    private byte[] packet = [];

    /// <summary>A device's state (8 readings), a part's state with its Chinese text (11), ten analog values (10).</summary>
    [Params("device", "part", "analogs")]
    public string Unit { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        var time = TimeLabel.FromUtc(ReceivedAt);
        var part = new FirePart(new(1, 1), 40, new(0x0002000A));
        var unit = new Gb26875UnitWriter();
        switch (Unit)
        {
            case "device":
                unit.Begin(Gb26875UnitType.DeviceState).AddDeviceState(3, time);
                break;
            case "part":
                unit.Begin(Gb26875UnitType.PartState).AddPartState(part, 3, "酒店负一层肉类加工间", time);
                break;
            default:
                unit.Begin(Gb26875UnitType.PartAnalog);
                for (byte i = 0; i < 10; i++)
                    unit.AddAnalog(part with { Address = new(i) }, (byte)(i % 5 + 1), (short)(100 + i), time);
                break;
        }
        var output = new ArrayBufferWriter<byte>();
        Gb26875FrameWriter.Write(new(7, time, new(889), new(88888), Gb26875Command.Send), unit.Unit, output);
        packet = output.WrittenSpan.ToArray();
        if (Decode() != Plain() || frame.ProblemCount > 0)
            throw new InvalidOperationException("the two decoders disagree");
    }

    [Benchmark]
    public int Decode()
    {
        var scan = scanner.Scan(packet, isFinal: false);
        reader.Read(packet.AsSpan(scan.Start, scan.Length), ReceivedAt, frame);
        return frame.ReadingCount;
    }

    [Benchmark(Baseline = true)]
    public int Plain()
    {
        int sum = 0;
        for (int i = 2; i < packet.Length - 3; i++)
            sum += packet[i];
        if ((byte)sum != packet[^3])
            return -1;
        var values = new List<(string Name, object Value, DateTime At)>();
        int count = packet[28];
        int size = (packet.Length - 32) / count;
        for (int i = 0; i < count; i++)
        {
            byte[] item = packet[(29 + i * size)..(29 + (i + 1) * size)];
            var at = new DateTime(2000 + item[^1], item[^2], item[^3], item[^4], item[^5], item[^6]).AddHours(-8);
            string name = packet[27] == 21 ? "device" : $"part/{item[0]}/{item[1]}/{item[2]}/{Convert.ToHexStringLower(item.AsSpan(3, 4))}";
            switch (packet[27])
            {
                case 21:
                    AddBits(values, name, StateBits.Device, item[0], at);
                    break;
                case 2:
                    AddBits(values, name, StateBits.Part, BinaryPrimitives.ReadUInt16LittleEndian(item.AsSpan(7)), at);
                    values.Add(($"{name}/description", Gb18030.GetString(item, 9, 31).TrimEnd('\0', ' '), at));
                    break;
                default:
                    var type = AnalogTypes.Find(item[7])!;
                    values.Add(($"{name}/{type.Name}", BinaryPrimitives.ReadInt16LittleEndian(item.AsSpan(8)) * Math.Pow(10, type.UnitShift - type.Decimals), at));
                    break;
            }
        }
        return values.Count;
    }

    private static void AddBits(List<(string, object, DateTime)> values, string name, IReadOnlyList<StateBit> bits, ushort state, DateTime at)
    {
        for (int bit = 0; bit < bits.Count; bit++)
            values.Add(($"{name}/{bits[bit].Name}", (state >> bit & 1) == 1, at));
        values.Add(($"{name}/state", (double)state, at));
    }
}
