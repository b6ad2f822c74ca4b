using SensorGrid.Readings.Yaml;
using SensorGrid.Simulators.Demo;
using SensorGrid.Testing;

namespace SensorGrid.Simulators.Tests.Demo;

public sealed class DemoScenarioReaderTests
{
    private static readonly string Recordings = RepositoryRoot.Combine("tests", "recordings");

    private static readonly string Whole =
        $$"""
        demo: test
        start: "06:30"
        offset: "+08:00"
        recordings: {{Recordings}}
        gateways:
          - { id: gw-1, domain: water }
        feeds:
          - { recording: river-calder-2015, at: "07:00", from: 2015-12-26T00:00:00Z, until: 2015-12-26T01:00:00Z, streams: { calder-mytholmroyd/stage: gw-1/level } }
        events:
          - { at: "25:15", domain: water, say: later }
          - { at: "07:00", domain: water, say: begins }
        """;

    private static (DemoScenario? Scenario, IReadOnlyList<SourceMessage> Messages) Read(string text)
    {
        var messages = new SourceMessages();
        return (DemoScenarioReader.Read("demo.yaml", text, messages), messages.ToList());
    }

    [Fact]
    public void Steps_come_in_the_order_of_the_day_and_what_is_said_comes_first()
    {
        var (scenario, messages) = Read(Whole);
        Assert.Empty(messages);
        var steps = scenario!.Play().ToList();
        Assert.Equal(["begins", null, null, null, null, "later"], steps.Select(step => step.Said?.Text));
        Assert.Equal([420, 420, 435, 450, 465, 1515], steps.Select(step => step.At.TotalMinutes));
        Assert.Equal(3.571, steps[1].Reading.Value);
        Assert.All(steps.Skip(1).Take(4), step => Assert.Equal(("gw-1", "level", "m"), (step.Stream!.Gateway.Id, step.Stream.Name, step.Unit)));
    }

    [Theory]
    [InlineData("at: \"07:00\", from", "at: \"7h\", from", 8)]
    [InlineData("gw-1/level", "gw-2/level", 8)]
    [InlineData("gw-1/level", "gw-1/", 8)]
    [InlineData("river-calder-2015", "river-calder-2051", 8)]
    [InlineData("offset: \"+08:00\"", "offset: Beijing", 3)]
    [InlineData("until: 2015-12-26T01:00:00Z", "until: tomorrow", 8)]
    public void A_mistake_is_told_with_its_line(string right, string wrong, int line)
    {
        var (scenario, messages) = Read(Whole.Replace(right, wrong, StringComparison.Ordinal));
        Assert.Null(scenario);
        Assert.Contains(messages, message => message.Line == line);
    }
}
