using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Sessions;

namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>What a listener needs of one protocol.</summary>
/// <param name="Format">Its frames.</param>
/// <param name="NewSession">The centre's side of one connection.</param>
public sealed record FieldKit(FieldFormat Format, Func<IFieldSession> NewSession)
{
    /// <summary>Source on the records.</summary>
    public string Name => Format.Protocol.ToWord();
}
