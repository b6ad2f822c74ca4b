using System.Text.Json.Nodes;
using SensorGrid.Testing;

namespace SensorGrid.FieldProtocols.Tests.Sl651;

/// <summary>A published frame with what a reader must see in it; tests/vectors/README.md says what the fields mean.</summary>
public sealed record Sl651Vector(string Name, byte[] Bytes, JsonObject Expect)
{
    public static IReadOnlyList<Sl651Vector> All { get; } = Load();

    public static IEnumerable<Sl651Vector> Good => All.Where(vector => vector.Error is null);

    public static TheoryData<string> GoodNames => [.. Good.Select(vector => vector.Name)];

    public static TheoryData<string> MalformedNames => [.. All.Where(vector => vector.Error is not null).Select(vector => vector.Name)];

    /// <summary>Kind of error; null when the frame is good.</summary>
    public string? Error => (string?)Expect["error"];

    /// <summary>The frame without the bytes behind it that belong to none.</summary>
    public byte[] Frame => Bytes[..^((string?)Expect["trailingBytes"] ?? "").Chunk(2).Count()];

    public static Sl651Vector Named(string name) => All.Single(vector => vector.Name == name);

    private static List<Sl651Vector> Load()
    {
        var vectors = JsonNode.Parse(File.ReadAllBytes(RepositoryRoot.Combine("tests", "vectors", "sl651.json")))!.AsArray();
        return
        [
            .. vectors.Select(vector => new Sl651Vector(
                (string)vector!["name"]!, Convert.FromHexString((string)vector["frame"]!), vector["expect"]!.DeepClone().AsObject())),
        ];
    }
}
