using System.Text;

namespace SensorGrid.Readings.Tests;

public class DatastreamTableTests
{
    [Fact]
    public void Numbers_datastreams_densely_in_the_order_first_seen()
    {
        var table = new DatastreamTable();
        Assert.True(table.TryIntern(new("g1", "a"), out var first));
        Assert.True(table.TryIntern(new("g2", "a"), out var second));
        Assert.True(table.TryIntern(new("g1", "a"), out var again));
        Assert.Equal((0, 1, 0, 2), (first.Value, second.Value, again.Value, table.Count));
        Assert.Equal(new DatastreamKey("g2", "a"), table.KeyOf(second));
        Assert.Equal("g2/a", table.KeyOf(second).ToString());
    }

    [Fact]
    public void Finds_only_what_is_known()
    {
        var table = new DatastreamTable();
        table.TryIntern(new("g1", "a"), out var index);
        Assert.True(table.TryFind(new("g1", "a"), out var found));
        Assert.Equal(index, found);
        Assert.False(table.TryFind(new("g1", "b"), out _));
        Assert.False(table.TryFind(new("g2", "a"), out _));
        Assert.Equal((1, 1), (table.Count, table.GatewayCount));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.KeyOf(new(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.KeyOf(new(-1)));
    }

    [Fact]
    public void A_full_table_refuses_new_names_and_still_finds_the_old()
    {
        var table = new DatastreamTable(capacity: 3);
        for (int i = 0; i < 3; i++)
            Assert.True(table.TryIntern(new("g", $"n{i}"), out _));
        Assert.False(table.TryIntern(new("g", "n3"), out _));
        Assert.False(table.TryIntern(new("h", "n0"), out _));
        Assert.True(table.TryIntern(new("g", "n2"), out var old));
        Assert.Equal((2, 3), (old.Value, table.Count));
    }

    [Fact]
    public void One_gateway_cannot_use_up_the_table()
    {
        var table = new DatastreamTable(capacity: 100, capacityPerGateway: 2);
        Assert.True(table.TryIntern(new("broken", "n0"), out _));
        Assert.True(table.TryIntern(new("broken", "n1"), out _));
        Assert.False(table.TryIntern(new("broken", "n2"), out _));
        Assert.True(table.TryIntern(new("sound", "n0"), out _));
    }

    [Fact]
    public void Gateways_are_bounded_and_one_too_many_gets_no_datastreams()
    {
        var table = new DatastreamTable(gatewayCapacity: 2);
        var first = table.ForGateway("g0");
        table.ForGateway("g1");
        var beyond = table.ForGateway("g2");
        Assert.Equal((2, "g2"), (table.GatewayCount, beyond.Gateway));
        Assert.False(beyond.TryResolve("a"u8, out _));
        Assert.False(table.TryIntern(new("g2", "a"), out _));
        Assert.Same(first, table.ForGateway("g0"));
        Assert.True(first.TryResolve("a"u8, out _));
    }

    [Fact]
    public void A_name_is_its_bytes()
    {
        var gateway = new DatastreamTable().ForGateway("g");
        byte[] buffer = Encoding.ASCII.GetBytes("xstagex");
        Assert.True(gateway.TryResolve(buffer.AsSpan(1, 5), out var index));
        Array.Clear(buffer);
        Assert.True(gateway.TryFind("stage"u8, out var found));
        Assert.Equal(index, found);
        Assert.False(gateway.TryFind("Stage"u8, out _));
    }

    [Fact]
    public void Resolving_a_known_name_allocates_nothing()
    {
        var gateway = new DatastreamTable().ForGateway("g");
        gateway.TryResolve("stage"u8, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            gateway.TryResolve("stage"u8, out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Many_threads_agree_on_every_number()
    {
        const int Threads = 8, Names = 3000;
        var table = new DatastreamTable();
        using var start = new Barrier(Threads);
        var results = await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                var seen = new int[Names];
                start.SignalAndWait();
                for (int i = 0; i < Names; i++)
                {
                    // Each thread walks the names from another place, over four gateways.
                    int name = (i + thread * 371) % Names;
                    Assert.True(table.ForGateway($"g{name % 4}").TryResolve(Encoding.ASCII.GetBytes($"n{name}"), out var index));
                    // Whoever holds a number may ask for its key at once.
                    Assert.Equal(new($"g{name % 4}", $"n{name}"), table.KeyOf(index));
                    seen[name] = index.Value;
                }
                return seen;
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.All(results, seen => Assert.Equal(results[0], seen));
        Assert.Equal(Enumerable.Range(0, Names), results[0].Order());
        Assert.Equal((Names, 4), (table.Count, table.GatewayCount));
    }

    [Fact]
    public async Task Many_threads_never_pass_the_limits()
    {
        var table = new DatastreamTable(capacity: 500, capacityPerGateway: 90, gatewayCapacity: 7);
        int[] accepted = await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            int count = 0;
            for (int i = 0; i < 2000; i++)
                count += table.TryIntern(new($"g{i % 10}", $"t{thread}n{i}"), out _) ? 1 : 0;
            return count;
        })));
        Assert.Equal(7, table.GatewayCount);
        Assert.Equal(500, table.Count);
        Assert.Equal(500, accepted.Sum());
        Assert.All(Enumerable.Range(0, 500).GroupBy(i => table.KeyOf(new(i)).Gateway), group => Assert.InRange(group.Count(), 1, 90));
    }
}
