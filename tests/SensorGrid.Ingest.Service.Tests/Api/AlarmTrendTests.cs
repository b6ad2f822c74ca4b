using System.Text.Json;
using SensorGrid.Ingest.Service.Tests.Rig;

namespace SensorGrid.Ingest.Service.Tests.Api;

/// <summary>What the rules compared with their limits, as the API tells it afterwards.</summary>
public sealed class AlarmTrendTests(RainyAfternoon afternoon) : IClassFixture<RainyAfternoon>
{
    [Theory]
    [InlineData("rain-1h", "sum(1h)", "mm", "raised level-changed level-changed cleared")]
    [InlineData("rise", "rate(15min)", "m/h", "raised cleared")]
    public async Task At_each_transition_the_trend_is_the_value_that_the_rule_compared(string rule, string measure, string unit, string kinds)
    {
        var detail = await DetailAsync(rule);
        var transitions = detail.GetProperty("transitions").EnumerateArray().ToArray();
        Assert.Equal(measure, detail.GetProperty("measure").GetString());
        Assert.Equal(kinds, string.Join(' ', transitions.Select(step => step.GetProperty("kind").GetString())));

        var trend = await TrendAsync(detail, $"from={Text(afternoon.Begin)}&to={Text(afternoon.Begin + RainyAfternoon.Interval * (RainyAfternoon.Rain.Count + 1))}");

        Assert.Equal("alarm datastream measure unit every points truncated unreadableFiles", string.Join(' ', trend.EnumerateObject().Select(property => property.Name)));
        Assert.Equal((measure, unit, detail.GetProperty("datastream").GetString()),
            (trend.GetProperty("measure").GetString(), trend.GetProperty("unit").GetString(), trend.GetProperty("datastream").GetString()));
        var points = PointsOf(trend);
        foreach (var step in transitions)
            Assert.Equal(step.GetProperty("value").GetDouble(), points.Last(point => point.At <= step.GetProperty("at").GetDateTimeOffset()).Value);
        // The alarm's own value and limit are of the same kind: the onset is where the curve meets the limit.
        double atOnset = points.Last(point => point.At <= detail.GetProperty("onsetAt").GetDateTimeOffset()).Value!.Value;
        double lowest = detail.GetProperty("limits")[0].GetProperty("value").GetDouble();
        Assert.True(atOnset >= lowest);
        Assert.True(points.Last(point => point.At < detail.GetProperty("onsetAt").GetDateTimeOffset()).Value < lowest);
    }

    [Fact]
    public async Task The_sum_at_each_moment_is_of_the_hour_that_ends_with_it()
    {
        var points = PointsOf(await TrendAsync(await DetailAsync("rain-1h"), $"from={Text(afternoon.Begin)}&to={Text(afternoon.Begin + RainyAfternoon.Interval * RainyAfternoon.Rain.Count)}"));

        // Start-exclusive, end-inclusive: twelve readings five minutes apart, the thirteenth has just left.
        Assert.Equal(RainyAfternoon.Rain.Count, points.Count);
        for (int i = 0; i < RainyAfternoon.Rain.Count; i++)
        {
            Assert.Equal(afternoon.Begin + RainyAfternoon.Interval * i, points[i].At);
            Assert.Equal((double)RainyAfternoon.Rain.Take(i + 1).TakeLast(12).Sum(value => (decimal)value), points[i].Value!.Value, 1e-12);
        }
    }

    [Theory]
    [InlineData("rain-1h")]
    [InlineData("rise")]
    public async Task A_range_that_begins_in_the_middle_begins_with_the_value_that_held_there(string rule)
    {
        var detail = await DetailAsync(rule);
        var whole = PointsOf(await TrendAsync(detail, $"from={Text(afternoon.Begin)}&to={Text(afternoon.Begin + RainyAfternoon.Interval * 9)}"));
        for (int i = 4; i < 9; i++)
        {
            // On a reading, and between two of them.
            foreach (var at in new[] { afternoon.Begin + RainyAfternoon.Interval * i, afternoon.Begin + RainyAfternoon.Interval * i + TimeSpan.FromSeconds(7) })
            {
                var first = PointsOf(await TrendAsync(detail, $"from={Text(at)}&to={Text(at.AddSeconds(1))}"));
                Assert.Equal((at, whole.Last(point => point.At <= at).Value), Assert.Single(first));
            }
        }
    }

