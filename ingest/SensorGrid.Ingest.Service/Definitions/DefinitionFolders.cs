using SensorGrid.Alarms;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Ingest.Service.Definitions;

/// <summary>The two folders, and what they held at the start.</summary>
internal sealed record DefinitionFolders(DefinitionFolder Catalogue, LoadedDefinition CatalogueNow, DefinitionFolder Rules, LoadedDefinition RulesNow)
{
    /// <summary>Reads and checks both, before anything is opened.</summary>
    /// <exception cref="StartException">With every error of both.</exception>
    public static DefinitionFolders Load(ServiceOptions options)
    {
        var catalogue = new DefinitionFolder("catalogue", AlarmCommands.ActivateCatalogue, options.Catalogue.Folder, DefinitionChecks.Catalogue);
        var catalogueNow = catalogue.Load();
        // Rules are checked against the newest catalogue that was read; without a folder the files alone can be checked.
        bool isDefault = options.Rules.Folder.Length == 0;
        var rules = new DefinitionFolder(
            "rules", AlarmCommands.ActivateRules, isDefault ? DefaultPacks() : options.Rules.Folder,
            bundle => DefinitionChecks.Rules(bundle, NewestCatalogue(catalogue), isDefault), isDefault);
        var rulesNow = rules.Load();
        string[] errors = [.. catalogueNow.Errors, .. rulesNow.Errors];
        return errors.Length == 0 ? new(catalogue, catalogueNow, rules, rulesNow) : throw new StartException(errors, ExitCode.WrongSettings);
    }

    // A catalogue that cannot be used just now must not make errors of rules.
    private static CityCatalogue? NewestCatalogue(DefinitionFolder folder) =>
        folder.Path.Length > 0 && folder.Load() is { IsUsable: true } loaded ? CatalogueReader.Read(loaded.Bundle).Catalogue : null;

    private static string DefaultPacks()
    {
        string packs = Path.Combine(AppContext.BaseDirectory, "packs");
        return Directory.Exists(packs) ? packs : "";
    }
}
