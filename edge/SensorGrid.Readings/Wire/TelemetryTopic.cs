using System.Text;

namespace SensorGrid.Readings.Wire;

/// <summary>A topic <c>sensorgrid/v1/{domain}/{gateway}/{kind}</c>, taken apart. Holds the topic text and where its levels lie, so
/// parsing allocates nothing.</summary>
public readonly struct TelemetryTopic : IEquatable<TelemetryTopic>
{
    /// <summary>What every telemetry topic begins with.</summary>
    public const string Prefix = "sensorgrid/v1/";

    /// <summary>Most bytes of a telemetry topic.</summary>
    public const int MaxLength = 14 + Identifier.MaxLength + 1 + Identifier.MaxLength + 10;

    private readonly byte domainLength;
    private readonly byte gatewayLength;

    private TelemetryTopic(string text, int domainLength, int gatewayLength, TelemetryTopicKind kind)
    {
        Text = text;
        this.domainLength = (byte)domainLength;
        this.gatewayLength = (byte)gatewayLength;
        Kind = kind;
    }

    /// <summary>The whole topic; null for a default value.</summary>
    public string? Text { get; }

    /// <summary>Last level.</summary>
    public TelemetryTopicKind Kind { get; }

    /// <summary>Third level: the domain the gateway belongs to.</summary>
    public ReadOnlySpan<char> Domain => Text.AsSpan(Text is null ? 0 : Prefix.Length, domainLength);

    /// <summary>Fourth level: the gateway's id.</summary>
    public ReadOnlySpan<char> Gateway => Text.AsSpan(Text is null ? 0 : Prefix.Length + domainLength + 1, gatewayLength);

    /// <summary>True when the payload holds readings, whatever its format.</summary>
    public bool CarriesReadings => CarriesPacks || Kind is TelemetryTopicKind.Sl651 or TelemetryTopicKind.Hj212 or TelemetryTopicKind.Gb26875
        or TelemetryTopicKind.Lines or TelemetryTopicKind.Sparkplug;

    /// <summary>True when the payload is a SenML pack.</summary>
    public bool CarriesPacks => Kind is TelemetryTopicKind.Readings or TelemetryTopicKind.Backlog;

    /// <summary>Takes a topic apart; false when it is not exactly of the telemetry form.</summary>
    public static bool TryParse(string? text, out TelemetryTopic topic)
    {
        topic = default;
        if (text is null || text.Length > MaxLength || !text.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        var rest = text.AsSpan(Prefix.Length);
        int domainLength = rest.IndexOf('/');
        if (domainLength < 0 || !Identifier.IsValid(rest[..domainLength]))
            return false;
        rest = rest[(domainLength + 1)..];
        int gatewayLength = rest.IndexOf('/');
        if (gatewayLength < 0 || !Identifier.IsValid(rest[..gatewayLength]))
            return false;
        var kind = KindOf(rest[(gatewayLength + 1)..]);
        if (kind == TelemetryTopicKind.None)
            return false;
        topic = new(text, domainLength, gatewayLength, kind);
        return true;
    }

    /// <summary>Writes a topic.</summary>
    /// <exception cref="ArgumentException">An id that no topic may hold, or no kind.</exception>
    public static string Format(string domain, string gateway, TelemetryTopicKind kind)
    {
        if (!Identifier.IsValid(domain))
            throw new ArgumentException($"'{domain}' cannot be the domain of a topic: {Identifier.Rule}.", nameof(domain));
        if (!Identifier.IsValid(gateway))
            throw new ArgumentException($"'{gateway}' cannot be the gateway of a topic: {Identifier.Rule}.", nameof(gateway));
        return $"{Prefix}{domain}/{gateway}/{WordOf(kind)}";
    }

    /// <summary>Writes a topic as UTF-8 without allocating.</summary>
    /// <returns>False when the ids are not valid or the room (see <see cref="MaxLength"/>) is too small.</returns>
    public static bool TryFormat(
        ReadOnlySpan<char> domain, ReadOnlySpan<char> gateway, TelemetryTopicKind kind, Span<byte> utf8, out int written)
    {
        written = 0;
        string word = WordOf(kind);
        int length = Prefix.Length + domain.Length + 1 + gateway.Length + 1 + word.Length;
        if (!Identifier.IsValid(domain) || !Identifier.IsValid(gateway) || utf8.Length < length)
            return false;
        written += Encoding.ASCII.GetBytes(Prefix, utf8);
        written += Encoding.ASCII.GetBytes(domain, utf8[written..]);
        utf8[written++] = (byte)'/';
        written += Encoding.ASCII.GetBytes(gateway, utf8[written..]);
        utf8[written++] = (byte)'/';
        written += Encoding.ASCII.GetBytes(word, utf8[written..]);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(TelemetryTopic other) => string.Equals(Text, other.Text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TelemetryTopic other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Text is null ? 0 : string.GetHashCode(Text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text ?? "";

    /// <summary>Same topic.</summary>
    public static bool operator ==(TelemetryTopic left, TelemetryTopic right) => left.Equals(right);

    /// <summary>Another topic.</summary>
    public static bool operator !=(TelemetryTopic left, TelemetryTopic right) => !left.Equals(right);

    private static TelemetryTopicKind KindOf(ReadOnlySpan<char> word) => word switch
    {
        "readings" => TelemetryTopicKind.Readings,
        "backlog" => TelemetryTopicKind.Backlog,
        "status" => TelemetryTopicKind.Status,
        "commands" => TelemetryTopicKind.Commands,
        "replies" => TelemetryTopicKind.Replies,
        "sl651" => TelemetryTopicKind.Sl651,
        "hj212" => TelemetryTopicKind.Hj212,
        "gb26875" => TelemetryTopicKind.Gb26875,
        "lines" => TelemetryTopicKind.Lines,
        "sparkplug" => TelemetryTopicKind.Sparkplug,
        _ => TelemetryTopicKind.None,
    };

    private static string WordOf(TelemetryTopicKind kind) => kind switch
    {
        TelemetryTopicKind.Readings => "readings",
        TelemetryTopicKind.Backlog => "backlog",
        TelemetryTopicKind.Status => "status",
        TelemetryTopicKind.Commands => "commands",
        TelemetryTopicKind.Replies => "replies",
        TelemetryTopicKind.Sl651 => "sl651",
        TelemetryTopicKind.Hj212 => "hj212",
        TelemetryTopicKind.Gb26875 => "gb26875",
        TelemetryTopicKind.Lines => "lines",
        TelemetryTopicKind.Sparkplug => "sparkplug",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of telemetry topic."),
    };
}
