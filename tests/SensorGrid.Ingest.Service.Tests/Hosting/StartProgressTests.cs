using SensorGrid.Ingest.Service.Hosting;

namespace SensorGrid.Ingest.Service.Tests.Hosting;

public class StartProgressTests
{
    private readonly StartProgress progress = new();

    [Fact]
    public void Before_the_log_is_open_nothing_is_counted()
    {
        Assert.Equal(("opening", null, 0), (progress.Read().Stage, progress.Read().Percent, progress.Read().Records.Count));
    }

    [Theory]
    [InlineData(100, 400, 0)]
    [InlineData(250, 400, 16)]
    [InlineData(399, 1000, 99)] // rounded down: not all of it is done
    [InlineData(400, 1000, 100)]
    [InlineData(500, 1200, 100)] // records that came meanwhile are no part of the way
    public void The_share_is_of_the_records_that_all_followers_had_to_look_through(long rules, long store, int percent)
    {
        progress.Enter(StartStage.CatchingUp);
        progress.Follow(new FollowedRange("alarms", 100, 400, () => rules), new FollowedRange("store", 400, 1000, () => store));

        var seen = progress.Read();

        Assert.Equal(("catching-up", percent), (seen.Stage, seen.Percent));
        Assert.Equal(new RecordCount(Math.Min(rules - 100, 300), 300), seen.Records["alarms"]);
        Assert.Equal(new RecordCount(Math.Min(store - 400, 600), 600), seen.Records["store"]);
    }

    [Fact]
    public void A_follower_that_was_beyond_the_end_has_nothing_to_do()
    {
        progress.Follow(new FollowedRange("alarms", 500, 400, () => 500));

        Assert.Equal(100, progress.Read().Percent);
        Assert.Equal(new RecordCount(0, 0), progress.Read().Records["alarms"]);
    }

    [Fact]
    public void The_sentence_says_what_is_done_and_how_far()
    {
        progress.Follow(new FollowedRange("alarms", 0, 1_500_000, () => 300_000));
        progress.Enter(StartStage.CatchingUp);

        Assert.Contains("it looks through the log (alarms: 300000 of 1500000 records)", progress.Describe(), StringComparison.Ordinal);
    }
}
