using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Gb26875;
using SensorGrid.FieldProtocols.Hj212;
using SensorGrid.FieldProtocols.Sl651;

namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>The protocols that a listener can take.</summary>
public static class FieldKits
{
    /// <summary>The kit of a protocol.</summary>
    public static FieldKit Of(FieldProtocol protocol) => new(FieldFormats.Of(protocol), protocol switch
    {
        FieldProtocol.Sl651 => () => new Sl651CentreSession(),
        FieldProtocol.Hj212 => () => new Hj212CentreSession(),
        FieldProtocol.Gb26875 => () => new Gb26875CentreSession(),
        _ => throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "No listener for this protocol."),
    });
}
