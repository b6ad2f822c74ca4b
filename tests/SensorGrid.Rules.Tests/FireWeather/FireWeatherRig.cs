using System.Globalization;
using SensorGrid.Readings;
using SensorGrid.Rules.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests.FireWeather;

/// <summary>A weather station at Zhanjiang, fed by days and hours of Beijing time; day 0 is 1 January 2026.</summary>
internal sealed class FireWeatherRig
{
    public const string City = """
        domains: [{ id: forest, name: Forest }]
        stations:
          - { id: ridge, kind: forest-weather, name: Ridge, domain: forest, location: [110.3, 21.2] }
          - { id: nowhere, kind: forest-weather, name: Nowhere, domain: forest }
        gateways: [{ id: gw, domain: forest }, { id: gw2, domain: forest }]
        datastreams:
          - { gateway: gw, name: t, station: ridge, quantity: temperature, unit: Cel }
          - { gateway: gw, name: h, station: ridge, quantity: humidity, unit: "%RH" }
          - { gateway: gw, name: w, station: ridge, quantity: wind-speed, unit: km/h }
          - { gateway: gw, name: r, station: ridge, quantity: rain, unit: mm }
          - { gateway: gw2, name: t, station: nowhere, quantity: temperature, unit: Cel }
          - { gateway: gw2, name: h, station: nowhere, quantity: humidity, unit: "%RH" }
          - { gateway: gw2, name: w, station: nowhere, quantity: wind-speed, unit: m/s }
          - { gateway: gw2, name: r, station: nowhere, quantity: rain, unit: mm }
        """;

    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(8));

    private readonly Rig rig;

    public FireWeatherRig(string rules) => rig = new(rules, City);

    public Rig Rig => rig;

    public IReadOnlyList<string> Lines => [.. rig.Changes.Select(change => string.Create(
        CultureInfo.InvariantCulture,
        $"{Hours(change.AtTicks)} {change.Scope.Rule.Id} {change.Scope.Key} {change.To.ToString().ToLowerInvariant()} {change.Value:0.##}{(change.IsRetrospective ? " retro" : "")}"))];

    public static string Rule(string keys, string scope = "{ datastreams: [gw/t] }", string id = "f") =>
        $"{{ id: {id}, type: fire-weather, domain: forest, title: T, scope: {scope}, {keys} }}";

    public static FireWeatherRig Of(string keys, string scope = "{ datastreams: [gw/t] }") => new(Rig.Rules(Rule(keys, scope)));

    public static double SecondsOf(int day, double hour) => (Begin.AddDays(day).AddHours(hour).UtcTicks - Some.Ticks) / (double)TimeSpan.TicksPerSecond;

    public FireWeatherRig Read(string name, int day, double hour, double value, double? received = null, Quality quality = Quality.Good)
    {
        rig.Read(name.Contains('/', StringComparison.Ordinal) ? name : "gw/" + name, SecondsOf(day, hour), value, received is { } at ? SecondsOf(day, at) : null, quality);
        return this;
    }

    /// <summary>The weather of a day at 13:00.</summary>
    public FireWeatherRig Noon(int day, double temperature, double humidity, double wind, double rain, double hour = 13) =>
        Read("h", day, hour, humidity).Read("w", day, hour, wind).Read("r", day, hour, rain).Read("t", day, hour, temperature);

    public FireWeatherRig Tick(int day, double hour)
    {
        rig.Tick(SecondsOf(day, hour));
        return this;
    }

    public double Evidence(string name, Index change) => rig.Changes[change].Evidence!.Single(part => part.Name == name).Value;

    private static string Hours(long ticks)
    {
        var time = new DateTimeOffset(ticks, TimeSpan.Zero).ToOffset(TimeSpan.FromHours(8)) - Begin;
        return string.Create(CultureInfo.InvariantCulture, $"{time.Days}.{time:hh\\:mm}");
    }
}
