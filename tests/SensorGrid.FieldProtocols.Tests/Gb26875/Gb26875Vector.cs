using System.Text.Json;
using SensorGrid.Testing;

namespace SensorGrid.FieldProtocols.Tests.Gb26875;

/// <summary>A published packet with what a reader must find in it; tests/vectors/README.md says what the fields mean.</summary>
public sealed record Gb26875Vector(string Name, byte[] Input, JsonElement Expect)
{
    public static IReadOnlyList<Gb26875Vector> All { get; } = Load();

    /// <summary>Those that are one whole packet.</summary>
    public static IEnumerable<Gb26875Vector> Good => All.Where(vector => vector.Error is null && !vector.Expect.TryGetProperty("stream", out _));

    /// <summary>Those that are none.</summary>
    public static IEnumerable<Gb26875Vector> Broken => All.Where(vector => vector.Error is not null);

    /// <summary>Those that are several things in a row.</summary>
    public static IEnumerable<Gb26875Vector> Streams => All.Where(vector => vector.Expect.TryGetProperty("stream", out _));

    public static TheoryData<string> GoodNames => [.. Good.Select(vector => vector.Name)];

    public static TheoryData<string> BrokenNames => [.. Broken.Select(vector => vector.Name)];

    public static TheoryData<string> StreamNames => [.. Streams.Select(vector => vector.Name)];

    public string? Error => Expect.TryGetProperty("error", out var error) ? error.GetString() : null;

    public static Gb26875Vector Named(string name) => All.Single(vector => vector.Name == name);

    private static List<Gb26875Vector> Load()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.Combine("tests", "vectors", "gb26875-3.json")));
        return [.. document.RootElement.EnumerateArray().Select(vector => new Gb26875Vector(
            vector.GetProperty("name").GetString()!,
            Convert.FromHexString(vector.GetProperty("input").GetString()!),
            vector.GetProperty("expect").Clone()))];
    }
}
