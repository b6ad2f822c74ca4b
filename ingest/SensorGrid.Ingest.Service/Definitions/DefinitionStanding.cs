using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Definitions;

/// <summary>What is in force, and what the folder has to do with it.</summary>
/// <param name="InForce">Hash of what is in force; empty for nothing.</param>
/// <param name="OfFolder">Hash of what last came into force from the folder; empty for nothing.</param>
/// <param name="ActivatedBy">The person who put into force what is; null when it came from the folder.</param>
internal sealed record DefinitionStanding(string InForce, string OfFolder, string? ActivatedBy)
{
    /// <summary>Of what only ever comes from its folder.</summary>
    public static DefinitionStanding OfFolderOnly(string inForce) => new(inForce, inForce, null);

    /// <summary>Of what people can put into force too.</summary>
    /// <param name="state">Knows who put what into force.</param>
    /// <param name="kind">Which it is.</param>
    /// <param name="inForce">What is in force.</param>
    public static DefinitionStanding Read(StateDatabase state, VersionKind kind, string inForce)
    {
        string ofFolder = state.ReadVersion(kind, principal: VersionOrigin.Service)?.Hash ?? "";
        string? person = state.ReadVersion(kind) is { Origin.Principal: not VersionOrigin.Service and var by } ? by : null;
        return new(inForce, ofFolder, person);
    }
}
