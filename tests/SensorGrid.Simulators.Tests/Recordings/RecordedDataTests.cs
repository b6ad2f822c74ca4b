using SensorGrid.Readings;
using SensorGrid.Simulators.Recordings;
using SensorGrid.Testing;

namespace SensorGrid.Simulators.Tests.Recordings;

/// <summary>Each recording of the repository, against numbers counted from the CSV by other means.</summary>
public sealed class RecordedDataTests
{
    private static List<RecordedReading> Read(string name) =>
        [.. RecordingReader.Read(RecordingDescriptionReader.Load(RepositoryRoot.Combine("tests", "recordings", name))[0])];

    [Theory]
    [InlineData("river-calder-2015", 2304, 0, 2, "2015-12-20T00:00:00Z", "2015-12-31T23:45:00Z")]
    [InlineData("river-calder-2015-flash", 576, 0, 2, "2015-08-13T00:00:00Z", "2015-08-15T23:45:00Z")]
    [InlineData("flash-poyo-2024", 391, 60, 1, "2024-10-28T09:25:00Z", "2024-10-29T17:55:00Z")]
    [InlineData("stormwater-michigan-2021", 1145, 0, 1, "2021-07-24T00:06:00Z", "2022-08-05T23:50:00Z")]
    [InlineData("indoor-occupancy-2015", 43970, 0, 5, "2015-02-02T13:19:00Z", "2015-02-08T22:58:59Z")]
    [InlineData("river-calderdale-2025", 24712, 24712, 9, "2025-08-16T00:00:00Z", "2025-09-13T16:00:00Z")]
    [InlineData("river-don-2007", 4320, 480, 3, "2007-06-01T00:00:00Z", "2007-06-20T23:45:00Z")]
    [InlineData("fire-compartment-2018", 14985, 524, 13, "2018-12-14T17:37:01Z", "2018-12-14T17:57:01Z")]
    public void Counts_first_and_last_are_those_of_the_file(string name, int sent, int notSent, int series, string first, string last)
    {
        var span = RecordingSpan.Measure(Read(name));
        Assert.Equal((sent, notSent, series), (span.Sent, span.NotSent, span.Series.Count));
        Assert.Equal(DateTimeOffset.Parse(first), new(span.FirstTicks, TimeSpan.Zero));
        Assert.Equal(DateTimeOffset.Parse(last), new(span.LastTicks, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("river-calder-2015")]
    [InlineData("flash-poyo-2024")]
    [InlineData("rain-beijing-2013-2017")]
    [InlineData("rain-beijing-2014-dry")]
    [InlineData("stormwater-michigan-2021")]
    [InlineData("fire-compartment-2018")]
    [InlineData("indoor-occupancy-2015")]
    [InlineData("gps-aracaju")]
    [InlineData("river-calder-2015-flash")]
    [InlineData("river-calderdale-2025")]
    [InlineData("river-don-2007")]
    public void Comes_in_the_order_of_time_and_the_same_each_time(string name)
    {
        var readings = Read(name);
        Assert.True(readings.Zip(readings.Skip(1)).All(pair => pair.First.ObservedAtTicks <= pair.Second.ObservedAtTicks));
        Assert.Equal(readings, Read(name));
    }

    [Fact]
    public void The_boxing_day_peak_stands_at_two_in_the_afternoon()
    {
        var peak = Read("river-calder-2015").Where(reading => reading.Series.Name == "stage").MaxBy(reading => reading.Value);
        Assert.Equal((5.735, new DateTimeOffset(2015, 12, 26, 14, 0, 0, TimeSpan.Zero)), (peak.Value, peak.ObservedAt));
        Assert.Equal(Quality.Good, peak.Quality);
        // The hydrographers mark the flow at the peak as beyond the rating, and trust the stage.
        var flow = Read("river-calder-2015").Single(reading => reading.Series.Name == "flow" && reading.ObservedAt == peak.ObservedAt);
        Assert.Equal((239, Quality.Suspect), (flow.Value, flow.Quality));
    }

    [Fact]
    public void A_destroyed_gauge_is_missing_and_never_zero()
    {
        var readings = Read("flash-poyo-2024");
        var after = readings.Where(reading => reading.ObservedAt > new DateTimeOffset(2024, 10, 29, 18, 55, 0, TimeSpan.FromHours(1))).ToList();
        Assert.Equal(60, after.Count);
        Assert.All(after, reading => Assert.True(reading.Quality == Quality.Missing && double.IsNaN(reading.Value) && !reading.IsSent));
        Assert.Equal(2282.904, readings.Last(reading => reading.IsSent).Value);
    }

    [Fact]
    public void Local_times_are_read_with_their_offset()
    {
        // 15:00 in Beijing is 07:00 UTC; 11:00 in Spain after summer time is 10:00 UTC.
        var burst = Read("rain-beijing-2013-2017").Single(reading => reading.Series.ToString() == "beijing-Wanliu/rain" && reading.Value == 72.5);
        Assert.Equal(new DateTimeOffset(2013, 8, 11, 7, 0, 0, TimeSpan.Zero), burst.ObservedAt);
        var first = Read("flash-poyo-2024").First(reading => reading.Value > 0);
        Assert.Equal((0.295, new DateTimeOffset(2024, 10, 29, 10, 0, 0, TimeSpan.Zero)), (first.Value, first.ObservedAt));
    }

    [Fact]
    public void Stations_of_one_file_become_gateways_and_compass_points_degrees()
    {
        var readings = Read("rain-beijing-2013-2017");
        Assert.Equal(
            ["beijing-Changping", "beijing-Gucheng", "beijing-Huairou", "beijing-Shunyi", "beijing-Wanliu"],
            readings.Select(reading => reading.Series.Gateway).Distinct().Order());
        Assert.Equal(6 * 576, readings.Count);
        Assert.All(readings.Where(reading => reading.Series.Name == "wind-direction" && reading.IsSent), reading => Assert.Equal(0, reading.Value % 22.5));
        Assert.All(
            readings.Where(reading => reading.Series.Name == "humidity" && reading.IsSent),
            reading => Assert.True(reading.Quality == Quality.Estimated && reading.Value is > 0 and <= 100));
    }

    [Fact]
    public void Day_totals_of_20_July_2016_are_those_of_the_label()
    {
        var day = Read("rain-beijing-2013-2017")
            .Where(reading => reading.Series.Name == "rain" && reading.IsSent && reading.ObservedAt.ToOffset(TimeSpan.FromHours(8)).Date == new DateTime(2016, 7, 20))
            .GroupBy(reading => reading.Series.Gateway).ToDictionary(group => group.Key, group => group.Sum(reading => reading.Value));
        Assert.Equal([115.3, 143.5, 161.0, 252.0, 266.6], day.Values.Select(total => Math.Round(total, 1)).Order());
    }

    [Fact]
    public void Millimetres_become_metres_without_a_rounding()
    {
        var peak = Read("stormwater-michigan-2021").Where(reading => reading.ObservedAt.Year == 2021).MaxBy(reading => reading.Value);
        Assert.Equal(1.38833, peak.Value);
    }

    [Fact]
    public void Points_of_one_minute_are_spread_over_it_in_their_order()
    {
        var track = Read("gps-aracaju").Where(reading => reading.Series.Gateway == "patrol-28").ToList();
        Assert.Equal(316, track.Count);
        Assert.True(track.Zip(track.Skip(1)).All(pair => pair.First.ObservedAtTicks < pair.Second.ObservedAtTicks));
        Assert.All(track, reading => Assert.Equal(0, reading.ObservedAtTicks % TimeSpan.TicksPerMillisecond));
        // Moved onto the Leizhou peninsula.
        Assert.All(track, reading => Assert.True(reading.Value is > 110 and < 111 && reading.Value2 is > 20.5 and < 22));
    }

    [Fact]
    public void The_fire_reaches_57_degrees_when_its_readme_says()
    {
        var ignition = new DateTimeOffset(2018, 12, 14, 12, 39, 1, TimeSpan.FromHours(-5));
        var seconds = new[] { "a", "b", "c", "d" }.Select(quadrant => Read("fire-compartment-2018")
            .First(reading => reading.Series.Name == $"ceiling-{quadrant}" && reading.ObservedAt > ignition && reading.Value >= 57).ObservedAt)
            .Select(at => (int)(at - ignition).TotalSeconds).ToArray();
        // The label counts the experiment's own seconds; its clock skips a few.
        foreach (var (found, label) in seconds.Zip([110, 82, 104, 112]))
            Assert.InRange(found, label, label + 3);
    }

    [Fact]
    public void From_is_inclusive_and_until_is_exclusive()
    {
        var description = RecordingDescriptionReader.Load(RepositoryRoot.Combine("tests", "recordings", "river-calder-2015"))[0];
        var from = new DateTimeOffset(2015, 12, 26, 0, 0, 0, TimeSpan.Zero);
        var readings = RecordingReader.Read(description, from, from.AddHours(1)).ToList();
        Assert.Equal(8, readings.Count);
        Assert.Equal(from, readings[0].ObservedAt);
        Assert.Equal(from.AddMinutes(45), readings[^1].ObservedAt);
    }

    [Fact]
    public void A_folder_of_recordings_is_one_recording()
    {
        var all = RecordingDescriptionReader.Load(RepositoryRoot.Combine("tests", "recordings"));
        Assert.Equal(11, all.Count);
        Assert.Equal(98_676, RecordingSpan.Measure(RecordingReader.Read(all)).Sent);
    }
}
