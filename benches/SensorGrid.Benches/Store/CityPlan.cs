using System.Globalization;

namespace SensorGrid.Benches.Store;

/// <summary>How large a city is stored and merged, and for how long.</summary>
internal sealed record CityPlan
{
    public const string Help = """
        --data DIR        an empty folder, or one that is not there yet; deleted afterwards (default: sensorgrid-city-bench in the temporary folder)
        --datastreams N   datastreams, each with the same pace (100000)
        --every SECONDS   one reading of each in so many seconds (600; 60 is 144 million a day)
        --hours N         simulated hours (26: the day is merged once more after it is over)
        """;

    /// <summary>Datastreams of one gateway, and readings of one log record.</summary>
    public const int PerGateway = 100;

    public string Folder { get; private init; } = Path.Combine(Path.GetTempPath(), "sensorgrid-city-bench");

    public int Datastreams { get; private init; } = 100_000;

    public int EverySeconds { get; private init; } = 600;

    public int Hours { get; private init; } = 26;

    public static DateTimeOffset Start { get; } = new(2025, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public int StepsPerHour => 3600 / EverySeconds;

    public long Readings => (long)Datastreams * StepsPerHour * Hours;

    /// <summary>Null, with a message, when an argument is wrong.</summary>
    public static CityPlan? Parse(IReadOnlyList<string> args, TextWriter errors)
    {
        var plan = new CityPlan();
        for (int i = 0; i < args.Count; i += 2)
        {
            string value = i + 1 < args.Count ? args[i + 1] : "";
            bool isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0;
            plan = (args[i], isNumber) switch
            {
                ("--data", _) when value.Length > 0 => plan with { Folder = Path.GetFullPath(value) },
                ("--datastreams", true) => plan with { Datastreams = (number + PerGateway - 1) / PerGateway * PerGateway },
                ("--every", true) when 3600 % number == 0 => plan with { EverySeconds = number },
                ("--hours", true) => plan with { Hours = number },
                _ => null!,
            };
            if (plan is null)
            {
                errors.WriteLine(Help);
                return null;
            }
        }
        if (Directory.Exists(plan.Folder) && Directory.EnumerateFileSystemEntries(plan.Folder).Any())
        {
            errors.WriteLine($"{plan.Folder} is not empty. Give another folder with --data.");
            return null;
        }
        return plan;
    }
}
