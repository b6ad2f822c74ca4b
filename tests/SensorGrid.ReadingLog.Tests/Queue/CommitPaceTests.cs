using Microsoft.Extensions.Time.Testing;
using SensorGrid.ReadingLog.Queue;

namespace SensorGrid.ReadingLog.Tests.Queue;

public sealed class CommitPaceTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly List<double> sleptMs = [];
    private readonly CommitPace pace;

    public CommitPaceTests() => pace = new(TimeSpan.FromMilliseconds(0.5), clock, slept =>
    {
        sleptMs.Add(slept.TotalMilliseconds);
        clock.Advance(slept);
    });

    [Fact]
    public void The_first_commit_and_one_after_a_quiet_moment_do_not_wait()
    {
        pace.Keep();
        clock.Advance(TimeSpan.FromMilliseconds(0.5));
        pace.Keep();
        clock.Advance(TimeSpan.FromSeconds(7));
        pace.Keep();
        Assert.Empty(sleptMs);
    }

    [Fact]
    public void A_commit_waits_for_what_is_left_of_the_interval()
    {
        pace.Keep();
        clock.Advance(TimeSpan.FromMilliseconds(0.1));
        pace.Keep();
        // The wait counts from the start of the commit, not from the end of the sleep before.
        clock.Advance(TimeSpan.FromMilliseconds(0.3));
        pace.Keep();
        pace.Keep();
        Assert.Equal([0.4, 0.2, 0.5], sleptMs);
    }

    [Fact]
    public void Waiting_is_left_out_where_it_brings_no_company_and_tried_again()
    {
        Assert.False(pace.Keep());
        int waits = 0;
        for (int commit = 1; commit <= 1 + 3 + 64 + 1; commit++)
        {
            if (!pace.Keep())
                continue;
            waits++;
            pace.Brought(company: commit == 1);
        }
        // One with company, three in vain, none for 64 commits, and one more try.
        Assert.Equal(5, waits);
        Assert.Equal(5, sleptMs.Count);
        pace.Brought(company: true);
        Assert.True(pace.Keep());
    }

    [Fact]
    public void The_real_pace_keeps_real_starts_apart()
    {
        var real = new CommitPace(TimeSpan.FromMilliseconds(5));
        long began = TimeProvider.System.GetTimestamp();
        for (int i = 0; i < 5; i++)
            real.Keep();
        // Four waits. That they are not longer is the operating system's affair.
        Assert.True(TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(19));
    }
}
