using System.Globalization;
using SensorGrid.ReadingLog;

namespace SensorGrid.EndToEnd.Tests.Support;

/// <summary>Gateways that publish beside each other, and afterwards compare what was acknowledged to them with what the log holds.</summary>
internal sealed class GatewayFleet : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;

    public GatewayFleet(IReadOnlyList<PublishingGateway> gateways)
    {
        Gateways = gateways;
        running = Task.WhenAll(gateways.Select(gateway => Task.Run(() => gateway.RunAsync(stop.Token))));
    }

    /// <summary>Some gateways of one kind.</summary>
    public GatewayFleet(int count, int port, int window)
        : this([.. Enumerable.Range(0, count).Select(number => new PublishingGateway($"fault-{number.ToString("D3", CultureInfo.InvariantCulture)}", port, window))])
    {
    }

    public IReadOnlyList<PublishingGateway> Gateways { get; }

    public long Acknowledged => Gateways.Sum(gateway => gateway.Acknowledged);

    public long Sent => Gateways.Sum(gateway => gateway.Sent);

    /// <summary>Waits until so many more were acknowledged.</summary>
    public async Task AcknowledgedAsync(long more, TimeSpan limit)
    {
        long until = Acknowledged + more;
        long began = TimeProvider.System.GetTimestamp();
        while (Acknowledged < until)
        {
            if (running.IsCompleted)
                await running;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < limit, $"{until - Acknowledged} of {more} were not acknowledged within {limit}");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    /// <summary>The network goes, or comes back.</summary>
    public void CutOff(bool cut)
    {
        foreach (var gateway in Gateways)
            gateway.IsCutOff = cut;
    }

    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await running;
    }

    /// <summary>Everything acknowledged is in the log of a stopped service, and nothing is that was never sent.</summary>
    /// <returns>Records of the gateways in the log.</returns>
    public long AssertNothingLost(string data, string context)
    {
        var found = Gateways.ToDictionary(gateway => gateway.Id, gateway => new bool[gateway.Sent + 1], StringComparer.Ordinal);
        long records = 0;
        using var reader = ReadingLogReader.Open(Path.Combine(data, "log"));
        var buffer = new ReadingLogRecordBuffer();
        while (reader.Read(buffer) > 0)
        {
            foreach (var record in buffer.Records)
            {
                if (record.Kind != ReadingLogKind.Payload || !found.TryGetValue(record.Principal, out bool[]? numbers))
                    continue;
                long number = PublishingGateway.NumberOf(record.Payload.Span);
                Assert.True(number < numbers.Length, $"{context}: {record.Principal} never sent {number}");
                numbers[number] = true;
                records++;
            }
        }
        foreach (var gateway in Gateways)
        {
            long missing = Enumerable.Range(1, (int)gateway.Acknowledged).Count(number => !found[gateway.Id][number]);
            Assert.True(missing == 0, $"{context}: {missing} of {gateway.Acknowledged} messages acknowledged to {gateway.Id} are not in the log");
        }
        return records;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
    }
}
