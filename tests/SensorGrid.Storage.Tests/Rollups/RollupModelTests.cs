using CsCheck;
using SensorGrid.Readings;
using SensorGrid.Storage.Queries;
using SensorGrid.Storage.Tests.Support;

namespace SensorGrid.Storage.Tests.Rollups;

/// <summary>Two stores get the same readings; one merges and rolls up at random moments, the other never does. Whatever is asked, their
/// buckets agree to the last bit, although the values are such that adding them in another order would not.</summary>
public sealed class RollupModelTests
{
    private static readonly DatastreamKey[] Keys = [Some.Stage, Some.Flow];

    // Three days, most of it in a few hours around a midnight and a month's end, so that units fill, are touched late, and are corrected.
    private static readonly DateTimeOffset Midnight = new(2024, 10, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<long> Times = Gen.Frequency(
        (6, Gen.Int[-7200, 7200].Select(second => Midnight.AddSeconds(second).UtcTicks)),
        (2, Gen.Int[-36, 36].Select(hour => Midnight.AddHours(hour).UtcTicks)),
        (1, Gen.Long[-TimeSpan.TicksPerDay, TimeSpan.TicksPerDay].Select(ticks => Midnight.UtcTicks + ticks)));

    private static readonly Gen<Sample> Samples =
        from key in Gen.OneOf(Keys)
        from at in Times
        from value in Gen.Frequency((8, Gen.Double[-1e9, 1e9]), (1, Gen.OneOf(0.1, 1e16, -1e16, double.MaxValue, double.NaN)))
        from quality in Gen.Frequency((6, Gen.Const(Quality.Good)), (1, Gen.Enum<Quality>()))
        select new Sample(key, at, value, Quality: quality);

    private static readonly Gen<(string Step, Sample[] Samples)> Steps = Gen.Frequency(
        (8, Samples.Array[1, 40].Select(samples => ("append", samples))),
        (4, Gen.Const(("seal", Array.Empty<Sample>()))),
        (3, Gen.Const(("merge", Array.Empty<Sample>()))),
        (1, Gen.Const(("crash", Array.Empty<Sample>()))));

    private static readonly Gen<(long From, long Length, TimeSpan Every)> Questions =
        from span in Gen.Select(Times, Gen.Long[1, 3 * TimeSpan.TicksPerDay])
        from aligned in Gen.Bool
        from every in Gen.OneOf(
            TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(90), TimeSpan.FromHours(1), TimeSpan.FromHours(7),
            TimeSpan.FromDays(1), TimeSpan.FromSeconds(40))
        select (aligned ? span.Item1 - span.Item1 % TimeSpan.TicksPerHour : span.Item1, span.Item2, every);

    [Fact]
    public void Rolled_up_or_not_the_answer_is_the_same_to_the_bit() =>
        Gen.Select(Steps.Array[2, 16], Questions.Array[6]).Sample((steps, questions) => CheckAsync(steps, questions).GetAwaiter().GetResult(), iter: 25, threads: 1);

    private static async Task CheckAsync((string Step, Sample[] Samples)[] steps, (long From, long Length, TimeSpan Every)[] questions)
    {
        using var rolled = new StoreFixture(new() { MergePieces = 2, MergedFileRows = 50 });
        using var plain = new StoreFixture();
        foreach (var (step, samples) in steps)
        {
            switch (step)
            {
                case "append":
                    rolled.Append(samples);
                    plain.Append(samples);
                    break;
                case "seal":
                    await rolled.SealAsync();
                    break;
                case "merge":
                    rolled.Time.Advance(TimeSpan.FromHours(2));
                    await rolled.Store.CompactAsync(default);
                    break;
                default:
                    rolled.CrashAndRecover();
                    break;
            }
        }
        foreach (var key in Keys.Where(key => plain.Datastreams.TryFind(key, out _)))
        {
            foreach (var (from, length, every) in questions)
                Assert.Equal(await AskAsync(plain, key, from, length, every), await AskAsync(rolled, key, from, length, every));
        }
    }

    private static async Task<List<string>> AskAsync(StoreFixture fixture, DatastreamKey key, long from, long length, TimeSpan every)
    {
        var range = await fixture.Store.ReadBucketsAsync(
            fixture.IndexOf(key), new(from, TimeSpan.Zero), new(from + length, TimeSpan.Zero), every, CancellationToken.None);
        Assert.Empty(range.UnreadableFiles);
        return [.. range.Buckets.Select(Text)];
    }

    private static string Text(ReadingBucket bucket) => string.Join(' ',
        new DateTime(bucket.StartTicks).ToString("O"), bucket.Count, Bits(bucket.Min), Bits(bucket.Max), Bits(bucket.Average), Bits(bucket.Last));

    private static string Bits(double value) => BitConverter.DoubleToInt64Bits(value).ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
