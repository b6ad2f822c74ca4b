using System.IO.Pipelines;

namespace SensorGrid.Ingest.Sources.Mqtt.Embedded;

/// <summary>A connection's pipes with the packet limit on its input.</summary>
internal sealed class LimitedTransport(IDuplexPipe inner, int maxRemainingLength) : IDuplexPipe
{
    public PipeReader Input { get; } = new PacketLimitPipeReader(inner.Input, maxRemainingLength);

    public PipeWriter Output => inner.Output;
}
