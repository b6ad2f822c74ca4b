using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Gb26875;
using SensorGrid.FieldProtocols.Hj212;
using SensorGrid.FieldProtocols.Sl651;
using SensorGrid.Readings.Wire;

namespace SensorGrid.FieldProtocols;

/// <summary>The protocols whose frames are kept in the log as they come, with one way to read each: live, in recovery, on replay and by hand it is the
/// same.</summary>
public static class FieldFormats
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<FieldFormat> Known { get; } =
    [
        new(FieldProtocol.Sl651, TelemetryTopicKind.Sl651, new Sl651FrameScanner(), () => new Sl651FrameReader()),
        new(FieldProtocol.Hj212, TelemetryTopicKind.Hj212, new Hj212FrameScanner(), () => new Hj212FrameReader()),
        new(FieldProtocol.Gb26875, TelemetryTopicKind.Gb26875, new Gb26875FrameScanner(), () => new Gb26875FrameReader()),
    ];

    /// <summary>Payloads of all of them.</summary>
    public static PayloadFormats All { get; } = FieldFormat.PayloadsOf(Known);

    /// <summary>Their words.</summary>
    public static IEnumerable<string> Words => Known.Select(format => format.Protocol.ToWord());

    /// <summary>All of them, read as these options say.</summary>
    public static IReadOnlyList<FieldFormat> With(FieldReaderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return
        [
            Of(FieldProtocol.Sl651) with { NewReader = () => new Sl651FrameReader(options.Sl651) },
            Of(FieldProtocol.Hj212) with { Scanner = new Hj212FrameScanner(options.Hj212), NewReader = () => new Hj212FrameReader(options.Hj212) },
            Of(FieldProtocol.Gb26875) with { NewReader = () => new Gb26875FrameReader(options.Gb26875) },
        ];
    }

    /// <summary>The format of a protocol.</summary>
    public static FieldFormat Of(FieldProtocol protocol) => Known.Single(format => format.Protocol == protocol);

    /// <summary>The format of a protocol by its word, e.g. <c>sl651</c>.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static FieldFormat Of(string word) => Known.Single(format => format.Protocol.ToWord() == word);
}
