using SensorGrid.Ingest.Sources.Mqtt.Sessions;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Sessions;

public sealed class WillTests : IAsyncLifetime
{
    private readonly SessionRig rig = new();
    private readonly FakeConnection first = new();
    private readonly FakeConnection second = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await rig.DisposeAsync();

    [Fact]
    public void A_will_without_delay_is_due_when_the_connection_is_lost()
    {
        var session = Connect(delay: 0);
        Assert.Empty(Due());
        rig.Sessions.Disconnect(session, first, forgetWill: false);
        Assert.Equal(["c gone"], Due());
        Assert.Empty(Due());
    }

    [Fact]
    public void A_client_that_says_goodbye_has_no_will()
    {
        rig.Sessions.Disconnect(Connect(delay: 0), first, forgetWill: true);
        rig.Time.Advance(TimeSpan.FromHours(2));
        Assert.Empty(Due());
    }

    [Fact]
    public void A_will_waits_for_its_delay()
    {
        rig.Sessions.Disconnect(Connect(delay: 30), first, forgetWill: false);
        rig.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.Empty(Due());
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["c gone"], Due());
    }

    [Fact]
    public void A_client_that_is_back_in_time_has_no_will_sent_and_a_new_one()
    {
        rig.Sessions.Disconnect(Connect(delay: 30), first, forgetWill: false);
        rig.Time.Advance(TimeSpan.FromSeconds(29));
        var session = rig.Connect("c", second, will: Will("new", 0)).Session!;
        rig.Time.Advance(TimeSpan.FromSeconds(100));
        Assert.Empty(Due());
        rig.Sessions.Disconnect(session, second, forgetWill: false);
        Assert.Equal(["c new"], Due());
    }

    [Fact]
    public void A_client_that_is_back_before_its_due_will_was_taken_does_not_hold_it_up()
    {
        rig.Sessions.Disconnect(Connect(delay: 0), first, forgetWill: false);
        rig.Connect("c", second);
        Assert.Equal(["c gone"], Due());
    }

    [Fact]
    public void The_end_of_the_session_ends_the_delay()
    {
        rig.Sessions.Disconnect(Connect(delay: 100, expiry: 50), first, forgetWill: false);
        rig.Time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(["c gone"], Due());
        rig.Time.Advance(TimeSpan.FromSeconds(50));
        Assert.Empty(Due());
    }

    [Fact]
    public void A_session_that_ends_with_its_connection_has_no_delay()
    {
        rig.Sessions.Disconnect(Connect(delay: 100, expiry: 0), first, forgetWill: false);
        Assert.Equal(["c gone"], Due());
    }

    [Fact]
    public void A_clean_start_ends_the_delay()
    {
        rig.Sessions.Disconnect(Connect(delay: 100), first, forgetWill: false);
        rig.Connect("c", second, cleanStart: true);
        Assert.Equal(["c gone"], Due());
    }

    [Theory]
    [InlineData(0u, false, true)]
    [InlineData(30u, false, false)]
    [InlineData(30u, true, true)]
    public void At_a_takeover_only_a_delayed_will_of_a_session_that_goes_on_is_not_sent(uint delay, bool cleanStart, bool sent)
    {
        var session = Connect(delay);
        rig.Connect("c", second, cleanStart: cleanStart);
        rig.Sessions.Disconnect(session, first, forgetWill: false);
        rig.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(sent ? ["c gone"] : [], Due());
    }

    [Fact]
    public async Task A_delay_goes_on_over_a_restart()
    {
        rig.Sessions.Disconnect(Connect(delay: 100), first, forgetWill: false);
        rig.Time.Advance(TimeSpan.FromSeconds(40));
        await using var next = await rig.RestartAsync(TimeSpan.FromSeconds(59));
        Assert.Empty(Due(next));
        next.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["c gone"], Due(next));
    }

    [Fact]
    public async Task A_client_that_is_back_after_a_restart_has_no_will_sent()
    {
        rig.Sessions.Disconnect(Connect(delay: 100), first, forgetWill: false);
        await using var next = await rig.RestartAsync(TimeSpan.FromSeconds(10));
        Assert.True(next.Connect("c", second).SessionPresent);
        next.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Empty(Due(next));
    }

    [Fact]
    public async Task Clients_that_were_connected_when_we_stopped_get_time_to_come_back()
    {
        var session = Connect(delay: 0);
        rig.Connect("d", second, will: Will("d gone", 0));
        rig.Sessions.BeginStop();
        // Whether the connections still close in order or not.
        rig.Sessions.Disconnect(session, first, forgetWill: false);
        Assert.Empty(Due());
        await using var next = await rig.RestartAsync(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        Assert.Empty(Due(next));
        Assert.True(next.Connect("c", first).SessionPresent);
        next.Time.Advance(next.Options.WillDelayAfterRestart);
        Assert.Equal(["d d gone"], Due(next));
    }

    [Fact]
    public async Task A_will_that_was_published_is_not_published_by_the_next_process_and_one_that_was_not_is()
    {
        rig.Sessions.Disconnect(Connect(delay: 0), first, forgetWill: false);
        rig.Sessions.Disconnect(rig.Connect("d", second, will: Will("d gone", 0)).Session!, second, forgetWill: false);
        foreach (var will in rig.Sessions.TakeDueWills())
        {
            if (will.ClientId == "c")
                rig.Sessions.WillPublished(will);
        }
        await using var next = await rig.RestartAsync();
        Assert.Equal(["d d gone"], Due(next));
    }

    [Fact]
    public async Task The_next_due_time_is_known()
    {
        Assert.Equal(long.MaxValue, rig.Sessions.NextDueTicks);
        rig.Sessions.Disconnect(Connect(delay: 100, expiry: 200), first, forgetWill: false);
        Assert.Equal(rig.Clock.NowTicks + TimeSpan.FromSeconds(100).Ticks, rig.Sessions.NextDueTicks);
        await rig.SettleAsync();
    }

    private static Will Will(string text, uint delay) => new(SessionRig.Message("status", text), delay);

    private static List<string> Due(SessionRig of) =>
        of.Sessions.TakeDueWills().Select(will => $"{will.ClientId} {SessionRig.Text(will.Message)}").ToList();

    private List<string> Due() => Due(rig);

    private MqttSession Connect(uint delay, uint expiry = 3600) => rig.Connect("c", first, expiry: expiry, will: Will("gone", delay)).Session!;
}
