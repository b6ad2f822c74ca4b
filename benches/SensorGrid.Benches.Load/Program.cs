// The load program: gateways publish QoS 1 over real sockets to a real service process; everything is on (durable
// acknowledgement, decode, rules, hot table). Prints readings/s, CPU-seconds of the service per million readings, and
// percentiles of publish→PUBACK and publish→alarm on the event stream. `--peer mosquitto` runs the same generator against
// mosquitto in the same run, for a ratio; mosquitto keeps nothing on disk before its PUBACK, decodes nothing and has no rules.
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
var data = new Option<string>("--data") { Description = "folder for the run's data, on the disk to be measured; emptied", DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), "sensorgrid-load") };
var peer = new Option<string?>("--peer") { Description = "also run against: mosquitto" };
var command = new RootCommand("Load for a SensorGrid service on this machine; everything runs on loopback.")
{
    gateways, datastreams, pack, inFlight, rate, seconds, rules, probe, data, peer,
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
        DataFolder = arguments.GetValue(data)!,
    };
    if (plan.Problems() is { Count: > 0 } problems)
    {
        foreach (string problem in problems)
            Console.Error.WriteLine(problem);
        return 2;
    }
    Console.WriteLine($"plan: {plan}");
    using (var service = await ServiceUnderLoad.StartAsync(plan, cancellation))
        Console.WriteLine(await LoadRun.AgainstServiceAsync(plan, service, cancellation));
    if (arguments.GetValue(peer) is { } name)
    {
        if (name != "mosquitto")
        {
            Console.Error.WriteLine($"--peer {name}: only mosquitto is known");
            return 2;
        }
        using var broker = await MosquittoPeer.StartAsync(cancellation);
        Console.WriteLine(await LoadRun.AgainstBrokerAsync(plan, broker, cancellation));
    }
    return 0;
});
return await command.Parse(args).InvokeAsync();
