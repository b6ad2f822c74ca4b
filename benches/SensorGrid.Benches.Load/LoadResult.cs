using System.Globalization;

namespace SensorGrid.Benches.Load;

/// <summary>What one measured run gave: prints as lines for a reader, and as a row of the table of all of them.</summary>
internal sealed record LoadResult
{
    /// <summary>Who, and what it leaves out.</summary>
    public required string Name { get; init; }

    /// <summary>How readings were counted and sent.</summary>
    public required string How { get; init; }

    public required double ReadingsPerSecond { get; init; }

    public required double MessagesPerSecond { get; init; }

    public required double CpuSecondsPerMillion { get; init; }

    public required double GeneratorCpuSecondsPerMillion { get; init; }

    public required LatencyRecorder Acknowledgements { get; init; }

    public required LatencyRecorder Alarms { get; init; }

    public required long PeakMemoryMiB { get; init; }

    /// <summary>What became of what was sent, by the store's count.</summary>
    public required string Stored { get; init; }

    public const string TableHead = """
        | shape | what | readings/s | how | stored | CPU-s per million | publish→PUBACK p50 / p99 | publish→alarm p50 / p99 | memory |
        |---|---|---|---|---|---|---|---|---|
        """;

    public string Row(LoadPlan plan) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Shape(plan)} | {Name} | {ReadingsPerSecond:N0} | {How} | {Stored} | {CpuSecondsPerMillion:G3} | {Acknowledgements.Cell()} | {Alarms.Cell()} | {PeakMemoryMiB} MiB |");

    /// <summary>A row that says why there are no figures.</summary>
    public static string RowWithout(LoadPlan plan, string name, string why) =>
        $"| {Shape(plan)} | {name} | – | did not run: {why.ReplaceLineEndings(" ").Replace('|', '/')} | – | – | – | – | – |";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        {Name}, {How}: {ReadingsPerSecond:N0} readings/s, {MessagesPerSecond:N0} messages/s, {CpuSecondsPerMillion:F2} CPU-s per million readings (generator {GeneratorCpuSecondsPerMillion:F2})
          stored          {Stored}
          publish→PUBACK  {Acknowledgements}
          publish→alarm   {Alarms}
          peak memory     {PeakMemoryMiB} MiB
        """);

    private static string Shape(LoadPlan plan) => string.Create(CultureInfo.InvariantCulture, $"{(plan.Pack == 1 ? "single" : $"packs of {plan.Pack}")}, {plan.Gateways} × {plan.InFlight}");
}
