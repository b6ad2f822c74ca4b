using System.ComponentModel.DataAnnotations;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.Ingest.Sources.Mqtt;
using SensorGrid.Ingest.Sources.Mqtt.Accounts;
using SensorGrid.Ingest.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Sources.Sparkplug;
using SensorGrid.ReadingLog;
using SensorGrid.Readings.Wire;
using SensorGrid.Readings.Time;
using SensorGrid.Storage;
using SensorGrid.Storage.LineProtocol;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>Everything that can be set, read and checked at start. Sections of the libraries (<c>Log</c>, <c>Mqtt</c>, <c>Store</c>
/// …) are the libraries' own records.</summary>
internal sealed record ServiceOptions
{
    public DataOptions Data { get; init; } = new();

    public HttpOptions Http { get; init; } = new();

    public MqttListenOptions MqttListen { get; init; } = new();

    public MqttTlsOptions MqttTls { get; init; } = new();

    public MqttOptions Mqtt { get; init; } = new();

    public MqttEndpointOptions MqttEndpoint { get; init; } = new();

    public MqttSessionOptions MqttSessions { get; init; } = new();

    public MqttAccessOptions MqttAccess { get; init; } = new();

    public MqttAlarmOptions MqttAlarms { get; init; } = new();

    public SparkplugOptions Sparkplug { get; init; } = new();

    /// <summary>Stations that speak a protocol of their own; none listened to unless configured.</summary>
    public IReadOnlyList<FieldProtocolOptions> FieldProtocols { get; init; } = FieldProtocolOptions.Defaults;

    /// <summary>How frames in the log are read: as they were when they came, or a replay gives other readings.</summary>
    public PayloadFormats PayloadFormats => FieldFormat.PayloadsOf(FieldProtocols.Select(protocol => protocol.Format));

    public IngestOptions Ingest { get; init; } = new();

    /// <summary>The folder is the data folder's.</summary>
    public ReadingLogOptions Log { get; init; } = new() { Folder = "log" };

    public StorageOptions Storage { get; init; } = new();

    /// <summary>External stores, beside the embedded one; none unless configured.</summary>
    public IReadOnlyList<ExternalStoreOptions> Stores { get; init; } = [];

    public CatalogueOptions Catalogue { get; init; } = new();

    public RulesOptions Rules { get; init; } = new();

    public AlarmOptions Alarms { get; init; } = new();

    public RetentionOptions Retention { get; init; } = new();

    public ClockOptions Clock { get; init; } = new();

    public SecurityOptions Security { get; init; } = new();

    public ProcessOptions Process { get; init; } = new();
}

internal sealed record DataOptions
{
    /// <summary>Where log, time series and state live. The XDG data folder of the user, because it is writable, is not the
    /// folder one happens to stand in, and survives a reboot.</summary>
    public string Folder { get; init; } = DefaultFolder();

    /// <summary>Used part of its disk, in percent, from which on somebody is warned. 80: days before it is full, as a city grows.</summary>
    [Range(1, 100)]
    public int DiskWarnPercent { get; init; } = 80;

    /// <summary>Used part from which on it is urgent.</summary>
    [Range(1, 100)]
    public int DiskAlarmPercent { get; init; } = 90;

    private static string DefaultFolder()
    {
        // $XDG_DATA_HOME, else ~/.local/share; empty for a service user without a home, who must name a folder.
        string home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return home.Length == 0 ? "" : Path.Combine(home, "sensorgrid");
    }
}

internal sealed record HttpOptions
{
    /// <summary>API and console. Loopback: nobody signs in yet, so nobody else may come in.</summary>
    public ListenAddress Listen { get; init; } = new(System.Net.IPAddress.Loopback, 8080);

    /// <summary>Host names, besides IP addresses and <c>localhost</c>, by which browsers may address the service. Any other name is
    /// refused: a page elsewhere could have pointed its own name at this address (DNS rebinding).</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Largest body of a request. An acknowledgement is some hundred bytes.</summary>
    [Range(1024, 16 * 1024 * 1024)]
    public int MaxRequestBodyBytes { get; init; } = 64 * 1024;

    /// <summary>Open connections, the rest are turned away at once. Each browser holds up to six.</summary>
    [Range(1, 100_000)]
    public int MaxConnections { get; init; } = 2000;

    /// <summary>Live alarm streams at once; one more is answered 503.</summary>
    [Range(1, 10_000)]
    public int MaxStreams { get; init; } = 500;

    /// <summary>Events that wait for one slow stream. When it is full the stream is ended and the client asks anew from where
    /// it was: nothing is skipped silently.</summary>
    [Range(16, 1_000_000)]
    public int StreamQueue { get; init; } = 1024;

    /// <summary>Events a stream may ask for again (<c>after</c>); one that is further behind is told to resync from the list.</summary>
    [Range(0, 100_000)]
    public int StreamReplay { get; init; } = 2000;

    /// <summary>Pause between heartbeats of a stream. The console calls its view stale after twice this.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Most alarms one answer carries. The console asks for as many open ones as there are, up to this.</summary>
    [Range(1, 100_000)]
    public int MaxAlarms { get; init; } = 10_000;

    /// <summary>Most stations, assets, gateways or datastreams one answer carries; further ones are on the next page. 10,000
    /// datastreams are 4 MB of JSON.</summary>
    [Range(1, 100_000)]
    public int MaxListed { get; init; } = 10_000;
}

internal sealed record MqttListenOptions
{
    /// <summary>Where gateways connect. Not used with <c>Mqtt:Mode=External</c>. Loopback, as for HTTP.</summary>
    public ListenAddress Listen { get; init; } = new(System.Net.IPAddress.Loopback, 1883);

    /// <summary>Takes MQTT over WebSocket at <c>/mqtt</c> of the HTTP address too, from programs and from pages of our own. On: it opens no address that
    /// is not open already.</summary>
    public bool WebSocket { get; init; } = true;
}

/// <summary>A second address for gateways, with TLS 1.2 or 1.3.</summary>
internal sealed record MqttTlsOptions
{
    /// <summary>Where gateways connect with TLS; 8883 is customary. Empty: nowhere, because there is no certificate to begin with.</summary>
    public ListenAddress? Listen { get; init; }

    /// <summary>File of the server's certificate: PKCS #12 (<c>.pfx</c>, <c>.p12</c>), or PEM with the chain after it.</summary>
    public string? Certificate { get; init; }

    /// <summary>File of its private key, PEM. Empty: the key is in the certificate's file.</summary>
    public string? Key { get; init; }

    /// <summary>Password of that file; give it by environment or a protected file, not on the command line.</summary>
    public string? Password { get; init; }

    /// <summary>Whether a client shows a certificate: <c>None</c>; <c>Optional</c>: one that does must be the gateway it says; <c>Required</c>.</summary>
    public ClientCertificates ClientCertificates { get; init; } = ClientCertificates.None;

    /// <summary>PEM file of the authorities whose certificates are taken: roots, and intermediates that clients do not send.</summary>
    public string? ClientAuthorities { get; init; }

    /// <summary>File of revocation lists of those authorities: PEM, one or more, or one in DER. Read again when it changes.</summary>
    public string? ClientRevocations { get; init; }

    /// <summary>TLS connections, handshakes included; the rest are turned away before they cost a handshake. 10,000: as many as connections in all.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; init; } = 10_000;
}

/// <summary>Whether clients show a certificate in the TLS handshake.</summary>
internal enum ClientCertificates
{
    /// <summary>None is asked for.</summary>
    None = 0,

    /// <summary>One is asked for; who has none is a client without.</summary>
    Optional,

    /// <summary>Who has none is turned away.</summary>
    Required,
}

/// <summary>Alarms over MQTT.</summary>
internal sealed record MqttAlarmOptions
{
    /// <summary>Publishes alarms. On: without subscribers it costs a retained message for each open alarm.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Transitions published before it is waited until they are safe. 256: a flood goes out with few waits.</summary>
    [Range(1, 10_000)]
    public int BatchTransitions { get; init; } = 256;

    /// <summary>Least time between two notes of how far it is; what was published since is published again after a crash. 1 s: the note shares the
    /// one writer of the database with the alarms themselves.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>First pause after a broker did not take alarms; doubles each time, with jitter.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan RetryFirst { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest such pause. 5 s: a broker that is back has the alarms soon.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan RetryLongest { get; init; } = TimeSpan.FromSeconds(5);
}

internal sealed record CatalogueOptions
{
    /// <summary>Folder of catalogue YAML files. Empty: the catalogue that was in force last stays; at first there is none, and every
    /// datastream is listed as unassigned.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Quiet time after the last change of a file before the folder is read again, so that an editor or a copy is done.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan ReloadDelay { get; init; } = TimeSpan.FromMilliseconds(500);
}

internal sealed record RulesOptions
{
    /// <summary>Folder of rule YAML files. Empty: the packs that come with the service.</summary>
    public string Folder { get; init; } = "";

    /// <summary>As for the catalogue.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan ReloadDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Largest body of a request that sends rules (<c>POST /api/v1/rules</c>). 1 MiB: the packs that come with the service are some 16 KB.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int MaxBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>How much of the log such a request plays through old and new rules when it does not say (<c>over</c>).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "366.00:00:00")]
    public TimeSpan BacktestOver { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Most records it plays; the newest ones. A million take some seconds of one processor, beside which the service goes on.</summary>
    [Range(1, 100_000_000)]
    public int BacktestRecords { get; init; } = 1_000_000;
}

internal sealed record AlarmOptions
{
    /// <summary>Records after which the state of rules and alarms is written down. A restart evaluates the records since again:
    /// some hundred thousand a second.</summary>
    [Range(1_000, 100_000_000)]
    public int SnapshotRecords { get; init; } = 500_000;

    /// <summary>Time after which the state is written down, if anything came.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan SnapshotInterval { get; init; } = TimeSpan.FromMinutes(5);
}

internal sealed record RetentionOptions
{
    /// <summary>Size up to which records of the log are kept although everything has been stored and evaluated from them: the log is
    /// the recording that engineers replay.</summary>
    [Range(0L, long.MaxValue)]
    public long LogBytes { get; init; } = 20L << 30;

    /// <summary>Age up to which they are kept.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "36500.00:00:00")]
    public TimeSpan LogAge { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Size up to which the log may grow because an external store lacks its records. 50 GiB are some weeks of a thousand readings a
    /// second. Beyond it the oldest go although the store never got them, which is counted and told.</summary>
    [Range(0L, long.MaxValue)]
    public long UnsentLogBytes { get; init; } = 50L << 30;

    /// <summary>Free disk space below which nothing is kept for an external store any more. 2 GiB: an outage of somebody else's must not
    /// fill the disk, which would stop acknowledgements.</summary>
    [Range(0L, long.MaxValue)]
    public long UnsentFreeBytes { get; init; } = 2L << 30;

    /// <summary>Commands to stations that <c>/api/v1/stations/commands</c> lists; of more the oldest go, while the log has them yet. 100,000 are some 50 MB, and
    /// a command a minute for two months.</summary>
    [Range(1, 10_000_000)]
    public int StationCommands { get; init; } = 100_000;
}

/// <summary>A simulated clock: now = start + (wall − origin) × speed. All processes of one demonstration get the same three values.</summary>
internal sealed record ClockOptions
{
    /// <summary>The simulated time at the origin. Empty: the real clock.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>The real time at which the simulated clock shows the start.</summary>
    public DateTimeOffset? Origin { get; init; }

    /// <summary>Simulated seconds in one real second.</summary>
    [Range(0.001, 1_000_000.0)]
    public double Speed { get; init; } = 1;

    public bool Simulated => Start is not null;

    /// <summary>The service's clock over that of the machine.</summary>
    public TimeProvider Over(TimeProvider machine) => this is { Start: { } start, Origin: { } origin } ? new ScaledTimeProvider(machine, start, origin, Speed) : machine;
}

internal sealed record SecurityOptions
{
    /// <summary>Allows listening on addresses that other machines reach, although nobody has to sign in.</summary>
    public bool AllowAnonymousNetwork { get; init; }
}

internal sealed record ProcessOptions
{
    /// <summary>Stop when standard input ends. For a parent that starts the service as its child and must not leave it behind, not even
    /// when the parent is killed outright: the pipe closes with it. Off, because a supervisor often gives no standard input at all.</summary>
    public bool StopWithStandardInput { get; init; }

    /// <summary>Time between a failure and the end of the process, in which <c>/healthz/ready</c> tells the reason. A supervisor with
    /// slower probes may want to see it; nothing is acknowledged meanwhile.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan FailureGrace { get; init; } = TimeSpan.FromSeconds(1);
}
