using System.Runtime.CompilerServices;

namespace SensorGrid.Readings;

/// <summary>Finds the names of one message of a gateway. Gateways send their datastreams in the same order again and again, so the name that followed last time is
/// tried before a hash is computed. Keeps its place for itself until <see cref="End"/>: the gateway's own is shared with other threads, and writing there costs as much as finding.</summary>
internal ref struct NameSequence(GatewayDatastreams gateway)
{
    private readonly GatewayDatastreams gateway = gateway;
    private NamedDatastream last = gateway.Last;

    /// <summary>Index of a known name that is said in two parts.</summary>
    /// <param name="prefix">The first; may be empty.</param>
    /// <param name="name">The second.</param>
    /// <param name="index">Its index.</param>
    /// <returns>False when no such name is known; none is assigned.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFollow(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> name, out DatastreamIndex index)
    {
        var next = last.Next;
        if (next is null || !next.Is(prefix, name))
        {
            next = gateway.FindJoined(last, prefix, default, name);
            if (next is null)
            {
                index = default;
                return false;
            }
        }
        last = next;
        index = next.Index;
        return true;
    }

    /// <summary>The next message begins where this one ended.</summary>
    public readonly void End() => gateway.Last = last;
}
