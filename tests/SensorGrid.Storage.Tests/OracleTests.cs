using CsCheck;
using SensorGrid.Readings;
using SensorGrid.Storage.Queries;
using SensorGrid.Storage.Tests.Support;

namespace SensorGrid.Storage.Tests;

/// <summary>Random readings, doubles, corrections and late ones, with seals, merges and crashes between them, against a dictionary.</summary>
public sealed class OracleTests
{
    private static readonly DatastreamKey[] Keys = [Some.Stage, Some.Flow, Some.Valve, new("fire-gw-3", "smoke")];

    private static readonly long[] Epochs = [Some.Start.UtcTicks, DateTime.UnixEpoch.Ticks - 300, new DateTime(1900, 5, 6, 0, 0, 0, DateTimeKind.Utc).Ticks];

    // Few distinct times, so that doubles are frequent; steps of one tick, so that microseconds would not do.
    private static readonly Gen<Sample> Readings =
        from key in Gen.OneOf(Keys)
        from epoch in Gen.OneOf(Epochs)
        from offset in Gen.Int[0, 60]
        from stretched in Gen.Bool
        from kind in Gen.Frequency((6, Gen.Const(ReadingKind.Number)), (1, Gen.Const(ReadingKind.Boolean)), (1, Gen.Const(ReadingKind.Text)), (1, Gen.Const(ReadingKind.Position)))
        from quality in Gen.Enum<Quality>()
        from value in Gen.Frequency((8, Gen.Int[-1000, 1000].Select(i => i / 8.0)), (1, Gen.OneOf(double.NaN, double.PositiveInfinity, double.NegativeInfinity)))
        from text in Gen.String[0, 20]
        select new Sample(key, epoch + offset * (stretched ? TimeSpan.TicksPerMinute : 1), kind == ReadingKind.Boolean ? Math.Sign(Math.Abs(offset)) : kind == ReadingKind.Text ? 0 : value,
            kind == ReadingKind.Position ? 21.5 : 0, kind == ReadingKind.Text ? ValidUtf16(text) : null, kind, quality);

    private static readonly Gen<Step> Steps = Gen.Frequency(
        (20, Readings.Array[0, 12].Select(samples => new Step(StepKind.Append, samples))),
        (3, Gen.Const(new Step(StepKind.Seal, []))),
        (2, Gen.Const(new Step(StepKind.Compact, []))),
        (1, Gen.Const(new Step(StepKind.Crash, []))));

    [Fact]
    public void Answers_equal_those_of_a_dictionary_however_rows_lie() =>
        Steps.Array[1, 40].Sample(steps => CheckAsync(steps).GetAwaiter().GetResult(), iter: 40, threads: 1);

    private static async Task CheckAsync(Step[] steps)
    {
        using var fixture = new StoreFixture(new());
        var oracle = new Dictionary<(DatastreamKey Key, long At), Expected>();
        foreach (var step in steps)
        {
            switch (step.Kind)
            {
                case StepKind.Append:
                    long sequence = fixture.Append(step.Samples);
                    foreach (var sample in step.Samples)
                        oracle[(sample.Key, sample.ObservedAtTicks)] = new(sample, sequence);
                    break;
                case StepKind.Seal:
                    await fixture.SealAsync();
                    break;
                case StepKind.Compact:
                    fixture.Time.Advance(TimeSpan.FromHours(2));
                    await fixture.Store.CompactAsync(CancellationToken.None);
                    break;
                case StepKind.Crash:
                    fixture.CrashAndRecover();
                    break;
            }
        }
        foreach (var key in Keys.Where(key => fixture.Datastreams.TryFind(key, out _)))
        {
            var expected = oracle.Where(entry => entry.Key.Key == key).Select(entry => entry.Value).OrderBy(entry => entry.Sample.ObservedAtTicks).ToList();
            AssertReadings(expected, await fixture.ReadAllAsync(key));
            await AssertBucketsAsync(fixture, key, expected);
            AssertLatest(fixture, key, expected);
        }
        Assert.Equal(oracle.Count, await fixture.CountAsync());
    }

