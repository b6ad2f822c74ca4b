using BenchmarkDotNet.Attributes;
using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Sl651;

namespace SensorGrid.Benches;

/// <summary>A stream of frames of SL 651 to readings: found (length, CRC), read (header, groups, slots, decimals, times), into one reused frame. Nothing that a user
/// would pick instead reads this protocol in .NET, so the two steps stand beside each other.</summary>
[MemoryDiagnoser]
public class Sl651DecodeBenchmarks
{
    private const int Frames = 1000;
    private static readonly long ReceivedAt = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;
    private readonly Sl651FrameScanner scanner = new();
    private readonly Sl651FrameReader reader = new();
    private readonly FieldFrame frame = new();
    private byte[] stream = [];

    /// <summary>34H: an hourly report of a station (28 readings); 32H: a timed report (4 readings).</summary>
    [Params("34H", "32H")]
    public string Function { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        byte[] one = Convert.FromHexString(Function == "34H"
            ? "7E7E05001122334403E8340068020033170718110014F1F1001122334448F0F01707181005F4600500000014FFFFFFFFFF0000F0F017071811002619000040" +
              "F0F01707181005F5C0000C000C001C00310031FFFFFFFFFFFFFFFFFFFF00310031F0F0170718110039230001049020190000403812109903F502"
            : "7E7E05001122334403E832002B020034170718110016F1F1001122334448F0F01707181100201900004026190000403923000104903812109903A421");
        stream = new byte[one.Length * Frames];
        for (int i = 0; i < Frames; i++)
            one.CopyTo(stream, i * one.Length);
        if (Decode() != Frames * (Function == "34H" ? 28 : 4) || Scan() != Frames)
            throw new InvalidOperationException("the frames are not read");
    }

    [Benchmark(OperationsPerInvoke = Frames)]
    public int Decode()
    {
        int readings = 0;
        var rest = stream.AsSpan();
        while (scanner.Scan(rest, isFinal: false) is { Outcome: FrameScanOutcome.Frame } scan)
        {
            _ = reader.Read(rest.Slice(scan.Start, scan.Length), ReceivedAt, frame);
            readings += frame.ReadingCount;
            rest = rest[(scan.Start + scan.Length)..];
        }
        return readings;
    }

    [Benchmark(OperationsPerInvoke = Frames)]
    public int Scan()
    {
        int frames = 0;
        var rest = stream.AsSpan();
        for (; scanner.Scan(rest, isFinal: false) is { Outcome: FrameScanOutcome.Frame } scan; frames++)
            rest = rest[(scan.Start + scan.Length)..];
        return frames;
    }
}
