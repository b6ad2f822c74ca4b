using SensorGrid.Ingest.Sources.Sparkplug;
using SensorGrid.Readings.Wire.SparkplugB;

namespace SensorGrid.Ingest.Tests.Sources.Sparkplug;

public sealed class SparkplugAliasesTests
{
    // Close aliases, scattered ones, and those between, which begin looked up and get a place later.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Aliases_mean_what_a_dictionary_says_whichever_they_are(int seed)
    {
        var random = new Random(seed);
        var aliases = new SparkplugAliases();
        var model = new Dictionary<ulong, SparkplugDefinition>();
        var births = Enumerable.Range(0, 4).Select(_ => new SparkplugBirth([])).ToArray();
        ulong[] used = [.. Enumerable.Range(0, 400).Select(i => i % 3 == 0 ? (ulong)i : i % 3 == 1 ? (ulong)random.Next(4_000) : (ulong)random.NextInt64() << 1)];
        for (int step = 0; step < 20_000; step++)
        {
            ulong alias = used[random.Next(used.Length)];
            switch (random.Next(1_000))
            {
                case 0:
                    aliases.Clear();
                    model.Clear();
                    break;
                case < 5:
                    var birth = births[random.Next(births.Length)];
                    aliases.Forget(birth);
                    foreach (var (gone, _) in model.Where(pair => pair.Value.Birth == birth).ToArray())
                        model.Remove(gone);
                    break;
                case < 500:
                    var definition = births[random.Next(births.Length)].Define("level"u8, SparkplugDatatype.Double);
                    Assert.Equal(model.ContainsKey(alias), aliases.Define(alias, definition));
                    model[alias] = definition;
                    break;
                default:
                    Assert.Same(model.GetValueOrDefault(alias), aliases.Find(alias));
                    break;
            }
        }
        foreach (ulong alias in used)
            Assert.Same(model.GetValueOrDefault(alias), aliases.Find(alias));
    }

    [Fact]
    public void The_greatest_alias_takes_no_place()
    {
        var aliases = new SparkplugAliases();
        var definition = new SparkplugBirth([]).Define("level"u8, SparkplugDatatype.Double);
        Assert.False(aliases.Define(ulong.MaxValue, definition));
        Assert.True(aliases.Define(ulong.MaxValue, definition));
        Assert.Same(definition, aliases.Find(ulong.MaxValue));
        Assert.Null(aliases.Find(0));
        Assert.Null(aliases.Find(int.MaxValue));
    }
}
