using SensorGrid.Ingest.Sources;
using SensorGrid.Ingest.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;
using Microsoft.Extensions.Logging.Abstractions;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;

/// <summary>Runs alone: it counts what the whole process allocates.</summary>
[CollectionDefinition(nameof(SteadyPathTests), DisableParallelization = true)]
public sealed class SteadyPathDefinition;

/// <summary>What a message costs once a connection is warm.</summary>
[Collection(nameof(SteadyPathTests))]
public sealed class SteadyPathTests
{
    private const int InFlight = 500;
    private const int Rounds = 100;

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_message_and_its_acknowledgement_make_no_garbage_of_their_own(byte level)
    {
        var version = (MqttVersion)level;
        var sink = new CountingSink();
        var options = new MqttSessionOptions();
        using var metrics = new IngestMetrics();
        using var sessionMetrics = new SessionMetrics();
        var clock = new SessionClock(TimeProvider.System);
        await using var endpoint = new MqttEndpoint(
            new(), options, 1000, EndpointMqttAccess.Create(new(), TimeProvider.System, NullLogger.Instance), sink, new(options, clock, sessionMetrics, NullLogger.Instance), null, clock, metrics, TimeProvider.System,
            NullLogger.Instance);
        endpoint.Start();
        var client = new MemoryClient(endpoint);
        await client.ConnectAsync(Wire.Connect(version, "gw"));
        byte[] batch = [.. Enumerable.Range(1, InFlight).SelectMany(id => Wire.Publish(version, "sensorgrid/v1/water/gw/readings", new string('x', 100), 1, (ushort)id))];
        await RoundsAsync(50);

        long before = GC.GetTotalAllocatedBytes(precise: true);
        await RoundsAsync(Rounds);
        long each = (GC.GetTotalAllocatedBytes(precise: true) - before) / (Rounds * InFlight);

        // What is left belongs to the round (its reads, its flush, the test's own waits), not to the message.
        Assert.True(each < 24, $"{each} bytes a message");
        client.Close();

        async Task RoundsAsync(int rounds)
        {
            for (int round = 0; round < rounds; round++)
            {
                await client.SendAsync(batch);
                await sink.HasTakenAsync((round + 1) * InFlight);
                sink.CommitAll();
                await client.SkipAsync(InFlight * 4);
            }
            sink.Reset();
        }
    }

    private sealed class CountingSink : ICommittingSink
    {
        private readonly AsyncSignal reached = new();
        private ICommitListener? listener;
        private long taken;
        private long wanted = long.MaxValue;
        private long durable;
        private int counted;

        public bool IsAvailable => true;

        public long DurableSequence => Volatile.Read(ref durable);

        public AdmissionTicket Admit(in IncomingMessage message)
        {
            taken++;
            if (Interlocked.Increment(ref counted) == Volatile.Read(ref wanted))
                reached.Set();
            return new(AdmissionTicketKind.Appended, taken, default, 0, default);
        }

        public ValueTask RoomAsync(CancellationToken cancellationToken) => default;

        public void Subscribe(ICommitListener to) => listener = to;

        public void Unsubscribe(ICommitListener from) => listener = null;

        public async ValueTask HasTakenAsync(int count)
        {
            Volatile.Write(ref wanted, count);
            while (Volatile.Read(ref counted) < count)
                await reached.WaitAsync();
        }

        public void CommitAll()
        {
            Volatile.Write(ref durable, taken);
            listener!.Committed(taken);
        }

        public void Reset() => counted = 0;
    }
}
