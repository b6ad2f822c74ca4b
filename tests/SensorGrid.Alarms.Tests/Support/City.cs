using SensorGrid.Readings;
using SensorGrid.Testing;

namespace SensorGrid.Alarms.Tests.Support;

/// <summary>An evaluation with one river gauge, fed by seconds after <see cref="Some.Instant"/>.</summary>
internal sealed class City
{
    public const string Catalogue = """
        domains: [{ id: water, name: { zh: 水利, en: Water } }]
        stations: [{ id: st1, kind: river, name: One, domain: water, location: [110.3, 21.2] }]
        gateways: [{ id: gw, domain: water, station: st1 }]
        datastreams:
          - { gateway: gw, name: stage, station: st1, quantity: level, unit: m, range: [-1, 12], missing: [-9999] }
        """;

    public const string Rule = """
          - id: water.level
            type: threshold
            domain: water
            title: { zh: 水位高, en: Level high }
            scope: { quantity: level }
            levels: { yellow: 3, orange: 4, red: 5 }
            unit: m
            plan: PLAN-1
        """;

    private readonly DatastreamTable table = new();
    private long sequence;

    public City(string? rules = null, string? catalogue = null)
    {
        Evaluation = new(table);
        Command(0, AlarmCommands.ActivateCatalogue, Bundle(catalogue ?? Catalogue));
        Activate(0, rules ?? Rule);
    }

    public AlarmEvaluation Evaluation { get; }

    public List<AlarmTransition> Transitions { get; } = [];

    /// <summary>What happened as <c>second kind level</c>.</summary>
    public IEnumerable<string> Steps => Transitions.Select(transition =>
        FormattableString.Invariant(
            $"{(double)(transition.AtTicks - Some.Ticks) / TimeSpan.TicksPerSecond} {AlarmTransition.NameOf(transition.Kind)} {transition.Alarm.Level}"));

    public static byte[] Bundle(string yaml) => new Readings.Catalogue.SourceBundle([new("file.yaml", yaml)]).ToBytes();

    public City Activate(double at, string rules) => Command(at, AlarmCommands.ActivateRules, Bundle("rules:\n" + rules));

    public City Read(double at, double value, double? received = null)
    {
        Assert.True(table.TryIntern(new("gw", "stage"), out var index));
        Evaluation.OnPayload(++sequence, Some.TicksAfter(received ?? at), "gw", [Some.Reading(index.Value, value, at)], Transitions);
        return this;
    }

    public City Tick(double at)
    {
        Evaluation.OnTick(++sequence, Some.TicksAfter(at), Transitions);
        return this;
    }

    /// <summary>The service is back; since the record before it was down.</summary>
    public City Start(double at) => Command(at, AlarmCommands.ServiceStarted, []);

    public City Acknowledge(double at, string by = "li", string? note = null, string? alarm = null) =>
        Command(at, AlarmCommands.AcknowledgeAlarm, AlarmCommands.Acknowledge(alarm ?? Transitions[^1].Alarm.Id, note), by);

    public City Command(double at, string type, byte[] payload, string principal = "")
    {
        Evaluation.OnCommand(++sequence, Some.TicksAfter(at), type, principal, payload, Transitions);
        return this;
    }
}
