using System.Globalization;
using System.Text;
using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.Readings;

namespace SensorGrid.Simulators.FieldTools.Desk;

/// <summary>What goes over a line, for people to read along: a line for each frame with time, direction, peer, station, function and serial, its readings
/// below. Thread-safe.</summary>
/// <param name="format">The protocol.</param>
/// <param name="output">Where to.</param>
/// <param name="time">The clock.</param>
/// <param name="showsBytes">Each frame's bytes as hexadecimal digits too.</param>
public sealed class FrameTrace(FieldFormat format, TextWriter output, TimeProvider time, bool showsBytes)
{
    // A report of an hour of slots is shown whole; a relay's of a thousand values would hide what comes behind.
    private const int MostReadings = 100;

    private readonly IFieldFrameReader reader = format.NewReader();
    private readonly FieldFrame frame = new();
    private readonly Lock gate = new();

    /// <summary>Shows frames that came or went, one behind the other.</summary>
    /// <param name="isSent">True for what went out.</param>
    /// <param name="peer">Who is at the other end.</param>
    /// <param name="bytes">Whole frames.</param>
    public void Frames(bool isSent, string peer, ReadOnlySpan<byte> bytes)
    {
        lock (gate)
        {
            while (!bytes.IsEmpty)
            {
                var scan = format.Scanner.Scan(bytes, isFinal: true);
                if (scan.Outcome != FrameScanOutcome.Frame)
                    break;
                Show(isSent, peer, bytes.Slice(scan.Start, scan.Length));
                bytes = bytes[(scan.Start + scan.Length)..];
            }
            output.Flush();
        }
    }

    /// <summary>Says something that is no frame.</summary>
    /// <param name="mark">One sign that tells its kind: <c>*</c> what happened, <c>!</c> what is wrong, <c>=</c> how a command ended.</param>
    /// <param name="text">What.</param>
    public void Note(char mark, string text)
    {
        lock (gate)
        {
            output.WriteLine($"{Clock(time.GetUtcNow().UtcTicks)} {mark} {Printable(text)}");
            output.Flush();
        }
    }

    private void Show(bool isSent, string peer, ReadOnlySpan<byte> bytes)
    {
        long now = time.GetUtcNow().UtcTicks;
        var fault = reader.Read(bytes, now, frame);
        if (fault != default)
        {
            output.WriteLine($"{Clock(now)} {(isSent ? '>' : '<')} {peer} unreadable: {fault}");
        }
        else
        {
            var line = new StringBuilder();
            line.Append(CultureInfo.InvariantCulture, $"{Clock(now)} {(isSent ? '>' : '<')} {peer} {Printable(frame.Station)} {frame.Function}");
            if (FunctionNames.Of(format.Protocol, frame.Function) is { } name)
                line.Append(CultureInfo.InvariantCulture, $" ({name})");
            if (frame.Serial is { } serial)
                line.Append(CultureInfo.InvariantCulture, $" #{serial}");
            if (frame.SentAtTicks is { } sentAt)
                line.Append(CultureInfo.InvariantCulture, $" sent {Full(sentAt)}");
            output.WriteLine(line);
            ShowReadings();
        }
        if (showsBytes)
            output.WriteLine("    " + Convert.ToHexString(bytes));
    }

    private void ShowReadings()
    {
        int shown = 0;
        foreach (ref readonly var reading in frame.Readings)
        {
            if (shown++ == MostReadings)
            {
                output.WriteLine($"    … and {frame.ReadingCount - MostReadings} more readings");
                break;
            }
            var element = reading.Element;
            string unit = element.Unit.Length > 0 ? element.Unit : element.StandardUnit;
            string quality = reading.Quality == Quality.Good ? "" : $" {reading.Quality.ToString().ToLowerInvariant()}";
            output.WriteLine($"    {Printable(element.Name)} = {ValueOf(reading)}{(unit.Length > 0 ? " " + unit : "")}{quality}  {Full(reading.ObservedAtTicks)}");
        }
        foreach (ref readonly var problem in frame.Problems)
            output.WriteLine($"    ! {problem.Code} at byte {problem.Offset}{(problem.Detail is null ? "" : $" ({Printable(problem.Detail)})")}");
    }

    private string ValueOf(in FieldReading reading) => reading.Kind switch
    {
        ReadingKind.Text => "\"" + Printable(frame.GetText(reading)) + "\"",
        ReadingKind.Boolean => reading.Value != 0 ? "true" : "false",
        _ when double.IsNaN(reading.Value) => "-",
        _ => reading.Value.ToString(CultureInfo.InvariantCulture),
    };

    private static string Clock(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString("HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Full(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    // What a peer sends must not move the cursor of whoever reads along.
    private static string Printable(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(sign => char.IsControl(sign) ? '.' : sign)) : text;
}
