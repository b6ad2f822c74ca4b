using CsCheck;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Sources.Mqtt.Topics;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Sessions;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Topics;

public sealed class SubscriptionTreeTests : IDisposable
{
    private readonly SessionMetrics metrics = new();
    private readonly QueueBudget budget = new(1 << 20);
    private readonly MatchList matches = new();

    public void Dispose() => metrics.Dispose();

    [Fact]
    public void Finds_what_comparing_every_filter_finds()
    {
        var level = Gen.OneOf("a", "b", "", "$s", "+");
        var filter = Gen.Select(level.Array[1, 4], Gen.Bool, (levels, all) => string.Join('/', all ? [.. levels, "#"] : levels)).Where(text => text.Length > 0);
        var topic = Gen.OneOf("a", "b", "", "$s", "c").Array[1, 5].Select(levels => string.Join('/', levels)).Where(text => text.Length > 0);
        var step = Gen.Select(Gen.Int[0, 3], filter, Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 3], Gen.Bool);
        Gen.Select(step.Array[0, 40], topic.Array[1, 8]).Sample((steps, topics) =>
        {
            // Samples run beside each other.
            var own = new MatchList();
            var tree = new SubscriptionTree(maxPerSession: 100, maxNodes: 10_000);
            var sessions = Enumerable.Range(0, 4).Select(i => Session($"s{i}")).ToArray();
            var model = new Dictionary<(int Session, string Filter), Subscription>();
            foreach (var (who, text, action, qos, identifier, noLocal) in steps)
            {
                if (action == 0)
                {
                    Assert.Equal(model.Remove((who, text)), tree.Unsubscribe(sessions[who], TopicFilterTests.Parse(text)));
                    continue;
                }
                var subscription = new Subscription(TopicFilterTests.Parse(text), (MqttQos)qos, noLocal, qos == 1, default, identifier);
                var expected = model.ContainsKey((who, text)) ? SubscribeOutcome.Replaced : SubscribeOutcome.Added;
                Assert.Equal(expected, tree.Subscribe(sessions[who], subscription));
                model[(who, text)] = subscription;
            }
            foreach (string name in topics)
            {
                tree.Match(name, sessions[0], own);
                var found = own.Matches.ToArray()
                    .Select(match => $"{match.Session.ClientId} {match.MaxQos} {match.RetainAsPublished} {string.Join(',', match.Identifiers.Order())}").Order().ToList();
                var wanted = model
                    .Where(entry => ObviouslyMatches(entry.Key.Filter.Split('/'), name.Split('/'), first: true) && !(entry.Value.NoLocal && entry.Key.Session == 0))
                    .GroupBy(entry => entry.Key.Session, entry => entry.Value)
                    .Select(held => $"s{held.Key} {held.Max(one => one.Qos)} {held.Any(one => one.RetainAsPublished)} {string.Join(',', held.Select(one => one.Identifier).Where(id => id > 0).Order())}")
                    .Order().ToList();
                Assert.Equal(wanted, found);
            }
            foreach (var session in sessions)
                tree.Remove(session);
            Assert.Equal(0, tree.Nodes);
        }, iter: 2000);
    }

    [Fact]
    public void A_group_sends_each_message_to_one_connected_member_in_turn()
    {
        var tree = new SubscriptionTree(10, 100);
        var sessions = Enumerable.Range(0, 4).Select(i => Session($"s{i}", connected: i != 1)).ToList();
        foreach (var session in sessions)
            tree.Subscribe(session, new(TopicFilterTests.Parse("$share/g/a/#"), MqttQos.AtLeastOnce));
        Assert.Equal(["s0", "s2", "s3", "s0", "s2", "s3"], Enumerable.Range(0, 6).Select(_ => Only(tree, "a/b")));
    }

    [Fact]
    public void A_group_sends_to_a_member_that_is_away_only_when_all_are()
    {
        var tree = new SubscriptionTree(10, 100);
        var away = Session("away");
        var back = Session("back");
        tree.Subscribe(away, new(TopicFilterTests.Parse("$share/g/a"), MqttQos.AtLeastOnce));
        tree.Subscribe(back, new(TopicFilterTests.Parse("$share/g/a"), MqttQos.AtLeastOnce));
        Assert.Equal(["away", "back", "away"], Enumerable.Range(0, 3).Select(_ => Only(tree, "a")));
        back.Attach(new FakeConnection(), new(5, 0));
        Assert.Equal(["back", "back"], Enumerable.Range(0, 2).Select(_ => Only(tree, "a")));
    }

    [Fact]
    public void A_group_passes_over_a_member_that_is_full()
    {
        var tree = new SubscriptionTree(10, 100);
        var full = Session("full", connected: true, new() { MaxQueuedMessages = 1 });
        var other = Session("other", connected: true);
        tree.Subscribe(full, new(TopicFilterTests.Parse("$share/g/a"), MqttQos.AtLeastOnce));
        tree.Subscribe(other, new(TopicFilterTests.Parse("$share/g/a"), MqttQos.AtLeastOnce));
        full.Enqueue(SessionRig.Message(), MqttQos.AtLeastOnce, false, [], 0, out _);
        Assert.Equal(["other", "other"], Enumerable.Range(0, 2).Select(_ => Only(tree, "a")));
        tree.Remove(other);
        Assert.Equal("full", Only(tree, "a"));
    }

    [Fact]
    public void Two_groups_and_the_session_itself_get_a_copy_each()
    {
        var tree = new SubscriptionTree(10, 100);
        var session = Session("s", connected: true);
        foreach (string text in (string[])["$share/g/a", "$share/h/a", "a", "#"])
            tree.Subscribe(session, new(TopicFilterTests.Parse(text), MqttQos.AtLeastOnce));
        tree.Match("a", null, matches);
        Assert.Equal(3, matches.Matches.Length);
        Assert.True(tree.Unsubscribe(session, TopicFilterTests.Parse("$share/g/a")));
        Assert.False(tree.Unsubscribe(session, TopicFilterTests.Parse("$share/g/a")));
        tree.Match("a", null, matches);
        Assert.Equal(2, matches.Matches.Length);
    }

    [Fact]
    public void Sessions_beyond_the_search_are_merged_too()
    {
        var tree = new SubscriptionTree(10, 1000);
        var sessions = Enumerable.Range(0, 60).Select(i => Session($"s{i}")).ToList();
        foreach (string text in (string[])["a/b", "a/+", "#"])
        {
            foreach (var session in sessions)
                tree.Subscribe(session, new(TopicFilterTests.Parse(text), MqttQos.AtLeastOnce, Identifier: text.Length));
        }
        tree.Match("a/b", null, matches);
        Assert.Equal(60, matches.Matches.Length);
        Assert.All(matches.Matches.ToArray(), match => Assert.Equal([1, 3, 3], match.Identifiers.Order()));
    }

    [Fact]
    public void Matching_allocates_nothing_once_warm()
    {
        var tree = new SubscriptionTree(10, 10_000);
        var sessions = Enumerable.Range(0, 40).Select(i => Session($"s{i}", connected: true)).ToList();
        foreach (var session in sessions)
        {
            foreach (string text in (string[])["a/+/c", "a/#", $"a/{session.ClientId}/c", "$share/g/a/b/c"])
                tree.Subscribe(session, new(TopicFilterTests.Parse(text), MqttQos.AtLeastOnce, Identifier: text == "a/#" ? 7 : 0));
        }
        for (int i = 0; i < 100; i++)
            tree.Match("a/b/c", null, matches);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            tree.Match("a/b/c", null, matches);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(41, matches.Matches.Length);
    }

    [Fact]
    public void Subscriptions_of_a_session_and_nodes_are_bounded_and_a_refusal_leaves_nothing_behind()
    {
        var tree = new SubscriptionTree(maxPerSession: 2, maxNodes: 4);
        var session = Session("s");
        Assert.Equal(SubscribeOutcome.Added, Subscribe("a/b"));
        Assert.Equal(SubscribeOutcome.TreeFull, Subscribe("a/c/d/e"));
        Assert.Equal(2, tree.Nodes);
        Assert.Equal(SubscribeOutcome.Added, Subscribe("a/c"));
        Assert.Equal(SubscribeOutcome.TooMany, Subscribe("a"));
        Assert.Equal(SubscribeOutcome.Replaced, Subscribe("a/c"));
        Assert.Equal(["a/b", "a/c"], tree.Of(session).Select(one => one.Filter.Text).Order());

        SubscribeOutcome Subscribe(string text) => tree.Subscribe(session, new(TopicFilterTests.Parse(text), MqttQos.AtMostOnce));
    }

    [Fact]
    public async Task A_reader_beside_a_writer_never_misses_a_subscription_that_stays()
    {
        var tree = new SubscriptionTree(100_000, 100_000);
        var stays = Session("stays");
        var comes = Session("comes");
        // Around the place where a short array of children becomes a dictionary, and beside nodes that come and go.
        string[] topics = [.. Enumerable.Range(0, 6).Select(i => $"r/{i}/x")];
        foreach (string topic in topics)
            tree.Subscribe(stays, new(TopicFilterTests.Parse(topic), MqttQos.AtLeastOnce));
        using var writing = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            var own = new MatchList();
            long reads = 0;
            while (!writing.IsCancellationRequested || reads == 0)
            {
                foreach (string topic in topics)
                {
                    tree.Match(topic, null, own);
                    if (!own.Matches.ToArray().Any(match => match.Session == stays))
                        return -1;
                    reads++;
                }
            }
            return reads;
        });
        for (int round = 0; round < 300; round++)
        {
            for (int i = 0; i < 30; i++)
                tree.Subscribe(comes, new(TopicFilterTests.Parse($"r/{i}/x"), MqttQos.AtLeastOnce));
            tree.Remove(comes);
        }
        await writing.CancelAsync();
        Assert.True(await reader > 0, "A match missed a subscription that was there all the time.");
    }

    // Written as the standard reads, not as the tree walks.
    private static bool ObviouslyMatches(string[] filter, string[] topic, bool first)
    {
        if (first && topic[0].StartsWith('$') && (filter[0] is "+" or "#"))
            return false;
        if (filter.Length == 0)
            return topic.Length == 0;
        if (filter[0] == "#")
            return true;
        return topic.Length > 0 && (filter[0] == "+" || filter[0] == topic[0]) && ObviouslyMatches(filter[1..], topic[1..], first: false);
    }

    private MqttSession Session(string id, bool connected = false, MqttSessionOptions? options = null)
    {
        var session = new MqttSession(id, 0, options ?? new(), budget, metrics, store: null);
        if (connected)
            session.Attach(new FakeConnection(), new(5, 0));
        return session;
    }

    private string Only(SubscriptionTree tree, string topic)
    {
        tree.Match(topic, null, matches);
        Assert.Equal(1, matches.Matches.Length);
        return matches.Matches[0].Session.ClientId;
    }
}
