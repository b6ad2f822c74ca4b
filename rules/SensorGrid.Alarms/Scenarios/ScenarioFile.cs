using System.Globalization;
using SensorGrid.Readings;
using SensorGrid.Readings.Yaml;

namespace SensorGrid.Alarms.Scenarios;

/// <summary>
/// Reads the lines of a scenario. Empty lines and lines that begin with <c>#</c> are skipped; so is a heading
/// <c>datastream,observedAt,value,quality,receivedAt</c>.
/// <code>
/// gateway/name,observedAt,value[,quality[,receivedAt]]    value: a number, true, false, or longitude;latitude
/// senml,receivedAt,gateway,[…]                            a SenML pack, as the gateway sends it
/// tick,time
/// started,time
/// acknowledge,time,operator,rule,scope[,note]
/// rules,time,file
/// move,time,zone,file[,valid-from[,valid-to]]             file: GeoJSON; empty to go back to the catalogue's
/// </code>
/// Times are RFC 3339. <c>started</c>: the service, which was down since the line before, is back. A reading that does not say when it was received came at once: when it was observed, or with the line
/// before, whichever is later.
/// </summary>
public static class ScenarioFile
{
    private const string Heading = "datastream,observedAt,value";

    /// <summary>Reads a scenario.</summary>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="text">Its content.</param>
    public static (IReadOnlyList<ScenarioRecord> Records, IReadOnlyList<SourceMessage> Messages) Read(string path, string text)
    {
        var records = new List<ScenarioRecord>();
        var messages = new SourceMessages();
        long logTime = 0;
        int number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            string trimmed = line.Trim();
            if (trimmed.Length == 0 || trimmed[0] == '#' || trimmed.StartsWith(Heading, StringComparison.Ordinal))
                continue;
            if (trimmed.StartsWith(ScenarioPack.Prefix, StringComparison.Ordinal))
            {
                var (sent, refused) = ReadPack(trimmed.Split(',', 4), logTime);
                if (refused is not null)
                    messages.Add(new(path, number, 1, MessageSeverity.Error, refused));
                else
                    logTime = sent[0].ReceivedAtTicks;
                records.AddRange(sent.Select(record => record with { Line = number }));
                continue;
            }
            var (record, problem) = ReadLine(trimmed.Split(','), logTime);
            if (record is null)
            {
                messages.Add(new(path, number, 1, MessageSeverity.Error, problem!));
                continue;
            }
            logTime = record.ReceivedAtTicks;
            records.Add(record with { Line = number });
        }
        return (records, messages.ToList());
    }

    private static (IReadOnlyList<ScenarioRecord> Records, string? Problem) ReadPack(string[] fields, long logTime)
    {
        if (fields.Length < 4 || !TryTime(fields[1], out long receivedAt))
            return ([], "a pack is 'senml,receivedAt,gateway,[…]', with a time like 2026-05-01T08:00:00Z");
        return receivedAt < logTime
            ? ([], "received before the line above; the log goes forward only")
            : ScenarioPack.Read(fields[2], fields[3], receivedAt);
    }

    private static (ScenarioRecord? Record, string? Problem) ReadLine(string[] fields, long logTime)
    {
        if (fields.Length < 2 || !TryTime(fields[1], out long time))
            return (null, "a line is 'datastream,observedAt,value…', 'tick,time', 'started,time', 'acknowledge,time,…', 'rules,time,file' or 'move,time,zone,file', with a time like "
                + "2026-05-01T08:00:00Z");
        long receivedAt = Math.Max(logTime, time);
        return fields[0] switch
        {
            "tick" => (new() { Kind = ScenarioRecordKind.Tick, ReceivedAtTicks = receivedAt }, null),
            "started" => (new() { Kind = ScenarioRecordKind.Started, ReceivedAtTicks = receivedAt }, null),
            "acknowledge" when fields.Length is 5 or 6 => (new()
            {
                Kind = ScenarioRecordKind.Acknowledge,
                ReceivedAtTicks = receivedAt,
                Operator = fields[2],
                Rule = fields[3],
                Scope = fields[4],
                Note = fields.Length == 6 ? fields[5] : null,
            }, null),
            "acknowledge" => (null, "an acknowledgement is 'acknowledge,time,operator,rule,scope[,note]'"),
            "rules" when fields.Length == 3 => (new() { Kind = ScenarioRecordKind.Rules, ReceivedAtTicks = receivedAt, File = fields[2] }, null),
            "rules" => (null, "a change of rules is 'rules,time,file'"),
            "move" when fields.Length is >= 4 and <= 6 => (new()
            {
                Kind = ScenarioRecordKind.Move,
                ReceivedAtTicks = receivedAt,
                Zone = fields[2],
                File = fields[3],
                ValidFrom = fields.ElementAtOrDefault(4) is { Length: > 0 } from ? from : null,
                ValidTo = fields.ElementAtOrDefault(5) is { Length: > 0 } to ? to : null,
            }, null),
            "move" => (null, "a zone is moved by 'move,time,zone,file[,valid-from[,valid-to]]'"),
            _ => ReadReading(fields, time, receivedAt, logTime),
        };
    }

    private static (ScenarioRecord? Record, string? Problem) ReadReading(string[] fields, long observedAt, long receivedAt, long logTime)
    {
        int slash = fields[0].IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == fields[0].Length - 1)
            return (null, $"'{fields[0]}' is not a datastream; write gateway/name");
        if (fields.Length is < 3 or > 5 || !TryValue(fields[2], out var value))
            return (null, "a reading is 'gateway/name,observedAt,value[,quality[,receivedAt]]' with a number, true, false or longitude;latitude");
        var quality = Quality.Good;
        if (fields.Length > 3 && fields[3].Length > 0 && !Enum.TryParse(fields[3], ignoreCase: true, out quality))
            return (null, $"'{fields[3]}' is not a quality; it is good, suspect, estimated, missing or bad");
        if (fields.Length > 4)
        {
            if (!TryTime(fields[4], out receivedAt))
                return (null, $"'{fields[4]}' is not a time like 2026-05-01T08:00:00Z");
            if (receivedAt < logTime)
                return (null, "received before the line above; the log goes forward only");
        }
        return (new()
        {
            Kind = ScenarioRecordKind.Reading,
            ReceivedAtTicks = receivedAt,
            Datastream = new(fields[0][..slash], fields[0][(slash + 1)..]),
            Reading = value with { ObservedAtTicks = observedAt, Quality = quality },
        }, null);
    }

    private static bool TryValue(string text, out Reading reading)
    {
        reading = default;
        if (text is "true" or "false")
        {
            reading = reading with { Kind = ReadingKind.Boolean, Value = text == "true" ? 1 : 0 };
            return true;
        }
        string[] parts = text.Split(';');
        if (parts.Length > 2 || !TryNumber(parts[0], out double first))
            return false;
        if (parts.Length == 1)
        {
            reading = reading with { Value = first };
            return true;
        }
        bool isPosition = TryNumber(parts[1], out double second);
        reading = reading with { Kind = ReadingKind.Position, Value = first, Value2 = second };
        return isPosition;
    }

    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    private static bool TryTime(string text, out long ticks)
    {
        bool read = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        ticks = time.UtcTicks;
        return read && text.Contains('T', StringComparison.Ordinal);
    }
}
