using SensorGrid.Readings.Time;

namespace SensorGrid.ReadingLog.Queue;

/// <summary>Keeps the starts of two group commits at least an interval apart: under load a commit then carries what came in that time, instead
/// of one or two records with a sync each. A record that comes after a quiet moment is committed at once, so a quiet log waits for nothing and
/// syncs no more often than it gets records. Where waiting brings no company (one caller who sends the next record after the answer), it is left
/// out, and tried again now and then. Where records come in a crowd and their senders send many at once, a commit waits on as long as they do, up
/// to a bound: each commit is answered with one send to each sender, and answers for twenty messages cost what the answer for one costs. Senders that send one and wait
/// for its answer are not kept waiting so: there is no second message to answer with the first.</summary>
/// <param name="interval">Least time between two starts; zero keeps none.</param>
/// <param name="crowdInterval">Most time between two starts in a crowd.</param>
/// <param name="clock">Real time, whatever the log's clock says: this is about the disk.</param>
/// <param name="sleep">Sleeps that long.</param>
internal sealed class CommitPace(TimeSpan interval, TimeSpan crowdInterval, TimeProvider clock, Action<TimeSpan> sleep)
{
    // So many records in one interval are a crowd: at half a millisecond, 64,000 in a second.
    private const int Crowd = 32;

    // After so many waits in a row that brought nothing, waiting is left out for so many commits.
    private const int WaitsInVain = 3;
    private const int CommitsWithout = 64;

    private long? lastStart;
    private int inVain;
    private int without;

    public CommitPace(TimeSpan interval, TimeSpan crowdInterval)
        : this(interval, crowdInterval, TimeProvider.System, ShortSleep.For)
    {
    }

    /// <summary>Waits until the next commit may start.</summary>
    /// <param name="gathered">What it would carry now.</param>
    public void Keep(Func<Gathering> gathered)
    {
        if (lastStart is { } last && interval > TimeSpan.Zero)
        {
            int before = 0;
            var left = interval - clock.GetElapsedTime(last);
            if (left > TimeSpan.Zero && !IsLeftOut())
            {
                before = gathered().Records;
                sleep(left);
                var after = gathered();
                Brought(company: after.MustGo || after.Records > before);
            }
            for (var now = gathered(); !now.MustGo && now.IsInRuns && now.Records - before >= Crowd && clock.GetElapsedTime(last) < crowdInterval; now = gathered())
            {
                before = now.Records;
                sleep(interval);
            }
        }
        lastStart = clock.GetTimestamp();
    }

    private void Brought(bool company)
    {
        inVain = company ? 0 : inVain + 1;
        without = 0;
    }

    private bool IsLeftOut() => inVain >= WaitsInVain && ++without <= CommitsWithout;
}

/// <summary>What a commit would carry.</summary>
/// <param name="Records">How many.</param>
/// <param name="Following">Of them, those that came right after one from the same origin.</param>
/// <param name="MustGo">It is full, or the log is closing: it must not wait.</param>
internal readonly record struct Gathering(int Records, int Following, bool MustGo)
{
    /// <summary>Senders send many at once: half of the records came right after another of their sender.</summary>
    public bool IsInRuns => Following >= Records / 2;
}
