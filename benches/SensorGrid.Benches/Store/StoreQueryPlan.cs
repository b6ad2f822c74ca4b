using System.Globalization;
using SensorGrid.Storage;

namespace SensorGrid.Benches.Store;

/// <summary>How large a store to build and how often to ask it.</summary>
internal sealed record StoreQueryPlan
{
    public const string Help = """
        --data DIR        where the store is, or is to be built (default: sensorgrid-store-bench in the temporary folder)
        --days N          days of readings (365)
        --datastreams N   datastreams that have them, one reading a minute each (950: 500 million in a year)
        --latest N        datastreams that have a latest reading (100000)
        --queries N       questions of each kind (200)
        --row-group N     rows of a row group of what is built (65536)
        --rebuild         build it anew even if it is there
        """;

    public string Folder { get; private init; } = Path.Combine(Path.GetTempPath(), "sensorgrid-store-bench");

    public int Days { get; private init; } = 365;

    public int Datastreams { get; private init; } = 950;

    public int Latest { get; private init; } = 100_000;

    public int Queries { get; private init; } = 200;

    public int RowGroupRows { get; private init; } = new StorageOptions().MergedRowGroupRows;

    public bool Rebuild { get; private init; }

    /// <summary>First day, UTC.</summary>
    public static DateTimeOffset Start { get; } = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public DateTimeOffset End => Start.AddDays(Days);

    public long Readings => (long)Days * 1440 * Datastreams;

    /// <summary>Null, with a message, when an argument is wrong.</summary>
    public static StoreQueryPlan? Parse(IReadOnlyList<string> args, TextWriter errors)
    {
        var plan = new StoreQueryPlan();
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
                ("--days", true) => plan with { Days = number },
                ("--datastreams", true) => plan with { Datastreams = number },
                ("--latest", true) => plan with { Latest = number },
                ("--row-group", true) => plan with { RowGroupRows = number },
                ("--queries", true) => plan with { Queries = number },
                _ => null!,
            };
            if (plan is null)
            {
                errors.WriteLine(Help);
                return null;
            }
        }
        return plan with { Latest = Math.Max(plan.Latest, plan.Datastreams) };
    }
}
