using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.Ingest.Service.Alarms;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Service.Metrics;
using SensorGrid.Ingest.Service.Publishing;
using SensorGrid.Ingest.Service.Tests.Alarms;
using SensorGrid.Ingest.Service.Tests.Rig;
using SensorGrid.Ingest.Sources;
using SensorGrid.Ingest.Sources.Mqtt.Alarms;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Tests.Publishing;

/// <summary>The publisher on a real database, with a broker that the test plays.</summary>
public sealed class AlarmPublisherTests : IDisposable
{
    private readonly ServiceFolder folder = new();
    private readonly FakeTimeProvider time = new();
    private readonly ServiceMetrics metrics = new();
    private readonly StateDatabase state;
    private readonly AlarmTables tables;
    private readonly FakeBroker broker = new();
    private AlarmBoard board;

    public AlarmPublisherTests()
    {
        state = StateDatabase.Open(folder.Data);
        tables = new(state);
        board = Board();
    }

    public void Dispose()
    {
        state.Dispose();
        metrics.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Every_transition_goes_out_in_order_with_its_predecessor_in_the_domain_and_each_alarm_as_it_stands()
    {
        await using var running = await StartAsync();
        Happen((1, "a", "water", "raised", true), (2, "b", "fire", "raised", true), (3, "a", "water", "cleared", true));
        await UntilPublishedAsync(running, 3);

        Assert.Equal(
            [
                "water/events 1 after 0: raised a", "fire/events 2 after 0: raised b", "water/events 3 after 1: cleared a",
                "water/open/a 3 retain", "fire/open/b 2 retain", "fire/position 2 retain", "water/position 3 retain",
            ],
            broker.Texts);
    }

    [Fact]
    public async Task An_alarm_that_is_open_no_more_is_taken_back()
    {
        await using var running = await StartAsync();
        Happen((1, "a", "water", "raised", true));
        await UntilPublishedAsync(running, 1);
        Happen((2, "a", "water", "acknowledged", false));
        await UntilPublishedAsync(running, 2);

        Assert.Contains("water/open/a cleared retain", broker.Texts);
        Assert.DoesNotContain(AlarmTopics.Open("water", "a"), broker.RetainedTopics(""));
    }

    [Fact]
    public async Task A_broker_that_is_away_gets_everything_when_it_is_back_and_the_lag_is_told_meanwhile()
    {
        await using var running = await StartAsync();
        broker.Trouble = "Broker mqtt://x: gone.";
        Happen((1, "a", "water", "raised", true), (2, "a", "water", "level-changed", true));
        await Wait.ForAsync<object>("a first attempt", () => Task.FromResult<object?>(broker.Attempts > 0 ? this : null));
        await Wait.ForAsync<object>("the problem", () => Task.FromResult<object?>(running.Publisher.Problem));
        Assert.Contains("2 alarm transitions wait to be published over MQTT: Broker mqtt://x: gone.", running.Publisher.Problem, StringComparison.Ordinal);
        Assert.Equal((2, 0), (running.Publisher.Lag, running.Publisher.Position));
        Assert.Empty(broker.Texts);

        broker.Trouble = null;
        await UntilPublishedAsync(running, 2);

        Assert.Null(running.Publisher.Problem);
        Assert.Equal(["water/events 1 after 0: raised a", "water/events 2 after 1: level-changed a"], broker.Events);
    }

    [Fact]
    public async Task A_broker_that_neither_takes_nor_refuses_is_told_of_after_a_while_and_does_not_hold_up_the_end()
    {
        var running = await StartAsync();
        broker.Answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Happen((1, "a", "water", "raised", true));
        await Wait.ForAsync<object>("the attempt", () => Task.FromResult<object?>(broker.Attempts > 0 ? this : null));
        Assert.Null(running.Publisher.Problem);

        time.Advance(TimeSpan.FromSeconds(11));

        Assert.Contains("1 alarm transitions wait", running.Publisher.Problem, StringComparison.Ordinal);
        await running.DisposeAsync();
        Assert.True(running.Running.IsCanceled);
    }

    [Fact]
    public async Task A_crash_before_the_checkpoint_publishes_the_same_positions_again_and_loses_none()
    {
        await using (var first = await StartAsync())
        {
            Happen((1, "a", "water", "raised", true), (2, "b", "fire", "raised", true));
            await UntilPublishedAsync(first, 2);
            // The process is killed: nothing is written down.
        }
        var before = broker.Events;
        Happen((3, "a", "water", "cleared", true));

        await using var second = await StartAsync();
        await UntilPublishedAsync(second, 3);

        Assert.Equal([.. before, .. before, "water/events 3 after 1: cleared a"], broker.Events);
    }

    [Fact]
    public async Task After_the_checkpoint_nothing_is_repeated()
    {
        await using (var first = await StartAsync())
        {
            Happen((1, "a", "water", "raised", true));
            await UntilPublishedAsync(first, 1);
            await first.StopAsync();
            await first.Publisher.WriteCheckpointAsync();
        }
        Happen((2, "a", "water", "level-changed", true));

        await using var second = await StartAsync();
        await UntilPublishedAsync(second, 2);

        Assert.Equal(["water/events 1 after 0: raised a", "water/events 2 after 1: level-changed a"], broker.Events);
    }

    [Fact]
    public async Task The_first_start_tells_no_old_stories_but_what_is_open()
    {
        Happen((1, "a", "water", "raised", true), (2, "b", "water", "raised", true), (3, "b", "water", "acknowledged", false));
        board = Board();

        await using var running = await StartAsync();
        Happen((4, "c", "water", "raised", true));
        await UntilPublishedAsync(running, 4);

        Assert.Equal(["water/events 4 after 3: raised c"], broker.Events);
        Assert.Contains("water/open/a 1 retain", broker.Texts);
        Assert.DoesNotContain(broker.Texts, text => text.StartsWith("water/open/b", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broker_that_lost_what_was_retained_gets_it_again_and_one_that_has_too_much_is_corrected()
    {
        await using var running = await StartAsync();
        Happen((1, "a", "water", "raised", true), (2, "b", "water", "raised", true));
        await UntilPublishedAsync(running, 2);
        broker.Forget(AlarmTopics.Open("water", "a"));
        broker.Retain(AlarmTopics.Open("water", "old"));
        int before = broker.Texts.Count;

        broker.RetainedEpoch++;
        await Wait.ForAsync<object>("the correction", () =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult<object?>(broker.Texts.Count >= before + 2 ? this : null);
        });

        Assert.Equal(["water/open/old cleared retain", "water/open/a 1 retain"], broker.Texts.Skip(before));
    }

    [Fact]
    public async Task What_finds_no_room_to_be_retained_is_a_problem_until_it_does()
    {
        await using var running = await StartAsync();
        broker.RetainsNothing = true;
        Happen((1, "a", "water", "raised", true));
        await UntilPublishedAsync(running, 1);
        Assert.Contains("MaxRetainedAlarms", running.Publisher.Problem, StringComparison.Ordinal);

        broker.RetainsNothing = false;
        await Wait.ForAsync<object>("no problem", () =>
        {
            time.Advance(TimeSpan.FromSeconds(10));
            return Task.FromResult<object?>(running.Publisher.Problem is null ? this : null);
        });

        Assert.Contains(AlarmTopics.Open("water", "a"), broker.RetainedTopics(""));
    }

    [Fact]
    public async Task Switched_off_it_takes_back_what_is_retained_and_switched_on_again_begins_at_the_present()
    {
        await using (var on = await StartAsync())
        {
            Happen((1, "a", "water", "raised", true));
            await UntilPublishedAsync(on, 1);
            await on.StopAsync();
            await on.Publisher.WriteCheckpointAsync();
        }
        await using (var off = await StartAsync(new() { Enabled = false }))
        {
            await off.Running;
            Assert.Equal((0, null), (off.Publisher.Lag, off.Publisher.Problem));
        }
        Assert.Empty(broker.RetainedTopics(""));
        Happen((2, "b", "water", "raised", true));
        board = Board();

        await using var again = await StartAsync();
        Happen((3, "c", "water", "raised", true));
        await UntilPublishedAsync(again, 3);

        Assert.Equal(["water/events 1 after 0: raised a", "water/events 3 after 2: raised c"], broker.Events);
        Assert.Contains(AlarmTopics.Open("water", "a"), broker.RetainedTopics(""));
    }

    [Fact]
    public void The_payloads_are_the_APIs_alarm_and_transition()
    {
        var alarm = SomeAlarm.Of("a", 7);
        var happened = new AlarmEventView(7, null, new(7, "raised", SomeAlarm.Noon, SomeAlarm.Noon, "yellow", 3.5, null, null, null, false), alarm);

        var messages = AlarmMessages.Of([happened], new(StringComparer.Ordinal) { ["water"] = 4 });

        var told = JsonDocument.Parse(messages[0].Payload).RootElement;
        Assert.Equal((7, 4, "raised"), (told.GetProperty("position").GetInt64(), told.GetProperty("previous").GetInt64(), told.GetProperty("transition").GetProperty("kind").GetString()));
        Assert.Equal(7, messages[0].Position);
        string expected = JsonSerializer.Serialize(alarm, Service.Api.ApiJson.Options);
        Assert.Equal(expected, told.GetProperty("alarm").GetRawText());
        Assert.Equal($$"""{"position":7,"alarm":{{expected}}}""", Encoding.UTF8.GetString(messages[1].Payload.Span));
        Assert.Contains("河道水位超限", Encoding.UTF8.GetString(messages[1].Payload.Span), StringComparison.Ordinal);
    }

    private AlarmBoard Board() => new(tables.ReadOpen(), tables.ReadPosition(), maxStreams: 1, streamQueue: 16, metrics);

    // As the rules follower does: first the database, then the board.
    private void Happen(params (long Position, string Alarm, string Domain, string Kind, bool IsOpen)[] happenings)
    {
        var views = new List<AlarmView>();
        using (var transaction = state.Begin())
        {
            foreach (var (position, id, domain, kind, isOpen) in happenings)
            {
                var alarm = SomeAlarm.Of(id, position, active: isOpen && kind != "cleared", acknowledged: !isOpen, domain: domain);
                AlarmTables.Append(transaction, id, position, new(position, kind, SomeAlarm.Noon, SomeAlarm.Noon, "yellow", null, null, null, null, false), "");
                AlarmTables.Write(transaction, alarm, AlarmLimits.None);
                views.Add(alarm);
            }
            transaction.Commit();
        }
        board.Publish(views);
    }

    private async Task UntilPublishedAsync(Run run, long position) => await Wait.ForAsync<object>($"position {position}", () =>
    {
        Assert.False(run.Running.IsCompleted, run.Running.Exception?.ToString());
        time.Advance(TimeSpan.FromMilliseconds(100));
        return Task.FromResult<object?>(run.Publisher.Position == position ? this : null);
    });

    private async Task<Run> StartAsync(MqttAlarmOptions? options = null)
    {
        // Written down when a test says so: an hour never passes here.
        options ??= new() { CheckpointInterval = TimeSpan.FromMinutes(10) };
        var table = new PublicationTable(state);
        bool isNew = options.Enabled && table.Read() is null;
        int looked = broker.Looked;
        var publisher = new AlarmPublisher(tables, table, board, broker, options, new Random(1), time, NullLogger.Instance);
        await publisher.BeginAsync(CancellationToken.None);
        var run = new Run(publisher);
        // A new publication brings what is retained in line with what is open first: what a test lets happen comes after that look.
        if (isNew)
            await Wait.ForAsync<object>("the first look at what is retained", () => Task.FromResult<object?>(broker.Looked > looked ? this : null));
        return run;
    }

    private sealed class Run : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();

        public Run(AlarmPublisher publisher)
        {
            Publisher = publisher;
            Running = Task.Run(() => publisher.RunAsync(stop.Token));
        }

        public AlarmPublisher Publisher { get; }

        public Task Running { get; }

        public async Task StopAsync()
        {
            await stop.CancelAsync();
            await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            Publisher.Dispose();
            stop.Dispose();
        }
    }

    /// <summary>Keeps what it gets, as text: the topic without its beginning, what stands in the payload, and RETAIN.</summary>
    private sealed class FakeBroker : IMessagePublisher
    {
        private readonly List<string> texts = [];
        private readonly HashSet<string> retained = new(StringComparer.Ordinal);
        private volatile string? trouble;
        private int attempts;
        private int looked;

        public string? Trouble { get => trouble; set => trouble = value; }

        public int RetainedEpoch { get; set; }

        public bool RetainsNothing { get; set; }

        /// <summary>Set: no answer comes before this one does.</summary>
        public TaskCompletionSource<PublishOutcome>? Answer { get; set; }

        public int Attempts => Volatile.Read(ref attempts);

        /// <summary>How often somebody asked for the retained positions: the last thing that is read before what is retained is corrected.</summary>
        public int Looked => Volatile.Read(ref looked);

        public List<string> Texts { get { lock (texts) return [.. texts]; } }

        public List<string> Events => [.. Texts.Where(text => text.Contains("/events ", StringComparison.Ordinal))];

        public IReadOnlyList<string> RetainedTopics(string filter)
        {
            if (filter.Contains("/position", StringComparison.Ordinal))
                Interlocked.Increment(ref looked);
            lock (texts)
                return [.. retained.Where(topic => topic.Contains("/position", StringComparison.Ordinal) == filter.Contains("/position", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        }

        public void Forget(string topic) { lock (texts) retained.Remove(topic); }

        public void Retain(string topic) { lock (texts) retained.Add(topic); }

        public Task<PublishOutcome> PublishAsync(IReadOnlyList<PublishedMessage> messages, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref attempts);
            if (Answer is not null)
                return Answer.Task.WaitAsync(cancellationToken);
            if (Trouble is not null)
                return Task.FromResult(PublishOutcome.Unavailable);
            lock (texts)
            {
                foreach (var message in messages)
                {
                    texts.Add(Text(message));
                    if (message.Retain && (message.Payload.IsEmpty || !RetainsNothing) && !(message.Payload.IsEmpty ? retained.Remove(message.Topic) : retained.Add(message.Topic)))
                        continue;
                }
            }
            return Task.FromResult(RetainsNothing && messages.Any(message => message is { Retain: true, Payload.IsEmpty: false }) ? PublishOutcome.NotRetained : PublishOutcome.Published);
        }

        private static string Text(PublishedMessage message)
        {
            string topic = message.Topic["sensorgrid/alarms/v1/".Length..];
            string end = message.Retain ? " retain" : "";
            if (message.Payload.IsEmpty)
                return $"{topic} cleared{end}";
            var json = JsonDocument.Parse(message.Payload).RootElement;
            long position = json.GetProperty("position").GetInt64();
            return json.TryGetProperty("transition", out var transition)
                ? $"{topic} {position} after {json.GetProperty("previous").GetInt64()}: {transition.GetProperty("kind").GetString()} {json.GetProperty("alarm").GetProperty("id").GetString()}{end}"
                : $"{topic} {position}{end}";
        }
    }
}
