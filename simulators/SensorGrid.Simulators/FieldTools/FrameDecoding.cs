using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.Readings;

namespace SensorGrid.Simulators.FieldTools;

/// <summary>Frames of a field protocol, decoded: a line of JSON for each, what it says or why it is none.</summary>
/// <param name="format">The protocol.</param>
/// <param name="receivedAtTicks">Time of arrival, UTC ticks: stands in for times that a frame does not have.</param>
public sealed class FrameDecoding(FieldFormat format, long receivedAtTicks) : IDecoding
{
    private readonly IFieldFrameReader reader = format.NewReader();
    private readonly FieldFrame frame = new();

    /// <inheritdoc/>
    public long Errors { get; private set; }

    /// <summary>A line for each frame, and one for each stretch in which none begins, however many false beginnings it has.</summary>
    public IEnumerable<string> Decode(ReadOnlyMemory<byte> bytes)
    {
        int position = 0;
        bool isTold = false, hasFrame = false;
        while (position < bytes.Length)
        {
            var scan = format.Scanner.Scan(bytes.Span[position..], isFinal: true);
            position += scan.Start;
            if (scan.Outcome == FrameScanOutcome.NeedMore)
                break;
            if (scan.Outcome == FrameScanOutcome.Fault)
            {
                if (!isTold)
                    yield return Error(scan.Fault.Code, scan.Fault.ToString(), position + scan.Fault.Offset);
                isTold = true;
                position++;
                continue;
            }
            yield return Read(bytes.Span.Slice(position, scan.Length), position);
            position += scan.Length;
            (isTold, hasFrame) = (false, true);
        }
        if (!isTold && !hasFrame && bytes.Length > 0)
            yield return Error("no_frame", "nothing here begins a frame", 0);
    }

    private string Read(ReadOnlySpan<byte> bytes, int position)
    {
        var fault = reader.Read(bytes, receivedAtTicks, frame);
        return fault == default ? Object() : Error(fault.Code, fault.ToString(), position + fault.Offset);
    }

    private string Object() => DecodedJson.Object(json =>
    {
        json.WriteBoolean("ok", true);
        json.WriteString("protocol", format.Protocol.ToWord());
        json.WriteString("station", frame.Station);
        json.WriteString("function", frame.Function);
        if (frame.Serial is { } serial)
            json.WriteNumber("serial", serial);
        else
            json.WriteNull("serial");
        DecodedJson.WriteTime(json, "sentAt", frame.SentAtTicks);
        json.WriteStartArray("readings");
        foreach (ref readonly var reading in frame.Readings)
        {
            var element = reading.Element;
            // Where no registered unit fits, the value is in the standard's own.
            string unit = element.Unit.Length > 0 ? element.Unit : element.StandardUnit;
            DecodedJson.WriteReading(
                json, element.Code, element.Name, element.Quantity, unit, new Reading(default, reading.ObservedAtTicks, reading.Value, 0, reading.Kind, reading.Quality),
                reading.Kind == ReadingKind.Text ? frame.GetTextUtf8(reading) : default);
        }
        json.WriteEndArray();
        json.WriteStartArray("problems");
        foreach (ref readonly var problem in frame.Problems)
        {
            json.WriteStartObject();
            json.WriteString("code", problem.Code);
            json.WriteNumber("offset", problem.Offset);
            if (problem.Detail is not null)
                json.WriteString("detail", problem.Detail);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private string Error(string code, string message, int offset)
    {
        Errors++;
        return DecodedJson.Error(code, message, offset);
    }
}
