using System.Globalization;
using SensorGrid.FieldProtocols.Sl651;
using SensorGrid.Readings;

namespace SensorGrid.FieldProtocols.Tests.Sl651;

/// <summary>Readings and problems of a frame as lines, times in Beijing time.</summary>
internal static class Sl651ReadingText
{
    public static readonly long ReceivedAt = new DateTime(2026, 11, 25, 4, 0, 0).Ticks;

    public static string[] Of(string hex, Sl651ReaderOptions? options = null)
    {
        var frame = new FieldFrame();
        var fault = new Sl651FrameReader(options).Read(Convert.FromHexString(hex), ReceivedAt, frame);
        return fault.Code is not null ? [fault.Code] : Of(frame);
    }

    public static string[] Of(FieldFrame frame) =>
    [
        .. frame.Readings.ToArray().Select(reading => Line(frame, reading)),
        .. frame.Problems.ToArray().Select(problem => $"! {problem.Code} at {problem.Offset}{(problem.Detail is null ? "" : " " + problem.Detail)}"),
    ];

    private static string Line(FieldFrame frame, FieldReading reading)
    {
        string value = reading.Kind switch
        {
            ReadingKind.Text => $"'{frame.GetText(reading)}'",
            ReadingKind.Boolean => reading.Value == 1 ? "true" : "false",
            _ => reading.Value.ToString("R", CultureInfo.InvariantCulture),
        };
        string at = BeijingTime.FromUtc(reading.ObservedAtTicks).ToString("yyMMdd HH:mm:ss", CultureInfo.InvariantCulture);
        string unit = reading.Element.Unit.Length == 0 ? "" : " " + reading.Element.Unit;
        return $"{reading.Element.Name} {value}{unit} @ {at}{(reading.Quality == Quality.Good ? "" : " " + reading.Quality)}";
    }
}
