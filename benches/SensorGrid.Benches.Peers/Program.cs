// What a .NET user would write around MQTTnet in an afternoon, as peers of the load program: a broker's endpoint on Kestrel, and a subscriber
// that watches thresholds and stores. Nothing of SensorGrid is referenced here.
using System.CommandLine;
using SensorGrid.Benches.Peers;

var port = new Option<int>("--port") { Description = "MQTT port on loopback", Required = true };
var store = new Option<Uri>("--store")
{
    Description = "address of VictoriaMetrics, such as http://127.0.0.1:8428",
    Required = true,
    CustomParser = static result =>
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address))
            return address;
        result.AddError($"--store {result.Tokens[0].Value}: an address such as http://127.0.0.1:8428 is expected");
        return null;
    },
};
var rules = new Option<FileInfo>("--rules") { Description = "JSON file: [{ \"rule\", \"gateway\", \"limit\" }, …]", Required = true };

var endpoint = new Command("endpoint", "MQTTnet.AspNetCore: acknowledges what gateways publish, and does nothing else.") { port };
endpoint.SetAction((arguments, cancellation) => BrokerEndpoint.RunAsync(arguments.GetValue(port), cancellation));

var subscriber = new Command("subscriber", "MQTTnet's client behind a broker: thresholds, alarms over MQTT, line protocol to VictoriaMetrics.") { port, store, rules };
subscriber.SetAction((arguments, cancellation) =>
    StoringSubscriber.RunAsync(arguments.GetValue(port), arguments.GetValue(store)!, ThresholdWatch.Read(arguments.GetValue(rules)!.FullName), cancellation));

return await new RootCommand("Peers of the load program made with MQTTnet.") { endpoint, subscriber }.Parse(args).InvokeAsync();
