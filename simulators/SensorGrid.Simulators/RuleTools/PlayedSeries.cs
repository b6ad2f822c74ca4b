using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Units;
using SensorGrid.Simulators.Recordings;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>A datastream of a back-test: where it belongs and what of it was played.</summary>
public sealed class PlayedSeries
{
    private readonly RecordedSeries series;

    internal PlayedSeries(RecordedSeries series, DatastreamIndex index, bool sketch)
    {
        this.series = series;
        Site = series.Gateway;
        Id = series.ToString();
        UnitName = series.Unit;
        Index = index;
        Unit = series.Unit.Length == 0 ? UnitRegistry.None : UnitRegistry.IdOf(series.Unit);
        Sketch = sketch ? new() : null;
    }

    /// <summary><c>gateway/name</c>.</summary>
    public string Id { get; }

    /// <summary>Its unit as recorded, or empty.</summary>
    public string UnitName { get; }

    /// <summary>The station, else the asset, else the gateway.</summary>
    public string Site { get; private set; }

    /// <summary>False when the catalogue does not have it: then no rule watches it.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Its first reading.</summary>
    public long FirstTicks { get; private set; } = long.MaxValue;

    /// <summary>Its last reading.</summary>
    public long LastTicks { get; private set; }

    /// <summary>The course of its values, when asked for.</summary>
    public SeriesSketch? Sketch { get; }

    internal DatastreamIndex Index { get; }

    internal byte Unit { get; }

    internal void FindIn(CityCatalogue catalogue)
    {
        var definition = catalogue.Find(new(series.Gateway, series.Name));
        IsKnown = definition is not null;
        Site = definition?.Station?.Id ?? definition?.Asset?.Id ?? definition?.Gateway.Station?.Id ?? series.Gateway;
    }

    internal void Cover(long firstTicks, long lastTicks)
    {
        FirstTicks = Math.Min(FirstTicks, firstTicks);
        LastTicks = Math.Max(LastTicks, lastTicks);
    }

    internal void Take(long observedAtTicks, ReadingKind kind, double value)
    {
        FirstTicks = Math.Min(FirstTicks, observedAtTicks);
        // A chart goes forward; what came late is not drawn.
        if (observedAtTicks >= LastTicks && kind is (ReadingKind.Number or ReadingKind.Boolean) && double.IsFinite(value))
            Sketch?.Take(observedAtTicks, value);
        LastTicks = Math.Max(LastTicks, observedAtTicks);
    }
}
