using SensorGrid.Readings.Wire;

namespace SensorGrid.FieldProtocols.Frames;

/// <summary>How frames of one protocol are found and read.</summary>
/// <param name="Protocol">Which.</param>
/// <param name="Topic">Kind of topic they are kept under.</param>
/// <param name="Scanner">Finds them; keeps nothing, so it is shared.</param>
/// <param name="NewReader">A reader for one thread.</param>
public sealed record FieldFormat(FieldProtocol Protocol, TelemetryTopicKind Topic, IFrameScanner Scanner, Func<IFieldFrameReader> NewReader)
{
    /// <summary>How payloads of frames of these protocols are read, live and from the log.</summary>
    public static PayloadFormats PayloadsOf(IEnumerable<FieldFormat> formats) =>
        new(formats.ToDictionary(format => format.Topic, format => (Func<IPayloadReader>)(() => new FramePayloadReader(format.Scanner, format.NewReader()))));
}
