using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Files;

namespace SensorGrid.Ingest.Service.Definitions;

/// <summary>What is checked before a version goes into the log.</summary>
internal static class DefinitionChecks
{
    public static IReadOnlyList<SourceMessage> Catalogue(SourceBundle bundle) => CatalogueReader.Read(bundle).Messages;

    /// <summary>Rules of the user's own must fit the catalogue. The packs that come with the service are written for any city: what does
    /// not fit there is left out and said as a warning, and a rule that finds nothing to watch is nothing to talk about.</summary>
    public static IReadOnlyList<SourceMessage> Rules(SourceBundle bundle, CityCatalogue? catalogue, bool isDefault)
    {
        var (rules, messages) = RuleSetReader.Read(bundle, catalogue);
        if (!isDefault)
            return messages;
        if (rules is not null)
            return [];
        var own = RuleSetReader.Read(bundle).Messages;
        return own.Any(IsError) ? own : [.. messages.Where(IsError).Select(message => message with { Severity = MessageSeverity.Warning })];
    }

    private static bool IsError(SourceMessage message) => message.Severity == MessageSeverity.Error;
}
