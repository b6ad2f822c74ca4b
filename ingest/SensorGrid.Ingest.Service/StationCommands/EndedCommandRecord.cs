using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SensorGrid.Ingest.Service.Api;
using SensorGrid.Ingest.Sources.FieldProtocols;

namespace SensorGrid.Ingest.Service.StationCommands;

/// <summary>Payload of <c>station.command.ended</c>: how it ended, in short. What the station sent stands in the log as it came.</summary>
/// <param name="Given">Sequence of the record of its giving.</param>
/// <param name="Protocol">The protocol's word.</param>
/// <param name="Station">To whom it was given.</param>
/// <param name="Command">Which.</param>
/// <param name="Outcome">A word: those of <see cref="StationCommandResult.Outcome"/>.</param>
/// <param name="Detail">What there is to say besides, or null.</param>
/// <param name="Answer">The first of what the station sent, or null.</param>
/// <param name="Readings">How many readings that were in all, at most as many as are shown to whoever gave it.</param>
internal sealed record EndedCommandRecord(long Given, string Protocol, string Station, string Command, string Outcome, string? Detail, string? Answer, int Readings)
{
    // A line or two: enough to see what came, little beside the report itself.
    private const int LongestText = 500;
    private const int LongestPart = 80;

    public static EndedCommandRecord Of(EndedStationCommand ended) => new(
        ended.Given, ended.Protocol, ended.Station, ended.Verb, ended.Result.Outcome, ended.Result.Detail is { } detail ? Cut(detail, LongestText) : null,
        InShort(ended.Result.Answers), ended.Result.Answers.Sum(answer => answer.Readings.Count));

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, ApiJson.Options);

    public static bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out EndedCommandRecord? record) => RecordPayload.TryRead(payload, out record);

    private static string? InShort(IReadOnlyList<StationAnswer> answers)
    {
        var text = new StringBuilder();
        foreach (var answer in answers)
        {
            text.Append(text.Length == 0 ? "" : "; ").Append(Cut(answer.Function, LongestPart)).Append(':');
            foreach (var reading in answer.Readings)
            {
                if (text.Length > LongestText)
                    return Cut(text.ToString(), LongestText);
                string value = reading.Text ?? reading.Value?.ToString(CultureInfo.InvariantCulture) ?? "–";
                text.Append(' ').Append(Cut(reading.Name, LongestPart)).Append(" = ").Append(Cut(value, LongestPart));
                if (reading.Unit.Length > 0)
                    text.Append(' ').Append(reading.Unit);
            }
        }
        return text.Length == 0 ? null : Cut(text.ToString(), LongestText);
    }

    private static string Cut(string text, int longest)
    {
        if (text.Length <= longest)
            return text;
        // Not through the middle of a character of two halves.
        int length = char.IsHighSurrogate(text[longest - 2]) ? longest - 2 : longest - 1;
        return text[..length] + "…";
    }
}
