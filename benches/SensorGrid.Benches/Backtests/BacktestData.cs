using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.Readings.Units;
using SensorGrid.Readings.Wire;
using SensorGrid.Readings.Wire.SenMl;
using SensorGrid.ReadingLog;
using SensorGrid.Simulators.Recordings;

namespace SensorGrid.Benches.Backtests;

/// <summary>
/// A made-up recording of a city (seeded), as one would get it from a database: a CSV of each domain, rows of its sites minute by minute, with the
/// description and the catalogue beside it; the same as gzip; and a log directory in which each gateway sent its values each minute.
/// <code>
/// one site in a hundred has an event of two hours      one cell in two hundred is empty      one site in fifty is silent for three hours
/// </code>
/// </summary>
internal static class BacktestData
{
    private const int Seed = 20260501;

    /// <summary>Makes what is not there.</summary>
    public static async Task BuildAsync(BacktestPlan plan)
    {
        string done = Path.Combine(plan.Folder, "done");
        string what = $"seed {Seed}, {plan.Sites} sites, {plan.Minutes} minutes";
        if (!plan.Rebuild && File.Exists(done) && File.ReadAllText(done) == what)
            return;
        if (Directory.Exists(plan.Folder))
            Directory.Delete(plan.Folder, recursive: true);
        Directory.CreateDirectory(Path.Combine(plan.Folder, "catalogue"));
        foreach (bool isGzip in new[] { false, true })
        {
            foreach (var domain in BacktestDomain.All)
                WriteDomain(plan, domain, isGzip);
        }
        WriteCatalogue(plan);
        await WriteLogAsync(plan);
        File.WriteAllText(done, what);
    }

    /// <summary>The recordings, plain or gzip.</summary>
    public static RecordingDescription[] Recordings(BacktestPlan plan, bool isGzip) =>
        [.. BacktestDomain.All.SelectMany(domain => RecordingDescriptionReader.Load(Folder(plan, domain, isGzip)))];

    /// <summary>Where the catalogue is.</summary>
    public static string Catalogue(BacktestPlan plan) => Path.Combine(plan.Folder, "catalogue");

    /// <summary>Where the log is.</summary>
    public static string Log(BacktestPlan plan) => Path.Combine(plan.Folder, "log");

    private static string Folder(BacktestPlan plan, BacktestDomain domain, bool isGzip) => Path.Combine(plan.Folder, isGzip ? "gzip" : "plain", domain.Id);

