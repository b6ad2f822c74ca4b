using System.Buffers;
using System.Globalization;
using System.Text;
using SensorGrid.Ingest.Sources;

namespace SensorGrid.Ingest.Tests.Rig;

/// <summary>Messages whose details do not matter to a test.</summary>
internal static class Messages
{
    public const string Gateway = "water-gw-1";
    public const string Topic = "sensorgrid/v1/water/water-gw-1/readings";

    /// <summary>A SenML pack of one reading.</summary>
    public static byte[] Pack(double value = 1.5, string name = "stage", long unixSeconds = 1_450_000_000) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""[{"bn":"{{name}}","bt":{{unixSeconds}},"u":"m","v":{{value}}}]"""));

    public static byte[] Unreadable { get; } = "this is no SenML"u8.ToArray();

    public static IncomingMessage Incoming(byte[] payload, string topic = Topic, string? gateway = Gateway) => new()
    {
        Source = "test",
        Principal = gateway ?? "broker",
        BoundGateway = gateway,
        Topic = topic,
        Payload = new ReadOnlySequence<byte>(payload),
    };
}