    [Fact]
    public async Task In_buckets_it_has_the_extremes_of_its_points()
    {
        var detail = await DetailAsync("rain-1h");
        string range = $"from={Text(afternoon.Begin)}&to={Text(afternoon.Begin + RainyAfternoon.Interval * RainyAfternoon.Rain.Count)}";
        var points = PointsOf(await TrendAsync(detail, range));

        var trend = await TrendAsync(detail, $"{range}&every=PT15M");

        Assert.Equal("PT15M", trend.GetProperty("every").GetString());
        var expected = points.GroupBy(point => new DateTimeOffset(point.At.UtcTicks - point.At.UtcTicks % TimeSpan.FromMinutes(15).Ticks, TimeSpan.Zero))
            .Select(group => (group.Key, group.Min(point => point.Value), group.Max(point => point.Value), group.LongCount(), group.Last().Value));
        Assert.Equal(expected, trend.GetProperty("buckets").EnumerateArray().Select(bucket => (
            bucket.GetProperty("at").GetDateTimeOffset(), (double?)bucket.GetProperty("min").GetDouble(), (double?)bucket.GetProperty("max").GetDouble(),
            bucket.GetProperty("count").GetInt64(), (double?)bucket.GetProperty("last").GetDouble())));
    }

    [Fact]
    public async Task An_hour_before_the_onset_to_a_quarter_after_the_raise_is_what_nobody_asked_otherwise_for()
    {
        var detail = await DetailAsync("rain-1h");

        var points = PointsOf(await TrendAsync(detail, ""));

        Assert.Equal(detail.GetProperty("onsetAt").GetDateTimeOffset() - TimeSpan.FromHours(1), points[0].At);
        Assert.Equal(detail.GetProperty("raisedAt").GetDateTimeOffset() + TimeSpan.FromMinutes(10), points[^1].At);
    }

    [Fact]
    public async Task More_points_than_the_limit_are_cut_and_that_is_said()
    {
        var trend = await TrendAsync(await DetailAsync("rain-1h"), $"from={Text(afternoon.Begin)}&limit=3");

        Assert.True(trend.GetProperty("truncated").GetBoolean());
        Assert.Equal(3, trend.GetProperty("points").GetArrayLength());
    }

    [Theory]
    [InlineData("from=yesterday", 400, "bad_time")]
    [InlineData("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", 400, "empty_range")]
    [InlineData("limit=0", 400, "bad_limit")]
    [InlineData("every=5", 400, "bad_every")]
    [InlineData("from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z&every=1s", 400, "too_many_buckets")]
    public async Task A_question_that_cannot_be_answered_is_refused(string asked, int status, string code)
    {
        string id = (await DetailAsync("rain-1h")).GetProperty("id").GetString()!;

        var (answered, problem) = await afternoon.Api.GetProblemAsync($"/api/v1/alarms/{id}/trend?{asked}");

        Assert.Equal((status, code), (answered, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task An_alarm_without_a_value_has_no_trend_and_says_no_measure()
    {
        var detail = await DetailAsync("silent");
        Assert.Equal(JsonValueKind.Null, detail.GetProperty("measure").ValueKind);

        var (status, problem) = await afternoon.Api.GetProblemAsync($"/api/v1/alarms/{detail.GetProperty("id").GetString()}/trend");
        var (unknown, none) = await afternoon.Api.GetProblemAsync("/api/v1/alarms/nothing/trend");

        Assert.Equal((404, "no_measure"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal((404, "no_such_alarm"), (unknown, none.GetProperty("code").GetString()));
    }

    private async Task<IReadOnlyList<JsonElement>> AlarmsAsync() => [.. (await afternoon.Api.GetAsync("/api/v1/alarms?state=all")).GetProperty("alarms").EnumerateArray()];

    private async Task<JsonElement> DetailAsync(string rule)
    {
        var alarm = Assert.Single(await AlarmsAsync(), alarm => alarm.GetProperty("rule").GetString() == rule);
        return await afternoon.Api.GetAsync($"/api/v1/alarms/{alarm.GetProperty("id").GetString()}");
    }

    private Task<JsonElement> TrendAsync(JsonElement alarm, string asked) => afternoon.Api.GetAsync($"/api/v1/alarms/{alarm.GetProperty("id").GetString()}/trend?{asked}");

    private static IReadOnlyList<(DateTimeOffset At, double? Value)> PointsOf(JsonElement trend) =>
        [.. trend.GetProperty("points").EnumerateArray().Select(point => (point.GetProperty("at").GetDateTimeOffset(), point.GetProperty("value").Deserialize<double?>()))];

    private static string Text(DateTimeOffset at) => Service.Api.ApiJson.Format(at);
}
