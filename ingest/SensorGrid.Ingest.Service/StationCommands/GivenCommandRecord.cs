using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using SensorGrid.Ingest.Service.Api;

namespace SensorGrid.Ingest.Service.StationCommands;

/// <summary>Payload of <c>station.command</c>: what was given to whom.</summary>
/// <param name="Protocol">The protocol's word.</param>
/// <param name="Station">To whom.</param>
/// <param name="Command">Which.</param>
/// <param name="Arguments">With what.</param>
internal sealed record GivenCommandRecord(string Protocol, string Station, string Command, IReadOnlyList<string> Arguments)
{
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, ApiJson.Options);

    public static bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out GivenCommandRecord? record) => RecordPayload.TryRead(payload, out record);
}
