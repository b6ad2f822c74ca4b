using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using SensorGrid.Ingest.Service.Hosting;

namespace SensorGrid.Ingest.Service.Api;

/// <summary>How lists are cut into pages: <c>limit</c> things after the place that <c>after</c> names, and the place of the last one as
/// <c>next</c>. A place is a key and not a number, so that what comes and goes between two pages neither repeats nor hides another thing.</summary>
internal static class ListPages
{
    private const int DefaultLimit = 1000;

    /// <summary>Reads what was asked for.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public static ProblemHttpResult? Read(int? limit, string? after, HttpOptions options, out ListPage page)
    {
        page = default;
        int most = limit ?? Math.Min(DefaultLimit, options.MaxListed);
        if (most < 1 || most > options.MaxListed)
            return BadLimit(most, options.MaxListed, " (Http:MaxListed)");
        if (after is null)
            page = new(most, null);
        else if (ListPlace.TryParse(after, out var place))
            page = new(most, place);
        else
            return BadCursor();
        return null;
    }

    /// <param name="limit">What was asked for.</param>
    /// <param name="most">What may be.</param>
    /// <param name="setting">Which setting says so, as it stands behind the number; empty when none does.</param>
    public static ProblemHttpResult BadLimit(int limit, int most, string setting = "") => Problems.Of(
        StatusCodes.Status400BadRequest, "bad_limit", new($"limit 为 {limit}，应为 1 至 {most}{setting}。", $"limit is {limit}; it may be 1 to {most}{setting}."));

    public static ProblemHttpResult BadCursor() => Problems.Of(
        StatusCodes.Status400BadRequest, "bad_cursor", new("after 不是该列表给出的 next 值。", "after is not a value that this list gave as next."));

    /// <summary>Things that stand after a place, of a list in order of id.</summary>
    public static IEnumerable<T> After<T>(IReadOnlyList<T> sorted, string? id, Func<T, string> idOf)
    {
        int low = 0, high = id is null ? 0 : sorted.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (string.CompareOrdinal(idOf(sorted[middle]), id) <= 0)
                low = middle + 1;
            else
                high = middle;
        }
        for (int i = low; i < sorted.Count; i++)
            yield return sorted[i];
    }
}

/// <summary>One page of a list.</summary>
/// <param name="Limit">Most things on it.</param>
/// <param name="After">Place of the last thing on the page before, or null.</param>
internal readonly record struct ListPage(int Limit, ListPlace? After)
{
    /// <summary>Takes the page's share of what stands after <see cref="After"/>, and the place to go on from; null at the end.</summary>
    public (IReadOnlyList<T> Things, string? Next) Take<T>(IEnumerable<(T Thing, ListPlace Place)> following)
    {
        var things = new List<T>();
        ListPlace last = default;
        foreach (var (thing, place) in following)
        {
            if (things.Count == Limit)
                return (things, last.ToString());
            things.Add(thing);
            last = place;
        }
        return (things, null);
    }
}

/// <summary>Place of a thing in a list: first those of the catalogue, by id; then those that it does not know, by a key of their own.</summary>
/// <param name="IsKnown">The catalogue has it.</param>
/// <param name="Key">Its id.</param>
internal readonly record struct ListPlace(bool IsKnown, string Key)
{
    // Of "gateway/name": 64 and 255 bytes, and a third more in this writing.
    private const int MaxTextLength = 512;

    /// <summary>Id after which known things follow; null when all of them do.</summary>
    public static string? KnownAfter(ListPlace? place) => place is { IsKnown: true } known ? known.Key : null;

    public static bool TryParse(string text, out ListPlace place)
    {
        place = default;
        Span<byte> bytes = stackalloc byte[MaxTextLength];
        if (text.Length > MaxTextLength || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out int length))
            return false;
        string written = Encoding.UTF8.GetString(bytes[..length]);
        if (written.Length < 2 || written[0] is not ('k' or 'u'))
            return false;
        place = new(written[0] == 'k', written[1..]);
        return true;
    }

    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes((IsKnown ? "k" : "u") + Key));
}
