using System.Globalization;
using System.Text;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Hj212;
using SensorGrid.FieldProtocols.Sessions;
using SensorGrid.Readings;
using SensorGrid.Testing;
using Xunit.Abstractions;

namespace SensorGrid.FieldProtocols.Tests.Hj212;

/// <summary>Published packets, spoiled. SENSORGRID_TEST_FRAMES says how many (nightly a million), SENSORGRID_TEST_SEED which.</summary>
public sealed class Hj212FuzzTests(ITestOutputHelper output)
{
    private static readonly string[] Faults =
    [
        Hj212Faults.CrcMismatch, Hj212Faults.LengthMismatch, Hj212Faults.LengthNotFourDigits, Hj212Faults.Truncated, Hj212Faults.NoDataArea, Hj212Faults.LengthTooLarge,
    ];

    private static readonly byte[][] Inputs = [.. Hj212Vector.All.Select(vector => vector.Frame)];
    private static readonly byte[] Separators = [.. ";,=&#/\r\n-"u8];
    private readonly Hj212FrameScanner strict = new(new(new() { AcceptWrongLength = false }));
    private readonly Hj212FrameScanner scanner = new();

    [Fact]
    public void Spoiled_packets_give_what_is_declared_and_nothing_else()
    {
        int frames = Setting("SENSORGRID_TEST_FRAMES", 20_000);
        int seed = Setting("SENSORGRID_TEST_SEED", 212);
        output.WriteLine($"seed {seed}, {frames} frames");
        var random = new Random(seed);
        var stations = new Hj212Stations(new() { Cipher = new("0000000000000000"u8), AcceptModbusCrc = true });
        var (reader, forgetful, withKey) = (new Hj212FrameReader(), new Hj212FrameReader(maxKeys: 2, maxStations: 2), new Hj212FrameReader(stations));
        var withKeyScanner = new Hj212FrameScanner(stations);
        var session = new Hj212CentreSession(new() { Stations = stations });
        var answers = new System.Buffers.ArrayBufferWriter<byte>();
        var (into, again) = (new FieldFrame(), new FieldFrame());
        long readings = 0, good = 0, memory = 0;
        for (int i = 0; i < frames; i++)
        {
            byte[] bytes = Spoil(random);
            try
            {
                Assert.Equal(Obvious(bytes), Scan(strict, bytes));
                foreach (var (start, length) in Scan(scanner, bytes))
                {
                    good++;
                    var frame = bytes.AsSpan(start, length);
                    Assert.Equal(default, reader.Read(frame, Some.Ticks, into));
                    AssertReadings(into);
                    readings += into.ReadingCount;
                    if (i % 50 == 0)
                    {
                        // What a reader remembers changes nothing.
                        Assert.Equal(default, forgetful.Read(frame, Some.Ticks, again));
                        Assert.Equal(Describe(into), Describe(again));
                    }
                    Exchange(session, frame, answers);
                }
                foreach (var (start, length) in Scan(withKeyScanner, bytes))
                {
                    Assert.Equal(default, withKey.Read(bytes.AsSpan(start, length), Some.Ticks, into));
                    AssertReadings(into);
                }
                // Whatever it is given.
                reader.Read(bytes, Some.Ticks, into);
                AssertReadings(into);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, frame {i}, {Convert.ToHexString(bytes)}: {e}");
            }
            // Once its tables are full a reader grows no more.
            if (i == frames / 2)
                memory = GC.GetTotalMemory(forceFullCollection: true);
        }
        output.WriteLine($"{good} whole frames, {readings} readings");
        Assert.InRange(good, frames / 10, frames * 2L);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true), 0, memory + 64 * 1024 * 1024);
    }

    private static void Exchange(Hj212CentreSession session, ReadOnlySpan<byte> frame, System.Buffers.ArrayBufferWriter<byte> answers)
    {
        answers.ResetWrittenCount();
        if (session.Take(frame, Some.Ticks, answers).HasFlag(FieldSessionWish.Keep))
            session.Kept(true, Some.Ticks, answers);
        session.Tick(Some.Ticks, answers);
        Assert.InRange(answers.WrittenCount, 0, 4 * 1024);
        while (session.TryTakeOutcome(out _))
        {
        }
    }

    // Frames in the bytes, with as many looks at them as there are bytes at most.
    private static List<(int, int)> Scan(Hj212FrameScanner scanner, byte[] bytes)
    {
        var found = new List<(int, int)>();
        int at = 0;
        for (int looks = 0; at < bytes.Length; looks++)
        {
            Assert.InRange(looks, 0, bytes.Length);
            var scan = scanner.Scan(bytes.AsSpan(at), isFinal: true);
            Assert.InRange(scan.Filler, 0, scan.Start);
            at += scan.Start;
            if (scan.Outcome == FrameScanOutcome.NeedMore)
                break;
            if (scan.Outcome == FrameScanOutcome.Fault)
                Assert.Contains(scan.Fault.Code, Faults);
            else
                found.Add((at, scan.Length));
            at += Math.Max(1, scan.Length);
        }
        return found;
    }

    // By the rule book: ##, four digits, so many bytes that hold CP=&& and end with &&, their check.
    private static List<(int, int)> Obvious(byte[] bytes)
    {
        var found = new List<(int, int)>();
        string text = Encoding.Latin1.GetString(bytes);
        for (int start = 0; start + 10 <= text.Length; start++)
        {
            if (text[start..(start + 2)] != "##" || !text[(start + 2)..(start + 6)].All(char.IsAsciiDigit))
                continue;
            int length = int.Parse(text[(start + 2)..(start + 6)], CultureInfo.InvariantCulture);
            if (start + 10 + length > text.Length)
                continue;
            string segment = text.Substring(start + 6, length);
            int opening = segment.IndexOf("CP=&&", StringComparison.Ordinal);
            if (opening < 0 || opening + 7 > segment.Length || !segment.EndsWith("&&", StringComparison.Ordinal))
                continue;
            if (!ushort.TryParse(text.AsSpan(start + 6 + length, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort crc) || crc != Check(segment))
                continue;
            found.Add((start, 10 + length));
            start += 9 + length;
        }
        return found;
    }

    private static int Check(string segment)
    {
        int register = 0xFFFF;
        foreach (char value in segment)
        {
            register = (register >> 8) ^ value;
            for (int i = 0; i < 8; i++)
                register = (register & 1) == 1 ? (register >> 1) ^ 0xA001 : register >> 1;
        }
        return register;
    }

    private static void AssertReadings(FieldFrame frame)
    {
        Assert.True(frame.ProblemCount >= frame.Problems.Length);
        foreach (var reading in frame.Readings)
        {
            Assert.Matches("^[A-Za-z0-9][A-Za-z0-9:./_-]{0,254}$", reading.Element.Name);
            Assert.True(reading.Quality == Quality.Missing || double.IsFinite(reading.Value));
            Assert.InRange(reading.ObservedAtTicks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks);
            if (reading.Kind == ReadingKind.Text)
                Assert.NotNull(frame.GetText(reading));
        }
    }

    /// <summary>All that a frame holds.</summary>
    internal static IEnumerable<string> Describe(FieldFrame frame) => frame.Readings.ToArray().Select(reading => string.Create(CultureInfo.InvariantCulture,
        $"{reading.Element.Name} {(reading.Kind == ReadingKind.Text ? frame.GetText(reading) : reading.Value)} {reading.ObservedAtTicks} {reading.Quality} {reading.Kind}"))
        .Concat(frame.Problems.ToArray().Select(problem => problem.ToString()));

    // One to four things go wrong; half of the time length and check are put right again, so that what is wrong reaches the reader.
    private static byte[] Spoil(Random random)
    {
        var bytes = new List<byte>(Inputs[random.Next(Inputs.Length)]);
        for (int changes = random.Next(1, 5); changes > 0 && bytes.Count > 0; changes--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(9))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at));
                    break;
                case 3:
                    byte[] some = new byte[random.Next(1, 9)];
                    random.NextBytes(some);
                    bytes.InsertRange(at, some);
                    break;
                case 4:
                    bytes.InsertRange(at, Inputs[random.Next(Inputs.Length)]);
                    break;
                case 5:
                    bytes[at] = Separators[random.Next(Separators.Length)];
                    break;
                case 6:
                    bytes.Insert(at, Separators[random.Next(Separators.Length)]);
                    break;
                case 7:
                    // A piece of it once more.
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(40), bytes.Count - at)));
                    break;
                default:
                    if (bytes.Count > 6)
                        bytes[random.Next(2, 6)] = (byte)('0' + random.Next(10));
                    break;
            }
        }
        byte[] result = [.. bytes];
        if (random.Next(2) == 0 && result.Length is >= 20 and < 10_000)
        {
            "##"u8.CopyTo(result);
            Encoding.ASCII.GetBytes((result.Length - 10).ToString("D4", CultureInfo.InvariantCulture)).CopyTo(result, 2);
            "&&"u8.CopyTo(result.AsSpan(result.Length - 6));
            string segment = Encoding.Latin1.GetString(result, 6, result.Length - 10);
            Encoding.ASCII.GetBytes(Check(segment).ToString("X4", CultureInfo.InvariantCulture)).CopyTo(result, result.Length - 4);
        }
        return result;
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
