using System.Globalization;

namespace SensorGrid.Benches.Backtests;

/// <summary>How large a recording to make and how often to play it.</summary>
internal sealed record BacktestPlan
{
    public const string Help = """
        --data DIR      where the recording and the log are, or are to be made (default: sensorgrid-backtest-bench in the temporary folder)
        --sites N       sites of each of the six domains, one gateway each (500: 8,000 datastreams)
        --minutes N     minutes of readings, each datastream once a minute (625: 5 million readings)
        --rules PATH    the rules (rules/packs of the repository)
        --rounds N      how often each is played (5)
        --only WORD     only what has this word in its line
        --rebuild       make the data anew even if they are there
        """;

    public string Folder { get; private init; } = Path.Combine(Path.GetTempPath(), "sensorgrid-backtest-bench");

    public int Sites { get; private init; } = 500;

    public int Minutes { get; private init; } = 625;

    public string Rules { get; private init; } = "";

    public int Rounds { get; private init; } = 5;

    public string Only { get; private init; } = "";

    public bool Rebuild { get; private init; }

    /// <summary>First minute, UTC.</summary>
    public static DateTime Start { get; } = new(2026, 5, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Null, with a message, when an argument is wrong.</summary>
    public static BacktestPlan? Parse(IReadOnlyList<string> args, TextWriter errors)
    {
        var plan = new BacktestPlan();
        for (int i = 0; i < args.Count; i++)
        {
            if (args[i] == "--rebuild")
            {
                plan = plan with { Rebuild = true };
                continue;
            }
            string value = i + 1 < args.Count ? args[i + 1] : "";
            bool isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0;
            plan = (args[i++], isNumber) switch
            {
                ("--data", _) when value.Length > 0 => plan with { Folder = Path.GetFullPath(value) },
                ("--rules", _) when value.Length > 0 => plan with { Rules = Path.GetFullPath(value) },
                ("--only", _) when value.Length > 0 => plan with { Only = value },
                ("--sites", true) => plan with { Sites = number },
                ("--minutes", true) => plan with { Minutes = number },
                ("--rounds", true) => plan with { Rounds = number },
                _ => null!,
            };
            if (plan is null)
            {
                errors.WriteLine(Help);
                return null;
            }
        }
        return plan.Rules.Length > 0 ? plan : plan with { Rules = Path.Combine(RepositoryRoot(), "rules", "packs") };
    }

    private static string RepositoryRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "SensorGrid.sln")))
                return folder;
        }
        throw new InvalidOperationException("SensorGrid.sln is in no folder above the program; give --rules.");
    }
}
