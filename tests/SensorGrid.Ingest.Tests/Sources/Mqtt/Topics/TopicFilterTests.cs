using System.Globalization;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Topics;

public sealed class TopicFilterTests
{
    private static readonly TopicLimits Limits = new(64, 8);

    [Theory]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/ranking", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player10", false)]
    [InlineData("sport/#", "sport", true)]
    [InlineData("sport/#", "sports", false)]
    [InlineData("#", "sport", true)]
    [InlineData("#", "/", true)]
    [InlineData("#", "$SYS/load", false)]
    [InlineData("+/load", "$SYS/load", false)]
    [InlineData("$SYS/#", "$SYS/load", true)]
    [InlineData("$SYS/+", "$SYS/load", true)]
    [InlineData("a/+", "a/$b", true)]
    [InlineData("a/#", "a/$b", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1/ranking", false)]
    [InlineData("sport/+", "sport", false)]
    [InlineData("sport/+", "sport/", true)]
    [InlineData("+/+", "/finance", true)]
    [InlineData("/+", "/finance", true)]
    [InlineData("+", "/finance", false)]
    [InlineData("+", "finance", true)]
    [InlineData("+/tennis/#", "a/tennis", true)]
    [InlineData("a", "A", false)]
    [InlineData("a/", "a", false)]
    [InlineData("a", "a/", false)]
    [InlineData("a//b", "a//b", true)]
    [InlineData("a/+/b", "a//b", true)]
    [InlineData("$share/g/a/+", "a/b", true)]
    [InlineData("$share/g/+", "$x", false)]
    [InlineData("$shared/a", "$shared/a", true)]
    public void Matches_as_the_standard_says(string filter, string topic, bool expected) => Assert.Equal(expected, Parse(filter).Matches(topic));

    [Theory]
    [InlineData("", TopicProblem.Empty)]
    [InlineData("sport/tennis#", TopicProblem.WildcardMisplaced)]
    [InlineData("sport/tennis/#/ranking", TopicProblem.WildcardMisplaced)]
    [InlineData("#/", TopicProblem.WildcardMisplaced)]
    [InlineData("##", TopicProblem.WildcardMisplaced)]
    [InlineData("sport+", TopicProblem.WildcardMisplaced)]
    [InlineData("+a/b", TopicProblem.WildcardMisplaced)]
    [InlineData("a/++/b", TopicProblem.WildcardMisplaced)]
    [InlineData("a\0b", TopicProblem.ForbiddenCharacter)]
    [InlineData("a/b/c/d/e/f/g/h/i", TopicProblem.TooDeep)]
    [InlineData("$share", TopicProblem.ShareNameInvalid)]
    [InlineData("$share/", TopicProblem.ShareNameInvalid)]
    [InlineData("$share/g", TopicProblem.ShareNameInvalid)]
    [InlineData("$share/g/", TopicProblem.ShareNameInvalid)]
    [InlineData("$share//a", TopicProblem.ShareNameInvalid)]
    [InlineData("$share/g+/a", TopicProblem.ShareNameInvalid)]
    [InlineData("$share/#/a", TopicProblem.ShareNameInvalid)]
    [InlineData("$share/g/a#", TopicProblem.WildcardMisplaced)]
    public void Refuses_what_the_standard_forbids(string filter, object problem)
    {
        Assert.Equal((TopicProblem)problem, TopicFilter.TryParse(filter, Limits, out var parsed));
        Assert.Null(parsed);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_text()
    {
        foreach (string text in (string[])["\ud800", "a\udc00b", "\ud83d", "\udd25\ud83d"])
        {
            Assert.Equal(TopicProblem.ForbiddenCharacter, TopicFilter.TryParse(text, Limits, out _));
            Assert.Equal(TopicProblem.ForbiddenCharacter, TopicName.Check(text, Limits));
        }
        Assert.Equal(TopicProblem.None, TopicName.Check("\ud83d\udd25/火", Limits));
    }

    [Fact]
    public void Length_is_counted_in_bytes_and_depth_without_the_share()
    {
        Assert.Equal(TopicProblem.None, TopicFilter.TryParse(new string('a', 64), Limits, out _));
        Assert.Equal(TopicProblem.TooLong, TopicFilter.TryParse(new string('a', 65), Limits, out _));
        Assert.Equal(TopicProblem.None, TopicFilter.TryParse(new string('水', 21), Limits, out _));
        Assert.Equal(TopicProblem.TooLong, TopicFilter.TryParse(new string('水', 22), Limits, out _));
        Assert.Equal(TopicProblem.None, TopicFilter.TryParse("$share/g/a/b/c/d/e/f/g/h", Limits, out _));
    }

    [Theory]
    [InlineData("a/+", TopicProblem.WildcardMisplaced)]
    [InlineData("a/#", TopicProblem.WildcardMisplaced)]
    [InlineData("a+b", TopicProblem.WildcardMisplaced)]
    [InlineData("", TopicProblem.Empty)]
    [InlineData("a\0", TopicProblem.ForbiddenCharacter)]
    [InlineData("/////////", TopicProblem.TooDeep)]
    [InlineData("a/b", TopicProblem.None)]
    [InlineData("/", TopicProblem.None)]
    [InlineData("$SYS/x", TopicProblem.None)]
    public void Topic_names_have_no_wildcards(string topic, object problem) => Assert.Equal((TopicProblem)problem, TopicName.Check(topic, Limits));

    [Fact]
    public void A_shared_filter_is_taken_apart()
    {
        var filter = Parse("$share/inspectors/fire/+/status");
        Assert.Equal(("inspectors", "fire/+/status", true), (filter.Group, filter.Path, filter.IsShared));
        Assert.Equal("$share/inspectors/fire/+/status", filter.Text);
        Assert.False(Parse("fire/+/status").IsShared);
    }

    internal static TopicFilter Parse(string text)
    {
        var problem = TopicFilter.TryParse(text, new(256, 16), out var filter);
        Assert.True(problem == TopicProblem.None, string.Create(CultureInfo.InvariantCulture, $"{text}: {problem}"));
        return filter!;
    }
}
