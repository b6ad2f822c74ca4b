// The load program: gateways publish QoS 1 over real sockets to a real service process; everything is on (durable
// acknowledgement, decode, rules, hot table). Prints readings/s, CPU-seconds of the service per million readings, and
// percentiles of publish→PUBACK and publish→alarm. `--peer NAME` runs the same generator against what a user would pick instead, in the same
// run, for a ratio. A broker alone is counted by its PUBACKs, as the service is; a peer with a store behind its broker by what reached the
// store, at the highest rate that loses nothing, and then the service is measured that way too.
using System.CommandLine;
using SensorGrid.Benches.Load;

var gateways = new Option<int>("--gateways") { Description = "publishing connections", DefaultValueFactory = _ => 20 };
var datastreams = new Option<int>("--datastreams") { Description = "datastreams of each gateway", DefaultValueFactory = _ => 50 };
var pack = new Option<int>("--pack") { Description = "readings in one message", DefaultValueFactory = _ => 20 };
var inFlight = new Option<int>("--in-flight") { Description = "unacknowledged messages of one connection", DefaultValueFactory = _ => 20 };
var rate = new Option<int>("--rate") { Description = "readings per second in all; 0 = as fast as acknowledged", DefaultValueFactory = _ => 0 };
var seconds = new Option<int>("--seconds") { Description = "measured time, after 2 s of warming up", DefaultValueFactory = _ => 10 };
var rules = new Option<int>("--rules") { Description = "threshold rules, each over all datastreams of one quantity", DefaultValueFactory = _ => 200 };
var probe = new Option<int>("--probe-ms") { Description = "pause between two probe readings that raise or clear an alarm", DefaultValueFactory = _ => 100 };
var data = new Option<string>("--data") { Description = "folder for the run's data, on the disk to be measured; what an earlier run left in it is deleted", DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), "sensorgrid-load") };
var peers = new Option<string[]>("--peer") { Description = $"also run against, one or more of: {string.Join(", ", [.. PeerProcesses.EndpointsAlone, .. PeerProcesses.Storing])}", AllowMultipleArgumentsPerToken = true };
peers.AcceptOnlyFromAmong([.. PeerProcesses.EndpointsAlone, .. PeerProcesses.Storing]);
var step = new Option<int>("--step-seconds") { Description = "measured time of a step while the highest rate that is stored is looked for", DefaultValueFactory = _ => 5 };
var onlyPeers = new Option<bool>("--only-peers") { Description = "leave the service out: to try a peer, not to compare" };
var table = new Option<bool>("--table") { Description = "print the results once more, as rows of a Markdown table" };
var command = new RootCommand("Load for a SensorGrid service on this machine; everything runs on loopback.")
{
    gateways, datastreams, pack, inFlight, rate, seconds, rules, probe, data, peers, onlyPeers, step, table,
};
command.SetAction(async (arguments, cancellation) =>
{
    var plan = new LoadPlan
    {
        Gateways = arguments.GetValue(gateways),
        Datastreams = arguments.GetValue(datastreams),
        Pack = arguments.GetValue(pack),
        InFlight = arguments.GetValue(inFlight),
        ReadingsPerSecond = arguments.GetValue(rate),
        Measured = TimeSpan.FromSeconds(arguments.GetValue(seconds)),
        Rules = arguments.GetValue(rules),
        ProbePause = TimeSpan.FromMilliseconds(arguments.GetValue(probe)),
        Step = TimeSpan.FromSeconds(arguments.GetValue(step)),
        DataFolder = arguments.GetValue(data)!,
    };
    if (plan.Problems() is { Count: > 0 } problems)
    {
        foreach (string problem in problems)
            Console.Error.WriteLine(problem);
        return 2;
    }
    Console.WriteLine($"plan: {plan}");
    var comparison = new Comparison(plan, Console.WriteLine);
    await comparison.RunAsync(arguments.GetValue(peers) ?? [], withService: !arguments.GetValue(onlyPeers), cancellation);
    if (arguments.GetValue(table))
    {
        Console.WriteLine(LoadResult.TableHead);
        foreach (string row in comparison.Rows)
            Console.WriteLine(row);
    }
    return comparison.Failed ? 1 : 0;
});
return await command.Parse(args).InvokeAsync();
