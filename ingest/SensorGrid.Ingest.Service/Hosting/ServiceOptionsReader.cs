using SensorGrid.Ingest.Sources.Mqtt;
using SensorGrid.Ingest.Sources.Mqtt.Accounts;
using SensorGrid.Ingest.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Sources.Sparkplug;
using SensorGrid.ReadingLog;
using SensorGrid.Storage;
using SensorGrid.Storage.LineProtocol;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>Configuration → <see cref="ServiceOptions"/>, or all the reasons why not.</summary>
internal static class ServiceOptionsReader
{
    private static readonly string[] Sections =
        ["Data", "Http", "Mqtt", "FieldProtocols", "Ingest", "Log", "Storage", "Stores", "Catalogue", "Rules", "Alarms", "Retention", "Clock", "Security", "Process"];

    public static (ServiceOptions Options, SettingsReader Settings) Read(IConfiguration configuration)
    {
        var settings = new SettingsReader(configuration);
        var options = new ServiceOptions
        {
            Data = settings.Fill("Data", new DataOptions()),
            Http = settings.Fill("Http", new HttpOptions()),
            MqttListen = settings.Fill("Mqtt", new MqttListenOptions()),
            MqttTls = settings.Fill("Mqtt:Tls", new MqttTlsOptions()),
            Mqtt = settings.Fill("Mqtt", new MqttOptions()),
            MqttEndpoint = settings.Fill("Mqtt", new MqttEndpointOptions()),
            MqttSessions = settings.Fill("Mqtt:Sessions", new MqttSessionOptions()),
            MqttAccess = settings.Fill(
                "Mqtt:Access", new MqttAccessOptions { Accounts = settings.FillList<MqttAccountOptions>("Mqtt:Accounts") },
                except: [nameof(MqttAccessOptions.Accounts), nameof(MqttAccessOptions.IsLoopbackOnly)]),
            MqttAlarms = settings.Fill("Mqtt:Alarms", new MqttAlarmOptions()),
            Sparkplug = settings.Fill(SparkplugOptions.Section, new SparkplugOptions()),
            FieldProtocols = FieldProtocolOptions.Read(settings),
            Ingest = settings.Fill("Ingest", new IngestOptions()),
            Log = settings.Fill("Log", new ReadingLogOptions { Folder = "log" }, except: [nameof(ReadingLogOptions.Folder), nameof(ReadingLogOptions.Name)]),
            Storage = settings.Fill("Storage", new StorageOptions()),
            Stores = settings.FillList<ExternalStoreOptions>("Stores"),
            Catalogue = settings.Fill("Catalogue", new CatalogueOptions()),
            Rules = settings.Fill("Rules", new RulesOptions()),
            Alarms = settings.Fill("Alarms", new AlarmOptions()),
            Retention = settings.Fill("Retention", new RetentionOptions()),
            Clock = settings.Fill("Clock", new ClockOptions()),
            Security = settings.Fill("Security", new SecurityOptions()),
            Process = settings.Fill("Process", new ProcessOptions()),
        };
        options = options with { MqttAccess = options.MqttAccess with { IsLoopbackOnly = Addresses(options).All(address => address.IsLoopback) } };
        settings.RefuseUnknown(Sections);
        settings.AddUnlessTold("Mqtt", options.Mqtt.Validate());
        settings.AddUnlessTold("Mqtt", options.MqttEndpoint.Validate());
        settings.AddUnlessTold("Mqtt:Sessions", options.MqttSessions.Validate());
        settings.AddUnlessTold("Mqtt:Access", options.MqttAccess.Validate());
        settings.AddUnlessTold(SparkplugOptions.Section, options.Sparkplug.Validate());
        settings.Errors.AddRange(options.MqttAccess.ValidateAccounts());
        foreach (var protocol in options.FieldProtocols)
            settings.AddUnlessTold(protocol.Section, protocol.Bounds.Validate(protocol.Section));
        settings.AddUnlessTold("Ingest", options.Ingest.Validate());
        settings.AddUnlessTold("Log", options.Log.Validate());
        settings.AddUnlessTold("Storage", options.Storage.Validate());
        for (int i = 0; i < options.Stores.Count; i++)
            settings.Errors.AddRange(options.Stores[i].Validate().Select(error => $"Stores:{i}:{error}"));
        settings.Errors.AddRange(Contradictions(options));
        return (options, settings);
    }

    private const string GivePasswords = " Or let gateways sign in: Mqtt:Access:GatewayPasswordFile.";

