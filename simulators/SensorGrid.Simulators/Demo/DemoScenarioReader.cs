using System.Globalization;
using SensorGrid.Readings.Yaml;
using SensorGrid.Simulators.Recordings;

namespace SensorGrid.Simulators.Demo;

/// <summary>Reads <c>demo.yaml</c>; says everything that is wrong with it at once, each with its place.</summary>
public static class DemoScenarioReader
{
    /// <summary>Loads a scenario and the recordings it names.</summary>
    /// <exception cref="RecordingException">Something in it, or in a recording, is wrong.</exception>
    public static DemoScenario Load(string path)
    {
        if (!File.Exists(path))
            throw new RecordingException(path, 0, "There is no such file; --scenario names the demo's YAML file.");
        var messages = new SourceMessages();
        var scenario = Read(path, File.ReadAllText(path), messages);
        return scenario is null || messages.HasErrors
            ? throw new RecordingException(messages.ToList().Select(message => message.ToString()))
            : scenario;
    }

    /// <summary>Reads a scenario.</summary>
    /// <param name="path">Its path; recordings are looked for relative to it.</param>
    /// <param name="text">Its content.</param>
    /// <param name="messages">Gets what is wrong.</param>
    public static DemoScenario? Read(string path, string text, SourceMessages messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (YamlDocumentReader.Read(path, text, messages) is not { } root)
            return null;
        var fields = MappingFields.From(root, messages, "a demo", "demo", "title", "start", "offset", "recordings", "gateways", "feeds", "events");
        if (fields is null)
            return null;
        string? id = fields.Id("demo", required: true);
        var title = fields.Localized("title");
        var start = ReadTime(fields, "start");
        var offset = ReadOffset(fields);
        string folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, fields.Text("recordings", required: true) ?? ".");
        var gateways = ReadGateways(fields, messages);
        var recordings = new Dictionary<string, RecordingDescription>(StringComparer.Ordinal);
        var feeds = fields.Items("feeds", required: true).Select(node => ReadFeed(node, messages, folder, recordings, gateways)).ToList();
        var events = fields.Items("events").Select(node => ReadEvent(node, messages)).ToList();
        if (messages.HasErrors)
            return null;
        return new()
        {
            Id = id!,
            Title = title?.En ?? id!,
            Start = start,
            Offset = offset,
            Gateways = [.. gateways.Values],
            Feeds = [.. feeds.OfType<DemoFeed>()],
            Events = [.. events.OfType<DemoEvent>()],
        };
    }

    private static Dictionary<string, DemoGateway> ReadGateways(MappingFields demo, SourceMessages messages)
    {
        var gateways = new Dictionary<string, DemoGateway>(StringComparer.Ordinal);
        foreach (var node in demo.Items("gateways", required: true))
        {
            if (MappingFields.From(node, messages, "a gateway", "id", "domain") is not { } fields)
                continue;
            if (fields.Id("id", required: true) is { } id && fields.Id("domain", required: true) is { } domain && !gateways.TryAdd(id, new(id, domain)))
                fields.Error("id", $"gateway '{id}' is declared twice");
        }
        return gateways;
    }

    private static DemoFeed? ReadFeed(
        SourceNode node, SourceMessages messages, string folder, Dictionary<string, RecordingDescription> recordings,
        Dictionary<string, DemoGateway> gateways)
    {
        if (MappingFields.From(node, messages, "a feed", "recording", "from", "until", "at", "streams", "move") is not { } fields)
            return null;
        var recording = ReadRecording(fields, folder, recordings);
        var at = ReadTime(fields, "at");
        var from = ReadInstant(fields, "from");
        var until = ReadInstant(fields, "until");
        var streams = new Dictionary<string, DemoStream>(StringComparer.Ordinal);
        if (fields.Find("streams") is not MappingNode mapping)
        {
            fields.Error("streams", "a feed needs 'streams': a mapping of recorded gateway/name to the city's gateway/name");
            return null;
        }
        foreach (var entry in mapping.Entries)
        {
            string to = (entry.Value as ScalarNode)?.Value ?? "";
            int slash = to.IndexOf('/', StringComparison.Ordinal);
            if (slash > 0 && slash + 1 < to.Length && gateways.TryGetValue(to[..slash], out var gateway))
                streams[entry.Key.Value] = new(gateway, to[(slash + 1)..]);
            else
                messages.Error(entry.Value, $"'{to}' is not gateway/name with a gateway of this demo{DidYouMean.Hint(slash > 0 ? to[..slash] : to, gateways.Keys)}");
        }
        var move = fields.Mapping("move", "'move'", required: false, "longitude", "latitude");
        return recording is null
            ? null
            : new()
            {
                Recording = recording,
                From = from,
                Until = until,
                At = at,
                Streams = streams,
                MoveLongitude = move?.Number("longitude") ?? 0,
                MoveLatitude = move?.Number("latitude") ?? 0,
            };
    }

    private static RecordingDescription? ReadRecording(MappingFields feed, string folder, Dictionary<string, RecordingDescription> recordings)
    {
        if (feed.Id("recording", required: true) is not { } name)
            return null;
        if (recordings.TryGetValue(name, out var known))
            return known;
        string path = Path.Combine(folder, name, RecordingDescriptionReader.FileName);
        if (!File.Exists(path))
        {
            feed.Error("recording", $"there is no recording '{name}' in {folder}");
            return null;
        }
        return recordings[name] = RecordingDescriptionReader.Load(path)[0];
    }

    private static DemoEvent? ReadEvent(SourceNode node, SourceMessages messages)
    {
        if (MappingFields.From(node, messages, "an event", "at", "domain", "say") is not { } fields)
            return null;
        var at = ReadTime(fields, "at");
        string? domain = fields.Id("domain", required: true);
        var say = fields.Localized("say", required: true);
        return domain is null || say is null ? null : new(at, domain, say.En, say.Zh);
    }

    private static TimeSpan ReadTime(MappingFields fields, string key)
    {
        if (fields.Text(key, required: true) is not { } text)
            return default;
        string[] parts = text.Split(':');
        if (parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int hours) && hours < 48
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int minutes) && minutes < 60)
            return new TimeSpan(hours, minutes, 0);
        fields.Error(key, $"'{key}' is a time of day such as \"07:05\"; after midnight go on counting (\"26:30\"), not '{text}'");
        return default;
    }

    private static TimeSpan ReadOffset(MappingFields demo)
    {
        if (demo.Text("offset", required: true) is not { } text)
            return default;
        if (DateTimeOffset.TryParseExact("2000-01-01" + text, "yyyy-MM-ddzzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed))
            return parsed.Offset;
        demo.Error("offset", $"'{text}' is not an offset from UTC such as +08:00");
        return default;
    }

    private static DateTimeOffset? ReadInstant(MappingFields fields, string key)
    {
        if (fields.Text(key) is not { } text)
            return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
            return instant;
        fields.Error(key, $"'{key}' is a time such as 2015-12-25T17:00:00Z, not '{text}'");
        return null;
    }
}
