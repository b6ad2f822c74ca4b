using System.Globalization;
using System.IO.Compression;
using SensorGrid.Alarms.Tests.Support;
using SensorGrid.Rules.Model;
using SensorGrid.Testing;

namespace SensorGrid.Alarms.Tests.Recordings;

/// <summary>The flood of 26 December 2015 at Mytholmroyd: what the rules say equals what a reader of the table would write down.</summary>
public sealed class CalderFloodTests
{
    private const string Rule = """
          - id: water.calder
            type: threshold
            domain: water
            title: Calder
            scope: { quantity: level }
            levels: { blue: 2.5, yellow: 3.0, orange: 4.0, red: 5.0 }
            unit: m
            clear-margin: 0.1
        """;

    private static readonly IReadOnlyList<(DateTime At, decimal Stage)> Stages = ReadStages();

    [Fact]
    public void Levels_and_times_equal_the_reference()
    {
        var city = Play(Rule + "\n    latch: none");
        var actual = city.Transitions.Select(transition => (At(transition), transition.Kind == AlarmTransitionKind.Cleared ? Level.None : transition.Alarm.Level));
        Assert.Equal(Reference(), actual);
    }

    [Fact]
    public void The_flood_rises_through_its_levels_when_the_gauge_book_says_so()
    {
        var rises = Reference().Where(change => change.At.Day is 25 or 26 && change.Level > Level.None).ToList();
        Assert.Contains((Utc(25, 18, 0), Level.Blue), rises);
        Assert.Contains((Utc(25, 19, 15), Level.Yellow), rises);
        Assert.Contains((Utc(26, 7, 0), Level.Orange), rises);
        Assert.Contains((Utc(26, 10, 0), Level.Red), rises);
    }

    [Fact]
    public void Without_an_acknowledgement_the_flood_ends_latched_at_red()
    {
        var city = Play(Rule);
        var untilRed = Reference().TakeWhile(change => change.Level != Level.Red).Append((Utc(26, 10, 0), Level.Red)).ToList();
        var actual = city.Transitions.Take(untilRed.Count)
            .Select(transition => (At(transition), transition.Kind == AlarmTransitionKind.Cleared ? Level.None : transition.Alarm.Level));
        Assert.Equal(untilRed, actual);
        Assert.Equal(AlarmTransitionKind.Returned, city.Transitions[untilRed.Count].Kind);
        Assert.Equal(Reference().First(change => change.At > Utc(26, 10, 0) && change.Level == Level.None).At, At(city.Transitions[untilRed.Count]));
        Assert.True(Assert.Single(city.Evaluation.Alarms.Alarms, alarm => alarm.Level == Level.Red).Active);
    }

    // A level begins when the stage reaches its limit; it is left when the stage is more than 10 cm below.
    private static List<(DateTime At, Level Level)> Reference()
    {
        var changes = new List<(DateTime, Level)>();
        var level = Level.None;
        foreach (var (at, stage) in Stages)
        {
            var reached = stage >= 5.0m ? Level.Red : stage >= 4.0m ? Level.Orange : stage >= 3.0m ? Level.Yellow : stage >= 2.5m ? Level.Blue : Level.None;
            var held = stage >= 4.9m ? Level.Red : stage >= 3.9m ? Level.Orange : stage >= 2.9m ? Level.Yellow : stage >= 2.4m ? Level.Blue : Level.None;
            var now = reached > level ? reached : held < level ? held : level;
            if (now != level)
                changes.Add((at, now));
            level = now;
        }
        return changes;
    }

    private static City Play(string rule)
    {
        var city = new City(rule);
        foreach (var (at, stage) in Stages)
        {
            double seconds = (at - Some.Instant.UtcDateTime).TotalSeconds;
            city.Read(seconds, (double)stage, received: ReceivedAfter(seconds));
        }
        return city;
    }

    // The log's clock is years later than the flood and keeps its pace.
    private static double ReceivedAfter(double seconds) => seconds + 11 * 366 * 86400.0;

    private static DateTime At(AlarmTransition transition) => new(transition.AtTicks, DateTimeKind.Utc);

    private static DateTime Utc(int day, int hour, int minute) => new(2015, 12, day, hour, minute, 0, DateTimeKind.Utc);

    private static List<(DateTime, decimal)> ReadStages()
    {
        using var file = File.OpenRead(RepositoryRoot.Combine("tests", "recordings", "river-calder-2015", "mytholmroyd-2015-12.csv.gz"));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var stages = new List<(DateTime, decimal)>();
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            string[] fields = line.Split(',');
            var at = DateTime.ParseExact(fields[0], "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
            if (fields[1].Length > 0)
                stages.Add((at, decimal.Parse(fields[1], CultureInfo.InvariantCulture)));
        }
        Assert.Equal(1152, stages.Count);
        return stages;
    }
}
