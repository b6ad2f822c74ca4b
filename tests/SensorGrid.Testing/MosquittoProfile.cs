using System.Globalization;

namespace SensorGrid.Testing;

/// <summary>The Mosquitto configuration that ingest/docs/mqtt-source.md tells operators to use, read from there, so that what is
/// documented is what is tested.</summary>
public static class MosquittoProfile
{
    /// <summary>The documented profile, on a port of loopback and with its files in a folder of the test's.</summary>
    public static string On(int port, string folder) =>
        Documented() + string.Create(CultureInfo.InvariantCulture, $"\nlistener {port} 127.0.0.1\nallow_anonymous true\npersistence_location {folder}/\nlog_dest stderr\n");

    private static string Documented()
    {
        string[] lines = File.ReadAllLines(RepositoryRoot.Combine("ingest", "docs", "mqtt-source.md"));
        int from = Array.IndexOf(lines, "```mosquitto");
        int to = Array.IndexOf(lines, "```", from + 1);
        if (from < 0 || to < from)
            throw new InvalidDataException("mqtt-source.md has no block ```mosquitto.");
        return string.Join('\n', lines[(from + 1)..to].Where(line => !line.StartsWith("listener", StringComparison.Ordinal) && !line.StartsWith("persistence_location", StringComparison.Ordinal)));
    }
}
