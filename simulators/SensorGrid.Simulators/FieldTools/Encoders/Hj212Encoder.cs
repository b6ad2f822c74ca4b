using System.Buffers;
using System.Globalization;
using System.Text;
using SensorGrid.FieldProtocols.Hj212;
using SensorGrid.Readings;

namespace SensorGrid.Simulators.FieldTools.Encoders;

/// <summary>Objects to packets of HJ 212-2017, one each, with password 123456 and without the wish for an answer. The system code is that of what the
/// codes measure: water 32, air 31.</summary>
internal sealed class Hj212Encoder(Hj212AreaWriter area) : IFrameEncoder
{
    private const byte FlagOf2017 = 4;

    // Suffixes of the factor under way: a second one of the same begins anew.
    private readonly HashSet<string> suffixes = new(StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public byte[] Encode(FrameObject said)
    {
        string station = FrameObject.Require(said.Station, "station", "an MN");
        string function = FrameObject.Require(said.Function, "function", "a CN of four digits");
        if (!int.TryParse(function, NumberStyles.None, CultureInfo.InvariantCulture, out int command) || command is < 1000 or > 9999)
            throw new FrameEncodeException("function", $"'{function}' is no CN of four digits.");
        if (said.Readings.Count == 0)
            area.Clear();
        else
            WriteArea(said.Readings, command, said.SentAtTicks ?? said.Readings[0].ObservedAtTicks!.Value);
        var output = new ArrayBufferWriter<byte>();
        var error = Hj212FrameWriter.TryWrite(
            new()
            {
                Qn = Encoding.ASCII.GetBytes(QnOf(said)),
                St = command >= 9000 ? "91"u8 : said.Readings.Any(reading => reading.Code.StartsWith('a')) ? "31"u8 : "32"u8,
                Command = command,
                Pw = "123456"u8,
                Mn = Encoding.UTF8.GetBytes(station),
                Flag = new(FlagOf2017),
            },
            area.Area, output);
        return error == Hj212WriteError.None ? output.WrittenSpan[..^2].ToArray() : throw new FrameEncodeException("$", $"no such packet can be written: {error}.");
    }

    // QN is the time of sending to the millisecond, as digits; the serial holds the same digits.
    private static string QnOf(FrameObject said)
    {
        if (said.Serial is { } serial)
            return serial >= 0 ? serial.ToString(CultureInfo.InvariantCulture) : throw new FrameEncodeException("serial", "QN has digits only.");
        return said.SentAtTicks is { } sentAt
            ? new DateTime(sentAt, DateTimeKind.Utc).AddHours(8).ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture)
            : "";
    }

    /// <summary>Writes a data area: the time that most readings have, then the readings, with marks and sampling times where they differ.</summary>
    /// <param name="readings">At least one.</param>
    /// <param name="command">CN.</param>
    /// <param name="otherwiseTicks">Time of readings that have none, UTC ticks.</param>
    public void WriteArea(IReadOnlyList<FrameValue> readings, int command, long otherwiseTicks)
    {
        area.Clear();
        long dataTime = readings.GroupBy(reading => reading.ObservedAtTicks ?? otherwiseTicks).MaxBy(group => group.Count())!.Key;
        Check(area.AddTime("DataTime", dataTime), readings[0], "observedAt");
        string? factor = null;
        FrameValue? first = null;
        foreach (var reading in readings)
        {
            int minus = reading.Code.LastIndexOf('-');
            string of = minus > 0 ? reading.Code[..minus] : reading.Code;
            string suffix = minus > 0 ? reading.Code[(minus + 1)..] : "";
            if (of != factor || !suffixes.Add(suffix))
            {
                EndGroup(factor, first, otherwiseTicks, dataTime);
                area.NextItem();
                suffixes.Clear();
                suffixes.Add(suffix);
                (factor, first) = (of, null);
            }
            if (first is null || first.IsMissing)
                first = reading;
            Add(reading, command);
        }
        EndGroup(factor, first, otherwiseTicks, dataTime);
    }

    // Mark and sampling time stand behind the values of their factor, in the same item.
    private void EndGroup(string? factor, FrameValue? first, long otherwiseTicks, long dataTime)
    {
        if (factor is null || first is null)
            return;
        if ((first.ObservedAtTicks ?? otherwiseTicks) is var time && time != dataTime)
            Check(area.AddTime(factor + "-SampleTime", time), first, "observedAt");
        string? mark = first.Quality switch
        {
            Quality.Suspect => "F",
            Quality.Estimated => "S",
            Quality.Bad => "D",
            _ => null,
        };
        if (mark is not null)
            Check(area.Add(factor + "-Flag", mark), first, "quality");
    }

    private void Add(FrameValue reading, int command)
    {
        if (reading.IsMissing)
        {
            Check(area.Add(reading.Code, ""), reading, "value");
            return;
        }
        if (!reading.IsText)
        {
            decimal value = ScaledDecimal.Shift(reading.Number, -Hj212Elements.Of(reading.Code, command).UnitShift);
            Check(area.Add(reading.Code, value), reading, "value");
            return;
        }
        // Between // and // a text is one whatever it looks like.
        string text = reading.Text;
        bool looksLikeNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        bool isAlwaysText = reading.Code == "RestartTime" || reading.Code.EndsWith("-SN", StringComparison.Ordinal) || reading.Code.EndsWith("-EFlag", StringComparison.Ordinal);
        if ((looksLikeNumber && !isAlwaysText) || area.Add(reading.Code, text) != Hj212WriteError.None)
            Check(area.AddLog(reading.Code, text), reading, "value");
    }

    private static void Check(Hj212WriteError error, FrameValue reading, string field)
    {
        if (error != Hj212WriteError.None)
            throw reading.Refuse(field, $"{reading.Code} cannot stand in a data area: {error}.");
    }
}
