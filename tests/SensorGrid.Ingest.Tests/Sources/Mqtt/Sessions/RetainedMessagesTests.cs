using CsCheck;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Sessions;

public sealed class RetainedMessagesTests : IDisposable
{
    private readonly SessionMetrics metrics = new();

    public void Dispose() => metrics.Dispose();

    [Fact]
    public void Finds_what_asking_the_filter_about_every_topic_finds()
    {
        var level = Gen.Int[0, 3].Select(i => new[] { "a", "b", "", "$s" }[i]);
        var topic = level.Array[1, 4].Select(levels => string.Join('/', levels)).Where(text => text.Length > 0);
        var part = Gen.Int[0, 4].Select(i => new[] { "a", "b", "", "$s", "+" }[i]);
        var filter = Gen.Select(part.Array[0, 4], Gen.Bool, (levels, all) => string.Join('/', all ? [.. levels, "#"] : levels)).Where(text => text.Length > 0);
        Gen.Select(Gen.Select(topic, Gen.Bool).Array[0, 40], filter.Array[1, 10]).Sample((steps, filters) =>
        {
            var retained = new RetainedMessages(new(), metrics, store: null);
            var model = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (name, keep) in steps)
            {
                retained.Set(SessionRig.Message(name, keep ? "x" : "", retain: true), 0, out _);
                if (keep)
                    model.Add(name);
                else
                    model.Remove(name);
            }
            Assert.Equal(model.Count, retained.Count);
            foreach (string text in filters)
            {
                var parsed = TopicFilterTests.Parse(text);
                Assert.Equal(model.Where(name => parsed.Matches(name)).Order(StringComparer.Ordinal), retained.TopicsOf(parsed).Order(StringComparer.Ordinal));
            }
            foreach (string name in model.ToList())
                retained.Set(SessionRig.Message(name, "", retain: true), 0, out _);
            Assert.Equal((0, 0L), (retained.Count, retained.Bytes));
            Assert.Empty(retained.TopicsOf(TopicFilterTests.Parse("#")));
        }, iter: 1000);
    }

    [Fact]
    public void The_newest_message_of_a_topic_is_kept_and_an_empty_one_clears_it()
    {
        var retained = new RetainedMessages(new(), metrics, store: null);
        Assert.Equal(RetainOutcome.Kept, Set(retained, "a", "1"));
        Assert.Equal(RetainOutcome.Kept, Set(retained, "a", "2"));
        Assert.Equal("2", SessionRig.Text(retained.Find("a")!));
        Assert.Equal(1, retained.Count);
        Assert.Equal(RetainOutcome.Cleared, Set(retained, "a", ""));
        Assert.Null(retained.Find("a"));
        Assert.Equal(RetainOutcome.Cleared, Set(retained, "a", ""));
    }

    [Fact]
    public void A_topic_beyond_the_count_is_refused_but_one_that_is_there_may_change()
    {
        var retained = new RetainedMessages(new() { MaxRetainedMessages = 2 }, metrics, store: null);
        Set(retained, "a", "1");
        Set(retained, "b", "1");
        Assert.Equal(RetainOutcome.Refused, Set(retained, "c", "1"));
        Assert.Equal(RetainOutcome.Kept, Set(retained, "b", "2"));
        Assert.Equal(1, metrics.Refused);
        Set(retained, "a", "");
        Assert.Equal(RetainOutcome.Kept, Set(retained, "c", "1"));
    }

    [Fact]
    public void Bytes_are_bounded_and_a_refused_message_leaves_the_old_one()
    {
        int size = SessionRig.Message("a", "12345").Size;
        var retained = new RetainedMessages(new() { MaxRetainedBytes = 2 * size }, metrics, store: null);
        Set(retained, "a", "12345");
        Set(retained, "b", "12345");
        Assert.Equal(RetainOutcome.Refused, Set(retained, "b", "123456"));
        Assert.Equal("12345", SessionRig.Text(retained.Find("b")!));
        Assert.Equal(2 * size, retained.Bytes);
    }

    [Fact]
    public void What_has_expired_is_gone_and_makes_room()
    {
        var retained = new RetainedMessages(new() { MaxRetainedMessages = 1 }, metrics, store: null);
        retained.Set(SessionRig.Message("a", retain: true, expiresAt: 100), 0, out _);
        Assert.Equal(RetainOutcome.Refused, retained.Set(SessionRig.Message("b", retain: true), 99, out _));
        Assert.Equal(RetainOutcome.Kept, retained.Set(SessionRig.Message("b", retain: true), 100, out _));
        Assert.Null(retained.Find("a"));
        Assert.Equal(1, metrics.Dropped);
    }

    private static RetainOutcome Set(RetainedMessages retained, string topic, string text) =>
        retained.Set(SessionRig.Message(topic, text, retain: true), 0, out _);
}
