using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Sessions;
using SensorGrid.FieldProtocols.Sl651;
using SensorGrid.Readings;
using Xunit.Abstractions;

namespace SensorGrid.FieldProtocols.Tests.Sl651;

/// <summary>Published frames, spoiled. SENSORGRID_TEST_FRAMES says how many (nightly a million), SENSORGRID_TEST_SEED which.</summary>
public sealed class Sl651FuzzTests(ITestOutputHelper output)
{
    private static readonly string[] Faults = [Sl651FrameScanner.CrcMismatch, Sl651FrameScanner.Truncated, Sl651FrameScanner.BadEnd];

    private static readonly string[] ReaderFaults =
        [Sl651FrameScanner.CrcMismatch, Sl651FrameScanner.Truncated, Sl651Header.NotAFrame, Sl651Header.BadPacketField, Sl651FrameView.ShortBody];

    private static readonly string[] Problems = [.. ConstantsOf(typeof(Sl651Problems)), .. ConstantsOf(typeof(Sl651BodyWalker))];
    private readonly Sl651FrameScanner scanner = new();
    private readonly FieldFrame into = new();
    private readonly FieldFrame again = new();
    private readonly ArrayBufferWriter<byte> answers = new();

    [Fact]
    public void Spoiled_frames_give_what_is_declared_and_nothing_else()
    {
        int frames = Setting("SENSORGRID_TEST_FRAMES", 20_000);
        int seed = Setting("SENSORGRID_TEST_SEED", 651);
        output.WriteLine($"seed {seed}, {frames} frames");
        var spoiler = new Sl651Spoiler(new(seed));
        var (reader, forgetful) = (new Sl651FrameReader(), new Sl651FrameReader(new() { MaxNames = 2 }));
        var session = new Sl651CentreSession(new() { MaxStations = 16, MaxReports = 4 });
        long memory = GC.GetTotalMemory(forceFullCollection: true);
        long whole = 0, readings = 0, problems = 0;
        for (int i = 0; i < frames; i++)
        {
            byte[] bytes = spoiler.Next();
            try
            {
                whole += AssertScans(bytes);
                AssertReads(reader, forgetful, bytes);
                AssertAnswers(session, bytes, now: i * TimeSpan.TicksPerSecond);
                (readings, problems) = (readings + into.ReadingCount, problems + into.ProblemCount);
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}, frame {i}, {Convert.ToHexString(bytes)}: {exception}");
            }
        }
        long grown = GC.GetTotalMemory(forceFullCollection: true) - memory;
        output.WriteLine($"{whole} whole frames, {readings} readings, {problems} problems, {grown / 1024} KiB grown");
        Assert.InRange(whole, frames / 4, frames * 2L);
        Assert.InRange(problems, frames / 20, frames * 40L);
        Assert.InRange(reader.NameCount, 0, 4096);
        Assert.InRange(forgetful.NameCount, 0, 2);
        Assert.InRange(grown, long.MinValue, 32 << 20);
        GC.KeepAlive(reader);
        GC.KeepAlive(session);
    }

    // What an obvious scanner finds, in as many looks as there are bytes at most.
    private int AssertScans(byte[] bytes)
    {
        var found = new List<(int, int)>();
        int at = 0;
        for (int looks = 0; at < bytes.Length; looks++)
        {
            Assert.InRange(looks, 0, bytes.Length);
            var scan = scanner.Scan(bytes.AsSpan(at), isFinal: true);
            at += scan.Start;
            if (scan.Outcome == FrameScanOutcome.NeedMore)
                break;
            if (scan.Outcome == FrameScanOutcome.Fault)
                Assert.Contains(scan.Fault.Code, Faults);
            else
                found.Add((at, scan.Length));
            at += Math.Max(1, scan.Length);
        }
        Assert.Equal(Obvious(bytes), found);
        return found.Count;
    }

    private static List<(int, int)> Obvious(byte[] bytes)
    {
        var found = new List<(int, int)>();
        for (int at = 0; at < bytes.Length; at++)
        {
            int length = Math.Max(HexFrame(bytes.AsSpan(at)), AsciiFrame(bytes.AsSpan(at)));
            if (length == 0)
                continue;
            found.Add((at, length));
            at += length - 1;
        }
        return found;
    }

    private static int HexFrame(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 18 || bytes[0] != 0x7E || bytes[1] != 0x7E || (bytes[11] >> 4) is not (0 or 8) || bytes[13] is not (2 or 0x16))
            return 0;
        int length = (bytes[11] & 15) * 256 + bytes[12];
        return length > 0 && bytes.Length >= length + 17 && IsEnd(bytes[14 + length]) &&
            SlowCrc(bytes[..(15 + length)]) == BinaryPrimitives.ReadUInt16BigEndian(bytes[(15 + length)..]) ? length + 17 : 0;
    }

    private static int AsciiFrame(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 30 || bytes[0] != 1 || bytes[19] is not ((byte)'0' or (byte)'8') || bytes[23] is not (2 or 0x16) ||
            !ulong.TryParse(bytes[1..13], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _) ||
            !ulong.TryParse(bytes[13..23], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _))
            return 0;
        int length = int.Parse(bytes[20..23], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return length > 0 && bytes.Length >= length + 29 && IsEnd(bytes[24 + length]) &&
            ushort.TryParse(bytes.Slice(25 + length, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort crc) &&
            SlowCrc(bytes[..(25 + length)]) == crc ? length + 29 : 0;
    }

    private static bool IsEnd(byte value) => value is 0x03 or 0x04 or 0x05 or 0x06 or 0x15 or 0x17 or 0x1B;

    private static ushort SlowCrc(ReadOnlySpan<byte> bytes)
    {
        int crc = 0xFFFF;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xA001 : crc >> 1;
        }
        return (ushort)crc;
    }

    private void AssertReads(Sl651FrameReader reader, Sl651FrameReader forgetful, byte[] bytes)
    {
        var fault = reader.Read(bytes, Noon, into);
        if (fault.Code is not null)
        {
            Assert.Contains(fault.Code, ReaderFaults);
            Assert.Equal(0, into.ReadingCount);
            return;
        }
        // At most 32 counters, states or slots for each byte and bit.
        Assert.InRange(into.ReadingCount, 0, bytes.Length * 8);
        foreach (ref readonly var reading in into.Readings)
        {
            Assert.Equal(reading.Quality is Quality.Missing or Quality.Bad, double.IsNaN(reading.Value));
            Assert.InRange(reading.ObservedAtTicks, 1, DateTime.MaxValue.Ticks);
            if (reading.Kind == ReadingKind.Text)
                Assert.True(System.Text.Unicode.Utf8.IsValid(into.GetTextUtf8(reading)));
        }
        foreach (ref readonly var problem in into.Problems)
        {
            Assert.Contains(problem.Code, Problems);
            Assert.InRange(problem.Offset, 0, bytes.Length);
        }
        // What a reader remembers changes nothing.
        Assert.Equal(fault, forgetful.Read(bytes, Noon, again));
        Assert.Equal(Sl651ReadingText.Of(into), Sl651ReadingText.Of(again));
    }

    private void AssertAnswers(Sl651CentreSession session, byte[] bytes, long now)
    {
        answers.ResetWrittenCount();
        if (session.DueAtTicks <= Noon + now)
            session.Tick(Noon + now, answers);
        if ((session.Take(bytes, Noon + now, answers) & FieldSessionWish.Keep) != 0)
            session.Kept(isDurable: now % 3 != 0, Noon + now, answers);
        Assert.InRange(answers.WrittenCount, 0, 64 * 1024);
        Assert.InRange(session.Held.Stations, 0, 16);
        Assert.InRange(session.Held.Reports, 0, 4);
    }

    private static long Noon { get; } = new DateTime(2026, 7, 1, 4, 0, 0).Ticks;

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int asked) ? asked : otherwise;

    private static IEnumerable<string> ConstantsOf(Type type) =>
        type.GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);
}
