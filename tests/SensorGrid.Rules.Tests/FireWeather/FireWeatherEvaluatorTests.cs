using SensorGrid.Readings;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.FireWeather;

public sealed class FireWeatherEvaluatorTests
{
    // Worked out apart from the program: the winter of Zhanjiang, January, from 85, 6, 15. FFMC, DMC, DC, ISI, BUI, FWI.
    private static readonly (double[] Weather, double[] Expected)[] Days =
    [
        ([24, 45, 15, 0], [88.33, 8.07, 19.02, 7.18, 8.04, 6.86]),
        ([25, 40, 18, 0], [89.81, 10.41, 23.23, 10.34, 10.36, 10.59]),
        ([26, 35, 22, 0], [91.02, 13.04, 27.61, 15.03, 12.96, 15.72]),
        ([20, 85, 20, 6.4], [52.91, 7.63, 22.48, 0.62, 8.26, 0.34]),
        ([22, 60, 12, 0], [76.53, 9.01, 26.14, 1.54, 9.68, 0.91]),
    ];

    private static FireWeatherRig Season(string keys)
    {
        var rig = FireWeatherRig.Of(keys);
        for (int day = 0; day < Days.Length; day++)
        {
            double[] weather = Days[day].Weather;
            rig.Noon(day, weather[0], weather[1], weather[2], weather[3]);
        }
        return rig.Tick(Days.Length - 1, 15);
    }

    [Fact]
    public void Levels_follow_the_index_day_by_day_ten_minutes_after_the_hour() => Assert.Equal(
        ["0.13:10 f gw/t blue 6.86", "2.13:10 f gw/t yellow 15.72", "3.13:10 f gw/t none 0.34"],
        Season("index: fwi, levels: { blue: 5.2, yellow: 11.2, orange: 21.3 }").Lines);

    [Theory]
    [InlineData("ffmc", 0)]
    [InlineData("dmc", 1)]
    [InlineData("dc", 2)]
    [InlineData("isi", 3)]
    [InlineData("bui", 4)]
    [InlineData("fwi", 5)]
    public void Each_component_can_be_compared_and_all_are_evidence(string index, int place)
    {
        double limit = Days[2].Expected[place] - 0.01;
        var rig = Season($"index: {index}, levels: {{ red: {FormattableString.Invariant($"{limit}")} }}, latch: none");
        Assert.NotEmpty(rig.Rig.Changes);
        int day = rig.Lines[0][0] - '0';
        Assert.Equal(Days[day].Expected[place], rig.Rig.Changes[0].Value, 0.01);
        string[] names = ["ffmc", "dmc", "dc", "isi", "bui", "fwi"];
        for (int i = 0; i < names.Length; i++)
            Assert.Equal(Days[day].Expected[i], rig.Evidence(names[i], 0), 0.01);
        Assert.Equal(day + 1, rig.Evidence("days", 0));
        Assert.Equal(Days[day].Weather[2], rig.Evidence("wind", 0));
    }

    [Fact]
    public void The_danger_class_is_that_of_the_index() => Assert.Equal(
        ["0.13:10 f gw/t blue 2", "2.13:10 f gw/t yellow 3", "3.13:10 f gw/t none 1"],
        Season("index: danger-class, levels: { blue: 2, yellow: 3, orange: 4, red: 5 }").Lines);

    [Fact]
    public void Wind_in_metres_per_second_is_converted()
    {
        string city = FireWeatherRig.City.Replace("unit: km/h", "unit: m/s", StringComparison.Ordinal);
        var rig = new Rig(Rig.Rules(FireWeatherRig.Rule("index: isi, levels: { red: 7.17 }")), city);
        foreach (var (name, value) in new[] { ("h", 45), ("w", 15 / 3.6), ("r", 0), ("t", 24) })
            rig.Read("gw/" + name, FireWeatherRig.SecondsOf(0, 13), value);
        rig.Tick(FireWeatherRig.SecondsOf(0, 14));
        Assert.Equal(7.18, rig.Changes.Single().Value, 0.01);
    }

