namespace SensorGrid.Benches.Load;

/// <summary>What is sent, how fast, how long.</summary>
internal sealed record LoadPlan
{
    public required int Gateways { get; init; }

    public required int Datastreams { get; init; }

    public required int Pack { get; init; }

    public required int InFlight { get; init; }

    /// <summary>In all; 0 = closed loop, as fast as acknowledged.</summary>
    public required int ReadingsPerSecond { get; init; }

    public required TimeSpan Measured { get; init; }

    public required int Rules { get; init; }

    public required TimeSpan ProbePause { get; init; }

    public required string DataFolder { get; init; }

    /// <summary>Not measured: JIT, first segments, first hot rows.</summary>
    public TimeSpan Warming { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Measured time of one step while a sustained rate is looked for.</summary>
    public required TimeSpan Step { get; init; }

    public List<string> Problems()
    {
        var problems = new List<string>();
        Check(Gateways, 1, 5_000, "--gateways");
        Check(Datastreams, 1, 10_000, "--datastreams");
        Check(Pack, 1, 1_000, "--pack");
        Check(InFlight, 1, 1_000, "--in-flight");
        Check(ReadingsPerSecond, 0, 100_000_000, "--rate");
        Check((int)Measured.TotalSeconds, 1, 3_600, "--seconds");
        Check((int)Step.TotalSeconds, 1, 3_600, "--step-seconds");
        Check(Rules, 0, 10_000, "--rules");
        Check((int)ProbePause.TotalMilliseconds, 1, 60_000, "--probe-ms");
        return problems;

        void Check(int value, int least, int most, string option)
        {
            if (value < least || value > most)
                problems.Add($"{option} {value}: must be {least} … {most}");
        }
    }
}
