using SensorGrid.Readings.Yaml;

namespace SensorGrid.Readings.Catalogue;

/// <summary>Catalogue files to a catalogue. Pure: a bundle in; a catalogue, or everything that is wrong with it, out. The last usable one is
/// remembered: a start checks it, puts it into force and hands it to every follower, and for a large city each reading takes seconds.</summary>
public static class CatalogueReader
{
    private static Remembered? last;

    /// <summary>Reads a catalogue.</summary>
    /// <param name="bundle">Its files; those ending in .yaml or .yml are read, GeoJSON files where a zone names them.</param>
    /// <returns>The catalogue, or null when any message is an error; all messages.</returns>
    public static (CityCatalogue? Catalogue, IReadOnlyList<SourceMessage> Messages) Read(SourceBundle bundle)
    {
        var known = Volatile.Read(ref last);
        if (known is not null && known.Hash == bundle.Hash)
            return (known.Catalogue, known.Messages);
        var messages = new SourceMessages();
        var drafts = new CatalogueDrafts(messages);
        foreach (var file in bundle.Files)
        {
            if (IsYaml(file.Path) && YamlDocumentReader.Read(file.Path, file.Text, messages) is { } document)
                drafts.Collect(document);
        }
        var catalogue = new CatalogueLinker(bundle, drafts, messages).Link();
        if (messages.HasErrors)
            return (null, messages.ToList());
        var found = messages.ToList();
        Volatile.Write(ref last, new(bundle.Hash, catalogue, found));
        return (catalogue, found);
    }

    private sealed record Remembered(string Hash, CityCatalogue Catalogue, IReadOnlyList<SourceMessage> Messages);

    private static bool IsYaml(string path) =>
        path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);
}