    [Fact]
    public void The_constant_and_the_codes_to_begin_with_can_be_set()
    {
        var other = FireWeatherRig.Of("index: ffmc, ffmc-constant: 147.27723, levels: { red: 10 }").Noon(0, 24, 45, 15, 0).Tick(0, 14);
        Assert.Equal(88.33, FireWeatherRig.Of("index: ffmc, levels: { red: 10 }").Noon(0, 24, 45, 15, 0).Tick(0, 14).Rig.Changes[0].Value, 0.01);
        Assert.InRange(other.Rig.Changes[0].Value, 88.25, 88.32);
        var begun = FireWeatherRig.Of("index: dc, start: { dc: 400 }, levels: { red: 10 }").Noon(0, 24, 45, 15, 0).Tick(0, 14);
        Assert.Equal(404.02, begun.Rig.Changes[0].Value, 0.01);
    }

    [Fact]
    public void Readings_before_the_hour_count_the_newest_of_them_and_all_the_rain_of_a_day()
    {
        var rig = FireWeatherRig.Of("index: fwi, levels: { blue: 0 }")
            .Read("r", 0, 13, 90).Read("t", 0, 13.5, 10) // before its first day, 13:00 to 13:00
            .Read("r", 0, 20, 2).Read("r", 1, 5, 3).Read("t", 1, 12.2, 11).Read("h", 1, 12.5, 45).Read("w", 1, 12.6, 15).Read("t", 1, 12.9, 24).Read("r", 1, 13, 1.4)
            .Read("r", 1, 13.1, 50).Tick(1, 14);
        Assert.Equal((24, 45, 15, 6.4), (rig.Evidence("temperature", 0), rig.Evidence("humidity", 0), rig.Evidence("wind", 0), rig.Evidence("rain", 0)));
        Assert.Equal("1.13:10", rig.Lines[0].Split(' ')[0]);
    }

    [Fact]
    public void What_is_missing_at_the_hour_is_the_mean_of_the_hour_after()
    {
        var rig = FireWeatherRig.Of("index: fwi, levels: { blue: 1 }")
            .Read("t", 0, 11, 10).Read("h", 0, 12.9, 45).Read("w", 0, 12.9, 15).Read("r", 0, 12.9, 0)
            .Read("t", 0, 13.4, 22).Read("t", 0, 13.8, 26).Tick(0, 13.9);
        Assert.Empty(rig.Lines);
        rig.Tick(0, 14.1);
        Assert.Equal(["0.14:00 f gw/t blue 6.86"], rig.Lines);
        Assert.Equal(24, rig.Evidence("temperature", 0));
    }

    [Fact]
    public void A_missing_day_carries_the_codes_over_and_is_counted()
    {
        var rig = FireWeatherRig.Of("index: dmc, levels: { blue: 8, yellow: 10 }");
        rig.Noon(0, 24, 45, 15, 0).Read("t", 1, 13, 30).Noon(2, 25, 40, 18, 0).Tick(2, 14);
        // As the second day of the vectors, for the day between is not there.
        Assert.Equal(["0.13:10 f gw/t blue 8.07", "2.13:10 f gw/t yellow 10.41"], rig.Lines);
        Assert.Equal((1L, 0L), (rig.Rig.Engine.Counters.MissedWeatherDays, rig.Rig.Engine.Counters.WeatherRestarts));
        Assert.Equal((1, 2), (rig.Evidence("missed-days", 1), rig.Evidence("days", 1)));
    }

