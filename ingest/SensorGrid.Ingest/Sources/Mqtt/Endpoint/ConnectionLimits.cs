using System.Net;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>Counts connections, in all and by address, so that one host cannot take every place.</summary>
internal sealed class ConnectionLimits(int max, int maxPerAddress)
{
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> byAddress = [];

    public int Count { get; private set; }

    /// <summary>Takes a place.</summary>
    /// <returns>Why there is none; null when there was.</returns>
    public string? TryEnter(IPAddress address)
    {
        lock (gate)
        {
            if (Count >= max)
                return "too_many_connections";
            byAddress.TryGetValue(address, out int here);
            if (here >= maxPerAddress)
                return "too_many_connections_from_address";
            byAddress[address] = here + 1;
            Count++;
            return null;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(IPAddress address)
    {
        lock (gate)
        {
            Count--;
            if (--byAddress[address] == 0)
                byAddress.Remove(address);
        }
    }
}
