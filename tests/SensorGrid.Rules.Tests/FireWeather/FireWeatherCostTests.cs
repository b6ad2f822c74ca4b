using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests.FireWeather;

public sealed class FireWeatherCostTests
{
    private const int Days = 60;
    private const int Hours = 24 * Days;

    [Fact]
    public void Neither_a_reading_nor_a_day_allocates_anything_while_no_level_changes()
    {
        string[] names = ["gw/t", "gw/h", "gw/w", "gw/r"];
        double[] values = [24, 45, 15, 0.2];
        string[] indices = ["fwi", "grade", "danger-class"];
        string[] rules = [.. indices.Select(index => FireWeatherRig.Rule($"index: {index}, levels: {{ red: 1000 }}", id: index)),
            FireWeatherRig.Rule("index: antecedent-rain, levels: { red: 1000 }", "{ datastreams: [gw/r] }", "wet")];
        var rig = new Rig(Rig.Rules(rules), FireWeatherRig.City);
        var readings = new Reading[2 * Hours * names.Length];
        for (int i = 0; i < readings.Length; i++)
            readings[i] = rig.Reading(names[i % 4], FireWeatherRig.SecondsOf(0, i / 4), values[i % 4], Quality.Good, ReadingFlags.None);
        var output = new List<ConditionChange>(100);
        Give(0, readings.Length / 2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Give(readings.Length / 2, readings.Length);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        // All those days were worked out.
        rig.Activate(Rig.Rules(FireWeatherRig.Rule("index: fwi, levels: { red: 0 }", id: "fwi")));
        rig.Engine.OnTick(Some.TicksAfter(FireWeatherRig.SecondsOf(2 * Days, 12)), output);
        foreach (string name in names)
            rig.Engine.OnReadings(Some.TicksAfter(FireWeatherRig.SecondsOf(2 * Days, 13)), [rig.Reading(name, FireWeatherRig.SecondsOf(2 * Days, 13), 20, Quality.Good, ReadingFlags.None)], output);
        rig.Engine.OnTick(Some.TicksAfter(FireWeatherRig.SecondsOf(2 * Days, 14)), output);
        Assert.Equal((2 * Days) + 1, output.Single().Evidence!.Single(part => part.Name == "days").Value);

        void Give(int from, int to)
        {
            for (int i = from; i < to; i++)
                rig.Engine.OnReadings(readings[i].ObservedAtTicks, readings.AsSpan(i, 1), output);
        }
    }
}
