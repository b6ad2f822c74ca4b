using SensorGrid.Ingest.Tests.Sources.Mqtt.Sessions;

namespace SensorGrid.Ingest.Tests;

/// <summary>What this assembly does as a process: be killed. The test runner does not come by here.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is not [KilledSessions.Command, var folder, var seed])
            return 64;
        await KilledSessions.RunAsync(folder, int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    }
}
