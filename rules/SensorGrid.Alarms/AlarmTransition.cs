using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SensorGrid.Rules.Model;

namespace SensorGrid.Alarms;

/// <summary>What happened to an alarm. Numbers are stored; they are never reused.</summary>
public enum AlarmTransitionKind : byte
{
    /// <summary>A new alarm.</summary>
    Raised = 1,

    /// <summary>The same alarm, another level.</summary>
    LevelChanged = 2,

    /// <summary>The condition is normal again, but red stays until a person acknowledges it.</summary>
    Returned = 3,

    /// <summary>Not active any more.</summary>
    Cleared = 4,

    /// <summary>A person has seen it.</summary>
    Acknowledged = 5,

    /// <summary>The condition came back while red was still latched: the same alarm goes on.</summary>
    Continued = 6,
}

/// <summary>One step in the life of an alarm: what happened, and the alarm as it is from then on. Immutable.</summary>
public sealed record AlarmTransition
{
    private static readonly JavaScriptEncoder ReadableText = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>What happened.</summary>
    public required AlarmTransitionKind Kind { get; init; }

    /// <summary>When: event time, or for what a person or a change of rules did, the log time of that command.</summary>
    public required long AtTicks { get; init; }

    /// <summary>The alarm after it.</summary>
    public required Alarm Alarm { get; init; }

    /// <summary>Who did it, or null.</summary>
    public string? By { get; init; }

    /// <summary>What that person wrote, or null.</summary>
    public string? Note { get; init; }

    /// <summary>Why, where it was not the condition, or null.</summary>
    public string? Reason { get; init; }

    /// <summary>True when it was found later than the rule's freshness allows, or brought to light by late readings: recorded, not to be paged.</summary>
    public bool Retrospective { get; init; }

    /// <summary>Sequence of the log record that brought it about.</summary>
    public long Sequence { get; init; }

    /// <summary>Log time at which it was found.</summary>
    public required long LogTimeTicks { get; init; }

    /// <summary>The word of a kind in texts and in the HTTP API.</summary>
    public static string NameOf(AlarmTransitionKind kind) => kind switch
    {
        AlarmTransitionKind.Raised => "raised",
        AlarmTransitionKind.LevelChanged => "level-changed",
        AlarmTransitionKind.Returned => "returned",
        AlarmTransitionKind.Cleared => "cleared",
        AlarmTransitionKind.Acknowledged => "acknowledged",
        AlarmTransitionKind.Continued => "continued",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>One line that is the same whenever the same thing happened: nothing in it depends on when data arrived, how it was
    /// cut into messages, or how often the service was started. Replays are compared by it.</summary>
    public string ToCanonicalText()
    {
        var text = new StringBuilder();
        text.Append(Time(AtTicks)).Append(' ').Append(NameOf(Kind)).Append(' ').Append(Alarm.Rule).Append(' ').Append(Alarm.Scope);
        text.Append(' ').Append(LevelNames.NameOf(Alarm.Level));
        Append(text, "value", Alarm.Value);
        Append(text, "limit", Alarm.Limit);
        text.Append(" onset=").Append(Time(Alarm.OnsetAtTicks)).Append(" alarm=").Append(Alarm.Id);
        Append(text, "by", By);
        Append(text, "note", Note);
        Append(text, "reason", Reason);
        if (Kind != AlarmTransitionKind.Acknowledged && Alarm.Evidence is { } evidence)
        {
            text.Append(" evidence:");
            foreach (var (name, value, _) in evidence)
                Append(text, name, value);
        }
        return text.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => ToCanonicalText();

    // Seconds always, fractions only where there are any.
    private static string Time(long ticks) =>
        new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static void Append(StringBuilder text, string name, double? value)
    {
        if (value is { } number)
            text.Append(' ').Append(name).Append('=').Append(number.ToString("R", CultureInfo.InvariantCulture));
    }

    private static void Append(StringBuilder text, string name, string? value)
    {
        if (value is not null)
            text.Append(' ').Append(name).Append("=\"").Append(JsonEncodedText.Encode(value, ReadableText)).Append('"');
    }
}
