using System.Text;
using SensorGrid.Readings;

namespace SensorGrid.ReadingLog.Segments;

/// <summary>Gives the same string for the same bytes, so that sources, principals and topics are not made anew for every record.
/// Bounded: when full it starts again, which costs a string each and nothing else.</summary>
internal sealed class Utf8StringCache
{
    // About 1 MiB with topics of usual length; a city's gateways fit several times.
    private const int Capacity = 8192;

    private readonly Dictionary<byte[], string> strings = new(Utf8Comparer.Instance);
    private readonly Dictionary<byte[], string>.AlternateLookup<ReadOnlySpan<byte>> lookup;

    public Utf8StringCache() => lookup = strings.GetAlternateLookup<ReadOnlySpan<byte>>();

    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            return "";
        if (lookup.TryGetValue(utf8, out string? known))
            return known;
        if (strings.Count == Capacity)
            strings.Clear();
        string made = Encoding.UTF8.GetString(utf8);
        strings.Add(utf8.ToArray(), made);
        return made;
    }
}
