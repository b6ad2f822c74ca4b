using SensorGrid.Readings;
using SensorGrid.Readings.Units;
using SensorGrid.Storage.Hot;
using SensorGrid.Storage.Tests.Support;

namespace SensorGrid.Storage.Tests.Hot;

/// <summary>Rows in memory and the same rows sealed give the same answers, whatever memory they lie in.</summary>
public sealed class HotTableTests
{
    private static readonly DatastreamKey Boat = new("water-gw-1", "boat");

    [Fact]
    public async Task Memory_that_held_positions_and_texts_is_used_again_without_them()
    {
        using var fixture = new StoreFixture();
        fixture.Append([.. Enumerable.Range(0, 100).Select(i => new Sample(Boat, Some.Start.UtcTicks + i, 110.4, 21.2, Kind: ReadingKind.Position))]);
        await fixture.SealAsync();
        fixture.Append([.. Enumerable.Range(0, 100).Select(i => Some.Reading(i, i))]);

        var numbers = await fixture.ReadAllAsync(Some.Stage);
        await fixture.SealAsync();

        Assert.Equal(100, numbers.Count);
        Assert.All(numbers, reading => Assert.Equal(0, reading.Value2));
        Assert.Equal(numbers, await fixture.ReadAllAsync(Some.Stage));
        Assert.All(await fixture.ReadAllAsync(Boat), reading => Assert.Equal((110.4, 21.2), (reading.Value, reading.Value2)));
    }

    [Fact]
    public async Task Rows_of_several_chunks_read_the_same_from_memory_and_from_the_file()
    {
        using var fixture = new StoreFixture();
        byte metre = UnitRegistry.IdOf("m");
        for (int record = 0; record < 5; record++)
        {
            int first = record * 8_000;
            fixture.Append([.. Enumerable.Range(first, 8_000).Select(i => (i % 4) switch
            {
                0 => Some.Reading(i / 8.0, i) with { Unit = metre },
                1 => Some.Reading(double.NaN, i, Some.Flow) with { Unit = UnitRegistry.Unknown, Quality = Quality.Missing },
                2 => new(Boat, Some.Start.UtcTicks + i, i / 1000.0, -21.5, Kind: ReadingKind.Position),
                _ => new(Some.Valve, Some.Start.UtcTicks + i, 0, Text: i % 8 == 3 ? "" : $"阀门状态 {i}", Kind: ReadingKind.Text),
            })]);
        }
        Assert.True(fixture.Store.HotRows > 2 * HotChunk.Capacity);
        DatastreamKey[] keys = [Some.Stage, Some.Flow, Boat, Some.Valve];

        var fromMemory = new List<IReadOnlyList<StoredReading>>();
        foreach (var key in keys)
            fromMemory.Add(await fixture.ReadAllAsync(key));
        await fixture.SealAsync();

        Assert.Equal(0, fixture.Store.HotRows);
        for (int i = 0; i < keys.Length; i++)
        {
            Assert.Equal(10_000, fromMemory[i].Count);
            Assert.Equal(fromMemory[i], await fixture.ReadAllAsync(keys[i]));
        }
    }

    [Fact]
    public async Task A_range_of_one_datastream_is_found_in_the_middle_of_a_chunk()
    {
        using var fixture = new StoreFixture();
        fixture.Append([.. Enumerable.Range(0, 20_000).Select(i => Some.Reading(i, i, i % 5 == 0 ? Some.Flow : Some.Stage))]);

        var range = await fixture.Store.ReadAsync(
            fixture.IndexOf(Some.Flow), Some.Start.AddSeconds(16_000), Some.Start.AddSeconds(16_400), 1000, newestFirst: false, CancellationToken.None);

        Assert.Equal(Enumerable.Range(0, 80).Select(i => 16_000.0 + 5 * i), range.Readings.Select(reading => reading.Value));
    }

    [Fact]
    public async Task A_text_that_is_larger_than_a_block_is_kept()
    {
        using var fixture = new StoreFixture();
        // Each byte that is no UTF-8 becomes three.
        byte[] broken = new byte[60_000];
        Array.Fill(broken, (byte)0xFF);
        Assert.True(fixture.Datastreams.TryIntern(Some.Valve, out var index));
        var batch = new ReadingBatch();
        batch.Add(new(index, Some.Start.UtcTicks, batch.AddText(broken), Kind: ReadingKind.Text));
        Assert.Equal(AppendOutcome.Taken, fixture.Store.Append(1, Some.Start.UtcTicks, batch.Readings, batch));

        Assert.Equal(new string('\uFFFD', 60_000), Assert.Single(await fixture.ReadAllAsync(Some.Valve)).Text);
        await fixture.SealAsync();
        Assert.Equal(new string('\uFFFD', 60_000), Assert.Single(await fixture.ReadAllAsync(Some.Valve)).Text);
    }
}
