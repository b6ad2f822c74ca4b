using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Gb26875;
using SensorGrid.FieldProtocols.Tests.Support;

namespace SensorGrid.FieldProtocols.Tests.Gb26875;

public sealed class Gb26875FrameScannerTests
{
    private static readonly Gb26875FrameScanner Scanner = new();

    [Fact]
    public void The_file_holds_forty_six_samples() =>
        Assert.Equal((38, 6, 2, 46), (Gb26875Vector.Good.Count(), Gb26875Vector.Broken.Count(), Gb26875Vector.Streams.Count(), Gb26875Vector.All.Count));

    [Theory, MemberData(nameof(Gb26875Vector.GoodNames), MemberType = typeof(Gb26875Vector))]
    public async Task A_published_packet_comes_out_however_it_is_cut(string name)
    {
        byte[] packet = Gb26875Vector.Named(name).Input;
        Assert.Equal(FrameScan.Frame(0, packet.Length), Scanner.Scan(packet, isFinal: false));
        Assert.Equal(["frame " + Convert.ToHexString(packet), "End"], await StreamEvents.OfEverySplitAsync(Scanner, packet));
    }

    [Theory, MemberData(nameof(Gb26875Vector.GoodNames), MemberType = typeof(Gb26875Vector))]
    public async Task A_published_packet_comes_out_from_between_noise(string name)
    {
        byte[] packet = Gb26875Vector.Named(name).Input;
        string frame = "frame " + Convert.ToHexString(packet);
        Assert.Equal([frame, frame, "noise 11", "End"], await StreamEvents.OfEverySplitAsync(Scanner, [0, 0x40, 0xFF, .. packet, 0x23, 0x23, 0, 0x40, 0, .. packet, 7, 8, 9]));

        // Start marks in the noise cost faults, never the packet.
        var events = await StreamEvents.OfAsync(Scanner, (byte[])[0x40, 0x40, 0x40, 0x40, .. packet, 0x40, .. packet, 0x40, 0x40]);
        Assert.Equal([frame, frame], events.Where(text => text.StartsWith("frame", StringComparison.Ordinal)));
    }

    [Theory, MemberData(nameof(Gb26875Vector.GoodNames), MemberType = typeof(Gb26875Vector))]
    public async Task A_packet_that_ends_early_is_incomplete(string name)
    {
        byte[] packet = Gb26875Vector.Named(name).Input;
        Assert.Equal(["noise 1", "End"], await StreamEvents.OfAsync(Scanner, packet.AsMemory(0, 1)));
        for (int length = 2; length < packet.Length; length++)
        {
            Assert.Equal(FrameScanOutcome.NeedMore, Scanner.Scan(packet.AsSpan(0, length), isFinal: false).Outcome);
            var events = await StreamEvents.OfAsync(Scanner, packet.AsMemory(0, length));
            Assert.Equal(["fault incomplete", $"noise {length}", "End"], events);
        }
    }

    [Theory, MemberData(nameof(Gb26875Vector.BrokenNames), MemberType = typeof(Gb26875Vector))]
    public void A_broken_packet_is_refused_with_the_published_reason(string name)
    {
        var vector = Gb26875Vector.Named(name);
        var scan = Scanner.Scan(vector.Input, isFinal: true);
        Assert.Equal((FrameScanOutcome.Fault, 0, vector.Error), (scan.Outcome, scan.Start, scan.Fault.Code));
        foreach (var field in vector.Expect.EnumerateObject())
        {
            long expected = field.Value.ValueKind == System.Text.Json.JsonValueKind.Number ? field.Value.GetInt64() : 0;
            switch (field.Name)
            {
                case "error":
                    break;
                case "command":
                    Assert.Equal(expected, vector.Input[26]);
                    break;
                case "have" or "got" or "length":
                    Assert.Equal(expected, scan.Fault.Found);
                    break;
                case "total" or "computed":
                    Assert.Equal(expected, scan.Fault.Expected);
                    break;
                case "at":
                    Assert.Equal(expected, scan.Fault.Offset);
                    break;
                case "bytes":
                    Assert.Equal(field.Value.GetString(), scan.Fault.Found.ToString("x4"));
                    break;
                default:
                    Assert.Fail($"nothing checks {field.Name}");
                    break;
            }
        }
        // The reader says the same of it.
        Assert.Equal(scan.Fault, new Gb26875FrameReader().Read(vector.Input, 0, new FieldFrame()));
    }

    [Theory, MemberData(nameof(Gb26875Vector.BrokenNames), MemberType = typeof(Gb26875Vector))]
    public async Task A_good_packet_behind_a_broken_one_is_not_swallowed(string name)
    {
        var (broken, good) = (Gb26875Vector.Named(name).Input, Gb26875Vector.Good.First().Input);
        var events = await StreamEvents.OfEverySplitAsync(Scanner, [.. broken, .. good]);
        Assert.Contains("frame " + Convert.ToHexString(good), events);
        Assert.Single(events, text => text.StartsWith("frame", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Gb26875Vector.StreamNames), MemberType = typeof(Gb26875Vector))]
    public void A_published_stream_gives_what_it_says(string name)
    {
        var vector = Gb26875Vector.Named(name);
        ReadOnlySpan<byte> rest = vector.Input;
        int skipped = 0;
        foreach (var expected in vector.Expect.GetProperty("stream").EnumerateArray().Select(item => item.EnumerateObject().First()))
        {
            var scan = Scanner.Scan(rest[skipped..], isFinal: false);
            switch (expected.Name)
            {
                case "skip":
                    Assert.Equal(expected.Value.GetInt32(), scan.Start);
                    skipped = scan.Start;
                    break;
                case "frame":
                    Assert.Equal(FrameScan.Frame(0, scan.Length), scan);
                    Assert.Equal(expected.Value.GetString(), Convert.ToHexStringLower(rest.Slice(skipped, scan.Length)), ignoreCase: true);
                    rest = rest[(skipped + scan.Length)..];
                    skipped = 0;
                    break;
                case "error":
                    Assert.Equal((FrameScanOutcome.Fault, expected.Value.GetString()), (scan.Outcome, scan.Fault.Code));
                    // The search goes on behind its first byte, and finds the next start mark behind its last.
                    var next = Scanner.Scan(rest[1..], isFinal: false);
                    rest = rest[(1 + next.Start)..];
                    break;
                case "pending":
                    Assert.Equal(FrameScan.NeedMore(0), scan);
                    Assert.Equal(expected.Value.GetInt32(), rest.Length);
                    break;
                default:
                    Assert.Fail($"nothing checks {expected.Name}");
                    break;
            }
        }
    }

    [Fact]
    public void The_longest_packet_is_one_and_a_longer_one_is_none()
    {
        var longest = Packets.Of(new byte[Gb26875Frame.MaxUnitBytes]);
        Assert.Equal(FrameScan.Frame(0, Scanner.MaxFrameBytes), Scanner.Scan(longest, false));
        longest[24]++;
        Assert.Equal(new("length_over_limit", 24, 1025, 1024), Scanner.Scan(longest, false).Fault);
    }
}
