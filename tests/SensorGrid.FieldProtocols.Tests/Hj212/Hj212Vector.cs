using System.Text;
using System.Text.Json;
using SensorGrid.Testing;

namespace SensorGrid.FieldProtocols.Tests.Hj212;

/// <summary>A published packet with what a reader must see in it; tests/vectors/README.md says what the fields mean.</summary>
internal sealed record Hj212Vector(string Name, byte[] Frame, JsonElement Expect)
{
    public static IReadOnlyList<Hj212Vector> All { get; } = Load();

    /// <summary>Those that are packets.</summary>
    public static IEnumerable<Hj212Vector> Good => All.Where(vector => vector.Error is null);

    /// <summary>Those that are none, or only for a tolerant reader.</summary>
    public static IEnumerable<Hj212Vector> Malformed => All.Where(vector => vector.Error is not null);

    public string? Error => Expect.TryGetProperty("error", out var error) ? error.GetString() : null;

    /// <summary>The length is wrong and the check right over what really stands there: taken, and the length listed as a problem.</summary>
    public bool IsTolerable => Is("crcValidOverActual");

    public bool MatchesModbus => Is("matchesModbusCrc16");

    public bool IsEncrypted => Is("encrypted");

    public byte[] Key => Convert.FromHexString(Expect.GetProperty("key").GetString()!);

    public static Hj212Vector Named(string name) => All.Single(vector => vector.Name == name);

    public static TheoryData<string> Names(IEnumerable<Hj212Vector> vectors) => [.. vectors.Select(vector => vector.Name)];

    private bool Is(string name) => Expect.TryGetProperty(name, out var value) && value.GetBoolean();

    private static List<Hj212Vector> Load()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.Combine("tests", "vectors", "hj212.json")));
        return [.. document.RootElement.EnumerateArray().Select(Read)];
    }

    private static Hj212Vector Read(JsonElement vector)
    {
        byte[] frame = vector.TryGetProperty("frameHex", out var hex)
            ? Convert.FromHexString(hex.GetString()!)
            : Encoding.UTF8.GetBytes(vector.GetProperty("frame").GetString()!);
        // The one in hexadecimal has its line end.
        return new(vector.GetProperty("name").GetString()!, frame.AsSpan().EndsWith("\r\n"u8) ? frame[..^2] : frame, vector.GetProperty("expect").Clone());
    }
}
