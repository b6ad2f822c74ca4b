using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Gb26875;
using SensorGrid.FieldProtocols.Hj212;
using SensorGrid.FieldProtocols.Sessions;
using SensorGrid.FieldProtocols.Sl651;
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

    /// <summary>How the centre talks; only what this protocol has counts.</summary>
    public FieldCentreOptions Centre { get; init; } = new();

    /// <summary>How its frames are read; only what this protocol has counts.</summary>
    public FieldReaderOptions Reader { get; init; } = new();

    /// <summary>Files with secrets of its stations: the setting that names each, and its path.</summary>
    public IReadOnlyList<(string Key, string Path)> SecretFiles { get; init; } = [];

    /// <summary>How its frames are found and read.</summary>
    public FieldFormat Format => FieldFormats.With(Reader).Single(format => format.Protocol == Protocol);

    /// <summary>True when stations can connect.</summary>
    public bool IsOn => Listen.Listen is not null || Listen.Udp is not null;

    /// <summary>Reads all of them.</summary>
    public static IReadOnlyList<FieldProtocolOptions> Read(SettingsReader settings) => [.. Defaults.Select(one => ReadTalk(
        settings, one with { Listen = settings.Fill(one.Section, new FieldListenOptions()), Bounds = settings.Fill(one.Section, one.Bounds with { }) }))];

    // What its centre and its reader have besides; lists and tables stand as texts in records of their own.
    private static FieldProtocolOptions ReadTalk(SettingsReader settings, FieldProtocolOptions one) => one.Protocol switch
    {
        FieldProtocol.Sl651 => ReadSl651(settings, one),
        FieldProtocol.Hj212 => ReadHj212(settings, one),
        _ => ReadGb26875(settings, one),
    };

    private static FieldProtocolOptions ReadSl651(SettingsReader settings, FieldProtocolOptions one)
    {
        var centre = settings.Fill(one.Section, new Sl651CentreOptions(), except: [nameof(Sl651CentreOptions.RefillStep), nameof(Sl651CentreOptions.RefillElements)]);
        var reader = settings.Fill(one.Section, new Sl651ReaderOptions(), except: [nameof(Sl651ReaderOptions.StationSlotTimes)]);
        var lists = settings.Fill(one.Section, new Sl651ListOptions());
        settings.AddUnlessTold(one.Section, [.. centre.Validate(), .. reader.Validate()]);
        return one with
        {
            Centre = new() { Sl651 = lists.Over(centre, one.Section, settings.Errors) },
            Reader = new() { Sl651 = lists.Over(reader, one.Section, settings.Errors) },
        };
    }

    private static FieldProtocolOptions ReadHj212(SettingsReader settings, FieldProtocolOptions one)
    {
        var centre = settings.Fill(one.Section, new Hj212CentreOptions(), except: [nameof(Hj212CentreOptions.Stations), nameof(Hj212CentreOptions.RefillCommands)]);
        var fallback = settings.Fill(one.Section, new Hj212StationOptions(), except: [nameof(Hj212StationOptions.Cipher), nameof(Hj212StationOptions.Password)]);
        var keys = settings.Fill(one.Section, new Hj212KeyOptions());
        var lists = settings.Fill(one.Section, new Hj212ListOptions());
        settings.AddUnlessTold(one.Section, centre.Validate());
        var stations = keys.ReadStations(fallback, one.Section, settings.Errors);
        return one with
        {
            Centre = new() { Hj212 = lists.Over(centre, one.Section, settings.Errors) with { Stations = stations } },
            Reader = new() { Hj212 = stations },
            SecretFiles = keys.FilesOf(one.Section),
        };
    }

    private static FieldProtocolOptions ReadGb26875(SettingsReader settings, FieldProtocolOptions one)
    {
        var centre = settings.Fill(one.Section, new Gb26875SessionOptions(), except: [nameof(Gb26875SessionOptions.FirstSerial), nameof(Gb26875SessionOptions.DataCommands)]);
        var reader = settings.Fill(one.Section, new Gb26875ReaderOptions());
        var lists = settings.Fill(one.Section, new Gb26875ListOptions());
        settings.AddUnlessTold(one.Section, [.. centre.Validate(), .. reader.Validate()]);
        return one with { Centre = new() { Gb26875 = lists.Over(centre, one.Section, settings.Errors) }, Reader = new() { Gb26875 = reader } };
    }

    /// <summary>Addresses that other machines reach.</summary>
    public IEnumerable<(string Key, ListenAddress Address)> Exposed()
    {
        if (Listen.Listen is { IsLoopback: false } tcp)
            yield return ($"{Section}:Listen", tcp);
        if (Listen.Udp is { IsLoopback: false } udp)
            yield return ($"{Section}:Udp", udp);
    }
}
