using NetTopologySuite.Geometries;

namespace SensorGrid.Rules.Conditions;

/// <summary>What the conditions of one moving thing share: where it is, and how many of them wait for a time. There is one for each fence of the city, and
/// mostly none waits.</summary>
internal sealed class MovingPlace(Coordinate fix)
{
    /// <summary>The newest fix; not a number before the first.</summary>
    public Coordinate Fix => fix;

    /// <summary>How many of the conditions are due some time.</summary>
    public int DueConditions { get; set; }
}
