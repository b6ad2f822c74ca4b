using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Appending;
using SensorGrid.Ingest.Following;
using SensorGrid.Ingest.Sources.Mqtt.Accounts;
using SensorGrid.Ingest.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.ReadingLog;
using SensorGrid.Readings;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Tests.Rig;

/// <summary>The ingest library put together as the service does it, over a real log in a temporary folder.</summary>
internal sealed class IngestRig : IAsyncDisposable
{
    private readonly bool ownsDisk;
    private WebApplication? host;

    public IngestRig(IngestOptions? options = null, TimeProvider? time = null, GatedDisk? disk = null,
        Func<ReadingLogOptions, ReadingLogOptions>? log = null, PayloadFormats? formats = null)
    {
        Options = options ?? new();
        Time = time ?? TimeProvider.System;
        ownsDisk = disk is null;
        Disk = disk ?? new();
        var logOptions = new ReadingLogOptions { Folder = Disk.Path, SegmentBytes = 1 << 20 };
        Log = ReadingLogWriter.Open(Disk, log?.Invoke(logOptions) ?? logOptions, Time, NullLogger.Instance);
        Stream = new(Log, Datastreams, Options, Metrics, Time, formats);
        Appender = new(Log, Stream, Time);
        Register = new(Options);
        Admission = new(Appender, Stream, Register, Options, Metrics, Time, NullLogger<ReadingAdmission>.Instance);
    }

    public IngestOptions Options { get; }

    public TimeProvider Time { get; }

    public GatedDisk Disk { get; }

    public DatastreamTable Datastreams { get; } = new();

    public IngestMetrics Metrics { get; } = new();

    public SessionMetrics SessionMetrics { get; } = new();

    public ReadingLogWriter Log { get; }

    public CommittedStream Stream { get; }

    public LogAppender Appender { get; }

    public GatewayRegister Register { get; }

    public ReadingAdmission Admission { get; }

    public MqttEndpointSource Source { get; private set; } = null!;

    /// <summary>Port of the embedded broker.</summary>
    public int Port { get; private set; }

    public static async Task<IngestRig> WithBrokerAsync(
        IngestOptions? options = null, MqttEndpointOptions? mqtt = null, MqttSessionOptions? sessions = null, GatedDisk? disk = null, IPAddress? address = null,
        MqttAccessOptions? access = null)
    {
        var rig = new IngestRig(options, disk: disk);
        rig.Source = MqttEndpointSource.Open(
            mqtt ?? new(), sessions ?? new(), rig.Options, access ?? new(), rig.Disk.Path, rig.Admission, rig.Metrics, rig.SessionMetrics, rig.Time, NullLogger<MqttEndpointSource>.Instance);
        await rig.Source.StartAsync(CancellationToken.None);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var endpoint = PolledKestrel.Use(builder, new(address ?? IPAddress.Loopback, 0));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(endpoint, listen => listen.UseMqttSource(rig.Source)));
        rig.host = builder.Build();
        await rig.host.StartAsync();
        string bound = rig.host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        rig.Port = new Uri(bound).Port;
        return rig;
    }

    /// <summary>Kestrel ends before the source was told to.</summary>
    public Task StopHostAsync() => host!.StopAsync(CancellationToken.None);

    /// <summary>All durable records, read from the log itself. What was admitted a moment ago is waited for: it is counted before it is durable.</summary>
    public List<ReadingLogRecord> LogRecords()
    {
        // A disk that is held on purpose does not end the test.
        SpinWait.SpinUntil(() => Log.LastDurableSequence == Log.NextSequence - 1 || Log.Failed.IsCompleted, TimeSpan.FromSeconds(2));
        var records = new List<ReadingLogRecord>();
        if (Log.LastDurableSequence == 0)
            return records;
        using var follower = Log.CreateFollower(Log.FirstSequence);
        var buffer = new ReadingLogRecordBuffer();
        while (follower.TryRead(buffer) > 0)
        {
            foreach (var record in buffer.Records)
                records.Add(record with { Payload = record.Payload.ToArray() });
        }
        return records;
    }

    public async ValueTask DisposeAsync()
    {
        // As when the process ends: the gateways are let go of before the log closes.
        if (host is not null)
        {
            await Source.StopAsync(CancellationToken.None);
            await host.StopAsync();
            await host.DisposeAsync();
            await Source.DisposeAsync();
        }
        Disk.LetGo();
        await Log.DisposeAsync();
        Metrics.Dispose();
        SessionMetrics.Dispose();
        if (ownsDisk)
            Disk.Dispose();
    }
}
