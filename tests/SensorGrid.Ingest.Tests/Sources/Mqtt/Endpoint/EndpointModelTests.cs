using System.Globalization;
using CsCheck;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;

/// <summary>Three clients of both versions do anything in any order, over pipes in memory; a few lists say what each must hear. Random steps,
/// whose seed is printed when a run fails.</summary>
public sealed class EndpointModelTests
{
    private static readonly Gen<(int Peer, int Action, int Pick)[]> Steps =
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 19], Gen.Int[0, 11]).Array[0, 70];

    [Fact]
    public async Task Clients_hear_what_lists_say() => await Steps.SampleAsync(
        async steps =>
        {
            await using var rig = new EndpointRig(sessions: new MqttSessionOptions { MaxInFlight = PeerModel.Window, ReceiveMaximum = 200 });
            var world = new WorldModel(rig);
            // Two are connected and subscribed to all in QoS 2 from the start, so that there is something to hold back.
            foreach (var (peer, action, pick) in ((int, int, int)[])[(0, 0, 0), (0, 11, 11), (1, 0, 0), (1, 11, 11), .. steps])
                await world.StepAsync(peer, action, pick);
            await world.FinishAsync();
        },
        iter: 150,
        print: steps => string.Join(' ', steps.Select(step => string.Create(CultureInfo.InvariantCulture, $"{step.Peer}:{step.Action}.{step.Pick}"))));
}
