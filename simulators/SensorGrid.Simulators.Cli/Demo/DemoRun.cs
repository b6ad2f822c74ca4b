using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SensorGrid.Readings.Time;
using SensorGrid.Simulators.Demo;
using Spectre.Console;

namespace SensorGrid.Simulators.Cli.Demo;

/// <summary>
/// Plays a day: starts the service and one agent for each gateway as processes of their own, all with the same simulated clock, feeds
/// the agents, tells what happens, and stops everything by its process id.
/// <code>recordings ─► lines on stdin ─► agent ─► outbox ─► MQTT ─► service ─► alarms ─► console, and back here over SSE</code>
/// </summary>
internal sealed class DemoRun(DemoOptions options, DemoScenario scenario, DemoFolder folder, string catalogue, TimeProvider wall, IAnsiConsole console)
    : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StartAllowance = TimeSpan.FromSeconds(20);
    private const double ComfortableSpeed = 60;
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, ChildProcess> agents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> alarmsByDomain = new(StringComparer.Ordinal);
    private readonly HashSet<string> seenAlarms = [];
    private readonly long startedAt = wall.GetTimestamp();
    private ScaledTimeProvider city = null!;
    private ChildProcess? service;
    private string http = "";
    private string mqtt = "";

    public async Task RunAsync(CancellationToken stop)
    {
        // A fast clock would run through half the morning while everything starts: it begins earlier then, but on the same day.
        var head = options.Speed > ComfortableSpeed ? StartAllowance * options.Speed : TimeSpan.Zero;
        var start = scenario.Start - (head < scenario.Start ? head : scenario.Start);
        city = new(wall, new(folder.Day.ToDateTime(default) + start, scenario.Offset), wall.GetUtcNow(), options.Speed);
        AppDomain.CurrentDomain.ProcessExit += KillAll;
        await StartServiceAsync(stop);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(end.Token);
        var telling = TellAlarmsAsync(watch.Token);
        try
        {
            await StartAgentsAsync(stop);
            if (options.Duration is { } duration)
                end.CancelAfter(duration - wall.GetElapsedTime(startedAt) is { Ticks: > 0 } left ? left : TimeSpan.Zero);
            var playing = PlayAsync(end.Token);
            var childEnded = Task.WhenAny(agents.Values.Append(service!).Select(child => child.Exited));
            if (await Task.WhenAny(playing, telling, childEnded) is var first && first != playing && !end.IsCancellationRequested)
                Diagnose();
            await playing;
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            console.WriteLine(stop.IsCancellationRequested ? "interrupted" : $"the demo's {options.Duration} are over");
        }
        finally
        {
            await watch.CancelAsync();
            await telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Agents first, so that what they hold can still reach the service.
        bool clean = true;
        foreach (bool ended in await Task.WhenAll(agents.Values.Select(agent => agent.StopAsync(wall, StopPatience, ask: false))))
            clean &= ended;
        if (service is not null)
            clean &= await service.StopAsync(wall, StopPatience, ask: true);
        AppDomain.CurrentDomain.ProcessExit -= KillAll;
        foreach (var child in agents.Values)
            await child.DisposeAsync();
        if (service is not null)
            await service.DisposeAsync();
        if (service is not null)
            console.WriteLine(clean ? $"stopped: service and {agents.Count} agents; data stay in {folder.Path}" : $"stopped; some had to be killed; data stay in {folder.Path}");
    }

    private async Task StartServiceAsync(CancellationToken stop)
    {
        string[] arguments =
        [
            "--data", folder.Service, "--http", FreeOr(options.Http, "console"), "--mqtt", FreeOr(options.Mqtt, "MQTT"), "--catalogue", catalogue,
            "--Process:StopWithStandardInput", "true",
            .. options.Rules is null ? Array.Empty<string>() : ["--rules", options.Rules], .. ClockArguments(),
        ];
        service = ChildProcess.Start(
            "service", Programs.Find("SensorGrid.Ingest.Service", "ingest"), arguments, options.Verbose ? console.WriteLine : null);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(StartPatience);
        await foreach (string line in service.Lines.ReadAllAsync(limit.Token))
        {
            if (line.StartsWith("http: ", StringComparison.Ordinal))
                http = line["http: ".Length..];
            else if (line.StartsWith("mqtt: ", StringComparison.Ordinal))
                mqtt = line["mqtt: ".Length..];
            else if (line == "ready")
                break;
        }
        if (http.Length == 0 || mqtt.Length == 0)
        {
            await service.Exited.WaitAsync(TimeSpan.FromSeconds(5), wall, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new DemoException($"The service did not start:{Environment.NewLine}{service.LastErrors}");
        }
        console.WriteLine($"console: {http} (service process {service.Id}, {Since()})");
        if (options.Browser)
            OpenBrowser();
    }

    private async Task StartAgentsAsync(CancellationToken stop)
    {
        var program = Programs.Find("SensorGrid.Edge.Agent", "edge");
        foreach (var gateway in scenario.Gateways)
        {
            string own = folder.AgentOf(gateway.Id);
            Directory.CreateDirectory(own);
            string config = Path.Combine(own, "gateway.yaml");
            await File.WriteAllTextAsync(
                config,
                $"""
                # Written by the demo; form: edge/docs/edge-agent.md.
                gateway: {gateway.Id}
                domain: {gateway.Domain}
                broker: "{mqtt}"
                sensors:
                  - type: lines
                    from: stdin

                """,
                stop);
            var start = new ProcessStartInfo(program.FileName);
            foreach (string argument in program.ArgumentList)
                start.ArgumentList.Add(argument);
            agents[gateway.Id] = ChildProcess.Start(gateway.Id, start, ["--config", config, .. ClockArguments()], options.Verbose ? console.WriteLine : null);
        }
        await Task.WhenAll(agents.Values.Select(agent => WaitUntilConnectedAsync(agent, stop)));
        console.WriteLine($"agents: {agents.Count} connected to {mqtt} ({string.Join(", ", agents.Select(agent => $"{agent.Key} {agent.Value.Id}"))}, {Since()})");
    }

    private static async Task WaitUntilConnectedAsync(ChildProcess agent, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(StartPatience);
        await foreach (string line in agent.Lines.ReadAllAsync(limit.Token))
        {
            if (line.StartsWith("connected: ", StringComparison.Ordinal))
                return;
        }
        throw new DemoException($"The agent of {agent.Name} ended before it was connected: {agent.LastErrors}");
    }

    private async Task PlayAsync(CancellationToken stop)
    {
        // Starting took simulated minutes: the whole day begins when everybody is connected, so that nothing is late from the start.
        var begin = TimeSpan.FromMinutes(Math.Max(0, Math.Ceiling((Now - scenario.Start).TotalMinutes)));
        console.WriteLine($"the day begins at {Clock(scenario.Start + begin)}; an hour takes {3600 / options.Speed:0} seconds");
        var feeder = new DemoFeeder(agents);
        long midnight = new DateTimeOffset(folder.Day.ToDateTime(default), scenario.Offset).UtcTicks;
        foreach (var step in scenario.Play())
        {
            var at = step.At + begin;
            if (at > Now)
            {
                await feeder.SendAsync(stop);
                while (at > Now)
                    await Task.Delay(TimeSpan.FromTicks(Math.Clamp((long)((at - Now).Ticks / options.Speed), 1, LongestSleep.Ticks)), wall, stop);
            }
            if (step.Said is { } said)
                console.WriteLine($"{Clock(at)}  {said.Domain,-8}  {said.Text}");
            else if (feeder.Add(step.Stream!, step, midnight + at.Ticks))
                await feeder.SendAsync(stop);
        }
        await feeder.SendAsync(stop);
        console.WriteLine($"{Clock(Now)}  the day is over: {feeder.Readings} readings were played, {seenAlarms.Count} alarms raised");
        if (options.KeepRunning)
        {
            console.WriteLine($"console: {http} stays up until Ctrl+C");
            await Task.Delay(Timeout.InfiniteTimeSpan, wall, stop);
        }
    }

    private async Task TellAlarmsAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new(http), Timeout = Timeout.InfiniteTimeSpan };
        string[] awaited = [.. scenario.Gateways.Select(gateway => gateway.Domain).Distinct()];
        bool all = false;
        await foreach (var alarm in new AlarmWatch(client).ReadAsync(cancellationToken))
        {
            if (!alarm.Active || alarm.Revision > 1 || !seenAlarms.Add(alarm.Id))
                continue;
            console.WriteLine($"{Clock(Now)}  {alarm.Domain,-8}  {alarm.Level.ToUpperInvariant()} {alarm.Title} [{alarm.Scope}]");
            alarmsByDomain[alarm.Domain] = alarmsByDomain.GetValueOrDefault(alarm.Domain) + 1;
            if (!all && awaited.All(alarmsByDomain.ContainsKey))
            {
                all = true;
                console.WriteLine($"live alarms in all of {string.Join(", ", awaited)} ({Since()})");
            }
        }
    }

    private void Diagnose()
    {
        foreach (var child in agents.Values.Append(service!))
        {
            if (child.HasExited)
                throw new DemoException($"{child.Name} ended with code {child.ExitCode}: {child.LastErrors}");
        }
        throw new DemoException("The service closed its stream of alarms.");
    }

    private IEnumerable<string> ClockArguments() =>
    [
        "--clock-start", city.Start.ToString("O", CultureInfo.InvariantCulture), "--clock-origin", city.Origin.ToString("O", CultureInfo.InvariantCulture),
        "--clock-speed", city.Speed.ToString("R", CultureInfo.InvariantCulture),
    ];

    /// <summary>The address itself when nobody listens there; otherwise the same with port 0, and says so.</summary>
    private string FreeOr(string address, string what)
    {
        if (!IPEndPoint.TryParse(address, out var endpoint) || endpoint.Port == 0)
            return address;
        using var probe = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(endpoint);
            return address;
        }
        catch (SocketException)
        {
            console.WriteLine($"{address} is taken: the {what} port will be a free one");
            return new IPEndPoint(endpoint.Address, 0).ToString();
        }
    }

    private void OpenBrowser()
    {
        try
        {
            Process.Start(new ProcessStartInfo(http) { UseShellExecute = true })?.Dispose();
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            console.WriteLine($"no browser could be opened ({exception.Message}); open {http} yourself");
        }
    }

    private void KillAll(object? sender, EventArgs arguments)
    {
        foreach (var agent in agents.Values)
            agent.Kill();
        service?.Kill();
    }

    // Time since midnight of the demo's day, city time.
    private TimeSpan Now => city.GetUtcNow().ToOffset(scenario.Offset).DateTime - folder.Day.ToDateTime(default);

    private static string Clock(TimeSpan sinceMidnight) => $"{new DateTime(sinceMidnight.Ticks % TimeSpan.TicksPerDay):HH:mm}";

    private string Since() => $"{wall.GetElapsedTime(startedAt).TotalSeconds:0.0} s after the start";
}
