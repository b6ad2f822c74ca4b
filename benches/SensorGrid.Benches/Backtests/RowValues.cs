using System.Globalization;

namespace SensorGrid.Benches.Backtests;

/// <summary>The course of the made-up values of one domain.</summary>
internal sealed class RowValues
{
    private const int EventMinutes = 120;
    private const int SilentMinutes = 180;

    private readonly Random random;
    private readonly BacktestDomain domain;
    private readonly int[] events;
    private readonly int[] silences;

    public RowValues(Random random, BacktestDomain domain, BacktestPlan plan)
    {
        this.random = random;
        this.domain = domain;
        events = Times(plan, 100);
        silences = Times(plan, 50);
    }

    /// <summary>A square of some 900 m around the place where a patrol walks, as GeoJSON.</summary>
    public static string AreaOf(int site)
    {
        var (x, y) = PlaceOf(site);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{{ type: Polygon, coordinates: [[[{x - 0.005:F6}, {y - 0.005:F6}], [{x + 0.005:F6}, {y - 0.005:F6}], [{x + 0.005:F6}, {y + 0.005:F6}], [{x - 0.005:F6}, {y + 0.005:F6}], [{x - 0.005:F6}, {y - 0.005:F6}]]] }}");
    }

    public bool IsSilent(int site, int minute) => minute - silences[site] is >= 0 and < SilentMinutes;

    /// <summary>Writes the cells of a row.</summary>
    public void Write(TextWriter writer, int site, int minute)
    {
        int into = minute - events[site];
        double height = into is >= 0 and < EventMinutes ? Math.Sin(Math.PI * into / EventMinutes) : 0;
        if (domain.IsMoving)
        {
            var (x, y) = PlaceOf(site);
            // In an event it leaves its area and comes back.
            double angle = minute * 0.05 + site, reach = 0.003 + height * 0.01;
            writer.Write(string.Create(CultureInfo.InvariantCulture, $",{y + reach * Math.Sin(angle):F6},{x + reach * Math.Cos(angle):F6}"));
            return;
        }
        foreach (var column in domain.Columns)
        {
            writer.Write(',');
            if (random.Next(200) == 0)
                continue;
            double value = column.Usual + column.Noise * Math.Sin(minute * 0.01 + site) + column.Noise * 0.2 * random.NextDouble() + column.Event * height;
            writer.Write(Math.Max(0, value).ToString("F" + column.Decimals, CultureInfo.InvariantCulture));
        }
    }

    private static (double X, double Y) PlaceOf(int site) => (110.2 + site % 50 * 0.02, 21 + site / 50 * 0.02);

    // When it begins at each site; far away at most of them.
    private int[] Times(BacktestPlan plan, int oneIn)
    {
        int[] times = new int[plan.Sites];
        for (int site = 0; site < times.Length; site++)
            times[site] = random.Next(oneIn) == 0 ? random.Next(plan.Minutes) : int.MaxValue;
        return times;
    }
}