    private static void WriteDomain(BacktestPlan plan, BacktestDomain domain, bool isGzip)
    {
        string folder = Folder(plan, domain, isGzip);
        Directory.CreateDirectory(folder);
        string name = isGzip ? "readings.csv.gz" : "readings.csv";
        var description = new StringBuilder($"recording: {domain.Id}\nfiles: {name}\ntime: {{ column: time_utc, format: \"yyyy-MM-ddTHH:mm:ss\", offset: Z }}\n");
        if (domain.IsMoving)
        {
            description.AppendLine("positions:").AppendLine($"  - {{ latitude: latitude, longitude: longitude, gateway: \"{{site}}\", domain: {domain.Id}, name: position }}");
        }
        else
        {
            description.AppendLine("datastreams:");
            foreach (var column in domain.Columns)
                description.AppendLine($"  - {{ column: {column.Name}, gateway: \"{{site}}\", domain: {domain.Id}, name: {column.Name}{(column.Unit.Length > 0 ? $", unit: \"{column.Unit}\"" : "")} }}");
        }
        File.WriteAllText(Path.Combine(folder, "recording.yaml"), description.ToString());
        Stream file = File.Create(Path.Combine(folder, name));
        using var writer = new StreamWriter(isGzip ? new GZipStream(file, CompressionLevel.Optimal) : file);
        WriteRows(plan, domain, writer);
    }

    private static void WriteRows(BacktestPlan plan, BacktestDomain domain, StreamWriter writer)
    {
        var random = new Random(Seed);
        var rows = new RowValues(random, domain, plan);
        writer.Write(domain.IsMoving ? "time_utc,site,latitude,longitude\n" : $"time_utc,site,{string.Join(',', domain.Columns.Select(column => column.Name))}\n");
        for (int minute = 0; minute < plan.Minutes; minute++)
        {
            string time = BacktestPlan.Start.AddMinutes(minute).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
            for (int site = 0; site < plan.Sites; site++)
            {
                if (rows.IsSilent(site, minute))
                    continue;
                writer.Write(time);
                writer.Write(',');
                writer.Write(domain.Id);
                writer.Write('-');
                writer.Write(site);
                rows.Write(writer, site, minute);
                writer.Write('\n');
            }
        }
    }

    private static void WriteCatalogue(BacktestPlan plan)
    {
        foreach (var domain in BacktestDomain.All)
        {
            var text = new StringBuilder($"domains: [{{ id: {domain.Id}, name: {domain.Id} }}]\n").AppendLine(domain.IsMoving ? "assets:" : "stations:");
            for (int site = 0; site < plan.Sites; site++)
                text.AppendLine($"  - {{ id: {domain.Id}-{site}, kind: {domain.Kind}, name: {domain.Id} {site}, domain: {domain.Id} }}");
            text.AppendLine("gateways:");
            for (int site = 0; site < plan.Sites; site++)
                text.AppendLine($"  - {{ id: {domain.Id}-{site}, domain: {domain.Id}{(domain.IsMoving ? "" : $", station: {domain.Id}-{site}")} }}");
            text.AppendLine("datastreams:");
            for (int site = 0; site < plan.Sites; site++)
            {
                foreach (var column in domain.Columns)
                {
                    string unit = column.Unit.Length > 0 ? $", unit: \"{column.Unit}\"" : "";
                    string place = domain.IsMoving ? $"asset: {domain.Id}-{site}" : $"station: {domain.Id}-{site}";
                    text.AppendLine($"  - {{ gateway: {domain.Id}-{site}, name: {column.Name}, {place}, quantity: {column.Name}{unit}{column.Definition} }}");
                }
            }
            if (domain.IsMoving)
            {
                text.AppendLine("zones:");
                for (int site = 0; site < plan.Sites; site++)
                    text.AppendLine($"  - {{ id: area-{site}, kind: patrol-area, name: area {site}, domain: {domain.Id}, geometry: {RowValues.AreaOf(site)} }}");
            }
            File.WriteAllText(Path.Combine(Catalogue(plan), domain.Id + ".yaml"), text.ToString());
        }
    }

    private static async Task WriteLogAsync(BacktestPlan plan)
    {
        var clock = new LogTime();
        var options = new ReadingLogOptions { Folder = Log(plan), SegmentBytes = 256 << 20 };
        await using var log = ReadingLogWriter.Open(options, clock, NullLogger.Instance);
        var payload = new ArrayBufferWriter<byte>();
        var json = new SenMlJsonWriter(payload);
        (RecordedSeries Series, long Ticks)? open = null;
        foreach (var reading in RecordingReader.Read(Recordings(plan, isGzip: false)).Where(reading => reading.IsSent))
        {
            if (open is not { } pack || pack.Ticks != reading.ObservedAtTicks || pack.Series.Gateway != reading.Series.Gateway)
            {
                await CloseAsync();
                clock.Now = new(reading.ObservedAtTicks, TimeSpan.Zero);
                json.Begin(baseTimeTicks: reading.ObservedAtTicks, secondaryUnits: true);
                open = (reading.Series, reading.ObservedAtTicks);
            }
            byte[] name = Encoding.UTF8.GetBytes(reading.Series.Name);
            if (reading.Kind == Readings.ReadingKind.Position)
                json.WritePosition(name, reading.ObservedAtTicks, reading.Value, reading.Value2);
            else
                json.WriteNumber(name, reading.ObservedAtTicks, reading.Value, reading.Series.Unit.Length > 0 ? UnitRegistry.IdOf(reading.Series.Unit) : UnitRegistry.None);
        }
        await CloseAsync();

        async Task CloseAsync()
        {
            if (open is not { } pack)
                return;
            json.End();
            string topic = TelemetryTopic.Format(pack.Series.Domain, pack.Series.Gateway, TelemetryTopicKind.Readings);
            _ = await log.EnqueueAsync(new ReadingLogEntry(ReadingLogKind.Payload, "mqtt", pack.Series.Gateway, topic, payload.WrittenMemory.ToArray()));
            payload.ResetWrittenCount();
            open = null;
        }
    }

    /// <summary>The time of the recording, for the stamps of the log.</summary>
    private sealed class LogTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(BacktestPlan.Start);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
