using System.Globalization;
using System.Text;
using SensorGrid.FieldProtocols.Hj212;
using SensorGrid.FieldProtocols.Tests.Support;

namespace SensorGrid.FieldProtocols.Tests.Hj212;

public sealed class Hj212VectorTests
{
    private static readonly byte[] LineEnd = [(byte)'\r', (byte)'\n'];
    private static readonly byte[] Other = Hj212Vector.Named("f-st91-cn9021-bdc1").Frame;

    public static TheoryData<string> Good => Hj212Vector.Names(Hj212Vector.Good);

    public static TheoryData<string> Malformed => Hj212Vector.Names(Hj212Vector.Malformed);

    [Fact]
    public void All_of_them_are_looked_at()
    {
        Assert.Equal(89, Hj212Vector.All.Count);
        Assert.Equal(64, Hj212Vector.Good.Count());
        Assert.Equal(25, Hj212Vector.Malformed.Count());
    }

    [Theory]
    [MemberData(nameof(Good))]
    public async Task A_packet_comes_out_however_the_bytes_are_cut(string name)
    {
        var vector = Hj212Vector.Named(name);
        Assert.Equal([FrameEvent(vector.Frame), "End"], await StreamEvents.OfEverySplitAsync(ScannerFor(vector), vector.Frame));
    }

    [Theory]
    [MemberData(nameof(Good))]
    public async Task A_packet_comes_out_from_between_noise(string name)
    {
        var vector = Hj212Vector.Named(name);
        byte[] noise = [0, (byte)'#', .. "\r\n\r\nhello #1234 &&"u8];
        byte[] bytes = [.. noise, .. vector.Frame, .. LineEnd, .. Other, .. vector.Frame, .. LineEnd, .. LineEnd, 0];
        Assert.Equal(
            [FrameEvent(vector.Frame), FrameEvent(Other), FrameEvent(vector.Frame), $"noise {noise.Length - 4 + 1}", "End"],
            await StreamEvents.OfEverySplitAsync(ScannerFor(vector), bytes));
    }

