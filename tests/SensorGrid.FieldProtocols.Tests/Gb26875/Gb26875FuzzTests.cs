using System.Globalization;
using System.Text;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Gb26875;
using SensorGrid.Readings;
using SensorGrid.Testing;
using Xunit.Abstractions;

namespace SensorGrid.FieldProtocols.Tests.Gb26875;

/// <summary>Published packets, spoiled. SENSORGRID_TEST_FRAMES says how many (nightly a million), SENSORGRID_TEST_SEED which.</summary>
public sealed class Gb26875FuzzTests(ITestOutputHelper output)
{
    private static readonly string[] Faults = ["incomplete", "length_over_limit", "bad_end", "bad_checksum"];
    private static readonly byte[][] Inputs = [.. Gb26875Vector.All.Select(vector => vector.Input)];
    private readonly Gb26875FrameScanner scanner = new();

    [Fact]
    public void Spoiled_packets_give_what_is_declared_and_nothing_else()
    {
        int frames = Setting("SENSORGRID_TEST_FRAMES", 20_000);
        int seed = Setting("SENSORGRID_TEST_SEED", 26875);
        output.WriteLine($"seed {seed}, {frames} frames");
        var random = new Random(seed);
        var (reader, forgetful) = (new Gb26875FrameReader(), new Gb26875FrameReader(new() { MaxRememberedPoints = 2, MaxRememberedStations = 2, ReservedBits = true }));
        var (into, again) = (new FieldFrame(), new FieldFrame());
        long readings = 0, good = 0;
        for (int i = 0; i < frames; i++)
        {
            byte[] bytes = Spoil(random);
            try
            {
                good += AssertScans(bytes);
                AssertRead(bytes, reader.Read(bytes, Some.Ticks, into));
                AssertReadings(into);
                readings += into.ReadingCount;
                if (i % 50 == 0)
                {
                    // What a reader remembers changes nothing.
                    forgetful.Read(bytes, Some.Ticks, again);
                    Assert.Subset(Describe(again).ToHashSet(), Describe(into).ToHashSet());
                }
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, frame {i}, {Convert.ToHexString(bytes)}: {e}");
            }
        }
        output.WriteLine($"{good} whole frames, {readings} readings");
        Assert.InRange(good, frames / 10, frames * 2L);
        Assert.InRange(reader.RememberedNames, 0, 8_192 + 65_536);
        Assert.InRange(forgetful.RememberedNames, 0, 4);
    }

    // Every frame that stands in the bytes by the rule book, and as many looks at them as there are bytes at most.
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
        for (int start = 0; start + 30 <= bytes.Length; start++)
        {
            int unit = bytes[start + 24] + 256 * bytes[start + 25];
            int end = start + 30 + unit;
            if (bytes[start] != 0x40 || bytes[start + 1] != 0x40 || unit > 1024 || end > bytes.Length || bytes[end - 1] != 0x23 || bytes[end - 2] != 0x23)
                continue;
            if (bytes[(start + 2)..(end - 3)].Sum(value => value) % 256 != bytes[end - 3])
                continue;
            found.Add((start, end - start));
            start = end - 1;
        }
        return found;
    }

    // A payload is read when it is whole packets of one device one behind the other.
    private static void AssertRead(byte[] bytes, FrameFault fault)
    {
        var found = Obvious(bytes);
        bool isWhole = found.Count > 0 && found[0].Item1 == 0 && found.Sum(frame => frame.Item2) == bytes.Length;
        Assert.True(isWhole ? fault.Code is null or "several_stations" : fault.Code is not null, $"{fault}");
    }

    private static void AssertReadings(FieldFrame frame)
    {
        Assert.True(frame.ProblemCount >= frame.Problems.Length);
        foreach (var reading in frame.Readings)
        {
            Assert.InRange(reading.Element.Name.Length, 1, 255);
            Assert.True(reading.Quality == Quality.Missing || double.IsFinite(reading.Value));
            Assert.InRange(reading.ObservedAtTicks, new DateTime(1999, 12, 31, 16, 0, 0).Ticks, new DateTime(2099, 12, 31, 16, 0, 0).Ticks);
            if (reading.Kind == ReadingKind.Text)
                Assert.True(Encoding.UTF8.GetCharCount(frame.GetTextUtf8(reading)) > 0);
        }
    }

    private static IEnumerable<string> Describe(FieldFrame frame) => frame.Readings.ToArray().Select(reading => string.Create(CultureInfo.InvariantCulture,
        $"{reading.Element.Name} {(reading.Kind == ReadingKind.Text ? frame.GetText(reading) : reading.Value)} {reading.ObservedAtTicks} {reading.Quality}"));

    // One to four things go wrong; two times of three the sum is put right again, so that what is wrong reaches the reader.
    private static byte[] Spoil(Random random)
    {
        var bytes = new List<byte>(Inputs[random.Next(Inputs.Length)]);
        for (int changes = random.Next(1, 5); changes > 0 && bytes.Count > 0; changes--)
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
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 5), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, Bytes(random, random.Next(1, 9)));
                    break;
                case 4:
                    bytes.InsertRange(at, Inputs[random.Next(Inputs.Length)]);
                    break;
                case 5 when bytes.Count > 29:
                    bytes[random.Next(24, 30)] = (byte)random.Next(256);
                    break;
                case 6:
                    // A unit of anything, up to the limit.
                    bytes = [.. Packets.Of(Bytes(random, random.Next(random.Next(1025))))];
                    if (bytes.Count > 32)
                        bytes[27] = (byte)(random.Next(2) == 0 ? random.Next(30) : random.Next(60, 92));
                    break;
                default:
                    bytes.Insert(at, 0x40);
                    break;
            }
        }
        byte[] result = [.. bytes];
        if (result.Length >= 30 && random.Next(3) > 0)
        {
            (result[0], result[1], result[^2], result[^1]) = (0x40, 0x40, 0x23, 0x23);
            int unit = Math.Min(result.Length - 30, 1024);
            (result[24], result[25]) = ((byte)unit, (byte)(unit >> 8));
            result[^3] = (byte)result[2..^3].Sum(value => value);
        }
        return result;
    }

    private static byte[] Bytes(Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
