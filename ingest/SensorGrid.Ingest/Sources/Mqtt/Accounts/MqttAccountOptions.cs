using SensorGrid.Ingest.Sources.Mqtt.Alarms;
using SensorGrid.Ingest.Sources.Mqtt.Topics;
using SensorGrid.Readings;

namespace SensorGrid.Ingest.Sources.Mqtt.Accounts;

/// <summary>An account for somebody who is no gateway: a dispatch system, a dashboard. Sections <c>Mqtt:Accounts:0</c>, <c>Mqtt:Accounts:1</c> …</summary>
public sealed record MqttAccountOptions
{
    /// <summary>What sessions of clients without an account are kept under.</summary>
    internal const string AnonymousName = "anonymous";

    private const int MaxHashFileBytes = 1024;

    /// <summary>User name in CONNECT: an id like a gateway's.</summary>
    public string Name { get; init; } = "";

    /// <summary>Hash of the password, as <c>password-hash</c> prints it. Either this or the file.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>File that holds the hash, for secrets that are mounted; not readable for everybody.</summary>
    public string? PasswordHashFile { get; init; }

    /// <summary>Filters for what it may subscribe to. Alarms: what a dispatch system is there for.</summary>
    public IReadOnlyList<string> Subscribe { get; init; } = [AlarmTopics.All];

    /// <summary>Filters for what it may publish. None: a subscriber has nothing to say. Telemetry topics go into the log as a gateway's messages
    /// do; others, outside of <c>sensorgrid/</c>, to subscribers.</summary>
    public IReadOnlyList<string> Publish { get; init; } = [];

    /// <summary>The account that they describe, or all that is wrong with them, one sentence each.</summary>
    internal MqttAccount? Read(List<string> errors)
    {
        int before = errors.Count;
        if (!Identifier.IsValid(Name))
            errors.Add($"Name is \"{Name}\": it must be {Identifier.Rule}.");
        else if (Name == AnonymousName)
            errors.Add($"Name is \"{Name}\": so are called those who have no account.");
        var hash = ReadHash(errors);
        var subscribe = ReadFilters(nameof(Subscribe), Subscribe, errors);
        var publish = ReadFilters(nameof(Publish), Publish, errors);
        foreach (var filter in publish)
        {
            if (filter.Overlaps(AlarmTopics.Filter) || filter.Path.StartsWith('$'))
                errors.Add($"Publish holds {filter.Text}: alarms (sensorgrid/alarms/…) and $… are published by the service alone; narrow it.");
        }
        return errors.Count == before ? new(Name, hash!, subscribe, publish) : null;
    }

    private PasswordHash? ReadHash(List<string> errors)
    {
        if ((PasswordHash is null) == (PasswordHashFile is null))
        {
            errors.Add("PasswordHash or PasswordHashFile must be given, and not both; the command password-hash makes one.");
            return null;
        }
        string? text = PasswordHash ?? ReadFile(errors);
        if (text is not null && !Accounts.PasswordHash.TryParse(text, out _))
            errors.Add($"{(PasswordHash is null ? nameof(PasswordHashFile) : nameof(PasswordHash))} holds no hash of the form pbkdf2-sha512.ROUNDS.SALT.HASH; the command password-hash makes one.");
        return Accounts.PasswordHash.TryParse(text, out var hash) ? hash : null;
    }

    private string? ReadFile(List<string> errors)
    {
        var wrong = new List<string>();
        string? text = SecretFile.Read(PasswordHashFile!, MaxHashFileBytes, wrong);
        errors.AddRange(wrong.Select(error => $"PasswordHashFile: {error}"));
        return text;
    }

    private static List<TopicFilter> ReadFilters(string setting, IReadOnlyList<string> texts, List<string> errors)
    {
        var filters = new List<TopicFilter>();
        foreach (string text in texts)
        {
            if (Parse(text) is not { } filter || filter.IsShared)
                errors.Add($"{setting} holds \"{text}\": that is no topic filter, or a shared one.");
            else
                filters.Add(filter);
        }
        return filters;
    }

    private static TopicFilter? Parse(string text) => TopicFilter.TryParse(text, new(256, 16), out var filter) == TopicProblem.None ? filter : null;
}
