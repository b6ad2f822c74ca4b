using SensorGrid.Readings.Yaml;

namespace SensorGrid.Readings.Catalogue;

/// <summary>Catalogue files to a catalogue. Pure: a bundle in; a catalogue, or everything that is wrong with it, out.</summary>
public static class CatalogueReader
{
    /// <summary>Reads a catalogue.</summary>
    /// <param name="bundle">Its files; those ending in .yaml or .yml are read, GeoJSON files where a zone names them.</param>
    /// <returns>The catalogue, or null when any message is an error; all messages.</returns>
    public static (CityCatalogue? Catalogue, IReadOnlyList<SourceMessage> Messages) Read(SourceBundle bundle)
    {
        var messages = new SourceMessages();
        var drafts = new CatalogueDrafts(messages);
        foreach (var file in bundle.Files)
        {
            if (IsYaml(file.Path) && YamlDocumentReader.Read(file.Path, file.Text, messages) is { } document)
                drafts.Collect(document);
        }
        var catalogue = new CatalogueLinker(bundle, drafts, messages).Link();
        return (messages.HasErrors ? null : catalogue, messages.ToList());
    }

    private static bool IsYaml(string path) =>
        path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);
}
