using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Sessions;

namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>What a listener needs of one protocol.</summary>
/// <param name="Format">Its frames.</param>
/// <param name="NewCentre">The centre's side of one connection, and what it can be told to say.</param>
public sealed record FieldKit(FieldFormat Format, Func<FieldCentre> NewCentre)
{
    /// <summary>Source on the records.</summary>
    public string Name => Format.Protocol.ToWord();
}
