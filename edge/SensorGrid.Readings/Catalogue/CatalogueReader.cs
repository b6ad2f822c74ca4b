using System.Security.Cryptography;
using SensorGrid.Readings.Yaml;

namespace SensorGrid.Readings.Catalogue;

/// <summary>Catalogue files to a catalogue. Pure: a bundle in; a catalogue, or everything that is wrong with it, out. The last usable one is
/// remembered: a start checks it, puts it into force and hands it to every follower, and for a large city each reading takes seconds.</summary>
public static class CatalogueReader
{
    private static readonly Lock Unpacking = new();

    private static Remembered? last;
    private static Unpacked? lastUnpacked;

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
            if (IsYaml(file.Path))
                drafts.Collect(file);
        }
        var catalogue = new CatalogueLinker(bundle, drafts, messages).Link();
        if (messages.HasErrors)
            return (null, messages.ToList());
        var found = messages.ToList();
        Volatile.Write(ref last, new(bundle.Hash, catalogue, found));
        return (catalogue, found);
    }

    /// <summary>Reads a catalogue as it stands in the log. Several followers come by the same record: the first unpacks and reads it, the others wait for that.</summary>
    /// <param name="bytes">What <see cref="SourceBundle.ToBytes"/> gave.</param>
    /// <param name="note">What was said about it when it was put into force.</param>
    /// <returns>The catalogue, or null when the bytes are no bundle or not one that can be used.</returns>
    public static CityCatalogue? Read(ReadOnlySpan<byte> bytes, out string? note)
    {
        byte[] digest = SHA256.HashData(bytes);
        lock (Unpacking)
        {
            if (lastUnpacked is { } known && known.Digest.AsSpan().SequenceEqual(digest))
            {
                note = known.Note;
                return known.Catalogue;
            }
            bool isBundle = SourceBundle.TryFromBytes(bytes, out var bundle, out _);
            note = bundle?.Note;
            if (!isBundle || Read(bundle!).Catalogue is not { } catalogue)
                return null;
            lastUnpacked = new(digest, catalogue, note);
            return catalogue;
        }
    }

    private sealed record Unpacked(byte[] Digest, CityCatalogue Catalogue, string? Note);

    private sealed record Remembered(string Hash, CityCatalogue Catalogue, IReadOnlyList<SourceMessage> Messages);

    private static bool IsYaml(string path) =>
        path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);
}
