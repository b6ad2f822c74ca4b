using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Sessions;

namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>The protocols that a listener can take.</summary>
public static class FieldKits
{
    /// <summary>The kit of a protocol with its defaults.</summary>
    public static FieldKit Of(FieldProtocol protocol) => Of(FieldFormats.Of(protocol), new());

    /// <summary>The kit of a protocol.</summary>
    /// <param name="format">How its frames are found and read.</param>
    /// <param name="options">How the centre talks.</param>
    public static FieldKit Of(FieldFormat format, FieldCentreOptions options)
    {
        ArgumentNullException.ThrowIfNull(format);
        return new(format, () => FieldCentre.New(format.Protocol, options));
    }
}
