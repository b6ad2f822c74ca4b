using System.Globalization;
using SensorGrid.Ingest.Following;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>How far a start is: written by the start, read by <c>/healthz/ready</c> and by whoever asks the API too early.</summary>
internal sealed class StartProgress
{
    private volatile int stage = (int)StartStage.Opening;
    private volatile IReadOnlyList<FollowedRange> ranges = [];

    public StartStage Stage => (StartStage)stage;

    public void Enter(StartStage entered) => stage = (int)entered;

    /// <summary>Counts, from now on, the records that these loops have looked through up to the end that the log had at the start.</summary>
    public void Follow(long end, params IReadOnlyList<LogFollowerLoop> loops) =>
        ranges = [.. loops.Select(loop => new FollowedRange(loop.Name, loop.AppliedSequence, end, () => loop.AppliedSequence))];

    /// <summary>The same for anything that moves through the log.</summary>
    internal void Follow(params IReadOnlyList<FollowedRange> followed) => ranges = followed;

    /// <summary>How far it is at this moment.</summary>
    public RecoveryView Read()
    {
        var records = ranges.ToDictionary(range => range.Name, range => range.Read(), StringComparer.Ordinal);
        long done = records.Values.Sum(range => range.Done);
        long of = records.Values.Sum(range => range.Of);
        // Rounded down: 100 is said when all of it is done.
        int? percent = records.Count == 0 ? null : of == 0 ? 100 : (int)(100.0 * done / of);
        return new(NameOf(Stage), percent, records);
    }

    /// <summary>The same as a sentence for people.</summary>
    public string Describe()
    {
        string now = Stage switch
        {
            StartStage.Opening => "it opens what was kept (state, time series, log)",
            StartStage.Restoring => "it reads rules and alarms back from their snapshot",
            StartStage.CatchingUp => $"it looks through the log ({string.Join(", ", Read().Records.Select(Counted))})",
            _ => "it puts catalogue and rules into force",
        };
        return $"The service is starting: {now}. Gateways are let in after that, and the API answers then.";
    }

    public static string NameOf(StartStage stage) => stage switch
    {
        StartStage.Opening => "opening",
        StartStage.Restoring => "restoring",
        StartStage.CatchingUp => "catching-up",
        _ => "activating",
    };

    private static string Counted(KeyValuePair<string, RecordCount> range) =>
        string.Create(CultureInfo.InvariantCulture, $"{range.Key}: {range.Value.Done} of {range.Value.Of} records");
}

/// <summary>A stretch of the log that somebody has to look through.</summary>
/// <param name="Name">Who.</param>
/// <param name="From">Last record that was done before.</param>
/// <param name="End">Last record to do.</param>
/// <param name="Applied">Last record done now.</param>
internal sealed record FollowedRange(string Name, long From, long End, Func<long> Applied)
{
    public RecordCount Read()
    {
        long of = Math.Max(0, End - From);
        // Records may come in meanwhile (clock ticks, versions of the catalogue): they are not part of the way.
        return new(Math.Clamp(Applied() - From, 0, of), of);
    }
}

/// <summary>How far a start is, as the API shows it.</summary>
/// <param name="Stage">opening, restoring, catching-up or activating.</param>
/// <param name="Percent">Records looked through, of those to look through, by all followers together; null before that is known.</param>
/// <param name="Records">The same by follower.</param>
internal sealed record RecoveryView(string Stage, int? Percent, IReadOnlyDictionary<string, RecordCount> Records);

/// <param name="Done">Log records looked through since the start.</param>
/// <param name="Of">Log records to look through before the service is ready.</param>
internal sealed record RecordCount(long Done, long Of);
