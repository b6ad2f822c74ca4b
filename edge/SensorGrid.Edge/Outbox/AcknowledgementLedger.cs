using System.Globalization;
using System.Text;

namespace SensorGrid.Edge.Outbox;

/// <summary>Which outbox records the centre has acknowledged: everything before <see cref="FirstUnacknowledged"/>, and some ranges
/// after it (live readings are acknowledged while older ones still wait). Pure; the outbox holds the lock.</summary>
/// <remarks>Ranges are bounded. When one too many would be kept the lowest is forgotten, which makes the uplink send those records
/// again: the centre knows a duplicate by datastream, time and value, so forgetting costs bandwidth and never a reading.</remarks>
internal sealed class AcknowledgementLedger
{
    private const string FormatMark = "sensorgrid-outbox-acknowledged 1";

    // A link that flaps during a long backlog leaves one range for each connection.
    private readonly int capacity;
    private readonly List<(long First, long Last)> ranges = [];

    public AcknowledgementLedger(long firstUnacknowledged, int capacity = 64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        FirstUnacknowledged = firstUnacknowledged;
        this.capacity = capacity;
    }

    public long FirstUnacknowledged { get; private set; }

    /// <summary>Acknowledged ranges after <see cref="FirstUnacknowledged"/>, ascending, not touching.</summary>
    public IReadOnlyList<(long First, long Last)> Ranges => ranges;

    public void Acknowledge(long first, long last)
    {
        if (last < first || last < FirstUnacknowledged)
            return;
        int at = 0;
        while (at < ranges.Count && ranges[at].Last < first - 1)
            at++;
        // Swallow every range that overlaps or touches the new one.
        while (at < ranges.Count && ranges[at].First <= last + 1)
        {
            first = Math.Min(first, ranges[at].First);
            last = Math.Max(last, ranges[at].Last);
            ranges.RemoveAt(at);
        }
        if (first <= FirstUnacknowledged)
        {
            FirstUnacknowledged = last + 1;
            return;
        }
        ranges.Insert(at, (first, last));
        if (ranges.Count > capacity)
            ranges.RemoveAt(0);
    }

    public bool IsAcknowledged(long sequence) => NextUnacknowledged(sequence) != sequence;

    /// <summary>The first unacknowledged record at or after a place.</summary>
    public long NextUnacknowledged(long from)
    {
        long next = Math.Max(from, FirstUnacknowledged);
        foreach (var (first, last) in ranges)
        {
            if (next < first)
                break;
            if (next <= last)
                next = last + 1;
        }
        return next;
    }

    /// <summary>As the text of the file beside the log.</summary>
    public string ToText()
    {
        var text = new StringBuilder(FormatMark).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"before {FirstUnacknowledged}\n");
        foreach (var (first, last) in ranges)
            text.Append(CultureInfo.InvariantCulture, $"also {first} {last}\n");
        return text.Append("end\n").ToString();
    }

    /// <summary>Reads such a text; null when it is not whole, so that everything is sent again.</summary>
    public static AcknowledgementLedger? TryParse(string text, int capacity = 64)
    {
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length < 3 || lines[0] != FormatMark || lines[^1] != "end")
            return null;
        if (!TryNumbers(lines[1], "before", 1, out long before, out _) || before < 1)
            return null;
        var ledger = new AcknowledgementLedger(before, capacity);
        foreach (string line in lines[2..^1])
        {
            if (!TryNumbers(line, "also", 2, out long first, out long last))
                return null;
            ledger.Acknowledge(first, last);
        }
        return ledger;
    }

    private static bool TryNumbers(string line, string word, int count, out long first, out long second)
    {
        second = 0;
        first = 0;
        string[] parts = line.Split(' ');
        return parts.Length == count + 1 && parts[0] == word
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out first)
            && (count == 1 || long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out second));
    }
}
