using System.Text;
using SensorGrid.Alarms;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Units;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Files;
using SensorGrid.Simulators.Demo;
using SensorGrid.Simulators.Recordings;
using SensorGrid.Testing;

namespace SensorGrid.Simulators.Tests.Demo;

/// <summary>The demo city as it stands in the repository: its files fit together, and its day raises what it promises, played through
/// the same evaluation as live.</summary>
public sealed class DemoCityTests
{
    private static readonly string Folder = RepositoryRoot.Combine("simulators", "city");

    private static DemoScenario Scenario() => DemoScenarioReader.Load(Path.Combine(Folder, "demo.yaml"));

    private static CityCatalogue Catalogue(string folder)
    {
        var (catalogue, messages) = CatalogueReader.Read(SourceBundle.LoadFolder(folder, out var loading));
        Assert.Empty(loading);
        Assert.Empty(messages);
        return catalogue!;
    }

    [Fact]
    public void Every_stream_the_demo_feeds_is_in_the_catalogue_with_a_unit_that_converts()
    {
        var catalogue = Catalogue(Path.Combine(Folder, "catalogue"));
        var definitions = catalogue.Datastreams.ToDictionary(definition => definition.Id);
        var fed = Scenario().Play().Where(step => step.Stream is not null)
            .Select(step => (Id: $"{step.Stream!.Gateway.Id}/{step.Stream.Name}", step.Unit)).Distinct().ToList();
        foreach (var (id, unit) in fed)
        {
            Assert.True(definitions.TryGetValue(id, out var definition), $"{id} is not in the catalogue.");
            Assert.True(
                unit == definition.UnitName || UnitRegistry.TryConvert(UnitRegistry.IdOf(unit), definition.Unit, 1, out _),
                $"{id}: {unit} does not convert to {definition.UnitName}.");
        }
        // And the other way round: a station without readings would stand on the map as a dead one.
        Assert.Empty(definitions.Keys.Except(fed.Select(stream => stream.Id)));
    }

    [Fact]
    public void The_city_has_stations_of_every_domain_and_gateways_for_all_agents()
    {
        var catalogue = Catalogue(Path.Combine(Folder, "catalogue"));
        Assert.InRange(catalogue.Stations.Count + catalogue.Assets.Count, 20, 40);
        string[] domains = ["drainage", "fire", "forest", "heritage", "water", "weather"];
        Assert.Equal(domains, catalogue.Stations.Select(station => station.Domain).Distinct().Order());
        Assert.Equal(catalogue.Gateways.Select(gateway => gateway.Id).Order(), Scenario().Gateways.Select(gateway => gateway.Id).Order());
        Assert.All(Scenario().Gateways, gateway => Assert.Equal(gateway.Domain, catalogue.Gateways.Single(known => known.Id == gateway.Id).Domain));
    }

    [Fact]
    public void Within_twenty_minutes_of_its_day_every_domain_has_an_alarm_that_is_not_retrospective()
    {
        var scenario = Scenario();
        var raised = Play(scenario, until: scenario.Start + TimeSpan.FromMinutes(20));
        string[] expected = [.. scenario.Gateways.Select(gateway => gateway.Domain).Distinct().Order()];
        Assert.Equal(expected, raised.Where(transition => !transition.Retrospective).Select(transition => transition.Alarm.Domain).Distinct().Order());
    }

    [Fact]
    public void The_day_ends_with_the_flood_red_and_the_destroyed_gauge_missed()
    {
        var raised = Play(Scenario(), until: TimeSpan.FromHours(30));
        Assert.Contains(raised, transition => transition.Alarm.Scope == "water-gw-1/jianjiang.stage" && (int)transition.Alarm.Level == 4);
        Assert.Contains(raised, transition => transition.Alarm.Scope == "water-gw-2/valley.flow" && transition.Alarm.Rule == "water.channel-silent");
        Assert.Contains(raised, transition => transition.Alarm.Rule == "forest.patrol-left");
        Assert.DoesNotContain(raised, transition => transition.Retrospective);
    }

