using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Appending;
using SensorGrid.Ingest.Following;
using SensorGrid.Ingest.Service.Alarms;
using SensorGrid.Ingest.Service.Api;
using SensorGrid.Ingest.Service.Commands;
using SensorGrid.Ingest.Service.Console;
using SensorGrid.Ingest.Service.Definitions;
using SensorGrid.Ingest.Service.Following;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Service.Metrics;
using SensorGrid.Ingest.Sources;
using SensorGrid.Ingest.Sources.Mqtt;
using SensorGrid.Ingest.Sources.Mqtt.Embedded;
using SensorGrid.Ingest.Sources.Mqtt.External;
using SensorGrid.ReadingLog;
using SensorGrid.Readings;
using SensorGrid.Storage;
using SensorGrid.Storage.State;
using Terminal = System.Console;

namespace SensorGrid.Ingest.Service;

/// <summary>SensorGrid's service.
/// <code>
/// sources ─► admission ─► log ─► acknowledgement
///                          ├─► rules follower ─► alarms ─► board ─► API, live streams
///                          └─► store follower ─► time series ─────► API
/// </code></summary>
internal static class Program
{
    // RS0030: only here does the service write to the terminal: the lines others parse, and why it cannot start.
#pragma warning disable RS0030
    public static async Task<int> Main(string[] args)
    {
        var line = new CommandLine(args, ServiceCommands.Create(Terminal.OpenStandardOutput, Terminal.Error));
        if (line.IsQuestion)
            return await line.ShowAsync(Terminal.Out);
        if (line.IsCommand)
            return await line.RunCommandAsync(Terminal.Error);
        try
        {
            var settings = ServiceSettings.Read(line, Environment.CurrentDirectory);
            await using var service = await StartAsync(settings);
            if (settings.Options.Process.StopWithStandardInput)
                service.StopAtEndOf(Terminal.OpenStandardInput());
            Terminal.Out.WriteLine($"http: {service.Http}");
            Terminal.Out.WriteLine($"mqtt: {service.Mqtt}");
            Terminal.Out.WriteLine($"data: {service.Data}");
            Terminal.Out.WriteLine("ready");
            return await service.RunAsync();
        }
        catch (StartException e)
        {
            foreach (string reason in e.Reasons)
                Terminal.Error.WriteLine(reason);
            return e.ExitCode;
        }
    }
#pragma warning restore RS0030

