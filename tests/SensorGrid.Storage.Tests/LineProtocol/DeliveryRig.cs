using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.Storage.LineProtocol;
using SensorGrid.Testing;

namespace SensorGrid.Storage.Tests.LineProtocol;

/// <summary>A delivery to a scripted store, with a clock that stands still.</summary>
internal sealed class DeliveryRig : IDisposable
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(29);

    private readonly LineProtocolSink sink;
    private readonly LineDelivery delivery;

    public DeliveryRig(ExternalStoreKind kind = ExternalStoreKind.InfluxDb2, Func<ExternalStoreOptions, ExternalStoreOptions>? change = null)
    {
        var options = Options(kind, Store.Url);
        Settings = change?.Invoke(options) ?? options;
        Clock = new(Timeout);
        sink = new(Settings, Clock);
        State = new(Settings, sink.Address);
        delivery = new(sink, Settings, State, Clock, new Random(20261124), NullLogger.Instance);
    }

    public ScriptedStore Store { get; } = new();

    public ExternalStoreOptions Settings { get; }

    public PauseClock Clock { get; }

    public ExternalStoreState State { get; }

    public List<DeadLetter> Refused { get; } = [];

    public static ExternalStoreOptions Options(ExternalStoreKind kind, Uri url) => kind switch
    {
        ExternalStoreKind.InfluxDb2 => new() { Kind = kind, Name = "city", Url = url, Org = "city hall", Bucket = "b/1", Token = "secret-token", Timeout = Timeout },
        ExternalStoreKind.InfluxDb1 => new() { Kind = kind, Name = "city", Url = url, Database = "city", User = "u", Password = "secret-password", Timeout = Timeout },
        _ => new() { Kind = kind, Name = "city", Url = url, Timeout = Timeout },
    };

    /// <summary>Delivers lines <c>m v=1 1</c>, <c>m v=2 2</c> …; each from the log record of its number.</summary>
    public Task<bool> DeliverAsync(int lines, int attempts = int.MaxValue, CancellationToken cancellationToken = default) =>
        DeliverAsync([.. Enumerable.Range(1, lines).Select(Line)], attempts, cancellationToken);

    public Task<bool> DeliverAsync(string[] lines, int attempts = int.MaxValue, CancellationToken cancellationToken = default)
    {
        var batch = new LineBatch();
        for (int i = 0; i < lines.Length; i++)
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(lines[i] + "\n");
            utf8.CopyTo(batch.Buffer.GetSpan(utf8.Length));
            batch.Buffer.Advance(utf8.Length);
            batch.EndLine(i + 1);
        }
        return delivery.DeliverAsync(batch, Refused, attempts, cancellationToken);
    }

    public static string Line(int number) => string.Create(CultureInfo.InvariantCulture, $"m v={number} {number}");

    public void Dispose()
    {
        sink.Dispose();
        Store.Dispose();
    }
}
