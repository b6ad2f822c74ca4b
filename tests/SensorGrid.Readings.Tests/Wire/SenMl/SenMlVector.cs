using System.Text.Json;
using SensorGrid.Testing;

namespace SensorGrid.Readings.Tests.Wire.SenMl;

/// <summary>A published pack with its expected resolution; tests/vectors/README.md says what the fields mean.</summary>
public sealed record SenMlVector(string Name, string Encoding, string Input, string? Error, IReadOnlyList<JsonElement> Records)
{
    public static IReadOnlyList<SenMlVector> All { get; } = Load();

    /// <summary>The payload's bytes.</summary>
    public byte[] Bytes => Encoding == "json-text" ? System.Text.Encoding.UTF8.GetBytes(Input) : Convert.FromHexString(Input);

    /// <summary>Those in JSON text.</summary>
    public static IEnumerable<SenMlVector> Json => All.Where(vector => vector.Encoding == "json-text");

    public static TheoryData<string> JsonNames => [.. Json.Select(vector => vector.Name)];

    public static TheoryData<string> Names => [.. All.Select(vector => vector.Name)];

    public static SenMlVector Named(string name) => All.Single(vector => vector.Name == name);

    private static List<SenMlVector> Load()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.Combine("tests", "vectors", "senml.json")));
        var vectors = new List<SenMlVector>();
        foreach (var vector in document.RootElement.EnumerateArray())
        {
            var expect = vector.GetProperty("expect");
            vectors.Add(new(
                vector.GetProperty("name").GetString()!,
                vector.GetProperty("encoding").GetString()!,
                vector.GetProperty("input").GetString()!,
                expect.TryGetProperty("error", out var error) ? error.GetString() : null,
                expect.TryGetProperty("records", out var records) ? [.. records.EnumerateArray().Select(record => record.Clone())] : []));
        }
        return vectors;
    }
}
