using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace SensorGrid.Ingest.Service.Alarms;

internal enum AlarmStateFilter
{
    /// <summary>Active or unacknowledged: what a dispatcher still has to do with.</summary>
    Open,
    Active,
    Unacknowledged,
    All,
}

/// <summary>Which alarms to list, and from where on.</summary>
/// <param name="State">State they must be in.</param>
/// <param name="Domain">Domain they must be of, or null.</param>
/// <param name="Levels">Levels they may have; empty = every level.</param>
/// <param name="Limit">Most to list.</param>
/// <param name="After">Last alarm of the page before, or null.</param>
internal sealed record AlarmQuery(AlarmStateFilter State, string? Domain, IReadOnlyList<string> Levels, int Limit, AlarmCursor? After)
{
    public bool Matches(AlarmView alarm) =>
        State switch
        {
            AlarmStateFilter.Active => alarm.Active,
            AlarmStateFilter.Unacknowledged => !alarm.Acknowledged,
            AlarmStateFilter.Open => alarm.Open,
            _ => true,
        }
        && (Domain is null || alarm.Domain == Domain)
        && (Levels.Count == 0 || Levels.Contains(alarm.Level));
}

/// <summary>Place of an alarm in the order of lists: unacknowledged first, then level, then the newest; the id keeps it total.</summary>
internal readonly record struct AlarmCursor(bool Acknowledged, int Rank, long RaisedAtTicks, string Id) : IComparable<AlarmCursor>
{
    private const int MaxTextLength = 200;

    public static AlarmCursor Of(AlarmView alarm) => new(alarm.Acknowledged, AlarmLevels.Rank(alarm.Level), alarm.RaisedAt.UtcTicks, alarm.Id);

    public static bool TryParse(string text, out AlarmCursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[MaxTextLength];
        if (text.Length > MaxTextLength || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out int length))
            return false;
        string[] parts = Encoding.UTF8.GetString(bytes[..length]).Split('|');
        if (parts.Length != 4 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int rank)
            || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out long ticks))
        {
            return false;
        }
        cursor = new(parts[0] == "1", rank, ticks, parts[3]);
        return true;
    }

    public int CompareTo(AlarmCursor other)
    {
        int order = Acknowledged.CompareTo(other.Acknowledged);
        if (order == 0)
            order = other.Rank.CompareTo(Rank);
        if (order == 0)
            order = other.RaisedAtTicks.CompareTo(RaisedAtTicks);
        return order == 0 ? string.CompareOrdinal(Id, other.Id) : order;
    }

    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{(Acknowledged ? 1 : 0)}|{Rank}|{RaisedAtTicks}|{Id}")));
}

/// <summary>The words of levels, in rising order.</summary>
internal static class AlarmLevels
{
    public const string None = "none";

    public static readonly string[] Names = [None, "blue", "yellow", "orange", "red"];

    public static int Rank(string level) => Array.IndexOf(Names, level);
}
