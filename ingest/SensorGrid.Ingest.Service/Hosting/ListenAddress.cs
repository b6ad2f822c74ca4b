using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>An address to listen on, as people write it: <c>127.0.0.1:8080</c>, <c>[::1]:8080</c>, <c>localhost:0</c>,
/// <c>*:8080</c> (every address, IPv4 and IPv6). Port 0 takes a free port, which the service prints.</summary>
internal sealed record ListenAddress(IPAddress Address, int Port)
{
    public const string Form = "ADDRESS:PORT, such as 127.0.0.1:8080, [::1]:8080 or *:8080 (port 0 = a free port)";

    public bool IsLoopback => IPAddress.IsLoopback(Address);

    /// <summary>Every address of both families, not one of them.</summary>
    public bool IsAny => Address.Equals(IPAddress.IPv6Any);

    public static bool TryParse(string text, [NotNullWhen(true)] out ListenAddress? address)
    {
        address = null;
        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port > 65535)
            return false;
        string host = text[..colon];
        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        // "::1:8080" could mean two things; an IPv6 address wants its brackets.
        if (!bracketed && host.Contains(':'))
            return false;
        IPAddress? parsed = host switch
        {
            "localhost" => IPAddress.Loopback,
            "*" => IPAddress.IPv6Any,
            _ => IPAddress.TryParse(bracketed ? host[1..^1] : host, out var ip) ? ip : null,
        };
        // .NET reads "1" as 0.0.0.1; nobody means that.
        if (parsed is null || (!bracketed && host is not ("localhost" or "*") && host.Count(c => c == '.') != 3))
            return false;
        address = new(parsed, port);
        return true;
    }

    /// <summary>The address a client on this machine can use, with the port really bound.</summary>
    public string ToUri(string scheme, int boundPort)
    {
        var reachable = Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : Address.Equals(IPAddress.IPv6Any) ? IPAddress.Loopback : Address;
        return $"{scheme}://{new IPEndPoint(reachable, boundPort)}";
    }

    public override string ToString() => IsAny ? $"*:{Port}" : new IPEndPoint(Address, Port).ToString();
}
