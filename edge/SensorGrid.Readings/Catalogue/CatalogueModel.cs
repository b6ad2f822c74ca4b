using NetTopologySuite.Geometries;
using SensorGrid.Readings.Geodesy;

namespace SensorGrid.Readings.Catalogue;

/// <summary>A place on earth, WGS-84 degrees.</summary>
/// <param name="Longitude">Degrees east.</param>
/// <param name="Latitude">Degrees north.</param>
public readonly record struct GeographicPoint(double Longitude, double Latitude);

/// <summary>A field of the city's work: drainage, fire, water …</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
public sealed record Domain(string Id, LocalizedText Name);

/// <summary>A place that holds stations.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Domain">Domain id.</param>
/// <param name="Location">Where it is.</param>
public sealed record Site(string Id, LocalizedText Name, string Domain, GeographicPoint? Location);

/// <summary>A fixed thing that is measured.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What it is: river, manhole, compartment …; rules choose by it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Domain">Domain id.</param>
/// <param name="Site">The site it belongs to.</param>
/// <param name="Location">Where it is.</param>
/// <param name="Tags">Free marks; rules choose by them.</param>
public sealed record Station(
    string Id, string Kind, LocalizedText Name, string Domain, Site? Site, GeographicPoint? Location, IReadOnlyDictionary<string, string> Tags);

/// <summary>A thing that moves.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What it is: patrol, vehicle …; rules choose by it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Domain">Domain id.</param>
/// <param name="Tags">Free marks; rules choose by them.</param>
public sealed record Asset(string Id, string Kind, LocalizedText Name, string Domain, IReadOnlyDictionary<string, string> Tags);

/// <summary>A field device that connects.</summary>
/// <param name="Id">Its id, as in the topic.</param>
/// <param name="Domain">Domain id.</param>
/// <param name="Station">The station it stands at.</param>
/// <param name="ExpectedInterval">How often something is heard of it.</param>
public sealed record Gateway(string Id, string Domain, Station? Station, TimeSpan? ExpectedInterval)
{
    /// <summary>How long its readings wait to be put in order.</summary>
    public TimeSpan Reorder { get; init; }
}

/// <summary>What the catalogue knows of a datastream. Its <see cref="Key"/> joins it to the readings.</summary>
public sealed record DatastreamDefinition
{
    /// <summary>Gateway and name.</summary>
    public required DatastreamKey Key { get; init; }

    /// <summary><c>gateway/name</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The gateway that sends it.</summary>
    public required Gateway Gateway { get; init; }

    /// <summary>The station it measures; a datastream has a station, an asset, or neither.</summary>
    public Station? Station { get; init; }

    /// <summary>The asset it measures.</summary>
    public Asset? Asset { get; init; }

    /// <summary>Domain id: the station's, else the asset's, else the gateway's.</summary>
    public required string Domain { get; init; }

    /// <summary>What is measured: level, rain, temperature, position …; rules choose by it.</summary>
    public required string Quantity { get; init; }

    /// <summary>Unit of stored and evaluated values; empty when the quantity has none.</summary>
    public string UnitName { get; init; } = "";

    /// <summary>The unit's number of <see cref="Units.UnitRegistry"/>; 0 without one, 255 when SenML has no such unit.</summary>
    public byte Unit { get; init; }

    /// <summary>How often a reading is expected: its own, else the gateway's.</summary>
    public TimeSpan? ExpectedInterval { get; init; }

    /// <summary>How long its readings wait to be put in order, by the stamps they bear: its own, else the gateway's. Zero: each is evaluated when it comes.</summary>
    public TimeSpan Reorder { get; init; }

    /// <summary>Least value that can be true; below it a reading is bad.</summary>
    public double? Minimum { get; init; }

    /// <summary>Greatest value that can be true; above it a reading is bad.</summary>
    public double? Maximum { get; init; }

    /// <summary>Of a counter (running total): the value at which it begins again at 0.</summary>
    public double? WrapsAt { get; init; }

    /// <summary>Values by which the sensor says "no value", in the unit sent.</summary>
    public IReadOnlyList<double> Missing { get; init; } = [];

    /// <summary>What heights are measured from; of a position, the name of <see cref="MapDatum"/>.</summary>
    public string? Datum { get; init; }

    /// <summary>What the coordinates of positions mean as sent. Assessed ones are WGS-84.</summary>
    public MapDatum MapDatum { get; init; }

    /// <summary>Decimals to show.</summary>
    public int? Decimals { get; init; }

    /// <summary>Free marks; rules choose by them.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Limits of this point, for rules whose levels come from the catalogue.</summary>
    public LevelLimits? Limits { get; init; }

    /// <summary>Limits of certain days of every year, in place of the others.</summary>
    public IReadOnlyList<DatedLimits> DatedLimits { get; init; } = [];
}

/// <summary>Limits for the four levels, in the datastream's unit; those not given are not used. They rise or fall from blue to red.</summary>
/// <param name="Blue">IV.</param>
/// <param name="Yellow">III.</param>
/// <param name="Orange">II.</param>
/// <param name="Red">I, the highest.</param>
public sealed record LevelLimits(double? Blue, double? Yellow, double? Orange, double? Red)
{
    /// <summary>Names of the levels from blue, the lowest, to red.</summary>
    public static IReadOnlyList<string> Names { get; } = ["blue", "yellow", "orange", "red"];

    /// <summary>The limit of a level: 1 blue … 4 red.</summary>
    public double? Of(int level) => level switch
    {
        1 => Blue,
        2 => Yellow,
        3 => Orange,
        4 => Red,
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "Levels go from 1 (blue) to 4 (red)."),
    };
}

/// <summary>An area.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What it is: patrol-area, catchment …</param>
/// <param name="Name">Its name.</param>
/// <param name="Domain">Domain id.</param>
/// <param name="Geometry">A polygon or several, WGS-84; X is longitude.</param>
public sealed record Zone(string Id, string Kind, LocalizedText Name, string Domain, Geometry Geometry)
{
    /// <summary>From when it is in force, or null when it always was.</summary>
    public DateTimeOffset? ValidFrom { get; init; }

    /// <summary>When it is no longer in force, or null when it stays.</summary>
    public DateTimeOffset? ValidTo { get; init; }
}

/// <summary>How two stations hang together.</summary>
/// <param name="Kind"><c>upstream</c> (from lies upstream of to) or <c>neighbour</c>.</param>
/// <param name="From">One station.</param>
/// <param name="To">The other.</param>
public sealed record Relation(string Kind, Station From, Station To);