    private static IEnumerable<string> Contradictions(ServiceOptions options)
    {
        if (options.Data.Folder.Length == 0)
            yield return "Data:Folder: this user has no home folder to keep data in; name one with --data DIR.";
        if (options.Data.DiskWarnPercent > options.Data.DiskAlarmPercent)
            yield return $"Data:DiskWarnPercent: {options.Data.DiskWarnPercent} is above Data:DiskAlarmPercent ({options.Data.DiskAlarmPercent}); the warning comes first.";
        if ((options.Clock.Start is null) != (options.Clock.Origin is null))
            yield return "Clock: --clock-start and --clock-origin go together; give both or neither.";
        if (options.Clock.Start is null && options.Clock.Speed != 1)
            yield return "Clock:Speed: a speed needs --clock-start and --clock-origin as well.";
        if (options.Catalogue.Folder.Length > 0 && !Directory.Exists(options.Catalogue.Folder))
            yield return $"Catalogue:Folder: {Path.GetFullPath(options.Catalogue.Folder)} is not a folder.";
        if (options.Rules.Folder.Length > 0 && !Directory.Exists(options.Rules.Folder))
            yield return $"Rules:Folder: {Path.GetFullPath(options.Rules.Folder)} is not a folder.";
        foreach (var twice in options.Stores.GroupBy(store => store.EffectiveName, StringComparer.Ordinal).Where(group => group.Count() > 1))
            yield return $"Stores: {twice.Count()} of them are named \"{twice.Key}\"; give each a Name of its own.";
        if (!options.Http.Listen.IsLoopback && !options.Security.AllowAnonymousNetwork)
            yield return Exposed("Http:Listen", options.Http.Listen);
        // Where every gateway must sign in or show a certificate nobody is anonymous.
        bool admitsAnybody = options.Mqtt.Mode == MqttMode.Embedded && !options.MqttAccess.RequiresGatewayPasswords && !options.Security.AllowAnonymousNetwork;
        if (admitsAnybody && !options.MqttListen.Listen.IsLoopback)
            yield return Exposed("Mqtt:Listen", options.MqttListen.Listen) + GivePasswords;
        if (admitsAnybody && options.MqttTls is { Listen: { IsLoopback: false } tls, ClientCertificates: not ClientCertificates.Required })
            yield return Exposed("Mqtt:Tls:Listen", tls) + GivePasswords;
        foreach (var (key, address) in options.FieldProtocols.SelectMany(protocol => protocol.Exposed()).Where(_ => !options.Security.AllowAnonymousNetwork))
            yield return Exposed(key, address);
        if ((options.MqttTls.Listen is null) != (options.MqttTls.Certificate is null))
            yield return "Mqtt:Tls: Listen and Certificate go together; give both or neither.";
        if ((options.MqttTls.ClientCertificates == ClientCertificates.None) != (options.MqttTls.ClientAuthorities is null))
            yield return "Mqtt:Tls: ClientCertificates=Optional or Required and ClientAuthorities go together; give both or neither.";
        if (options.MqttTls is { ClientRevocations: not null, ClientAuthorities: null })
            yield return "Mqtt:Tls:ClientRevocations needs ClientAuthorities: whose lists are they?";
        if (options.MqttAlarms.RetryLongest < options.MqttAlarms.RetryFirst)
            yield return $"Mqtt:Alarms:RetryLongest is {options.MqttAlarms.RetryLongest}: it must not be less than RetryFirst ({options.MqttAlarms.RetryFirst}).";
        if (options.MqttAccess.Accounts.Count > 0 && options.Mqtt.Mode == MqttMode.External)
            yield return "Mqtt:Accounts are of the embedded broker; with Mqtt:Mode=External the broker has its own.";
        if (options.MqttAccess.GatewayPasswordFile is not null && options.Mqtt.Mode == MqttMode.External)
            yield return "Mqtt:Access:GatewayPasswordFile is of the embedded broker; with Mqtt:Mode=External the broker has its own passwords.";
    }

    private static IEnumerable<ListenAddress> Addresses(ServiceOptions options)
    {
        yield return options.Http.Listen;
        yield return options.MqttListen.Listen;
        if (options.MqttTls.Listen is { } tls)
            yield return tls;
    }

    private static string Exposed(string key, ListenAddress address) =>
        $"{key}: {address} can be reached from other machines, and nobody has to sign in yet. Listen on 127.0.0.1 or [::1], "
        + "or set Security:AllowAnonymousNetwork=true on a network where everybody may send readings and acknowledge alarms.";
}
