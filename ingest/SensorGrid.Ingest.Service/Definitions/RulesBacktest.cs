using SensorGrid.Alarms.Replays;
using SensorGrid.Readings.Wire;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.ReadingLog;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Ingest.Service.Definitions;

/// <summary>What other rules would have made of the last hours: the newest part of the log, through the rules in force and through the others,
/// both under the catalogue of now and both beginning with empty windows, so that what differs is the rules' doing.</summary>
internal sealed class RulesBacktest(ServiceLog log, RulesOptions options, PayloadFormats formats, TimeProvider time)
{
    // Rules that cry more often than this are not read line by line any more.
    private const int MostTransitions = 20_000;

    // As `rules diff` reckons: further apart, two alarms are two.
    private static readonly TimeSpan MovedWithin = TimeSpan.FromHours(6);

    /// <summary>Plays the log. Takes seconds of one processor for a million records.</summary>
    /// <exception cref="ReadingLogException">The log cannot be read, or was trimmed meanwhile.</exception>
    public BacktestDifference Compare(SourceBundle catalogue, SourceBundle old, SourceBundle @new, TimeSpan over, CancellationToken cancellation)
    {
        long end = log.LastSequence;
        long byRecords = end - options.BacktestRecords + 1;
        var table = new DatastreamTable();
        var before = new ReplayedAlarms(table);
        var after = new ReplayedAlarms(table);
        var replay = new LogReplay(table, type => !LogReplay.IsActivation(type), before, after) { Formats = formats };
        var played = new Played();
        log.Play(Math.Max(0, time.GetUtcNow().UtcTicks - over.Ticks), byRecords, end, (kind, sequence, receivedAtTicks, topic, principal, payload) =>
        {
            cancellation.ThrowIfCancellationRequested();
            if (played.Records == 0)
            {
                before.Activate(catalogue, old, receivedAtTicks);
                after.Activate(catalogue, @new, receivedAtTicks);
                if (sequence == byRecords && sequence > log.FirstSequence)
                    played.LimitedBy = BacktestLimit.Records;
            }
            replay.Take(kind, sequence, receivedAtTicks, topic, principal, payload);
            played.Take(receivedAtTicks);
            if (Math.Max(before.Transitions.Count, after.Transitions.Count) < MostTransitions)
                return true;
            played.LimitedBy = BacktestLimit.Transitions;
            return false;
        });
        var episodes = AlarmEpisode.Of(before.Transitions, _ => null);
        var others = AlarmEpisode.Of(after.Transitions, _ => null);
        return new(played.First, played.Last, played.Records, replay.Readings, played.LimitedBy, episodes.Count, others.Count,
            AlarmChange.Between(episodes, others, MovedWithin));
    }

    private sealed class Played
    {
        public long First { get; private set; }

        public long Last { get; private set; }

        public long Records { get; private set; }

        public BacktestLimit LimitedBy { get; set; }

        public void Take(long receivedAtTicks)
        {
            if (Records++ == 0)
                First = receivedAtTicks;
            Last = receivedAtTicks;
        }
    }
}

/// <summary>Why less of the log was played than asked for.</summary>
internal enum BacktestLimit
{
    /// <summary>All of it was; where the log begins later than asked for, all there is.</summary>
    None = 0,

    /// <summary>More records than <c>Rules:BacktestRecords</c>: the newest were.</summary>
    Records,

    /// <summary>One of the sets raised and cleared without end: the oldest were.</summary>
    Transitions,
}

/// <summary>What two rule sets made of one stretch of the log.</summary>
/// <param name="FromTicks">First record; 0 when there was none.</param>
/// <param name="ToTicks">Last record.</param>
/// <param name="Records">Records.</param>
/// <param name="Readings">Readings in them.</param>
/// <param name="LimitedBy">Why less was played than asked for.</param>
/// <param name="OldAlarms">Alarms by the rules in force.</param>
/// <param name="NewAlarms">Alarms by the others.</param>
/// <param name="Changes">What differs, by time.</param>
internal sealed record BacktestDifference(
    long FromTicks, long ToTicks, long Records, long Readings, BacktestLimit LimitedBy, int OldAlarms, int NewAlarms, IReadOnlyList<AlarmChange> Changes);
