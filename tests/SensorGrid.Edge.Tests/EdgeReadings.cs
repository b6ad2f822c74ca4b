using System.Text;
using SensorGrid.Edge.Outbox;
using SensorGrid.Edge.Uplink;
using SensorGrid.Readings;
using SensorGrid.Readings.Wire;
using SensorGrid.Testing;

namespace SensorGrid.Edge.Tests;

/// <summary>Batches by name, and what the centre would read from a pack.</summary>
internal sealed class EdgeReadings(string gateway = "gw")
{
    private readonly PayloadDecoder decoder = new();

    public DatastreamTable Table { get; } = new();

    public GatewayDatastreams Gateway => Table.ForGateway(gateway);

    public DatastreamIndex Index(string name) =>
        Gateway.TryResolve(Encoding.UTF8.GetBytes(name), out var index) ? index : throw new InvalidOperationException("The table is full.");

    /// <summary>Numbers of one datastream, one second apart, from a second on.</summary>
    public ReadingBatch Numbers(int first, int count, string name = "level")
    {
        var batch = new ReadingBatch();
        for (int i = first; i < first + count; i++)
            batch.Add(new(Index(name), Some.TicksAfter(i), i));
        return batch;
    }

    public IReadOnlyList<Reading> Decode(ReadOnlySpan<byte> pack)
    {
        var batch = new ReadingBatch();
        var outcome = decoder.Decode(Some.Topic(gateway), pack, Some.Ticks, Gateway, batch);
        Assert.True(outcome.IsRead, $"{outcome.Reason} at {outcome.Position}: {Encoding.UTF8.GetString(pack)}");
        return batch.Readings.ToArray();
    }

    /// <summary>Everything an outbox still holds, in packs, without waiting.</summary>
    public static async Task<List<(OutboxRange Range, byte[] Pack)>> DrainAsync(EdgeOutbox outbox, int mostReadings = 100)
    {
        var packs = new List<(OutboxRange, byte[])>();
        using var reader = outbox.CreateReader(outbox.FirstUnacknowledged, outbox.LastKept + 1);
        var pack = new PackBuilder(mostReadings, 65_536);
        while (await reader.ReadAsync(pack, CancellationToken.None) is { } range)
            packs.Add((range, pack.Take()));
        return packs;
    }
}
