namespace SensorGrid.ReadingLog.Tests;

/// <summary>What this assembly does as a process: roll and trim until it is killed. The test runner does not come by here.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is not [RollingLog.Command, var folder])
            return 64;
        await RollingLog.RunAsync(folder);
        return 0;
    }
}
