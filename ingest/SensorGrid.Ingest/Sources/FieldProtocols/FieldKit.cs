using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Sessions;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>What a listener needs of one protocol.</summary>
/// <param name="Protocol">Which.</param>
/// <param name="Topic">Kind of topic its frames are kept under.</param>
/// <param name="Scanner">Finds frames; shared by all connections.</param>
/// <param name="NewReader">A reader for one connection.</param>
/// <param name="NewSession">The centre's side of one connection.</param>
public sealed record FieldKit(
    FieldProtocol Protocol, TelemetryTopicKind Topic, IFrameScanner Scanner, Func<IFieldFrameReader> NewReader, Func<IFieldSession> NewSession)
{
    /// <summary>Source on the records.</summary>
    public string Name => Protocol.ToWord();
}
