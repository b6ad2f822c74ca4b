using Microsoft.Extensions.Time.Testing;
using SensorGrid.ReadingLog.Queue;

namespace SensorGrid.ReadingLog.Tests.Queue;

public sealed class CommitPaceTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly List<double> sleptMs = [];
    private readonly CommitPace pace;

    // Records gathered, and those that come while the pace sleeps, one number for each sleep; the last one for ever.
    private int gathered;

    // Of them, how many came right behind another of their sender; and whether the batch is full.
    private double following = 1;
    private bool isFull;
    private int[] coming = [1];
    private int sleeps;

    public CommitPaceTests() => pace = new(TimeSpan.FromMilliseconds(0.5), TimeSpan.FromMilliseconds(4), clock, slept =>
    {
        sleptMs.Add(slept.TotalMilliseconds);
        clock.Advance(slept);
        gathered += coming[Math.Min(sleeps++, coming.Length - 1)];
    });

    [Fact]
    public void The_first_commit_and_one_after_a_quiet_moment_do_not_wait()
    {
        Keep();
        clock.Advance(TimeSpan.FromMilliseconds(0.5));
        Keep();
        clock.Advance(TimeSpan.FromSeconds(7));
        Keep();
        Assert.Empty(sleptMs);
    }

    [Fact]
    public void A_commit_waits_for_what_is_left_of_the_interval()
    {
        Keep();
        clock.Advance(TimeSpan.FromMilliseconds(0.1));
        Keep();
        // The wait counts from the start of the commit, not from the end of the sleep before.
        clock.Advance(TimeSpan.FromMilliseconds(0.3));
        Keep();
        Keep();
        Assert.Equal([0.4, 0.2, 0.5], sleptMs);
    }

    [Fact]
    public void Waiting_is_left_out_where_it_brings_no_company_and_tried_again()
    {
        coming = [1, 0];
        Assert.False(Keep());
        int waits = 0;
        for (int commit = 1; commit <= 1 + 3 + 64 + 1; commit++)
            waits += Keep() ? 1 : 0;
        // One with company, three in vain, none for 64 commits, and one more try.
        Assert.Equal(5, waits);
        coming = [1];
        for (int commit = 1; commit <= 64; commit++)
            Assert.False(Keep());
        Assert.True(Keep());
        Assert.True(Keep());
    }

    [Fact]
    public void In_a_crowd_a_commit_waits_on_until_it_thins_out()
    {
        Keep();
        coming = [40, 32, 50, 31, 1000];
        Keep();
        Assert.Equal([0.5, 0.5, 0.5, 0.5], sleptMs);
        Assert.Equal(40 + 32 + 50 + 31, gathered);
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(0.4, 0.5)]
    [InlineData(0.5, 4)]
    public void A_crowd_of_senders_that_send_one_at_a_time_is_not_waited_with(double followingOfAll, double waitedMs)
    {
        Keep();
        coming = [1000];
        following = followingOfAll;
        Keep();
        Assert.Equal(waitedMs, sleptMs.Sum());
    }

    [Fact]
    public void A_batch_that_is_full_by_a_crowd_is_not_waited_with_any_longer()
    {
        Keep();
        coming = [1000];
        pace.Keep(() => new(gathered, gathered, MustGo: gathered > 2000));
        Assert.Equal(1.5, sleptMs.Sum());
    }

    [Fact]
    public void In_a_crowd_that_does_not_end_a_commit_waits_four_milliseconds()
    {
        Keep();
        coming = [1000];
        Keep();
        Assert.Equal(4, sleptMs.Sum());
    }

    [Fact]
    public void A_crowd_that_came_during_a_long_commit_is_waited_with_too()
    {
        Keep();
        // The disk took three milliseconds.
        clock.Advance(TimeSpan.FromMilliseconds(3));
        gathered = 32;
        coming = [1];
        Keep();
        Assert.Equal([0.5], sleptMs);
    }

    [Fact]
    public void A_full_batch_is_not_waited_with()
    {
        Keep();
        clock.Advance(TimeSpan.FromMilliseconds(1));
        isFull = true;
        Keep();
        Assert.Empty(sleptMs);
    }

    [Fact]
    public void The_real_pace_keeps_real_starts_apart()
    {
        var real = new CommitPace(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(5));
        long began = TimeProvider.System.GetTimestamp();
        for (int i = 0; i < 5; i++)
            real.Keep(() => new(++gathered, 0, MustGo: false));
        // Four waits. That they are not longer is the operating system's affair.
        Assert.True(TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(19));
    }

    private bool Keep()
    {
        int before = sleptMs.Count;
        pace.Keep(() => new(gathered, (int)(following * gathered), isFull));
        return sleptMs.Count > before;
    }
}
