using System.Buffers;
using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Hj212;

namespace SensorGrid.Benches;

/// <summary>One packet of HJ 212, found in a stream and read into readings: minute data of a sewage outlet, the same encrypted as 2025 has it. Beside it, the packet
/// taken apart with string.Split and the framework's parsers, the check by the bit, as most published parsers do.</summary>
[MemoryDiagnoser]
public class Hj212Benchmarks
{
    private static readonly long ReceivedAt = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;
    private static readonly Sm4 Key = new("0123456789abcdef"u8);
    private readonly FieldFrame frame = new();
    private Hj212FrameScanner scanner = null!;
    private Hj212FrameReader reader = null!;
    private byte[] packet = [];

    /// <summary>Factors with least, mean, greatest, amount and mark.</summary>
    [Params(1, 3, 8)]
    public int Factors { get; set; }

    [Params(false, true)]
    public bool IsEncrypted { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        string[] codes = ["w01018", "w21003", "w21011", "w21001", "w01001", "w01010", "w00000", "w01012"];
        var area = new Hj212AreaWriter();
        area.AddTime("DataTime", ReceivedAt);
        for (int i = 0; i < Factors; i++)
        {
            area.NextItem().Add(codes[i] + "-Min", 31.25m + i);
            area.Add(codes[i] + "-Avg", 33.5m + i);
            area.Add(codes[i] + "-Max", 35.75m + i);
            area.Add(codes[i] + "-Cou", 12.125m + i);
            area.Add(codes[i] + "-Flag", "N");
        }
        var output = new ArrayBufferWriter<byte>();
        var error = Hj212FrameWriter.TryWrite(
            new()
            {
                Qn = "20260101080000123"u8,
                St = "32"u8,
                Command = 2051,
                Pw = "123456"u8,
                Mn = "010000A8900016F000169DC0"u8,
                Flag = Hj212Flag.Of(IsEncrypted ? Hj212Edition.Hj2025 : Hj212Edition.Hj2017, wantsAnswer: true),
            },
            area.Area, output, IsEncrypted ? Key : null);
        packet = output.WrittenSpan.ToArray();
        var stations = IsEncrypted ? new Hj212Stations(new() { Cipher = Key }) : null;
        (scanner, reader) = (new(stations), new(stations));
        if (error != Hj212WriteError.None || Decode() != 4 * Factors || (!IsEncrypted && Split() != 4 * Factors))
            throw new InvalidOperationException("the packet is not read as it was written");
    }

    [Benchmark]
    public int Decode()
    {
        var scan = scanner.Scan(packet, isFinal: false);
        return scan.Outcome == FrameScanOutcome.Frame && reader.Read(packet.AsSpan(scan.Start, scan.Length), ReceivedAt, frame) == default ? frame.ReadingCount : -1;
    }

    [Benchmark(Baseline = true)]
    public int Split()
    {
        if (IsEncrypted)
            return -1;
        int length = int.Parse(Encoding.ASCII.GetString(packet, 2, 4), CultureInfo.InvariantCulture);
        string text = Encoding.UTF8.GetString(packet, 6, length);
        int register = 0xFFFF;
        foreach (byte value in packet.AsSpan(6, length))
        {
            register = (register >> 8) ^ value;
            for (int bit = 0; bit < 8; bit++)
                register = (register & 1) == 1 ? (register >> 1) ^ 0xA001 : register >> 1;
        }
        if (register.ToString("X4", CultureInfo.InvariantCulture) != Encoding.ASCII.GetString(packet, 6 + length, 4))
            return -1;
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        DateTime time = default;
        string area = text[(text.IndexOf("CP=&&", StringComparison.Ordinal) + 5)..^2];
        foreach (string item in area.Split(';'))
        {
            foreach (string pair in item.Split(','))
            {
                string[] sides = pair.Split('=');
                if (sides[0] == "DataTime")
                    time = DateTime.ParseExact(sides[1], "yyyyMMddHHmmss", CultureInfo.InvariantCulture);
                else if (!sides[0].EndsWith("-Flag", StringComparison.Ordinal))
                    values[sides[0]] = double.Parse(sides[1], CultureInfo.InvariantCulture);
            }
        }
        return time == default ? -1 : values.Count;
    }
}