    private static void AssertReadings(List<Expected> expected, IReadOnlyList<StoredReading> actual)
    {
        Assert.Equal(
            expected.Select(entry => (entry.Sample.ObservedAtTicks, Bits(entry.Sample.Value), entry.Sample.Value2, entry.Sample.Text, entry.Sample.Kind, entry.Sample.Quality, entry.Sequence)),
            actual.Select(reading => (reading.ObservedAtTicks, Bits(reading.Value), reading.Value2, reading.Text, reading.Kind, reading.Quality, reading.Sequence)));
    }

    private static async Task AssertBucketsAsync(StoreFixture fixture, DatastreamKey key, List<Expected> readings)
    {
        TimeSpan[] lengths = [TimeSpan.FromSeconds(90), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(7), TimeSpan.FromHours(1)];
        foreach (var (epoch, every) in Epochs.SelectMany(epoch => lengths.Select(every => (epoch, every))))
        {
            var start = new DateTimeOffset(epoch, TimeSpan.Zero);
            var end = start.AddMinutes(45).AddTicks(1);
            var expected =
                from entry in readings
                let sample = entry.Sample
                where sample.ObservedAtTicks >= start.UtcTicks && sample.ObservedAtTicks < end.UtcTicks
                where CountsInBuckets(sample)
                group sample.Value by StartOf(sample.ObservedAtTicks, every) into bucket
                orderby bucket.Key
                select new ReadingBucket(bucket.Key, bucket.Min(), bucket.Max(), bucket.Sum() / bucket.Count(), bucket.Count(), bucket.Last());

            var actual = await fixture.Store.ReadBucketsAsync(fixture.IndexOf(key), start, end, every, CancellationToken.None);

            // Eighths add up exactly in any order, so equality is exact.
            Assert.Equal(expected, actual.Buckets);
        }
    }

    private static bool CountsInBuckets(Sample sample) =>
        sample.Kind is ReadingKind.Number or ReadingKind.Boolean
        && sample.Quality is Quality.Good or Quality.Suspect or Quality.Estimated
        && double.IsFinite(sample.Value);

    private static long StartOf(long ticks, TimeSpan every) =>
        DateTime.UnixEpoch.Ticks + ((long)Math.Floor((decimal)(ticks - DateTime.UnixEpoch.Ticks) / every.Ticks) * every.Ticks);

    private static void AssertLatest(StoreFixture fixture, DatastreamKey key, List<Expected> readings)
    {
        bool has = fixture.Store.TryGetLatest(fixture.IndexOf(key), out var latest);
        Assert.Equal(readings.Count > 0, has);
        if (!has)
            return;
        // All arrive after they were true but those of the first epoch, whose minutes may run ahead of arrival.
        var newest = readings
            .OrderBy(entry => Math.Min(entry.Sample.ObservedAtTicks, ReceivedAt(entry.Sequence)))
            .ThenBy(entry => entry.Sample.ObservedAtTicks).Last();
        Assert.Equal((newest.Sample.ObservedAtTicks, newest.Sequence, Bits(newest.Sample.Value), newest.Sample.Text),
            (latest.ObservedAtTicks, latest.Sequence, Bits(latest.Value), latest.Text));
    }

    private static long ReceivedAt(long sequence) => Some.Start.UtcTicks + (sequence - 1) * TimeSpan.TicksPerSecond;

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);

    private static string ValidUtf16(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));

    private enum StepKind
    {
        Append,
        Seal,
        Compact,
        Crash,
    }

    private sealed record Step(StepKind Kind, Sample[] Samples)
    {
        public override string ToString() => $"{Kind} {string.Join("; ", Samples.Select(sample => sample.ToString()))}";
    }

    private sealed record Expected(Sample Sample, long Sequence);
}
