namespace SensorGrid.Simulators.Cli.Demo;

/// <summary>What <c>demo</c> was asked to do.</summary>
internal sealed record DemoOptions
{
    /// <summary>Scenario file; null = the one of the repository.</summary>
    public string? Scenario { get; init; }

    /// <summary>Catalogue folder; null = <c>catalogue</c> beside the scenario.</summary>
    public string? Catalogue { get; init; }

    /// <summary>Rules folder; null = the packs that come with the service.</summary>
    public string? Rules { get; init; }

    /// <summary>Data folder, kept and continued; null = a fresh one.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Address of the console.</summary>
    public string Http { get; init; } = "127.0.0.1:8080";

    /// <summary>Address of the broker.</summary>
    public string Mqtt { get; init; } = "127.0.0.1:1883";

    /// <summary>Simulated seconds in a second.</summary>
    public double Speed { get; init; } = 60;

    /// <summary>Real time after which the demo ends; null = at the end of the day.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>At the end of the day, leave everything running until it is interrupted.</summary>
    public bool KeepRunning { get; init; }

    /// <summary>Open the console in a browser.</summary>
    public bool Browser { get; init; }

    /// <summary>Show the log lines of service and agents.</summary>
    public bool Verbose { get; init; }
}