    [Theory]
    [MemberData(nameof(Good))]
    public async Task A_packet_cut_short_is_truncated_and_harms_nothing_behind_it(string name)
    {
        var vector = Hj212Vector.Named(name);
        for (int length = 2; length < vector.Frame.Length; length++)
        {
            var events = await StreamEvents.OfAsync(ScannerFor(vector), vector.Frame.AsMemory(0, length));
            Assert.Equal("fault truncated", events[0]);
            Assert.DoesNotContain(events, happened => happened.StartsWith("frame", StringComparison.Ordinal));
            // The rest never comes; the next packet does.
            byte[] followed = [.. vector.Frame.AsSpan(0, length), .. Other, .. LineEnd];
            events = await StreamEvents.OfAsync(ScannerFor(vector), followed);
            Assert.Contains(FrameEvent(Other), events);
        }
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_malformed_packet_has_its_kind_of_error(string name)
    {
        var vector = Hj212Vector.Named(name);
        var strict = new Hj212FrameScanner(new(new() { AcceptWrongLength = false }));
        var events = await StreamEvents.OfEverySplitAsync(strict, vector.Frame);
        Assert.Equal("fault " + vector.Error, events[0]);
        Assert.DoesNotContain(events, happened => happened.StartsWith("frame", StringComparison.Ordinal));
        events = await StreamEvents.OfEverySplitAsync(strict, [.. "noise\r\n"u8, .. vector.Frame, .. LineEnd, .. Other, .. LineEnd]);
        Assert.Equal("fault " + vector.Error, events[0]);
        Assert.Contains(FrameEvent(Other), events);
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Only_what_its_check_fits_is_taken_from_malformed_ones(string name)
    {
        var vector = Hj212Vector.Named(name);
        var events = await StreamEvents.OfEverySplitAsync(new Hj212FrameScanner(), [.. vector.Frame, .. LineEnd, .. Other]);
        Assert.Equal(vector.IsTolerable ? FrameEvent(vector.Frame) : "fault " + vector.Error, events[0]);
        Assert.Contains(FrameEvent(Other), events);

        var modbus = new Hj212FrameScanner(new(new() { AcceptModbusCrc = true, AcceptWrongLength = false }));
        events = await StreamEvents.OfEverySplitAsync(modbus, vector.Frame);
        Assert.Equal(vector.MatchesModbus ? FrameEvent(vector.Frame) : "fault " + vector.Error, events[0]);
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_fault_says_what_stood_there_and_what_should_have(string name)
    {
        var vector = Hj212Vector.Named(name);
        var fault = new Hj212FrameScanner(new(new() { AcceptWrongLength = false })).Scan(vector.Frame, isFinal: true).Fault;
        switch (vector.Error)
        {
            case Hj212Faults.CrcMismatch:
                Assert.Equal(Convert.ToInt64(vector.Expect.GetProperty("crcReceived").GetString(), 16), fault.Found);
                Assert.Equal(Convert.ToInt64(vector.Expect.GetProperty("crcComputed").GetString(), 16), fault.Expected);
                break;
            case Hj212Faults.LengthMismatch:
                Assert.Equal(vector.Expect.GetProperty("declaredLength").GetInt64(), fault.Found);
                Assert.Equal(vector.Expect.GetProperty("actualLength").GetInt64(), fault.Expected);
                break;
            default:
                Assert.Equal(Hj212Faults.Truncated, fault.Code);
                Assert.Equal(6 + vector.Expect.GetProperty("availableBytes").GetInt64(), fault.Found);
                Assert.Equal(6 + vector.Expect.GetProperty("declaredLength").GetInt64() + 4, fault.Expected);
                break;
        }
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void Everything_that_stands_in_a_packet_can_be_seen(string name)
    {
        var vector = Hj212Vector.Named(name);
        Assert.True(Hj212Packet.TryOpen(vector.Frame, out var packet));
        Assert.Equal(vector.Expect.GetProperty("length").GetInt32(), packet.DeclaredLength);
        Assert.Equal(packet.DeclaredLength, packet.Segment.Length);
        Assert.Equal(vector.Expect.GetProperty("crc").GetString(), Text(packet.CrcText), ignoreCase: true);
        if (vector.IsEncrypted)
        {
            byte[] plain = packet.Area.ToArray();
            new Sm4(vector.Key).Decrypt(plain, plain);
            Assert.Equal(vector.Expect.GetProperty("plaintext").GetString(), Text(plain));
            return;
        }

        var header = vector.Expect.GetProperty("header");
        var fields = new Hj212HeaderFields(packet.Header);
        var seen = new List<(string, string)>();
        while (fields.MoveNext())
            seen.Add((Text(fields.Name), Text(fields.Value)));
        Assert.Equal(header.EnumerateObject().Select(field => (field.Name, field.Value.GetString()!)).Order(), seen.Distinct().Order());
        Assert.Equal(Field("QN"), Text(packet.Qn));
        Assert.Equal(Field("ST"), Text(packet.St));
        Assert.Equal(Field("CN"), Text(packet.Cn));
        Assert.Equal(Field("PW"), Text(packet.Pw));
        Assert.Equal(Field("MN"), Text(packet.Mn));
        Assert.Equal(Field("PNUM"), Text(packet.PnumText));
        Assert.Equal(Field("PNO"), Text(packet.PnoText));

        if (vector.Expect.TryGetProperty("flag", out var flag))
        {
            Assert.Equal(flag.GetProperty("version").GetInt32(), packet.Flag!.Value.Version);
            Assert.Equal(flag.GetProperty("split").GetBoolean(), packet.Flag!.Value.IsSplit);
            Assert.Equal(flag.GetProperty("ack").GetBoolean(), packet.Flag!.Value.WantsAnswer);
        }
        else
        {
            Assert.Null(packet.Flag);
        }
        var expected = vector.Expect.GetProperty("cp").EnumerateArray()
            .Select(item => string.Join(',', item.EnumerateArray().Select(pair => $"{pair[0].GetString()}={pair[1].GetString()}")));
        Assert.Equal(expected, Items(packet));

        string Field(string field) => header.TryGetProperty(field, out var value) ? value.GetString()! : "";
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void Every_number_becomes_a_reading_in_its_unit(string name)
    {
        var vector = Hj212Vector.Named(name);
        var frame = new FieldFrame();
        Assert.Equal(default, ReaderFor(vector).Read(vector.Frame, 1, frame));
        Assert.Equal(FieldProtocol.Hj212, frame.Protocol);
        string cp = vector.IsEncrypted ? vector.Expect.GetProperty("plaintext").GetString()! : "";
        var pairs = vector.IsEncrypted
            ? cp.Split(';', ',').Select(pair => (Key: pair.Split('=')[0], Value: pair.Split('=')[1]))
            : vector.Expect.GetProperty("cp").EnumerateArray().SelectMany(item => item.EnumerateArray())
                .Select(pair => (Key: pair[0].GetString()!, Value: pair[1].GetString()!));
        var numbers = pairs
            .Where(pair => pair.Key.Contains('-', StringComparison.Ordinal) && !pair.Key.EndsWith("-Flag", StringComparison.Ordinal) &&
                !pair.Key.EndsWith("-SampleTime", StringComparison.Ordinal))
            .Select(pair => (pair.Key, pair.Value)).ToList();
        var readings = frame.Readings.ToArray().Where(reading => reading.Element.Code.Contains('-', StringComparison.Ordinal)).ToList();
        Assert.Equal(numbers.Count, readings.Count);
        foreach (var ((key, value), reading) in numbers.Zip(readings))
        {
            Assert.Equal(key.Replace("-td", "-Rtd", StringComparison.Ordinal), reading.Element.Code);
            double expected = value.Length == 0 ? double.NaN : (double)(decimal.Parse(value, CultureInfo.InvariantCulture) * Power(reading.Element.UnitShift));
            Assert.Equal(expected, reading.Value);
        }
        Assert.DoesNotContain(frame.Problems.ToArray(), problem => problem.Code is Hj212Faults.BadItem or Hj212Faults.BadNumber or Hj212Faults.UnknownMark);
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void What_a_tolerant_reader_takes_is_listed_as_a_problem(string name)
    {
        var vector = Hj212Vector.Named(name);
        var frame = new FieldFrame();
        var fault = new Hj212FrameReader().Read(vector.Frame, 1, frame);
        if (vector.IsTolerable)
        {
            Assert.Equal(default, fault);
            Assert.Contains(frame.Problems.ToArray(), problem => problem.Code == Hj212Faults.LengthMismatch);
        }
        else if (vector.Error != Hj212Faults.CrcMismatch)
        {
            // The check is the scanner's business; a length that does not fit shows here too.
            Assert.Equal(vector.Error, fault.Code);
            Assert.Equal(0, frame.ReadingCount);
        }
    }

    internal static Hj212FrameReader ReaderFor(Hj212Vector vector) => new(StationsFor(vector));

    internal static Hj212FrameScanner ScannerFor(Hj212Vector vector) => new(StationsFor(vector));

    private static Hj212Stations StationsFor(Hj212Vector vector) =>
        vector.IsEncrypted ? new(null, new Dictionary<string, Hj212StationOptions> { ["010000A8900016F000169DC0"] = new() { Cipher = new(vector.Key) } }) : Hj212Stations.Default;

    private static List<string> Items(scoped in Hj212Packet packet)
    {
        var items = new List<string>();
        int item = -1;
        var pairs = packet.Pairs;
        while (pairs.MoveNext())
        {
            Assert.False(pairs.IsMalformed);
            string pair = $"{Text(pairs.Key)}={Text(pairs.Value)}";
            if (pairs.Item == item)
                items[^1] += "," + pair;
            else
                items.Add(pair);
            item = pairs.Item;
        }
        return items;
    }

    private static decimal Power(int shift) => shift >= 0 ? (decimal)Math.Pow(10, shift) : 1m / (decimal)Math.Pow(10, -shift);

    private static string FrameEvent(byte[] frame) => "frame " + Convert.ToHexString(frame);

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