    [Theory]
    [InlineData(4, 0, 3, "4.13:10 f gw/t yellow 23.05")]
    [InlineData(5, 1, 4, "0.13:10 f gw/t blue 19.02")]
    [InlineData(365, 1, 4, "0.13:10 f gw/t blue 19.02")]
    public void After_more_than_three_missing_days_it_begins_anew(int next, int restarts, int missed, string newest)
    {
        var rig = FireWeatherRig.Of("index: dc, levels: { blue: 16, yellow: 23 }").Noon(0, 24, 45, 15, 0).Noon(next, 24, 45, 15, 0).Tick(next, 14);
        Assert.Equal(newest, rig.Lines[^1]);
        Assert.Equal((restarts, missed), (rig.Rig.Engine.Counters.WeatherRestarts, rig.Rig.Engine.Counters.MissedWeatherDays));
        // The day after is 4.02 more than the day before, whatever that was.
        rig.Rig.Activate(Rig.Rules(FireWeatherRig.Rule("index: dc, levels: { blue: 16, yellow: 23, orange: 27 }")));
        rig.Noon(next + 1, 24, 45, 15, 0).Tick(next + 1, 14);
        Assert.Equal(restarts == 0 ? "orange 27.07" : "yellow 23.05", string.Join(' ', rig.Lines[^1].Split(' ')[3..]));
    }

    [Fact]
    public void Readings_of_the_next_day_that_come_first_are_kept_for_it()
    {
        // The temperature of a day comes last, and with the other day's already there.
        var rig = FireWeatherRig.Of("index: fwi, levels: { blue: 5.2, yellow: 10 }").Noon(0, 24, 45, 15, 0);
        rig.Read("h", 1, 13, 40).Read("w", 1, 13, 18).Read("r", 1, 13, 0).Read("t", 1, 13.05, 20).Read("t", 1, 12.99, 25, received: 13.06).Tick(1, 14);
        Assert.Equal("0.13:10 f gw/t blue 6.86", rig.Lines[0]);
        Assert.Single(rig.Lines); // the temperature of 12:59 came late and is not evaluated; the mean after, 20 degrees, stood in at 14:00
    }

    [Fact]
    public void The_grade_goes_by_the_days_highest_temperature_and_wind_and_by_the_days_without_rain()
    {
        var rig = FireWeatherRig.Of("index: grade, levels: { blue: 2, yellow: 3, orange: 4, red: 5 }, latch: none");
        for (int day = 0; day < 12; day++)
            rig.Noon(day, 28, 24, 5, day == 0 ? 12 : 0, hour: 12).Noon(day, 20, 30, 20, 0, hour: 13.9);
        rig.Tick(11, 15);
        // Highest 28 degrees: 20; 30 %: 16; 20 km/h are 5.6 m/s, force 4: 20; 5 a day without rain; less 30 for 12 mm on the first.
        Assert.Equal(["0.14:10 f gw/t blue 2", "1.14:10 f gw/t yellow 3", "4.14:10 f gw/t orange 4", "7.14:10 f gw/t red 5"], rig.Lines);
        Assert.Equal((91, 7, 28, 5.5556), (rig.Evidence("points", ^1), rig.Evidence("days-without-rain", ^1), rig.Evidence("max-temperature", ^1), rig.Evidence("max-wind", ^1)));
    }

    [Fact]
    public void Antecedent_rain_is_worked_out_from_the_rain_alone_at_the_end_of_the_day_of_hydrology()
    {
        var rig = FireWeatherRig.Of("index: antecedent-rain, levels: { blue: 70, yellow: 90 }, clear-margin: 5", "{ datastreams: [gw/r] }");
        rig.Read("r", 0, 9, 60).Read("r", 1, 8, 40).Read("r", 1, 8.01, 20).Read("r", 2, 8, 0).Read("r", 3, 8, 0).Tick(3, 9).Tick(4, 10);
        // 100, 105, 89.25: within the margin. The fourth day has no reading, the fifth is two days drier.
        Assert.Equal(["1.08:10 f gw/r yellow 100", "5.08:10 f gw/r none 64.48"], rig.Read("r", 5, 8, 0).Tick(5, 9).Lines);
        Assert.Equal("mm", rig.Rig.Changes[0].Scope.Unit);
    }

