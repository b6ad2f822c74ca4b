using SensorGrid.FieldProtocols.Frames;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>The protocols together.</summary>
public static class FieldKits
{
    /// <summary>How the payloads of these protocols are read, live and from the log.</summary>
    public static PayloadFormats FormatsOf(IEnumerable<FieldKit> kits) =>
        new(kits.ToDictionary(kit => kit.Topic, kit => (Func<IPayloadReader>)(() => new FramePayloadReader(kit.Scanner, kit.NewReader()))));
}
