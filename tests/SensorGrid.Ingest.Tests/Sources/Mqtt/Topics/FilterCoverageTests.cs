using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Topics;

public sealed class FilterCoverageTests
{
    // Every topic of up to three of these levels: enough for two filters of up to three levels to differ in one of them.
    private static readonly string[] Levels = ["a", "b", "", "$s"];
    private static readonly string[] FilterLevels = ["a", "b", "", "$s", "+", "#"];

    [Theory]
    [InlineData("sensorgrid/alarms/#", "sensorgrid/alarms/#", true)]
    [InlineData("sensorgrid/alarms/#", "sensorgrid/alarms", true)]
    [InlineData("sensorgrid/alarms/#", "sensorgrid/alarms/v1/+/events", true)]
    [InlineData("sensorgrid/alarms/#", "sensorgrid/#", false)]
    [InlineData("sensorgrid/alarms/#", "sensorgrid/+/v1", false)]
    [InlineData("sensorgrid/alarms/#", "#", false)]
    [InlineData("sensorgrid/alarms/#", "+/alarms/#", false)]
    [InlineData("sensorgrid/alarms/v1/fire/#", "sensorgrid/alarms/v1/+/events", false)]
    [InlineData("sensorgrid/alarms/v1/+/events", "sensorgrid/alarms/v1/fire/events", true)]
    [InlineData("sensorgrid/alarms/v1/+/events", "sensorgrid/alarms/v1/fire/#", false)]
    [InlineData("#", "$SYS/#", false)]
    [InlineData("+/#", "$SYS/#", false)]
    [InlineData("#", "a/+", true)]
    public void A_filter_covers_another(string wide, string narrow, bool expected) => Assert.Equal(expected, Parse(wide).Covers(Parse(narrow)));

    [Theory]
    [InlineData("#", "sensorgrid/alarms/#", true)]
    [InlineData("sensorgrid/+/v1", "sensorgrid/alarms/#", true)]
    [InlineData("sensorgrid", "sensorgrid/#", true)]
    [InlineData("sensorgrid/v1/+/gw/#", "sensorgrid/alarms/#", false)]
    [InlineData("city/#", "sensorgrid/alarms/#", false)]
    [InlineData("+/x", "$SYS/#", false)]
    public void Filters_overlap(string one, string two, bool expected)
    {
        Assert.Equal(expected, Parse(one).Overlaps(Parse(two)));
        Assert.Equal(expected, Parse(two).Overlaps(Parse(one)));
    }

    /// <summary>Against the obvious: all topics there are.</summary>
    [Fact]
    public void What_is_said_of_two_filters_holds_for_every_topic()
    {
        // The empty topic is none, but "/#" and "+" would both match it, and what is said of filters alone does not know that.
        string[] topics = [.. Paths(Levels, 3), ""];
        var filters = Paths(FilterLevels, 3).Select(text => TopicFilter.TryParse(text, new(64, 8), out var filter) == TopicProblem.None ? filter! : null)
            .OfType<TopicFilter>().Select(filter => (filter, matched: topics.Where(topic => filter.Matches(topic)).ToHashSet())).ToArray();
        Assert.True(filters.Length > 100);

        foreach (var (one, its) in filters)
        {
            foreach (var (two, others) in filters)
            {
                if (one.Covers(two))
                    Assert.True(others.IsSubsetOf(its), $"{one} is said to cover {two}");
                // A filter of exact topics and "+" is decided exactly; one with "#" may ask for more levels than the topics here have.
                else if (!two.Text.Contains('#', StringComparison.Ordinal))
                    Assert.False(others.IsSubsetOf(its) && others.Count > 0 && Differ(two, its), $"{one} is said not to cover {two}");
                Assert.True(its.Overlaps(others) == one.Overlaps(two), $"{one} and {two}");
            }
        }
    }

    // "+" stands for levels beyond those here too, so only a filter that could tell them apart shows a mistake.
    private static bool Differ(TopicFilter two, HashSet<string> matched) =>
        matched.Contains(two.Text.Replace("+", "a", StringComparison.Ordinal)) && matched.Contains(two.Text.Replace("+", "unheard-of", StringComparison.Ordinal));

    private static TopicFilter Parse(string text) => TopicFilterTests.Parse(text);

    private static IEnumerable<string> Paths(string[] levels, int depth)
    {
        foreach (string level in levels)
        {
            if (level.Length > 0)
                yield return level;
            if (depth == 1)
                continue;
            foreach (string rest in Paths(levels, depth - 1).Append(""))
                yield return $"{level}/{rest}";
        }
    }
}