    [Theory]
    // Worked out each day at 08:10, of the day that ended at 08:00: then that of the day before is a day old, and raises no more.
    [InlineData("from: '10:00', to: '20:00'", "1.10:00 none>yellow", "1.20:00 yellow>none", "2.10:00 none>yellow", "2.20:00 yellow>none", "3.10:00 none>yellow", "3.20:00 yellow>none")]
    [InlineData("from: '08:00', to: '08:30'", "1.08:10 none>yellow", "1.08:30 yellow>none", "2.08:10 none>yellow", "2.08:30 yellow>none", "3.08:10 none>yellow", "3.08:30 yellow>none")]
    [InlineData("dates: [{ from: 01-03, to: 04-30 }]", "2.00:00 none>yellow")]
    [InlineData("dates: [{ from: 01-01, to: 01-02 }]", "1.08:10 none>yellow", "2.00:00 yellow>none")]
    // What is older than a day raises no more.
    [InlineData("dates: [{ from: 01-06, to: 04-30 }]")]
    public void An_index_raises_in_hours_and_goes_on_outside_of_them(string hours, params string[] expected)
    {
        string rules = Rig.Rules(FireWeatherRig.Rule($"index: antecedent-rain, levels: {{ yellow: 70 }}, hours: {{ {hours} }}", "{ datastreams: [gw/r] }"));
        var rig = new FireWeatherRig(rules);
        rig.Read("r", 0, 9, 100).Read("r", 1, 8, 90).Read("r", 1, 8.01, 0).Read("r", 2, 8, 0).Rig.Restart(rules, FireWeatherRig.City);
        rig.Read("r", 3, 7, 0).Tick(3, 23);
        // Still more than a day after that.
        rig.Tick(5, 2);
        Assert.Equal(expected, rig.Lines.Zip(rig.Rig.Changes, (line, change) => $"{line.Split(' ')[0]} {LevelNames.NameOf(change.From)}>{LevelNames.NameOf(change.To)}"));
    }

    [Fact]
    public void An_index_that_has_only_begun_says_nothing_when_it_is_asked_to_wait()
    {
        var rig = FireWeatherRig.Of("index: antecedent-rain, direction: below, levels: { blue: 1 }, least-days: 3", "{ datastreams: [gw/r] }");
        for (int day = 0; day < 4; day++)
            rig.Read("r", day, 8, 0);
        Assert.Equal(["2.08:10 f gw/r blue 0"], rig.Tick(3, 9).Lines);
    }

    [Fact]
    public void What_cannot_be_weather_is_counted_and_taken_for_missing()
    {
        var rig = FireWeatherRig.Of("index: fwi, levels: { blue: 0 }").Noon(0, 24, 101, 15, 0).Tick(0, 15);
        Assert.Empty(rig.Lines);
        Assert.Equal((1L, 1L), (rig.Rig.Engine.Counters.ImpossibleWeather, rig.Rig.Engine.Counters.MissedWeatherDays));
        var missing = FireWeatherRig.Of("index: fwi, levels: { blue: 0 }").Read("h", 0, 13, 45, quality: Quality.Missing).Read("w", 0, 13, 15).Read("r", 0, 13, 0).Read("t", 0, 13, 24).Tick(0, 15);
        Assert.Empty(missing.Lines);
        Assert.Equal(0, missing.Rig.Engine.Counters.ImpossibleWeather);
    }

    [Fact]
    public void Other_limits_of_the_same_index_go_on_from_its_codes_and_another_index_begins()
    {
        var rig = FireWeatherRig.Of("index: dc, levels: { blue: 400 }").Noon(0, 24, 45, 15, 0);
        rig.Tick(0, 14).Rig.Activate(Rig.Rules(FireWeatherRig.Rule("index: dc, levels: { blue: 23 }")));
        Assert.Equal(["1.13:10 f gw/t blue 23.23"], rig.Noon(1, 25, 40, 18, 0).Tick(1, 14).Lines);
        rig.Rig.Activate(Rig.Rules(FireWeatherRig.Rule("index: dc, start: { dc: 100 }, levels: { blue: 23, yellow: 100 }")));
        Assert.Equal("2.13:10 f gw/t yellow 104.2", rig.Noon(2, 25, 40, 18, 0).Tick(2, 14).Lines[^1]);
    }