    [Fact]
    public void Rooms_with_organic_collections_are_watched_and_called_too_dry_only_where_the_recorded_air_was()
    {
        var scenario = Scenario();
        var raised = Play(scenario, until: TimeSpan.FromHours(30))
            .Where(transition => transition.Kind == AlarmTransitionKind.Raised && transition.Alarm.Rule.StartsWith("heritage.humidity", StringComparison.Ordinal)).ToList();

        Assert.Equal(
            ["heritage-gw-1/consulate.humidity", "heritage-gw-1/leizu.humidity"], raised.Select(transition => transition.Alarm.Scope).Distinct().Order());
        foreach (var transition in raised)
        {
            Assert.Equal("heritage.humidity-low", transition.Alarm.Rule);
            var (onset, at) = (TimeOfDay(scenario, transition.Alarm.OnsetAtTicks), TimeOfDay(scenario, transition.AtTicks));
            double[] recorded = [.. scenario.Play().Where(step => step.At >= onset && step.At <= at && step.Stream is { } stream
                && $"{stream.Gateway.Id}/{stream.Name}" == transition.Alarm.Scope).Select(step => step.Reading.Value)];
            Assert.InRange(recorded.Length, 20, 40);
            Assert.All(recorded, humidity => Assert.InRange(humidity, 1, transition.Alarm.Limit!.Value));
        }
    }

    [Fact]
    public void Every_humidity_rule_of_the_packs_has_something_to_watch_in_the_city()
    {
        var (rules, messages) = RuleSetReader.Read(SourceBundle.LoadFolder(RepositoryRoot.Combine("rules", "packs"), out _), Catalogue(Path.Combine(Folder, "catalogue")));

        Assert.NotNull(rules);
        Assert.DoesNotContain(messages, message => message.Text.Contains("heritage.humidity", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_station_lies_in_a_place_with_a_name_in_both_languages()
    {
        Assert.All(Catalogue(Path.Combine(Folder, "catalogue")).Stations, station =>
        {
            Assert.NotNull(station.Site);
            Assert.NotEqual(station.Site.Name.Zh, station.Site.Name.En);
        });
    }

    [Fact]
    public void The_catalogue_of_the_recordings_knows_every_series_of_theirs()
    {
        string folder = RepositoryRoot.Combine("tests", "recordings");
        var catalogue = Catalogue(Path.Combine(folder, "catalogue"));
        var series = RecordingSpan.Measure(RecordingReader.Read(RecordingDescriptionReader.Load(folder))).Series;
        Assert.Equal(series.Select(one => one.ToString()).Order(), catalogue.Datastreams.Select(definition => definition.Id).Order());
        foreach (var one in series)
        {
            var definition = catalogue.Datastreams.Single(definition => definition.Id == one.ToString());
            Assert.True(one.Unit == definition.UnitName || UnitRegistry.TryConvert(UnitRegistry.IdOf(one.Unit), definition.Unit, 1, out _), one.ToString());
        }
    }

    private static long Midnight(DemoScenario scenario) => Some.Instant.Date.Ticks - scenario.Offset.Ticks;

    private static TimeSpan TimeOfDay(DemoScenario scenario, long ticks) => TimeSpan.FromTicks(ticks - Midnight(scenario));

    /// <summary>What the service would do with the day: each reading arrives when it was true, and a tick comes with every minute.</summary>
    private static List<AlarmTransition> Play(DemoScenario scenario, TimeSpan until)
    {
        var table = new DatastreamTable();
        var evaluation = new AlarmEvaluation(table);
        var transitions = new List<AlarmTransition>();
        long midnight = Midnight(scenario);
        long sequence = 0;
        Command("catalogue.activate", SourceBundle.LoadFolder(Path.Combine(Folder, "catalogue"), out _));
        Command("rules.activate", SourceBundle.LoadFolder(RepositoryRoot.Combine("rules", "packs"), out _));
        Assert.DoesNotContain(evaluation.RuleMessages, message => message.Severity == MessageSeverity.Error);
        long ticked = midnight + scenario.Start.Ticks;
        foreach (var step in scenario.Play())
        {
            if (step.At >= until)
                break;
            TickUntil(midnight + step.At.Ticks);
            if (step.Stream is not { } stream)
                continue;
            Assert.True(table.ForGateway(stream.Gateway.Id).TryResolve(Encoding.UTF8.GetBytes(stream.Name), out var index));
            var reading = new Reading(
                index, midnight + step.At.Ticks, step.Reading.Value, step.Reading.Value2, step.Reading.Kind, Unit: UnitRegistry.IdOf(step.Unit));
            evaluation.OnPayload(++sequence, midnight + step.At.Ticks, stream.Gateway.Id, [reading], transitions);
        }
        TickUntil(midnight + until.Ticks);
        return transitions;

        void TickUntil(long end)
        {
            for (; ticked <= end; ticked += TimeSpan.TicksPerMinute)
                evaluation.OnTick(++sequence, ticked, transitions);
        }

        void Command(string type, SourceBundle bundle) =>
            evaluation.OnCommand(++sequence, midnight + scenario.Start.Ticks, type, "test", bundle.ToBytes(), transitions);
    }
}