    /// <summary>Wires the stages in the order of the data, recovers, and opens the doors last.</summary>
    /// <exception cref="StartException">It cannot start, for reasons a person can do something about.</exception>
    internal static async Task<RunningService> StartAsync(ServiceSettings settings)
    {
        var (options, configuration, time) = settings;
        long began = time.GetTimestamp();
        var definitions = DefinitionFolders.Load(options);
        var folder = DataFolder.Create(options.Data.Folder);
        var loggers = Diagnostics.CreateLoggers(configuration, time);
        var logger = loggers.CreateLogger("SensorGrid.Ingest.Service");
        var health = new ServiceHealth();
        var service = new RunningService(health, options.Process.FailureGrace, time, logger) { Data = folder.Path };
        try
        {
            await WireAsync();
            return service;
        }
        catch (Exception e)
        {
            await service.AbandonAsync();
            if (StartFailure.Of(e) is { } reason)
                throw reason;
            throw;
        }

        async Task WireAsync()
        {
            service.OnEnd("diagnostics", loggers.Dispose);
            var collector = service.Owns(new MeterCollector("SensorGrid.", "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel"));
            var metrics = service.Owns(new ServiceMetrics(options.Clock.Speed));
            var ingestMetrics = service.Owns(new IngestMetrics());

            // What was kept: state, time series (which name the datastreams), log.
            var state = service.Owns(StateDatabase.Open(folder.Path));
            var datastreams = new DatastreamTable();
            var store = service.Owns(ReadingStore.Open(state, datastreams, options.Storage, time, loggers.CreateLogger<ReadingStore>()));
            var log = ReadingLogWriter.Open(options.Log with { Folder = folder.Log }, time, loggers.CreateLogger<ReadingLogWriter>());
            service.OnEnd("log", () => log.DisposeAsync().AsTask());
            service.Followers.Run("The reading log", async token => throw await log.Failed.WaitAsync(token));

            // Into the log, and out of it again.
            var committed = new CommittedStream(log, datastreams, options.Ingest, ingestMetrics, time);
            var appender = new LogAppender(log, committed, time);
            var commands = new LogCommands(appender);
            var ticker = new ClockTicker(appender, options.Ingest, ingestMetrics, time);

            // What is made of it: alarms, time series.
            var tables = new AlarmTables(state);
            var board = new AlarmBoard(tables.ReadOpen(), tables.ReadPosition(), options.Http.MaxStreams, options.Http.StreamQueue, metrics);
            metrics.Observe(board, log);
            var inForce = new DefinitionsInForce();
            var (evaluation, evaluated) = RulesFollower.Restore(state, datastreams, log.FirstSequence, logger);
            metrics.Observe(evaluation.Readings);
            var rules = new RulesFollower(evaluation, evaluated, state, board, inForce, metrics, options.Alarms, time, logger);
            health.HeldBecause = () => log.HeldBecause ?? rules.HeldBecause;
            var stored = new StoreFollower(store, state, datastreams);
            StartFailure.ThrowIfLogIsShort(log, rules, stored, folder);
            var rulesLoop = new LogFollowerLoop(committed, rules, ingestMetrics, time);
            var storeLoop = new LogFollowerLoop(committed, stored, ingestMetrics, time);

            // Where it comes from.
            var register = new GatewayRegister(options.Ingest);
            var admission = new ReadingAdmission(appender, committed, register, options.Ingest, ingestMetrics, time, loggers.CreateLogger<ReadingAdmission>());
            var embedded = options.Mqtt.Mode == MqttMode.Embedded
                ? service.Owns(new EmbeddedMqttSource(options.Mqtt, options.Ingest, admission, ingestMetrics, time, loggers.CreateLogger<EmbeddedMqttSource>()))
                : null;
            IMessageSource source = embedded is not null
                ? embedded
                : service.Owns(new ExternalMqttSource(options.Mqtt, admission, ingestMetrics, time, new Random(), loggers.CreateLogger<ExternalMqttSource>()));

            // Who looks at it.
            var catalogueFolder = new DefinitionReloader(
                definitions.Catalogue, () => inForce.Catalogue.Version, commands, rulesLoop, options.Catalogue.ReloadDelay, metrics, time, logger);
            var rulesFolder = new DefinitionReloader(
                definitions.Rules, () => inForce.Rules?.Hash ?? "", commands, rulesLoop, options.Rules.ReloadDelay, metrics, time, logger);
            var builder = WebServer.CreateBuilder(options.Http, loggers);
            var httpPort = WebServer.Listen(builder, options.Http.Listen, listen => WebServer.ServeHttp(listen, options.Http.MaxConnections));
            var mqttPort = embedded is null ? null : WebServer.Listen(builder, options.MqttListen.Listen, listen => listen.UseMqttSource(embedded));
            var app = builder.Build();
            ConsoleFiles.UseStartPage(app);
            WebServer.UseGuards(app, options.Http);
            app.UseRouting();
            new HealthEndpoints(health).Map(app);
            new StatusEndpoint(
                health, options.Clock, inForce, [catalogueFolder, rulesFolder], log, [source], [rulesLoop, storeLoop], store, ingestMetrics, rules, time).Map(app);
            new CatalogueEndpoints(inForce, board, new LatestPositions(store, datastreams)).Map(app);
            new DatastreamEndpoints(inForce, register, datastreams, store).Map(app);
            new ReadingEndpoints(store, datastreams, inForce, options.Storage.MaxReadings, time).Map(app);
            new AlarmEndpoints(board, tables, new AlarmActions(commands, rulesLoop), options.Http, time, app.Lifetime.ApplicationStopping).Map(app);
            WebServer.MapMetrics(app, collector);
            app.MapOpenApi("/openapi/{documentName}.json");
            ConsoleFiles.Map(app);

            // Recover: what is in the log and not yet evaluated and stored; then the definitions; then the doors.
            long durable = log.LastDurableSequence;
            Log.Recovering(logger, evaluated, store.CoveredSequence, durable);
            service.OnEnd("sealing and snapshot", () => service.WriteDownAsync(rules, store, log.LastDurableSequence));
            service.Followers.Run("Sealing", store.RunAsync);
            service.Followers.Run("The rules follower", rulesLoop.RunAsync);
            service.Followers.Run("The store follower", storeLoop.RunAsync);
            service.Followers.Run("Log retention", token => LogRetention.RunAsync(log, rules, store, options.Retention, time, logger, token));
            service.OnEnd("followers", service.Followers.StopAsync);
            service.OnEnd("drain", () => service.DrainAsync(committed, rulesLoop, storeLoop));
            await service.CatchUpAsync(durable, rulesLoop, storeLoop);
            rules.IsLive = true;
            await catalogueFolder.ActivateAsync(definitions.CatalogueNow, service.Failing);
            await rulesFolder.ActivateAsync(definitions.RulesNow, service.Failing);

            service.OnEnd("web server", () => app.DisposeAsync().AsTask());
            service.Producers.Run("The clock ticker", ticker.RunAsync);
            service.Producers.Run("Catalogue reload", catalogueFolder.RunAsync);
            service.Producers.Run("Rules reload", rulesFolder.RunAsync);
            service.OnEnd("producers", service.Producers.StopAsync);
            service.OnEnd("web server", () => app.StopAsync());
            await source.StartAsync(service.Failing);
            service.OnEnd("source", () => source.StopAsync(CancellationToken.None));
            service.OnEnd("streams", board.EndStreams);
            await app.StartAsync();

            service.StopAsked = app.Lifetime.ApplicationStopping;
            service.Http = options.Http.Listen.ToUri("http", httpPort());
            service.Mqtt = mqttPort is null ? options.Mqtt.Broker!.GetLeftPart(UriPartial.Authority) : options.MqttListen.Listen.ToUri("mqtt", mqttPort());
            ServiceAddress.Write(folder.Path, service.Http);
            service.OnEnd("address", () => ServiceAddress.Delete(folder.Path));
            health.SetStarted();
            Log.Ready(logger, (long)time.GetElapsedTime(began).TotalMilliseconds, inForce.Catalogue.ShortVersion, inForce.Rules?.Version ?? "none", board.Snapshot().Open.Count);
        }
    }
}
