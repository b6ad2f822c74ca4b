using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests;

public sealed class EvaluatorAllocationTests
{
    private const int Seed = 20260512;
    private const int Warm = 20_000;
    private const int Stretches = 4;

    [Theory]
    [MemberData(nameof(EvaluatorFamilies.All), MemberType = typeof(EvaluatorFamilies))]
    public void A_reading_allocates_nothing_once_warm(string family, string[] rules)
    {
        Assert.NotEmpty(family);
        var rig = new Rig(Rig.Rules(rules), EvaluatorFamilies.City);
        var random = new Random(Seed);
        var readings = new Reading[2 * Warm];
        for (int i = 0; i < readings.Length; i++)
        {
            string name = EvaluatorFamilies.Datastreams[i % EvaluatorFamilies.Datastreams.Length];
            // Now still, now lively, so that everything is raised and ended in both halves.
            readings[i] = rig.Reading(name, i / 2.0, i / 200 % 2 == 0 ? 2 : random.Next(0, 24) / 4.0, Quality.Good, ReadingFlags.None);
        }
        var output = new List<ConditionChange>(400_000);
        Give(0, Warm);
        int said = output.Count;
        // The runtime itself now and then allocates on this thread (code that is compiled again, on a busy machine later than usual): of four stretches one must be clean.
        // What a reading allocates would show in each.
        long least = long.MaxValue;
        for (int stretch = 0; stretch < Stretches; stretch++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Give(Warm + stretch * Warm / Stretches, Warm + (stretch + 1) * Warm / Stretches);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
        Assert.True(said > 0 && output.Count > said, "both halves must raise something");

        void Give(int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                // Each datastream is silent for a while, now and then.
                if (i / 50 % 11 == i % EvaluatorFamilies.Datastreams.Length)
                    rig.Engine.OnTick(Some.TicksAfter(i / 2.0), output);
                else
                    rig.Engine.OnReadings(Some.TicksAfter(i / 2.0), readings.AsSpan(i, 1), output);
            }
        }
    }
}
