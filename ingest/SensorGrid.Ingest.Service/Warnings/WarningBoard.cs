namespace SensorGrid.Ingest.Service.Warnings;

/// <summary>The official warnings as they stand, for lists and the console. Written by the rules follower after the state database has committed;
/// read by everybody.</summary>
internal sealed class WarningBoard
{
    // Replaced as a whole: a reader has all of one moment.
    private volatile Standing standing;

    public WarningBoard(IEnumerable<OfficialWarning> warnings, long revision) => standing = new(ToDictionary(warnings), revision);

    /// <summary>Log record that changed something last: who has seen this one has seen everything.</summary>
    public long Revision => standing.Revision;

    public int InForce => standing.Warnings.Values.Count(warning => warning.State == WarningState.InForce);

    public OfficialWarning? Find(string id) => standing.Warnings.GetValueOrDefault(id);

    /// <summary>What is kept, newest first.</summary>
    public (long Revision, IReadOnlyList<OfficialWarning> Warnings) Snapshot()
    {
        var now = standing;
        return (now.Revision, [.. now.Warnings.Values.OrderByDescending(warning => warning.Sent).ThenBy(warning => warning.Id, StringComparer.Ordinal)]);
    }

    public void Publish(IEnumerable<OfficialWarning> warnings, long revision) => standing = new(ToDictionary(warnings), revision);

    private static Dictionary<string, OfficialWarning> ToDictionary(IEnumerable<OfficialWarning> warnings) => warnings.ToDictionary(warning => warning.Id, StringComparer.Ordinal);

    private sealed record Standing(IReadOnlyDictionary<string, OfficialWarning> Warnings, long Revision);
}
