using SensorGrid.Alarms;
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
using SensorGrid.Ingest.Service.Publishing;
using SensorGrid.Ingest.Service.StationCommands;
using SensorGrid.Ingest.Service.Warnings;
using SensorGrid.Ingest.Sources;
using SensorGrid.Ingest.Sources.Mqtt;
using SensorGrid.Ingest.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Sources.Mqtt.External;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Sources.Sparkplug;
using SensorGrid.ReadingLog;
using SensorGrid.Readings;
using SensorGrid.Readings.Time;
using SensorGrid.Storage;
using SensorGrid.Storage.State;
using Terminal = System.Console;

namespace SensorGrid.Ingest.Service;

/// <summary>SensorGrid's service.
/// <code>
/// sources ─► admission ─► log ─► acknowledgement
///                          ├─► rules follower ─► alarms ─► board ─► API, live streams
///                          │                       └─► alarm publisher ─► MQTT subscribers
///                          │        └─► official warnings, handed over by the API ─► API, live streams
///                          ├─► store follower ─► time series ─────► API
///                          └─► a follower for each external store ──► InfluxDB, VictoriaMetrics
/// </code></summary>
internal static class Program
{
    // RS0030: only here does the service write to the terminal: the lines others parse, and why it cannot start.
#pragma warning disable RS0030
    public static async Task<int> Main(string[] args)
    {
        var line = new CommandLine(args, ServiceCommands.Create(PasswordPrompt.Read, Terminal.OpenStandardOutput, Terminal.Error));
        if (line.IsQuestion)
            return await line.ShowAsync(Terminal.Out);
        if (line.IsCommand)
            return await line.RunCommandAsync(Terminal.Error);
        try
        {
            var settings = ServiceSettings.Read(line, Environment.CurrentDirectory);
            if (line.IsResend)
                return await ResendCommand.RunAsync(settings, line.ResendStore, Terminal.Out, Terminal.Error);
            await using var service = await OpenAsync(settings);
            if (settings.Options.Process.StopWithStandardInput)
                service.StopAtEndOf(Terminal.OpenStandardInput());
            Terminal.Out.WriteLine($"http: {service.Http}");
            if (await service.StartAsync())
            {
                Terminal.Out.WriteLine($"mqtt: {service.Mqtt}");
                if (service.MqttTls is { } withTls)
                    Terminal.Out.WriteLine($"mqtts: {withTls}");
                foreach (var (protocol, address) in service.Stations)
                    Terminal.Out.WriteLine($"{protocol}: {address}");
                Terminal.Out.WriteLine($"data: {service.Data}");
                Terminal.Out.WriteLine("ready");
            }
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

    /// <summary>Opens the HTTP address, where the rest of the start can be followed. <see cref="RunningService.StartAsync"/> is that rest: it wires
    /// the stages in the order of the data, recovers, and lets gateways in last.</summary>
    /// <exception cref="StartException">It cannot start, for reasons a person can do something about.</exception>
    internal static async Task<RunningService> OpenAsync(ServiceSettings settings)
    {
        var (options, configuration, machine) = settings;
        var steady = new SteadyTimeProvider(machine);
        var time = options.Clock.Over(steady);
        long began = time.GetTimestamp();
        var definitions = DefinitionFolders.Load(options);
        var folder = DataFolder.Create(options.Data.Folder);
        var loggers = Diagnostics.CreateLoggers(configuration, time);
        var logger = loggers.CreateLogger("SensorGrid.Ingest.Service");
        var health = new ServiceHealth();
        var service = new RunningService(health, options.Process.FailureGrace, time, logger) { Data = folder.Path };
        service.OnEnd("diagnostics", loggers.Dispose);
        var collector = service.Owns(new MeterCollector("SensorGrid.", "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel"));
        try
        {
            // The addresses, before anything is read: a port that is taken is told now, and HTTP answers from now on.
            var doors = options.Mqtt.Mode == MqttMode.Embedded ? service.Owns(GatewayDoors.Take(options.MqttListen, options.MqttEndpoint.EventLoops, options.MqttTls, logger)) : null;
            var stationDoors = service.Owns(StationDoors.Take(options.FieldProtocols));
            var builder = WebServer.CreateBuilder(options.Http, loggers);
            var httpPort = WebServer.Listen(builder, options.Http.Listen, listen => WebServer.ServeHttp(listen, options.Http.MaxConnections));
            var app = builder.Build();
            service.OnEnd("web server", () => WebServer.EndAsync(app));
            var gate = new ApiGate(health);
            ConsoleFiles.UseStartPage(app);
            WebServer.UseGuards(app, options.Http);
            app.UseWebSockets();
            gate.Use(app);
            app.UseRouting();
            new HealthEndpoints(health).Map(app);
            WebServer.MapMetrics(app, collector);
            ConsoleFiles.Map(app);
            await app.StartAsync();
            service.StopAsked = app.Lifetime.ApplicationStopping;
            service.Http = options.Http.Listen.ToUri("http", httpPort());
            service.Starting = stop => WireAsync(app, gate, doors, stationDoors, stop);
            return service;
        }
        catch (Exception e)
        {
            await service.AbandonAsync();
            if (StartFailure.Of(e) is { } reason)
                throw reason;
            throw;
        }

        Task EnterAsync(StartStage stage, CancellationToken stop)
        {
            stop.ThrowIfCancellationRequested();
            health.Start.Enter(stage);
            return settings.Before(stage, stop);
        }

        async Task WireAsync(WebApplication app, ApiGate gate, GatewayDoors? doors, StationDoors stationDoors, CancellationToken stop)
        {
            var metrics = service.Owns(new ServiceMetrics(options.Clock.Speed));
            var ingestMetrics = service.Owns(new IngestMetrics());

            // What was kept: state, time series (which name the datastreams), log.
            await EnterAsync(StartStage.Opening, stop);
            var state = service.Owns(StateDatabase.Open(folder.Path));
            var datastreams = new DatastreamTable();
            var store = service.Owns(ReadingStore.Open(state, datastreams, options.Storage, time, loggers.CreateLogger<ReadingStore>()));
            var log = ReadingLogWriter.Open(options.Log with { Folder = folder.Log }, time, loggers.CreateLogger<ReadingLogWriter>());
            service.OnEnd("log", () => log.DisposeAsync().AsTask());
            service.Followers.Run("The reading log", async token => throw await log.Failed.WaitAsync(token));

            // Into the log, and out of it again.
            var committed = new CommittedStream(log, datastreams, options.Ingest, ingestMetrics, time, options.PayloadFormats);
            var appender = new LogAppender(log, committed, time);
            var commands = new LogCommands(appender);
            var ticker = new ClockTicker(appender, options.Ingest, ingestMetrics, time);
            var clock = new ClockWatch(
                steady, time, options.Clock.Simulated ? options.Clock.Speed : 1,
                async (at, ahead) => await commands.AppendOwnAsync(AlarmCommands.ClockStepped, AlarmCommands.ClockStep(ahead), at),
                ingestMetrics, loggers.CreateLogger<ClockWatch>());
            clock.BeginAfter(log.LastReceivedAtTicks);

            // What is made of it: alarms, time series.
            await EnterAsync(StartStage.Restoring, stop);
            var tables = new AlarmTables(state);
            var board = new AlarmBoard(tables.ReadOpen(), tables.ReadPosition(), options.Http.MaxStreams, options.Http.StreamQueue, metrics);
            metrics.Observe(board, log);
            var stationCommands = new StationCommandTable(state, options.Retention.StationCommands);
            var warningTables = new WarningTables(state);
            var (officialWarnings, warningRevision) = warningTables.Read();
            var warnings = new WarningBoard(officialWarnings, warningRevision);
            metrics.Observe(warnings);
            var inForce = new DefinitionsInForce();
            var (evaluation, evaluated) = RulesFollower.Restore(state, datastreams, log.FirstSequence, logger);
            metrics.Observe(evaluation.Readings);
            var rules = new RulesFollower(
                evaluation, evaluated, state, board, stationCommands, new(officialWarnings, warningRevision, warnings, metrics), inForce, metrics, options.Alarms, time, logger);
            service.OnEnd("snapshot under way", () => rules.DisposeAsync().AsTask());
            health.HeldBecause = () => log.HeldBecause ?? rules.HeldBecause;
            var stored = new StoreFollower(store, state, datastreams);
            var external = service.Owns(new ExternalStores(options.Stores, log, state, datastreams, folder, time, loggers));
            var space = service.Owns(new DiskSpaceWatch(() => DiskSpaceWatch.Of(folder.Disk), folder.Path, options.Data, time, logger));
            var secrets = new SecretFileModes(SecretFileModes.FilesOf(options), logger);
            secrets.Tell();
            health.ConcernedBecause = () => log.SlowBecause ?? space.Problem ?? clock.Problem ?? secrets.Problem;
            StartFailure.ThrowIfLogIsShort(log, rules, stored, external, folder);
            var rulesLoop = new LogFollowerLoop(committed, rules, ingestMetrics, time);
            var storeLoop = new LogFollowerLoop(committed, stored, ingestMetrics, time);

            // Where it comes from.
            var register = new GatewayRegister(options.Ingest);
            var admission = new ReadingAdmission(appender, committed, register, options.Ingest, ingestMetrics, time, loggers.CreateLogger<ReadingAdmission>())
            {
                Before = rulesLoop,
            };
            var sparkplug = options.Sparkplug.Enabled ? new SparkplugHost(admission, options.Sparkplug, options.Ingest, ingestMetrics, time) : null;
            var sessionMetrics = service.Owns(new SessionMetrics());
            var embedded = options.Mqtt.Mode == MqttMode.Embedded
                ? MqttEndpointSource.Open(
                    options.MqttEndpoint, options.MqttSessions, options.Ingest, options.MqttAccess, folder.Path, sparkplug is null ? admission : sparkplug, ingestMetrics,
                    sessionMetrics, time, loggers.CreateLogger<MqttEndpointSource>(), options.Sparkplug)
                : null;
            if (embedded is not null)
            {
                service.OnEnd("sessions", () => embedded.DisposeAsync().AsTask());
                service.Followers.Run("The session store", async token => throw await embedded.StoreFailed.WaitAsync(token));
            }
            var broker = embedded is null
                ? service.Owns(new ExternalMqttSource(
                    options.Mqtt, sparkplug is null ? admission : sparkplug, ingestMetrics, time, new Random(), loggers.CreateLogger<ExternalMqttSource>(), options.Sparkplug))
                : null;
            IMessageSource source = embedded is not null ? embedded : broker!;
            var stations = service.Owns(new Stations(admission, commands, loggers, time));

            // Where alarms go besides the console: to subscribers, by the way readings came.
            var publication = service.Owns(new AlarmPublisher(
                tables, new(state), board, embedded is not null ? embedded : broker!, options.MqttAlarms, new Random(), time, logger));
            await publication.BeginAsync(stop);
            health.DegradedBecause = () => external.Problem ?? publication.Problem;

            // Who looks at it.
            var catalogueFolder = new DefinitionReloader(
                definitions.Catalogue, () => DefinitionStanding.OfFolderOnly(inForce.Catalogue.Version), commands, rulesLoop, options.Catalogue.ReloadDelay, metrics, time, logger);
            var rulesFolder = new DefinitionReloader(
                definitions.Rules, () => DefinitionStanding.Read(state, VersionKind.Rules, inForce.Rules?.Hash ?? ""), commands, rulesLoop, options.Rules.ReloadDelay, metrics, time, logger);
            var replayed = new ServiceLog(log, state);
            var activation = service.Owns(new RulesActivation(inForce, replayed, commands, rulesLoop, new(replayed, options.Rules, options.PayloadFormats, time), metrics, logger));
            void MapApi(IEndpointRouteBuilder api)
            {
                new StatusEndpoint(
                    health, options.Clock, inForce, [catalogueFolder, rulesFolder], log, () => [source.State, .. stations.States], [rulesLoop, storeLoop], store, external, ingestMetrics, rules, publication, time).Map(api);
                new CatalogueEndpoints(inForce, board, new LatestPositions(store, datastreams), options.Http).Map(api);
                new DatastreamEndpoints(inForce, register, datastreams, store, options.Http).Map(api);
                new ReadingEndpoints(store, datastreams, inForce, options.Storage.MaxReadings, time).Map(api);
                var operators = new OperatorCommands(commands, rulesLoop);
                var actions = new AlarmActions(operators);
                new ZoneEndpoints(inForce, actions).Map(api);
                new AlarmEndpoints(board, warnings, tables, actions, options.Http, time, app.Lifetime.ApplicationStopping).Map(api);
                new WarningEndpoints(warnings, warningTables, new(operators), metrics).Map(api);
                new RuleEndpoints(inForce, activation, rules, state, board, options.Rules).Map(api);
                new AlarmExplanationEndpoint(tables, board, replayed, options.Rules, options.PayloadFormats).Map(api);
                new HeardStationEndpoint(stations, inForce, datastreams, options.Http).Map(api);
                new StationCommandEndpoints(stations, commands, stationCommands, options.Http).Map(api);
                new AlarmTrendEndpoint(board, tables, store, datastreams, inForce, options.Storage, time).Map(api);
                if (embedded is not null && options.MqttListen.WebSocket)
                    api.MapMqttSource(ApiGate.MqttPath, embedded);
                api.MapOpenApi("/openapi/{documentName}.json");
            }

            // Recover: what is in the log and not yet evaluated and stored; then, as the log's first record of this run, the end of the time that
            // nobody watched; then the definitions; then the doors.
            long durable = log.LastDurableSequence;
            Log.Recovering(logger, evaluated, store.CoveredSequence, durable);
            health.Start.Follow(durable, rulesLoop, storeLoop);
            await EnterAsync(StartStage.CatchingUp, stop);
            service.OnEnd("sealing and snapshot", () => service.WriteDownAsync(rules, store));
            service.OnEnd("alarms over MQTT", publication.WriteCheckpointAsync);
            service.OnEnd("external stores", external.WriteCheckpointsAsync);
            service.Followers.Run("Sealing", store.RunAsync);
            service.Followers.Run("The rules follower", rulesLoop.RunAsync);
            service.Followers.Run("The store follower", storeLoop.RunAsync);
            service.Followers.Run("The disk space watch", space.RunAsync);
            external.Run(service.Followers, committed, log, ingestMetrics, time);
            service.Followers.Run("Log retention", token => LogRetention.RunAsync(log, rules, store, external, folder.Disk, options.Retention, time, logger, token));
            service.OnEnd("followers", service.Followers.StopAsync);
            service.OnEnd("drain", () => service.DrainAsync(committed, rulesLoop, storeLoop));
            // After the stations are gone and before the followers are asked for the last time.
            service.Followers.Run("The record of ended commands", stations.CommandEnds.RunAsync);
            service.OnEnd("record of ended commands", stations.CommandEnds.CompleteAsync);
            await service.CatchUpAsync(durable, rulesLoop, storeLoop, stop);
            rules.IsLive = true;
            // It has its place in the log at once. On a full disk it becomes durable later: the doors open all the same, and say why nothing is taken.
            var started = commands.AppendOwnAsync(AlarmCommands.ServiceStarted).AsTask();
            service.Producers.Run("The record of the start", started.WaitAsync);
            // Before the doors: what gateways send first is judged by it.
            var looked = clock.CheckAsync().AsTask();
            service.Producers.Run("The clock watch", async token =>
            {
                await looked.WaitAsync(token);
                await clock.RunAsync(token);
            });
            await EnterAsync(StartStage.Activating, stop);
            await catalogueFolder.ActivateAsync(definitions.CatalogueNow, stop);
            definitions = definitions with { CatalogueNow = LoadedDefinition.Nothing };
            GiveMemoryBack();
            await rulesFolder.ActivateAsync(definitions.RulesNow, stop);
            definitions = definitions with { RulesNow = LoadedDefinition.Nothing };
            GiveMemoryBack();

            service.Producers.Run("The clock ticker", ticker.RunAsync);
            service.Producers.Run("Catalogue reload", catalogueFolder.RunAsync);
            service.Producers.Run("Rules reload", rulesFolder.RunAsync);
            service.OnEnd("producers", service.Producers.StopAsync);
            // Again here: a service that was ready stops answering before its stages end, not after.
            service.OnEnd("web server", () => app.StopAsync());
            var gateways = embedded is null ? null : WebServer.CreateGatewayServer(doors!, embedded, loggers);
            if (gateways is not null)
                service.OnEnd("gateway server", () => WebServer.EndAsync(gateways));
            await source.StartAsync(stop);
            service.OnEnd("source", () => source.StopAsync(CancellationToken.None));
            if (sparkplug is not null)
            {
                // With somebody else's broker the connection says that we are there: its will takes it back.
                var asking = new SparkplugHostLoop(
                    sparkplug, options.Sparkplug, embedded is not null ? embedded : broker!, announces: embedded is not null, ingestMetrics, time,
                    loggers.CreateLogger<SparkplugHostLoop>());
                service.OnEnd("Sparkplug host", () => asking.LeaveAsync(CancellationToken.None));
                service.Followers.Run("The Sparkplug host", asking.RunAsync);
            }
            service.OnEnd("streams", board.EndStreams);
            service.Followers.Run("Alarms over MQTT", publication.RunAsync);
            gate.Open(app, MapApi);
            if (gateways is not null)
                await gateways.StartAsync(stop);
            if (stations.Open(stationDoors, () => new(store, datastreams), service.Producers) is { } stationServer)
            {
                service.OnEnd("station server", () => WebServer.EndAsync(stationServer));
                await stationServer.StartAsync(stop);
            }
            service.Stations = [.. stationDoors.Addresses];
            service.Mqtt = doors is null ? options.Mqtt.Broker!.GetLeftPart(UriPartial.Authority) : options.MqttListen.Listen.ToUri("mqtt", doors.Plain.EndPoint.Port);
            service.MqttTls = doors?.Tls is { } tls ? options.MqttTls.Listen!.ToUri("mqtts", tls.EndPoint.Port) : null;
            ServiceAddress.Write(folder.Path, service.Http);
            service.OnEnd("address", () => ServiceAddress.Delete(folder.Path));
            Log.Ready(logger, (long)time.GetElapsedTime(began).TotalMilliseconds, inForce.Catalogue.ShortVersion, inForce.Rules?.Version ?? "none", board.Snapshot().Open.Count);
        }
    }

    // What a catalogue leaves behind when it is read is more than what stays, and afterwards too little is allocated for the collector to come by.
    private static void GiveMemoryBack() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
