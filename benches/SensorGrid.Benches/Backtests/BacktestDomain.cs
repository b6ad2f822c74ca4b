namespace SensorGrid.Benches.Backtests;

/// <summary>What the sites of one domain measure in the made-up recording: one gateway for each site, one file for all of them.</summary>
/// <param name="Id">Domain id; sites are <c>id-0</c>, <c>id-1</c> …</param>
/// <param name="Kind">Kind of the stations, or of the assets when <paramref name="IsMoving"/>.</param>
/// <param name="Columns">What a row holds beside time and site.</param>
/// <param name="IsMoving">Sites are assets with a position, each with a zone it should stay in.</param>
internal sealed record BacktestDomain(string Id, string Kind, IReadOnlyList<BacktestColumn> Columns, bool IsMoving = false)
{
    /// <summary>The domains the packs have rules for.</summary>
    public static IReadOnlyList<BacktestDomain> All { get; } =
    [
        new("drainage", "manhole", [
            new("depth", "m", 0.3, 0.05, 1.5, 3, ", limits: { blue: 0.6, yellow: 0.8, orange: 1.0, red: 1.3 }"),
            new("street-depth", "m", 0, 0, 0.5, 2, "")]),
        new("fire", "room", [new("temperature", "Cel", 22, 1.5, 120, 1, ""), new("oxygen", "", 20.9, 0.1, -6, 2, "")]),
        new("heritage", "museum", [
            new("light", "lx", 2, 1, 300, 0, ""), new("co2", "ppm", 450, 20, 900, 0, ""),
            new("humidity", "%RH", 55, 2, 20, 1, ", tags: { collection: organic }"), new("temperature", "Cel", 21, 1, 4, 1, "")]),
        new("water", "dry-channel", [
            new("level", "m", 1.2, 0.1, 5, 3, ", limits: { blue: 2.5, yellow: 3, orange: 4, red: 5 }"), new("flow", "m3/s", 3, 0.5, 400, 1, "")]),
        new("weather", "weather", [
            new("rain", "mm", 0, 0, 8, 1, ""), new("wind-speed", "m/s", 4, 2, 22, 1, ""), new("temperature", "Cel", 26, 3, 8, 1, ""),
            new("humidity", "%RH", 70, 8, 20, 1, ""), new("pressure", "hPa", 1005, 2, -20, 1, "")]),
        new("forest", "patrol", [new("position", "", 0, 0, 0, 6, "")], IsMoving: true),
    ];
}

/// <summary>One column, which is one datastream of each site.</summary>
/// <param name="Name">Its name, which is its quantity too.</param>
/// <param name="Unit">SenML unit, or empty.</param>
/// <param name="Usual">About what it is.</param>
/// <param name="Noise">By how much it moves.</param>
/// <param name="Event">What an event adds at its height.</param>
/// <param name="Decimals">Digits written.</param>
/// <param name="Definition">What else the catalogue says of it.</param>
internal sealed record BacktestColumn(string Name, string Unit, double Usual, double Noise, double Event, int Decimals, string Definition);
