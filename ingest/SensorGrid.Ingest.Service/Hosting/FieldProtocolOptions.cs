using SensorGrid.FieldProtocols;
using SensorGrid.Ingest.Sources.FieldProtocols;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>Where stations of one field protocol connect; nowhere unless told.</summary>
internal sealed record FieldListenOptions
{
    /// <summary>Address for TCP. Empty: none.</summary>
    public ListenAddress? Listen { get; init; }

    /// <summary>Address for datagrams. Empty: none.</summary>
    public ListenAddress? Udp { get; init; }
}

/// <summary>One field protocol: <c>FieldProtocols:{Name}</c>.</summary>
/// <param name="Protocol">Which.</param>
/// <param name="Name">Name of its section.</param>
/// <param name="Listen">Its addresses.</param>
/// <param name="Bounds">Its bounds.</param>
internal sealed record FieldProtocolOptions(FieldProtocol Protocol, string Name, FieldListenOptions Listen, FieldListenerOptions Bounds)
{
    /// <summary>All of them, with their defaults: the domain is the one whose stations speak it most.</summary>
    public static IReadOnlyList<FieldProtocolOptions> Defaults { get; } =
    [
        new(FieldProtocol.Sl651, "Sl651", new(), new()),
        new(FieldProtocol.Hj212, "Hj212", new(), new() { Domain = "drainage" }),
        new(FieldProtocol.Gb26875, "Gb26875", new(), new() { Domain = "fire" }),
    ];

    /// <summary>Its section.</summary>
    public string Section => $"FieldProtocols:{Name}";

    /// <summary>True when stations can connect.</summary>
    public bool IsOn => Listen.Listen is not null || Listen.Udp is not null;

    /// <summary>Reads all of them.</summary>
    public static IReadOnlyList<FieldProtocolOptions> Read(SettingsReader settings) =>
        [.. Defaults.Select(one => one with { Listen = settings.Fill(one.Section, new FieldListenOptions()), Bounds = settings.Fill(one.Section, one.Bounds with { }) })];

    /// <summary>Addresses that other machines reach.</summary>
    public IEnumerable<(string Key, ListenAddress Address)> Exposed()
    {
        if (Listen.Listen is { IsLoopback: false } tcp)
            yield return ($"{Section}:Listen", tcp);
        if (Listen.Udp is { IsLoopback: false } udp)
            yield return ($"{Section}:Udp", udp);
    }
}
