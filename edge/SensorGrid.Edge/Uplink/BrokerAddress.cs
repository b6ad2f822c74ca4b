using System.Diagnostics.CodeAnalysis;

namespace SensorGrid.Edge.Uplink;

/// <summary>Where a broker listens: <c>mqtt://host[:port]</c>, host a name, an IPv4 address or an IPv6 address in brackets.</summary>
/// <param name="Host">Host without brackets.</param>
/// <param name="Port">Port.</param>
public sealed record BrokerAddress(string Host, int Port)
{
    /// <summary>Port of MQTT without TLS.</summary>
    public const int DefaultPort = 1883;

    /// <summary>What an address looks like, for messages.</summary>
    public const string Rule = "mqtt://HOST:PORT, such as mqtt://127.0.0.1:1883 or mqtt://[::1]:1883";

    /// <summary>Reads an address.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out BrokerAddress? address)
    {
        address = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme != "mqtt" || uri.Host.Length == 0 || uri.UserInfo.Length > 0)
            return false;
        if (uri.PathAndQuery is not ("" or "/"))
            return false;
        address = new(uri.HostNameType == UriHostNameType.IPv6 ? uri.Host.Trim('[', ']') : uri.Host, uri.IsDefaultPort || uri.Port < 0 ? DefaultPort : uri.Port);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"mqtt://[{Host}]:{Port}" : $"mqtt://{Host}:{Port}";
}