    [Fact]
    public void A_clock_that_was_put_right_does_not_count_a_day_twice()
    {
        var rig = FireWeatherRig.Of("index: dc, levels: { blue: 19, yellow: 23.1, orange: 27 }").Noon(0, 24, 45, 15, 0).Tick(0, 14);
        double now = FireWeatherRig.SecondsOf(0, 15);
        // Two stamps a month ahead, then the right time again.
        for (int i = 0; i < 2; i++)
            rig.Rig.Read("gw/t", FireWeatherRig.SecondsOf(30, 15 + i), 30, received: now + i, flags: ReadingFlags.FutureStamp);
        rig.Rig.Read("gw/t", now + 60, 24);
        rig.Noon(1, 25, 40, 18, 0).Tick(1, 14);
        Assert.Equal(["0.13:10 f gw/t blue 19.02", "1.13:10 f gw/t yellow 23.23"], rig.Lines);
        Assert.Equal(0, rig.Rig.Engine.Counters.MissedWeatherDays);
    }

    [Theory]
    [InlineData("levels: { red: 5 }", "a fire-weather rule needs 'index'")]
    [InlineData("index: fwii, levels: { red: 5 }", "'index' of a fire-weather rule cannot be 'fwii'")]
    [InlineData("index: fwi", "a fire-weather rule needs 'levels'")]
    [InlineData("index: fwi, levels: catalogue", "'levels' of this rule are its own")]
    [InlineData("index: fwi, levels: { red: 5 }, on-delay: 1h", "a fire-weather rule has no key 'on-delay'")]
    [InlineData("index: fwi, levels: { red: 5 }, share: 0.9", "'share' is for antecedent-rain")]
    [InlineData("index: grade, levels: { red: 5 }, start: { dc: 15 }", "'start' is for the codes of the Canadian index")]
    [InlineData("index: fwi, levels: { red: 5 }, start: { ffmc: 102 }", "'ffmc' lies between 0 and 101")]
    [InlineData("index: fwi, levels: { red: 5 }, observed: { at: '13', offset: '+08:00' }", "'at' of 'observed' is a time of day in quotes")]
    [InlineData("index: fwi, levels: { red: 5 }, ffmc-constant: 146", "'ffmc-constant' lies between 147 and 148")]
    [InlineData("index: antecedent-rain, levels: { red: 5 }, inputs: { rain: r }", "'inputs' is for indices of more than rain")]
    [InlineData("index: antecedent-rain, levels: { red: 5 }", "rule 'f' takes the rain from 'gw/t', which is in 'Cel'; it must be in mm")]
    [InlineData("index: fwi, levels: { red: 5 }, inputs: { wind: gw/h }", "rule 'f' takes the wind from 'gw/h', which is in '%RH'; it must be in m/s or km/h")]
    [InlineData("index: fwi, levels: { red: 5 }, inputs: { wind: breeze, rain: drops }", "rule 'f' does not watch 'gw/t': it refers to 'drops', and station 'ridge' has no datastream of that quantity")]
    public void Says_what_is_wrong(string keys, string expected)
    {
        var (_, messages) = RuleSetReader.Read(new([new("r.yaml", Rig.Rules(FireWeatherRig.Rule(keys)))]), Rig.ReadCatalogue(FireWeatherRig.City));
        Assert.Contains(messages, message => message.Text.StartsWith(expected, StringComparison.Ordinal) && message.Line == 2);
    }

    [Fact]
    public void A_station_without_a_place_is_left_out_of_the_Canadian_index_and_not_of_the_grade()
    {
        var (_, messages) = RuleSetReader.Read(
            new([new("r.yaml", Rig.Rules(FireWeatherRig.Rule("index: fwi, levels: { red: 5 }", "{ quantity: temperature }"), FireWeatherRig.Rule("index: grade, levels: { red: 5 }", "{ quantity: temperature }", "g")))]),
            Rig.ReadCatalogue(FireWeatherRig.City));
        Assert.Equal(
            "rule 'f' does not watch 'gw2/t': the length of the day goes by latitude, and it has no station with a 'location'", Assert.Single(messages).Text);
    }
}
